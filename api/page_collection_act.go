package api

import (
	"cmp"
	"slices"

	"leadtocash/crm"
	"leadtocash/store"

	"github.com/shopspring/decimal"
)

// debtorAct is what a button of the collector's screen does: it reads the form and names the command.
type debtorAct struct {
	kind string
	said string
	read func(*request, *form) any
}

// debtorActs are the buttons, by the name under which the form sends them.
var debtorActs = map[string]debtorAct{
	"remind": {crm.CollectionRemind, "reminder_sent", func(_ *request, f *form) any {
		return crm.RemindFields{InvoiceID: optionalID(f.Value("invoice_id"))}
	}},
	"call": {crm.CollectionCall, "call_noted", func(r *request, f *form) any {
		return crm.CallFields{Outcome: f.Value("outcome"), Note: clean(f.Value("call_note"), maxLine), Again: r.date(f, "call_again")}
	}},
	"promise": {crm.CollectionPromise, "promise_noted", func(r *request, f *form) any {
		on := cmp.Or(f.Value("soon"), f.Value("promise_on"))
		if on == "" {
			r.needed(f, "promise_on")
		}
		f.values["promise_on"] = on
		return crm.PromiseFields{On: r.date(f, "promise_on"), Amount: r.plain(f, "promise_amount"), Note: clean(f.Value("promise_note"), maxLine)}
	}},
	"release": {crm.CollectionRelease, "promise_released", func(_ *request, f *form) any { return crm.ReleaseFields{ID: optionalID(f.Value("id"))} }},
	"pause": {crm.CollectionPause, "collection_paused", func(r *request, f *form) any {
		r.needed(f, "pause_until", "pause_reason")
		return crm.PauseFields{Until: r.date(f, "pause_until"), Reason: clean(f.Value("pause_reason"), maxLine)}
	}},
	"continue": {crm.CollectionContinue, "collection_resumed", func(_ *request, f *form) any { return crm.ReleaseFields{ID: optionalID(f.Value("id"))} }},
	"dispute": {crm.CollectionDispute, "dispute_noted", func(r *request, f *form) any {
		r.needed(f, "dispute_reason")
		return crm.DisputeFields{InvoiceID: optionalID(f.Value("dispute_invoice")), Amount: r.plain(f, "dispute_amount"), Reason: clean(f.Value("dispute_reason"), maxLine), DueOn: r.date(f, "dispute_due")}
	}},
	"legal": {crm.CollectionLegal, "legal_out", func(r *request, f *form) any {
		r.needed(f, "legal_handler", "legal_reason")
		return crm.LegalFields{Handler: clean(f.Value("legal_handler"), maxName), Since: r.date(f, "legal_since"), Reason: clean(f.Value("legal_reason"), maxLine)}
	}},
	"return": {crm.CollectionReturn, "legal_back", func(r *request, f *form) any {
		r.needed(f, "legal_outcome")
		return crm.ReturnFields{Outcome: clean(f.Value("legal_outcome"), maxLine)}
	}},
	"plan": {crm.CollectionPlan, "payment_plan", func(r *request, f *form) any { return r.planFields(f) }},
	"end_plan": {crm.CollectionEndPlan, "payment_plan_ended", func(r *request, f *form) any {
		r.needed(f, "plan_reason")
		return crm.ReleaseFields{ID: optionalID(f.Value("id")), Note: clean(f.Value("plan_reason"), maxLine)}
	}},
	"address": {crm.CollectionAddress, "address_confirmed", func(_ *request, f *form) any { return crm.ReleaseFields{ID: optionalID(f.Value("id"))} }},
	"posted":  {crm.CollectionPosted, "letter_posted", func(_ *request, f *form) any { return crm.ReleaseFields{ID: optionalID(f.Value("id"))} }},
	"resolve": {crm.CollectionResolve, "dispute_decided", func(r *request, f *form) any {
		r.needed(f, "resolve_outcome")
		return crm.ResolveFields{ID: optionalID(f.Value("id")), Accepted: f.Value("verdict") == "accepted", Outcome: clean(f.Value("resolve_outcome"), maxLine)}
	}},
}

// fieldsOfActs are the page's fields by what a command calls them.
var fieldsOfActs = map[string]map[string]string{
	"call":    {"/outcome": "outcome", "/again": "call_again"},
	"promise": {"/on": "promise_on", "/amount": "promise_amount"},
	"pause":   {"/until": "pause_until", "/reason": "pause_reason"},
	"dispute": {"/amount": "dispute_amount", "/reason": "dispute_reason", "/due_on": "dispute_due", "/invoice_id": "dispute_invoice"},
	"resolve": {"/outcome": "resolve_outcome"},
	"legal":   {"/handler": "legal_handler", "/reason": "legal_reason", "/since": "legal_since"},
	"return":  {"/outcome": "legal_outcome"},

	"end_plan": {"/note": "plan_reason"},
}

