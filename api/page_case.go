package api

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"leadtocash/crm"
	"leadtocash/store"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"
)

// noAmount leaves a purchase's amount as it is.
var noAmount decimal.NullDecimal

// casesPage is the queue: what has to be worked on first stands first. Its filters are in the address.
type casesPage struct {
	Rows       []queuedCase
	Filter     form
	States     []option
	Owners     []option
	People     []option // to whom ticked ones may be given
	Categories []option
	Levels     []option // priorities to filter by
	Self, Take string   // addresses of the list and of its form, with the filters
	Reported   []string // what else a number of a report chose the rows by
	Next       int      // place of the page after; 0: none
	Form       form
	Accounts   []option
	Priorities []option
	Contacts   []option
	For        *store.ContractRow // the contract that the new case is about
	MayOpen    bool
	MayWork    bool
	Saved      savedBar
	Requests   int // that wait to be placed, for who may do so
}

// queuedCase is a case of the queue with its clock in words.
type queuedCase struct {
	store.QueuedCase
	Clock, Tone string
}

// pageCases is the queue; "contract" in the address begins a new case on that contract.
func pageCases(r *request) error {
	return showCases(r, values("contract_id", string(optionalID(r.gin.Query("contract")))))
}

// caseFilter reads the filters of the address: who it says is me, nobody or somebody's id.
func (r *request) caseFilter() (f store.CaseFilter, shown form) {
	q := func(name string) string { return r.gin.Query(name) }
	f = store.CaseFilterOf(r.gin.Request.URL.Query(), r.user.ID, r.srv.screens().zone().String())
	return f, values("state", f.State, "owner", clean(q("owner"), maxName), "priority", f.Priority, "category", f.Category, "late", yes(f.Late))
}

func showCases(r *request, f form) error {
	filter, shown := r.caseFilter()
	p := casesPage{Filter: shown, Form: f, MayOpen: r.Can(crm.MayOpenCase), MayWork: r.Can(crm.MayWriteCase)}
	from, _ := strconv.Atoi(r.gin.Query("from"))
	from = min(max(from, 0), 100_000)
	rows, err := r.store.CaseQueue(r.ctx(), store.ScopeOf(r.user, crm.MayReadCase), filter, from, rowsPerPage+1)
	if err != nil {
		return err
	}
	if len(rows) > rowsPerPage {
		rows, p.Next = rows[:rowsPerPage], from+rowsPerPage
	}
	for _, row := range rows {
		p.Rows = append(p.Rows, r.queued(row))
	}
	if p.MayWork {
		if p.Requests, err = r.store.CareRequestCount(r.ctx()); err != nil {
			return err
		}
	}
	if p.Saved, err = r.savedBar(crm.ListCases); err != nil {
		return err
	}
	if err := r.caseChoices(&p, shown); err != nil {
		return err
	}
	return r.show(f.Status(), "cases", r.say("nav.cases"), p)
}

// queued says how much working time is left of the next promise, or how long ago it was missed.
func (r *request) queued(row store.QueuedCase) queuedCase {
	q := queuedCase{QueuedCase: row, Clock: "–"}
	hours := store.HoursText(row.Left)
	switch {
	case row.Due == nil && row.State == crm.CaseWaiting:
		q.Clock = r.say("care.stands")
	case row.Due == nil:
	case row.Late:
		q.Clock, q.Tone = r.say("care.late_by", "Hours", hours), "bad"
	default:
		if q.Clock = r.say("care.left", "Hours", hours); row.Left < time.Hour {
			q.Tone = "warn"
		}
	}
	return q
}

