package api

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	"leadtocash/crm"
	"leadtocash/rules"
	"leadtocash/store"

	"github.com/shopspring/decimal"
)

// handOffPage is a hand-off with what it needs, what it answers, and what the reader may do with it now.
type handOffPage struct {
	handOffRow
	Form       form
	RuleText   string
	RuleURL    string
	Inputs     *gateView // as they stand now where it may be sent, else as they stood when it was sent
	Outputs    *gateView // as they stood when it was completed, or were refused
	Line       crm.ProductLine
	Changed    bool // its line is no longer as it was asked about
	Gone       bool
	Items      []askClause // inputs that a bounce may name
	Bounces    []bounceView
	MaySend    bool
	MayCancel  bool
	MayAnswer  bool
	MayTake    bool
	SeesCost   bool
	Process    string
	Due        string
	NeedsInput bool // some input does not hold
}

type bounceView struct {
	store.Bounce
	Items []string
}

func pageHandOff(r *request) error {
	id, err := r.id("id")
	if err != nil {
		return err
	}
	return showHandOff(r, id, form{}, nil)
}

// showHandOff shows a hand-off; refused is what the rules said against the step that was tried.
func showHandOff(r *request, id crm.ID, f form, refused *crm.Verdict) error {
	h, err := r.store.HandOffPage(r.ctx(), store.ScopeOf(r.user, crm.MayReadOpportunity), id)
	if err != nil {
		return err
	}
	now, err := r.now()
	if err != nil {
		return err
	}
	rows, err := r.handOffRows([]store.HandOffRow{h}, now)
	if err != nil {
		return err
	}
	p := handOffPage{handOffRow: rows[0], Form: f, SeesCost: r.user.Sees("hand_off.unit_cost"), Process: "/process/" + crm.ProcessID(crm.KindOpportunity, h.OpportunityID)}
	p.RuleText, p.RuleURL = r.say("gate.rule", "Version", h.RuleVersion), fmt.Sprintf("/rules/%s/versions/%d", crm.RuleHandOff, h.RuleVersion)
	writes := r.Can(crm.MayWriteHandOff) && h.DealState == crm.OpportunityOpen
	asks, answers := writes && h.From.Has(r.user), writes && h.To.Has(r.user)
	p.MayCancel = asks && h.May(crm.HandOffCancelled)
	p.MayAnswer, p.MayTake = answers && h.WithTeam(), answers && h.WithTeam() && h.TakenBy != r.user.ID
	facts, line, err := r.store.HandOffFacts(r.ctx(), h.HandOff)
	if err != nil {
		return err
	}
	p.Line, p.Gone = line, h.ProductID != "" && line.ID == ""
	p.Changed = line.ID != "" && !h.Asks(line.ProductID, line.Quantity)
	p.MaySend = asks && h.May(crm.HandOffSent) && (h.State != crm.HandOffCompleted || p.Changed)
	if err := r.handOffEnds(&p, facts, refused); err != nil {
		return err
	}
	if err := r.handOffBounces(&p); err != nil {
		return err
	}
	r.handOffValues(&p)
	return r.show(p.Form.Status(), "handoff", h.Number+" "+p.Name, p)
}

// handOffValues fills the forms of the page with what is stored, unless something was typed.
func (r *request) handOffValues(p *handOffPage) {
	if p.Form.values != nil {
		return
	}
	p.Form = values("specification", p.Specification, "needed_by", p.NeededBy.String(), "delivery_date", p.DeliveryDate.String(), "answer", p.Answer, "feasible", yes(p.Feasible))
	if p.UnitCost.IsPositive() {
		p.Form.values["unit_cost"] = plainAmount(r.words(), p.UnitCost, p.Currency)
	}
}

// handOffEnds says what holds of inputs and outputs. Where it may be sent the inputs are asked as they stand now; else they are shown as they
// were when it was sent, which is why it was allowed then.
func (r *request) handOffEnds(p *handOffPage, facts crm.Facts, refused *crm.Verdict) error {
	show := func(v crm.Verdict) *gateView {
		g := r.gateView(v, p.OpportunityID, p.Currency, form{})
		r.linked(&g, p)
		return &g
	}
	v := crm.Verdict{Kind: crm.RuleHandOff, Version: p.RuleVersion, Key: rules.HandOffMoment(p.Key, rules.EndInputs), Result: crm.Allowed, Clauses: p.HandOff.Inputs}
	if p.State == crm.HandOffDraft || p.State == crm.HandOffBounced {
		set, err := r.dealRules(p.OpportunityID, crm.RuleHandOff)
		if err != nil {
			return err
		}
		facts.User.Roles = listOf(r.user.Roles...)
		v = set.At(v.Key, facts)
	}
	if refused != nil && refused.Key == v.Key {
		v = *refused
	}
	p.Inputs, p.NeedsInput = show(v), !v.Allowed()
	out := crm.Verdict{Kind: crm.RuleHandOff, Version: p.RuleVersion, Key: rules.HandOffMoment(p.Key, rules.EndOutputs), Result: crm.Allowed, Clauses: p.HandOff.Outputs}
	if refused != nil && refused.Key == out.Key {
		out = *refused
	}
	if len(out.Clauses) > 0 {
		p.Outputs = show(out)
	}
	if !p.MayAnswer {
		return nil
	}
	set, err := r.setOf(crm.RuleHandOff, p.RuleVersion)
	if err != nil {
		return err
	}
	chosen := r.gin.Request.PostForm["missing"]
	for _, c := range set.Asked(v.Key) {
		p.Items = append(p.Items, askClause{ID: c.ID, Text: worded(c.Label, r.language, r.sourceText(c.Source)), Checked: slices.Contains(chosen, c.ID)})
	}
	return nil
}