// plain reads an amount of the form as a command takes it; empty stays empty.
func (r *request) plain(f *form, name string) string {
	if f.Value(name) == "" {
		return ""
	}
	return r.decimal(f, name).String()
}

// formCollection does one thing about a customer, and opens him again, or the next one in work mode.
func formCollection(r *request) error {
	id, err := r.debtor()
	if err != nil {
		return err
	}
	f, err := r.posted()
	if err != nil {
		return err
	}
	switch f.Value("action") {
	case "payment":
		return r.debtorPaid(id, f)
	case "write_off":
		return r.askWriteOff(id, f)
	case "decide_write_off":
		return r.decideWriteOff(id, f)
	}
	act, known := debtorActs[f.Value("action")]
	if !known {
		return refusal(codeNotFound)
	}
	fields := act.read(r, &f)
	if !f.Failed() {
		err := r.store.BeginCollection(r.ctx(), store.Target{Scope: r.Scope(), Actor: r.user.ID, ID: id})
		if err = r.judge(&f, err); err != nil {
			return err
		}
	}
	if !f.Failed() {
		a, _, err := r.carry(f, act.kind, crm.KindCollection, id, fields)
		if err != nil {
			return err
		}
		if !a.OK() {
			r.refuseAct(&f, a)
		}
	}
	if f.Failed() {
		return showCollection(r, id, f)
	}
	return r.said(act.said, r.afterAct(id))
}

// refuseAct puts a command's answer beside the fields of the page.
func (r *request) refuseAct(f *form, a crm.Answer) {
	if a.Code != string(codeValidation) {
		r.refuse(f, a)
		return
	}
	for pointer, wrong := range a.Params {
		name := fieldsOfActs[f.Value("action")][pointer]
		if f.Value("action") == "plan" {
			name = fieldOfPlan(pointer)
		}
		if name != "" {
			f.blame(name, r.errorText(crm.Problem(wrong)))
		} else {
			r.refuse(f, crm.Answer{Code: a.Code, Params: map[string]string{pointer: wrong}})
		}
	}
}

// afterAct is where a person goes on: with the customer, or in work mode with the next one.
func (r *request) afterAct(id crm.ID) string {
	p := collectionPage{Age: r.choice("age"), Work: r.choice("work") == "on"}
	if next := optionalID(r.choice36("next")); p.Work && next != "" {
		return p.address(next)
	}
	return p.address(id)
}

func (r *request) choice36(name string) string { return clean(r.gin.Request.PostForm.Get(name), 36) }

// debtorPaid books money that came in, the oldest invoices first; what is left stays on the customer's account.
func (r *request) debtorPaid(id crm.ID, f form) error {
	r.needed(&f, "pay_amount", "pay_reference")
	today, err := r.today()
	if err != nil {
		return err
	}
	debts, err := r.store.DebtsOf(r.ctx(), r.Scope(), id, today)
	if err != nil {
		return err
	}
	p := crm.Payment{ID: cmp.Or(optionalID(f.Value("command")), store.NewID()), Amount: r.decimal(&f, "pay_amount"), Reference: clean(f.Value("pay_reference"), maxName), ReceivedOn: r.date(&f, "pay_received")}
	if len(debts) > 0 {
		p.Currency = debts[0].Currency
	} else if e, err := r.store.LegalEntity(r.ctx()); err == nil {
		p.Currency = e.Currency
	}
	if err := crm.CheckAmount(p.Amount, crm.Currency(p.Currency)); !f.Failed() && (err != nil || !p.Amount.IsPositive()) {
		f.blame("pay_amount", r.errorText(cmp.Or(err, error(crm.Problem("out_of_range", "min", "0.01")))))
	}
	if !f.Failed() {
		_, err := r.store.Receive(r.ctx(), store.Target{Scope: r.Scope(), Actor: r.user.ID, ID: id}, p, oldestFirst(debts, p))
		if err = r.judge(&f, err); err != nil {
			return err
		}
	}
	if f.Failed() {
		return showCollection(r, id, f)
	}
	return r.said("payment_recorded", r.afterAct(id))
}

// oldestFirst gives an amount to invoices of its currency, those due first before the others; what is disputed comes last.
func oldestFirst(debts []crm.Debt, p crm.Payment) (parts []crm.Allocation) {
	slices.SortStableFunc(debts, func(a, b crm.Debt) int {
		return cmp.Or(boolOrder(a.Disputed.IsPositive(), b.Disputed.IsPositive()), a.DueDate.DaysSince(b.DueDate))
	})
	rest := p.Amount
	for _, d := range debts {
		if part := decimal.Min(rest, d.Open); d.Currency == p.Currency && part.IsPositive() {
			parts, rest = append(parts, crm.Allocation{InvoiceID: d.InvoiceID, Amount: part}), rest.Sub(part)
		}
	}
	return parts
}

func boolOrder(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return 1
	}
	return -1
}
