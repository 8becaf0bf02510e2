package api

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"leadtocash/crm"
	"leadtocash/rules"
	"leadtocash/store"

	"github.com/google/uuid"
)

// askView is the part of a refusal from which an exception is asked for, or that says how one stands.
type askView struct {
	Action  string
	Hidden  []hidden
	Clauses []askClause
	Owner   string // who decides, in words
	Form    form
	Past    []askedView // what was asked for before on this gate under this version, the newest first
	CanAsk  bool
	Open    bool // the form was sent and is shown again
}

// askClause is a failing clause that an exception may be asked for.
type askClause struct {
	ID, Text, Now string
	Checked       bool
}

// askedView is a request that was made before.
type askedView struct {
	ID         crm.ID
	Text, Tone string
}

// asking adds to a refusal that an exception from it may be asked for. Only what could be evaluated can be excepted.
func (r *request) asking(g *gateView, deal crm.ID, currency string, f form) error {
	v := g.Verdict
	if v.Version == 0 || deal == "" || v.Kind != crm.RulePipeline && v.Kind != crm.RuleOrder {
		return nil
	}
	past, err := r.store.GateExceptions(r.ctx(), deal, v)
	if err != nil {
		return err
	}
	today, err := r.today()
	if err != nil {
		return err
	}
	set, err := r.setOf(v.Kind, v.Version)
	if err != nil {
		return err
	}
	if v.Kind == crm.RulePipeline {
		o, err := store.Opportunities.Record(r.ctx(), r.store, store.Everything(), deal)
		if err != nil {
			return err
		}
		set = set.Of(o.Pipeline)
	}
	chosen := r.chosenClauses()
	a := askView{Action: "/opportunities/" + string(deal) + "/exceptions", Form: f, Open: f.Sent("exception_reason"), Owner: r.ownerName(set.Owner(v.Key))}
	pending := false
	for _, x := range past {
		pending = pending || x.State == crm.ExceptionAsked
		a.Past = append(a.Past, r.asked(x, today))
	}
	for _, c := range v.Shut() {
		a.Clauses = append(a.Clauses, askClause{ID: c.ID, Text: r.words().Clause(c, crm.Currency(currency)), Now: r.askNow(c, currency), Checked: slices.Contains(chosen, c.ID) || !a.Open})
	}
	a.CanAsk = v.Result == crm.Refused && !pending && r.Can(crm.MayAskException)
	if !a.CanAsk && len(a.Past) == 0 {
		return nil
	}
	a.Hidden = []hidden{{"command", uuid.NewString()}, {"kind", string(v.Kind)}, {"key", v.Key}}
	g.Ask = &a
	return nil
}

// askNow says what a clause read, or that it was not looked at.
func (r *request) askNow(c crm.Clause, currency string) string {
	if c.Outcome == crm.NotReached {
		return named(r.words(), "outcome", string(c.Outcome))
	}
	return r.nowText(c, currency)
}

// asked says in one line how a request stands.
func (r *request) asked(x crm.Exception, today crm.Date) askedView {
	w := r.words()
	state, tone := string(x.State), map[crm.ExceptionState]string{crm.ExceptionAsked: "wait", crm.ExceptionGranted: "ok", crm.ExceptionDeclined: "bad"}[x.State]
	if x.State == crm.ExceptionGranted && !x.Counts(today) {
		state, tone = "expired", ""
	}
	return askedView{ID: x.ID, Tone: tone, Text: r.say("exception.line."+state, "Who", r.personName(string(x.RequestedBy)), "Owner", r.ownerName(x.Owner),
		"By", r.personName(string(x.DecidedBy)), "Until", w.Date(x.ExpiresOn), "Note", x.Note)}
}

// ownerName is a role in words, or the person's address.
func (r *request) ownerName(owner string) string {
	if strings.Contains(owner, "@") {
		return owner
	}
	return named(r.words(), "role", owner)
}