// linked leads from a condition that does not hold to where it can be met: the forms of this page take what is asked and answered only.
func (r *request) linked(g *gateView, p *handOffPage) {
	for i, c := range g.Clauses {
		group, name, _ := strings.Cut(c.Field, ".")
		switch {
		case c.Input == nil && c.Link == "":
			continue
		case group == "hand_off":
			g.Clauses[i].Link = "#f-" + name
		case group == "customer":
			g.Clauses[i].Link = "/accounts/" + string(p.AccountID)
		case c.Input != nil:
			g.Clauses[i].Link = "/opportunities/" + string(p.OpportunityID)
		}
		g.Clauses[i].Input = nil
	}
	g.CanFill = false
}

// dealRules is the set of a kind that holds for a deal: the version that is pinned to its process, else the active one.
func (r *request) dealRules(deal crm.ID, kind crm.RuleKind) (*rules.Set, error) {
	version, err := r.store.PinnedRule(r.ctx(), crm.ProcessID(crm.KindOpportunity, deal), kind)
	if err != nil || version == 0 {
		return rules.None(kind), err
	}
	return r.setOf(kind, version)
}

func (r *request) handOffBounces(p *handOffPage) error {
	if p.HandOff.Bounces == 0 {
		return nil
	}
	list, err := r.store.HandOffBounces(r.ctx(), p.ID)
	for _, b := range list {
		v := bounceView{Bounce: b}
		for _, item := range b.Missing {
			v.Items = append(v.Items, r.inputName(p.Key, item))
		}
		p.Bounces = append(p.Bounces, v)
	}
	return err
}

// formHandOffDo carries out what the pressed button says, and shows the hand-off again when it is refused.
func formHandOffDo(r *request) error {
	id, err := r.id("id")
	if err != nil {
		return err
	}
	h, err := store.HandOffs.Record(r.ctx(), r.store, r.Scope(), id)
	if err != nil {
		return err
	}
	f, err := r.posted()
	if err != nil {
		return err
	}
	do := known(f.Value("do"), []string{"send", "take", "bounce", "complete", "cancel"})
	if do == "" {
		return refusal(codeValidation)
	}
	fields := r.handOffFields(&f, do, id)
	if f.Failed() {
		f.status = http.StatusUnprocessableEntity
		return showHandOff(r, id, f, nil)
	}
	a, cause, err := r.carry(f, "handoff."+do, crm.KindOpportunity, h.OpportunityID, fields)
	if err != nil {
		return err
	}
	if a.OK() {
		return r.said("handoff_"+do, "/handoffs/"+string(id))
	}
	var refused *crm.Verdict
	if a.Code == string(codeGate) {
		v, err := r.store.VerdictOf(r.ctx(), cause, crm.RuleHandOff)
		if err != nil {
			return err
		}
		refused = &v
	}
	r.refuse(&f, a)
	return showHandOff(r, id, f, refused)
}

// handOffFields reads the form of a step.
func (r *request) handOffFields(f *form, do string, id crm.ID) any {
	version := seenVersion(*f)
	switch do {
	case "send":
		spec, needed := clean(f.Value("specification"), maxText), r.date(f, "needed_by")
		return crm.HandOffSendFields{ID: id, Specification: &spec, NeededBy: &needed, Version: version}
	case "bounce":
		r.needed(f, "reason")
		fields := crm.HandOffBounceFields{ID: id, Reason: clean(f.Value("reason"), maxText), Version: version}
		for _, item := range r.gin.Request.PostForm["missing"] {
			if item = clean(strings.TrimSpace(item), maxName); item != "" && len(fields.Missing) < maxMissing && !slices.Contains(fields.Missing, item) {
				fields.Missing = append(fields.Missing, item)
			}
		}
		return fields
	case "complete":
		fields := crm.HandOffAnswerFields{ID: id, Feasible: f.Value("feasible") == "true", DeliveryDate: r.date(f, "delivery_date"), Answer: clean(f.Value("answer"), maxText), Version: version}
		if cost := r.decimal(f, "unit_cost"); cost.IsNegative() {
			f.blame("unit_cost", r.errorText(crm.Problem("out_of_range", "min", "0")))
		} else if !cost.Equal(decimal.Zero) {
			fields.UnitCost = cost.String()
		}
		return fields
	}
	return crm.HandOffMoveFields{ID: id, Reason: clean(f.Value("cancel_reason"), maxText), Version: version}
}