// caseChoices reads what the filters and the form of a new case offer.
func (r *request) caseChoices(p *casesPage, shown form) error {
	people, err := r.store.CarePeople(r.ctx())
	if err != nil {
		return err
	}
	p.Owners = []option{{"", r.say("filter.all")}, {"me", r.say("care.mine")}, {"nobody", r.say("col.nobody")}}
	p.People = []option{{"", r.say("care.myself")}}
	for _, u := range people {
		p.Owners, p.People = append(p.Owners, option{string(u.ID), u.Name}), append(p.People, option{string(u.ID), u.Name})
	}
	p.States = []option{{"", r.say("filter.all")}, {"active", r.say("case.active")}}
	for _, s := range []string{"open", "in_progress", "waiting", "solved", "closed"} {
		p.States = append(p.States, option{s, named(r.words(), "case_state", s)})
	}
	set, _, err := r.store.CareSetting(r.ctx())
	if err != nil {
		return err
	}
	p.Categories = nameOptions(r.say("filter.all"), set.Categories, shown.Value("category"))
	p.Levels = enumOptions(r, r.say("filter.all"), "priority", crm.Priorities())
	accounts, err := r.store.AccountChoices(r.ctx(), store.ScopeOf(r.user, crm.MayOpenCase))
	if err != nil {
		return err
	}
	query := url.Values{}
	for name, v := range shown.values {
		if v != "" && v != "false" {
			query.Set(name, v)
		}
	}
	for _, name := range reportedCases {
		if v := clean(r.gin.Query(name), 20); v != "" {
			query.Set(name, v)
			p.Reported = append(p.Reported, r.say("care_report.only."+name, "Value", r.reportedValue(v)))
		}
	}
	if r.gin.Query("category") == "-" {
		query.Set("category", "-")
	}
	p.Self, p.Take = "/cases?"+query.Encode(), "/cases/take?"+query.Encode()
	p.Accounts, p.Priorities = chosen(r.say("form.choose"), accounts), enumOptions(r, "", "priority", crm.Priorities())
	return r.caseFor(p, optionalID(p.Form.Value("contract_id")))
}

// nameOptions offers names of a setting; one that is chosen and not in it any more stays.
func nameOptions(none string, names []string, chosen string) []option {
	out := []option{{"", none}}
	for _, name := range names {
		out = append(out, option{name, name})
	}
	if chosen != "" && !slices.Contains(names, chosen) {
		out = append(out, option{chosen, chosen})
	}
	return out
}

// formCasesTake gives the ticked cases of the queue to somebody of care; without anybody, to who asks.
func formCasesTake(r *request) error {
	if err := r.gin.Request.ParseForm(); err != nil {
		return refusal(codeMalformed)
	}
	f, err := r.posted()
	if err != nil {
		return err
	}
	ids := r.gin.Request.PostForm["id"]
	if len(ids) == 0 || len(ids) > rowsPerPage {
		f.refuse(r.say("care.tick_some"), http.StatusUnprocessableEntity)
		return showCases(r, f)
	}
	for _, text := range ids {
		k, err := store.Cases.Record(r.ctx(), r.store, r.Scope(), optionalID(text))
		if err != nil {
			return err
		}
		f.values["command"] = uuid.NewString()
		a, _, err := r.carry(f, crm.CareTake, crm.KindCase, k.ID, crm.CaseTakeFields{OwnerID: optionalID(f.Value("to"))})
		if err != nil {
			return err
		}
		if !a.OK() {
			r.refuse(&f, a)
			f.other[len(f.other)-1] = k.Number + ": " + f.other[len(f.other)-1]
		}
	}
	if f.Failed() {
		return showCases(r, f)
	}
	return r.said("saved", "/cases?"+r.gin.Request.URL.RawQuery)
}

// caseFor reads the contract that a new case is about, and who may have asked; one that the person may not see is none.
func (r *request) caseFor(p *casesPage, contract crm.ID) error {
	if contract == "" || !p.MayOpen {
		return nil
	}
	c, err := r.store.ContractHead(r.ctx(), store.ScopeOf(r.user, crm.MayReadContract), contract)
	if errors.Is(err, store.ErrNotFound) {
		return nil
	} else if err != nil {
		return err
	}
	contacts, err := r.store.ContactChoices(r.ctx(), c.AccountID)
	p.For, p.Contacts = &c, chosen(r.say("case.no_contact"), contacts)
	return err
}

func formCase(r *request) error {
	f, err := r.posted()
	if err != nil {
		return err
	}
	r.needed(&f, "subject")
	if f.Value("contract_id") == "" {
		r.needed(&f, "account_id")
	}
	c := crm.Case{
		ID: store.NewID(), AccountID: optionalID(f.Value("account_id")), ContractID: optionalID(f.Value("contract_id")), ContactID: optionalID(f.Value("contact_id")), Subject: clean(f.Value("subject"), maxName), Text: clean(f.Value("text"), maxText),
		Priority: crm.Priority(known(f.Value("priority"), crm.Priorities())),
	}
	if c.Priority == "" {
		c.Priority = crm.PriorityNormal
	}
	if !f.Failed() {
		_, err = r.store.OpenCase(r.ctx(), store.Target{Scope: r.Scope(), Actor: r.user.ID}, c)
		if err = r.judge(&f, err); err != nil {
			return err
		}
	}
	if f.Failed() {
		return showCases(r, f)
	}
	return r.said("case_opened", "/cases/"+string(c.ID))
}