// chosenClauses are the clauses that the form names, cleaned, at most maxClauses.
func (r *request) chosenClauses() (out []string) {
	for _, c := range r.gin.Request.PostForm["clause"] {
		if c = clean(strings.TrimSpace(c), maxName); c != "" && len(out) < maxClauses {
			out = append(out, c)
		}
	}
	return out
}

// excepted is a verdict on a deal with what the owners of rules let it pass today.
func (r *request) excepted(deal crm.ID, v crm.Verdict) (crm.Verdict, error) {
	if v.Result != crm.Refused {
		return v, nil
	}
	today, err := r.today()
	if err != nil {
		return v, err
	}
	all, err := r.store.GateExceptions(r.ctx(), deal, v)
	return v.Except(slices.DeleteFunc(all, func(x crm.Exception) bool { return !x.Counts(today) })), err
}

// setOf is one version of the rules of a kind.
func (r *request) setOf(kind crm.RuleKind, version int) (*rules.Set, error) {
	return r.srv.library.Get(kind, version, func() ([]byte, error) {
		source, err := r.store.RuleSource(r.ctx(), kind, version)
		return []byte(source), err
	})
}

// formExceptionAsk asks the owner of the rules for an exception.
func formExceptionAsk(r *request) error {
	id, err := r.id("id")
	if err != nil {
		return err
	}
	d, err := r.store.DealPage(r.ctx(), r.Scope(), id)
	if err != nil {
		return err
	}
	f, err := r.posted()
	if err != nil {
		return err
	}
	reason := clean(f.Value("exception_reason"), maxText)
	if reason == "" {
		f.blame("exception_reason", r.errorText(crm.Problem("required")))
	}
	clauses := r.chosenClauses()
	if len(clauses) == 0 {
		f.blame("clause", r.say("exception.choose"))
	}
	back := "/opportunities/" + string(id)
	kind := crm.RuleKind(f.Value("kind"))
	order := optionalID(f.Value("order"))
	if kind == crm.RuleOrder && order != "" {
		back = "/orders/" + string(order)
	}
	if !f.Failed() {
		a, _, err := r.carry(f, crm.ExceptionAsk, crm.KindOpportunity, id, crm.ExceptionAskFields{Kind: kind, Key: f.Value("key"), Clauses: clauses, Reason: reason})
		if err != nil {
			return err
		}
		if a.OK() {
			return r.said("exception_asked", back)
		}
		r.refuse(&f, a)
	}
	return r.askAgain(f, d, kind)
}

// askAgain shows the refusal again with what was typed and what was wrong with it.
func (r *request) askAgain(f form, d store.DealPage, kind crm.RuleKind) error {
	if order := optionalID(f.Value("order")); kind == crm.RuleOrder && order != "" {
		return showOrder(r, order, f, nil)
	}
	f.values["to"] = f.Value("key")
	g, err := r.unfilled(d.ID, f.Value("key"), d.Currency, f)
	if err != nil {
		return err
	}
	if g.Verdict.Allowed() || g.Ask == nil {
		return showDeal(r, d.ID, f, nil)
	}
	r.movePanel(&g, d, f)
	return showDeal(r, d.ID, f, &g)
}

// exceptionPage is what the owner of a rule needs to decide.
type exceptionPage struct {
	store.ExceptionRow
	Asks      string // the gate in words
	Rule      string
	RuleURL   string
	OwnerText string
	Clauses   []clauseView
	Line      askedView
	May       bool
	Mine      bool // the reader asked for it and may withdraw
	WhyNot    string
	Form      form
	Grant     string // ids of the commands
	Decline   string
	Withdraw  string
	Until     crm.Date // the last day when nothing else is said
}

func pageException(r *request) error {
	id, err := r.id("id")
	if err != nil {
		return err
	}
	return showException(r, id, values("days", strconv.Itoa(crm.ExceptionDays)))
}

