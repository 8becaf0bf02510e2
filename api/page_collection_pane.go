package api

import (
	"cmp"
	"slices"
	"time"

	"leadtocash/crm"
	"leadtocash/store"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"
)

// debtorPane is the customer who is open: his statement, what happened and what is planned, the next letter as he would read it.
type debtorPane struct {
	collectionRecord
	ID       crm.ID
	Name     string
	Open     decimal.Decimal
	Currency string
	Events   []event
	Plans    []paymentPlanView // of instalments
	Rhythms  []option
	Planned  []chaseStep
	Letter   *nextLetter
	Answers  []option
	Soon     []option // days from today
	May      bool
	Decides  bool
	User     crm.ID
	Command  string
	Form     form
	Next     crm.ID          // the customer after him in the queue
	Paid     *store.LastPaid // since this morning
	Today    crm.Date
}

// nextLetter is the letter that would leave now.
type nextLetter struct {
	InvoiceID crm.ID
	Invoice   string
	Level     string
	Language  string
	To        string
	Subject   string
	Text      string
}

func (r *request) debtorPane(id crm.ID, now time.Time, f form) (*debtorPane, error) {
	a, err := store.Accounts.Record(r.ctx(), r.store, store.ScopeOf(r.user, crm.MayReadInvoice), id)
	if err != nil {
		return nil, err
	}
	c, policy, err := r.collection(id)
	if err != nil {
		return nil, err
	}
	zone := r.srv.screens().zone()
	today := crm.DateOf(now, zone)
	p := &debtorPane{collectionRecord: c, ID: id, Name: a.Name, May: r.Can(crm.MayWritePayment), Decides: r.Can(crm.MayApproveWriteOff), User: r.user.ID, Command: uuid.NewString(), Form: f, Today: today}
	if e, err := r.store.LegalEntity(r.ctx()); err == nil {
		p.Currency = e.Currency
	}
	if len(c.Debts) > 0 {
		p.Currency = c.Debts[0].Currency
	}
	for _, d := range c.Debts {
		if d.Currency == p.Currency {
			p.Open = p.Open.Add(d.Open)
		}
	}
	events, err := r.store.CollectionEvents(r.ctx(), id, 30)
	if err != nil {
		return nil, err
	}
	p.Events = r.events(events, p.Currency)
	p.Plans, p.Rhythms = r.paymentPlans(c.Plans, today), enumOptions(r, "", "plan_rhythm", []string{crm.RhythmMonthly, crm.RhythmWeekly})
	told := map[string]bool{}
	for _, e := range c.Next {
		s := r.plannedStep(policy, c.Next, e)
		if e.PlanID == "" {
			s.Name = s.Name + " · " + e.Invoice
		} else if part := string(e.PlanID) + s.Name; told[part] { // all its invoices name it
			continue
		} else {
			told[part] = true
		}
		p.Planned = append(p.Planned, s)
	}
	if p.Letter, err = r.nextLetter(id, c.Debts, policy, today); err != nil {
		return nil, err
	}
	p.Answers = enumOptions(r, "", "outcome", crm.EngagementOutcomes())
	for _, days := range []int{3, 7, 14, 30} {
		p.Soon = append(p.Soon, option{today.AddDays(days).String(), r.words().Date(today.AddDays(days))})
	}
	if paid, err := r.store.PaidToday(r.ctx(), id, today.StartIn(zone)); err == nil {
		p.Paid = &paid
	}
	if p.Form.values == nil {
		p.Form.values = map[string]string{}
	}
	if !p.Form.Failed() {
		p.Form.values["pay_amount"], p.Form.values["pay_received"] = plainAmount(r.words(), p.Open, p.Currency), today.String()
	}
	return p, nil
}

// nextLetter is the letter of the most overdue invoice that may be chased now.
func (r *request) nextLetter(account crm.ID, debts []crm.Debt, policy crm.DunningPolicy, today crm.Date) (*nextLetter, error) {
	ready := slices.DeleteFunc(slices.Clone(debts), func(d crm.Debt) bool {
		level, ok := policy.Ready(d, today)
		return !ok || policy.Levels[level-1].Channel != crm.DunningMail
	})
	if len(ready) == 0 {
		return nil, nil
	}
	d := slices.MinFunc(ready, func(a, b crm.Debt) int {
		return cmp.Or(a.DueDate.DaysSince(b.DueDate), b.Open.Cmp(a.Open), cmp.Compare(a.InvoiceID, b.InvoiceID))
	})
	to, err := r.store.DebtorRecipient(r.ctx(), account)
	if err != nil {
		return nil, err
	}
	level, _ := policy.Ready(d, today)
	runs, err := r.store.LateInterests(r.ctx(), []crm.ID{d.InvoiceID}, today)
	if err != nil {
		return nil, err
	}
	d.Interest = runs[d.InvoiceID].Left()
	d = policy.Course(d)
	l := crm.DunningLetter(policy, d, level, today, crm.Letter{To: to.Email, Name: to.Name, Language: to.Language})
	n := &nextLetter{InvoiceID: d.InvoiceID, Invoice: d.Number, Level: worded(policy.Levels[level-1].Name, r.language, policy.Levels[level-1].Key), Language: to.Language, To: to.Email}
	if to.Barred {
		n.To = r.say("paper_letter.to_post")
	}
	n.Subject, n.Text = r.srv.screens().texts.Letter(l, "")
	return n, nil
}