type casePage struct {
	store.CasePage
	Form     form
	Events   []event
	Process  string
	Moves    []string // what may be done with it now
	Talk     []store.CaseLine
	Answers  []option // saved ones, in the customer's language
	Ratings  []crm.CaseRating
	Kinds    []option // categories
	Causes   []option
	Levels   []option // priorities
	Deals    []option // contracts of the customer
	Projects []option
	About    []option // deals
	Kin      store.CaseKin
	Others   []option // cases that may go into this one
	Tasks    []store.TaskRow
	Me       crm.ID
	MayWrite bool
	MayNote  bool
	Language string
}

func pageCase(r *request) error {
	id, err := r.id("id")
	if err != nil {
		return err
	}
	return showCase(r, id, form{values: map[string]string{}})
}

// caseMoves are the buttons that a state offers.
var caseMoves = map[crm.CaseState][]string{
	crm.CaseOpen:       {"take", "answer", "solve", "lead", "deal"},
	crm.CaseInProgress: {"answer", "wait", "solve", "lead", "deal"},
	crm.CaseWaiting:    {"resume", "answer", "solve", "lead", "deal"},
	crm.CaseSolved:     {"reopen", "close", "lead", "deal"},
}

func showCase(r *request, id crm.ID, f form) error {
	c, err := r.store.CasePage(r.ctx(), store.ScopeOf(r.user, crm.MayReadCase), id)
	if err != nil {
		return err
	}
	p := casePage{CasePage: c, Form: f, Events: r.events(c.Timeline, r.currency()), Process: "/process/" + crm.ProcessID(crm.KindCase, id), MayNote: r.Can(crm.MayOpenCase)}
	if p.Ratings, err = r.store.Ratings(r.ctx(), id); err != nil {
		return err
	}
	if p.Tasks, err = r.store.CaseTasks(r.ctx(), id); err != nil {
		return err
	}
	if err := r.caseKin(&p); err != nil {
		return err
	}
	if p.Talk, err = r.store.CaseTalk(r.ctx(), id, true); err != nil {
		return err
	}
	if r.Can(crm.MayWriteCase) {
		p.Moves = caseMoves[c.State]
		if err := r.savedAnswers(&p); err != nil {
			return err
		}
		if err := r.caseEditing(&p); err != nil {
			return err
		}
	}
	return r.show(f.Status(), "case", c.Number+" "+c.Subject, p)
}

// formCaseDo carries out what the pressed button says. Files go with an answer or a solution.
func formCaseDo(r *request) error {
	id, err := r.id("id")
	if err != nil {
		return err
	}
	if _, err := store.Cases.Record(r.ctx(), r.store, r.Scope(), id); err != nil {
		return err
	}
	f, files, err := r.anyFiles()
	if err != nil {
		return err
	}
	do := known(f.Value("do"), []string{"take", "answer", "wait", "resume", "solve", "reopen", "close", "lead", "deal"})
	text := crm.CaseTextFields{Text: clean(f.Value("text"), maxText)}
	var fields any = text
	switch do {
	case "":
		return refusal(codeValidation)
	case "take":
		fields = crm.CaseTakeFields{}
	case "lead", "deal":
		fields = crm.CaseLeadFields{Need: text.Text}
	case "answer", "solve":
		if text.MessageID = optionalID(f.Value("command")); text.MessageID != "" && text.Text != "" && !f.Failed() {
			if err := r.store.KeepAnswerFiles(r.ctx(), store.Target{Scope: r.Scope(), Actor: r.user.ID, ID: id}, text.MessageID, files); err != nil {
				return err
			}
		}
		fields = text
	}
	if f.Failed() {
		return showCase(r, id, f)
	}
	a, _, err := r.carry(f, "care."+do, crm.KindCase, id, fields)
	if err != nil {
		return err
	}
	if !a.OK() {
		r.refuse(&f, a)
		return showCase(r, id, f)
	}
	return r.said("saved", "/cases/"+string(id))
}