func showException(r *request, id crm.ID, f form) error {
	x, err := r.store.ExceptionPage(r.ctx(), store.ScopeOf(r.user, crm.MayReadOpportunity), id)
	if err != nil {
		return err
	}
	today, err := r.today()
	if err != nil {
		return err
	}
	p := exceptionPage{
		ExceptionRow: x, Form: f, Line: r.asked(x.Exception, today), OwnerText: r.ownerName(x.Owner), Asks: r.gateName(x.Kind, x.Key),
		Rule: r.say("gate.rule", "Version", x.RuleVersion), RuleURL: "/rules/" + string(x.Kind) + "/versions/" + strconv.Itoa(x.RuleVersion),
		Grant: uuid.NewString(), Decline: uuid.NewString(), Withdraw: uuid.NewString(), Until: today.AddDays(crm.ExceptionDays),
	}
	for _, c := range x.Asked {
		p.Clauses = append(p.Clauses, clauseView{
			Outcome: c.Outcome, Mark: marks[c.Outcome], State: named(r.words(), "outcome", string(c.Outcome)),
			Text: r.words().Clause(c, crm.Currency(x.Currency)), Now: r.wasOf(c, x.Currency), Alternative: c.Source,
		})
	}
	if x.State == crm.ExceptionAsked {
		p.May = r.Can(crm.MayDecideException) && x.DecidedFor(r.user)
		switch {
		case p.May:
		case x.RequestedBy == r.user.ID:
			p.Mine = r.Can(crm.MayAskException)
			p.WhyNot = r.say("exception.own", "Owner", p.OwnerText)
		default:
			p.WhyNot = r.say("exception.waits", "Owner", p.OwnerText)
		}
	}
	return r.show(f.Status(), "exception", r.say("exception.title", "Number", x.Number), p)
}

// gateName is what was asked, in words: a stage, or the checklist of an order.
func (r *request) gateName(kind crm.RuleKind, key string) string {
	if kind == crm.RulePipeline {
		return r.placeName(key)
	}
	return named(r.words(), "rule_kind", string(kind))
}

// exceptionForm carries out an owner's decision and shows the request again when it is refused.
func exceptionForm(kind, done string, fields func(*request, *form, crm.ID, int) any) func(*request) error {
	return func(r *request) error {
		id, err := r.id("id")
		if err != nil {
			return err
		}
		x, err := store.Exceptions.Record(r.ctx(), r.store, r.Scope(), id)
		if err != nil {
			return err
		}
		f, err := r.posted()
		if err != nil {
			return err
		}
		version, _ := strconv.Atoi(f.Value("version"))
		what := fields(r, &f, id, version)
		if f.Failed() {
			f.status = http.StatusUnprocessableEntity
			return showException(r, id, f)
		}
		a, _, err := r.carry(f, kind, crm.KindOpportunity, x.OpportunityID, what)
		if err != nil {
			return err
		}
		if a.OK() {
			return r.said(done, "/exceptions/"+string(id))
		}
		r.refuse(&f, a)
		return showException(r, id, f)
	}
}

func grantFields(r *request, f *form, id crm.ID, version int) any {
	days, err := strconv.Atoi(f.Value("days"))
	if err != nil || days < 1 || days > crm.ExceptionDaysMost {
		f.blame("days", r.errorText(crm.Problem("out_of_range", "min", "1", "max", strconv.Itoa(crm.ExceptionDaysMost))))
	}
	return crm.ExceptionGrantFields{ID: id, Days: days, Note: clean(f.Value("note"), maxText), Version: version}
}

func declineFields(r *request, f *form, id crm.ID, version int) any {
	r.needed(f, "reason")
	return crm.ReasonFields{ID: id, Reason: clean(f.Value("reason"), maxText), Version: version}
}

func withdrawFields(_ *request, _ *form, id crm.ID, version int) any {
	return crm.ExceptionWithdrawFields{ID: id, Version: version}
}
