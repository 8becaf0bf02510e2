package api

import (
	"slices"

	"leadtocash/crm"
	"leadtocash/store"

	"github.com/google/uuid"
)

// dunningNames are the names of the levels of the active dunning rules.
func (r *request) dunningNames() map[string]string {
	out := map[string]string{}
	if set, err := r.rules(crm.RuleDunning); err == nil {
		for _, p := range set.Policies() {
			for _, l := range p.Levels {
				out[l.Key] = worded(l.Name, r.language, l.Key)
			}
		}
	}
	return out
}

func nameOr(names map[string]string, key string) string {
	if n := names[key]; n != "" {
		return n
	}
	return key
}

// invoicePage is an invoice with what came in on it and how it is chased.
type invoicePage struct {
	store.InvoicePage
	Seller    crm.LegalEntity
	Late      int
	Steps     []chaseStep
	Mails     []letterView
	Form      form
	CommandID string
	MayPay    bool
	MayNote   bool // that its payment was dishonoured
	MayCredit bool
	Exchange  exchange
	Interest  *store.Run // what its late payment costs; nil where the company does not ask for it
}

// chaseStep is a reminder that was written, or one that is planned.
type chaseStep struct {
	On    string
	Name  string
	State string
	Tone  string
	Todo  bool
	Href  string // of its letter on the page
}

func pageInvoice(r *request) error {
	id, err := r.id("id")
	if err != nil {
		return err
	}
	return showInvoice(r, id, form{})
}

func showInvoice(r *request, id crm.ID, f form) error {
	i, err := r.store.InvoicePage(r.ctx(), store.ScopeOf(r.user, crm.MayReadInvoice), id)
	if err != nil {
		return err
	}
	now, err := r.now()
	if err != nil {
		return err
	}
	seller, err := r.store.LegalEntity(r.ctx())
	if err != nil {
		return err
	}
	today := crm.DateOf(now, r.srv.screens().zone())
	p := invoicePage{InvoicePage: i, Seller: seller, Form: f, CommandID: uuid.NewString(), MayPay: r.Can(crm.MayWritePayment) && i.Open.IsPositive()}
	if due := i.NextDue(); i.Open.IsPositive() && due.Before(today) {
		p.Late = today.DaysSince(due)
	}
	if p.Form.values == nil {
		p.Form.values = map[string]string{"amount": plainAmount(r.words(), i.Open, i.Currency), "received_on": today.String()}
	}
	if p.Steps, err = r.chaseSteps(i); err != nil {
		return err
	}
	if p.Exchange, err = r.exchange(id, "/invoices/"+string(id)+"/correction", i.Lines, f); err != nil {
		return err
	}
	if p.Interest, err = r.store.LateInterest(r.ctx(), i.Invoice, today); err != nil {
		return err
	}
	p.Mails = r.letters(i)
	p.MayCredit = r.Can(crm.MayIssueInvoice) && i.ContractState != crm.ContractUndoing && i.ContractState != crm.ContractUndone
	p.MayNote = r.Can(crm.MayIssueInvoice) && i.TrancheID != "" && i.ContractState == "active"
	return r.show(f.Status(), "invoice", r.say("invoice.title", "Number", i.Number), p)
}

// chaseSteps are the steps of the chase so far, then what happens next and when, and why then, while the invoice stays open (N5).
func (r *request) chaseSteps(i store.InvoicePage) ([]chaseStep, error) {
	names := r.dunningNames()
	var out []chaseStep
	for _, d := range i.Dunning {
		tone := map[string]string{"written": "ok", "skipped": "", "cancelled": "warn"}[d.State]
		state := named(r.words(), "dunning", d.State)
		if d.Channel == crm.DunningCall && d.State == "written" {
			state = r.say("collection.call_made")
		}
		name := nameOr(names, d.Key)
		if len(i.Parts) > 1 {
			name = r.say("collection.of_part", "Name", name, "N", d.Part)
		}
		out = append(out, chaseStep{On: r.words().Date(d.OnDate), Name: name, State: state, Tone: tone, Href: letterHref(i.Letters, d.EffectKey)})
	}
	if !i.Open.IsPositive() {
		return out, nil
	}
	c, policy, err := r.collection(i.AccountID)
	if err != nil {
		return nil, err
	}
	for _, e := range c.Next {
		if e.InvoiceID == i.ID {
			out = append(out, r.plannedStep(policy, c.Next, e))
		}
	}
	return out, nil
}

// plannedStep puts an event of all that are planned into words: what, when, and why then.
func (r *request) plannedStep(policy crm.DunningPolicy, all []crm.PlannedEvent, e crm.PlannedEvent) chaseStep {
	s := chaseStep{On: r.say("collection.undated"), Name: named(r.words(), "plan", string(e.Kind)), Todo: true}
	if !e.On.IsZero() {
		s.On = r.words().Date(e.On)
	}
	if e.Level > 0 {
		s.Name = worded(policy.Levels[e.Level-1].Name, r.language, e.Key)
		if e.Instalment > 0 {
			s.Name = r.say("collection.of_part", "Name", s.Name, "N", e.Instalment)
		}
	}
	switch {
	case e.Kind == crm.PlanPayment:
		s.Name = r.say("payment_plan.part", "N", e.Part, "Sum", r.words().Money(e.Amount, crm.Currency(e.Currency)))
		s.State = r.say("collection.why.part")
	case e.Kind == crm.PlanDispute:
		s.State = r.say("collection.why.dispute_open")
	case e.Level == 0:
		s.State = r.say("collection.why." + string(e.Kind))
	case e.Why == crm.BecauseBefore:
		s.State = r.say("collection.why.before_due", "Count", -e.Days)
	case e.Why == crm.BecausePlan && !slices.ContainsFunc(all, func(x crm.PlannedEvent) bool { return x.Kind == crm.PlanPayment }):
		s.State = r.say("collection.why.after_broken_plan")
	default:
		s.State = r.say("collection.why."+map[crm.PlannedCause]string{crm.BecauseLate: "late", crm.BecausePromise: "after_promise", crm.BecausePause: "after_pause", crm.BecauseDispute: "after_dispute", crm.BecauseLegal: "after_legal", crm.BecausePlan: "after_plan"}[e.Why], "Count", e.Days)
	}
	if e.Kind == crm.PlanCall {
		s.Name = r.say("collection.call_named", "Name", s.Name)
	}
	return s
}

// formPayment records money that came in; the chase stops with it.
func formPayment(r *request) error {
	id, err := r.id("id")
	if err != nil {
		return err
	}
	i, err := r.store.InvoicePage(r.ctx(), r.Scope(), id)
	if err != nil {
		return err
	}
	f, err := r.posted()
	if err != nil {
		return err
	}
	r.needed(&f, "amount", "reference")
	amount, received := r.decimal(&f, "amount"), r.date(&f, "received_on")
	if f.Failed() {
		return showInvoice(r, id, f)
	}
	a, _, err := r.carry(f, crm.PaymentRecord, crm.KindContract, i.ContractID, crm.PaymentFields{InvoiceID: id, Amount: amount.String(), Reference: clean(f.Value("reference"), 140), ReceivedOn: received})
	if err != nil {
		return err
	}
	if !a.OK() {
		r.refuse(&f, a)
		return showInvoice(r, id, f)
	}
	return r.said("payment_recorded", "/invoices/"+string(id))
}
