package activities

import (
	"context"
	"fmt"

	"leadtocash/crm"
	"leadtocash/rules"
	"leadtocash/store"

	"github.com/shopspring/decimal"
)

// deadlineDunning comes in the morning of the working day on or after the day on which an invoice reaches its next level.
const deadlineDunning = "dunning"

// collection is a debtor as a step finds him: what he owes, locked, and by what he is chased.
type collection struct {
	account crm.ID
	debts   []crm.Debt
	set     *rules.Set
	policy  crm.DunningPolicy
	cal     crm.Calendar
	to      store.Recipient
}

func (s *Steps) debtor(ctx context.Context, tx *store.Tx, account crm.ID) (c collection, err error) {
	c.account = account
	if c.debts, err = tx.Debts(ctx, account); err != nil || len(c.debts) == 0 {
		return c, err
	}
	if c.set, err = s.set(ctx, tx, crm.RuleDunning); err != nil {
		return c, err
	}
	facts, err := tx.DebtorFacts(ctx, account)
	if err != nil {
		return c, err
	}
	c.policy = c.set.DunningFor(facts[account])
	if c.cal, err = tx.Calendar(ctx); err != nil {
		return c, err
	}
	c.to, err = tx.Recipient(ctx, account, "")
	return c, err
}

// collect looks at all that a debtor owes (S091, N5): promises and payment plans whose day has come are judged, every invoice whose next level has come gets it, once;
// the process waits for the next event of its plan, and ends when nothing is owed any more.
func (s *Steps) collect(ctx context.Context, tx *store.Tx, account crm.ID) error {
	c, err := s.debtor(ctx, tx, account)
	if err != nil {
		return err
	}
	ended, err := s.judgePromises(ctx, tx, c)
	if err != nil {
		return err
	}
	over, err := s.judgePlans(ctx, tx, c)
	if err != nil {
		return err
	}
	if (ended || over) && len(c.debts) > 0 { // what it held may be chased again
		if c.debts, err = tx.Debts(ctx, account); err != nil {
			return err
		}
	}
	if len(c.debts) == 0 {
		tx.Process.Closed = true
		tx.Tell(store.Entry{Code: "collection.settled", AccountID: account})
		return nil
	}
	if lettersLeave(tx, c.cal) {
		if _, err := s.dun(ctx, tx, c.due(tx.Today)); err != nil {
			return err
		}
	}
	c.wait(tx)
	return nil
}

// wait sets the deadline of the next event of the plan: the morning of its day.
func (c collection) wait(tx *store.Tx) {
	var next crm.Date
	for _, e := range crm.PlanDebts(c.policy, c.cal, c.debts, tx.Today) {
		on := e.On
		if e.Kind == crm.PlanPromise || e.Kind == crm.PlanPause || e.Kind == crm.PlanPayment { // it is looked at when its day is over
			on = on.AddDays(1)
		}
		if !e.On.IsZero() && (next.IsZero() || on.Before(next)) {
			next = on
		}
	}
	if next.Before(tx.Today) && !next.IsZero() { // it is before this morning: what is due comes then
		next = tx.Today
	}
	if next.IsZero() {
		tx.Unset(deadlineDunning, "")
		return
	}
	at := store.Morning(c.cal.NextWorkingDay(next), tx.Zone)
	if !at.After(tx.Now) { // what was due has been done: the next look is in the next morning, never at once again
		at = store.Morning(c.cal.NextWorkingDay(tx.Today.AddDays(1)), tx.Zone)
	}
	tx.At(deadlineDunning, "", at)
}

// dueLevel is a level of an invoice that has come.
type dueLevel struct {
	collection
	debt  crm.Debt
	level int
	run   decimal.Decimal // interest that has run on it, where its letter asks for that
}

// withInterest reads what late payment costs for the letters that ask for it.
func withInterest(ctx context.Context, tx *store.Tx, list []dueLevel) error {
	var ask []crm.ID
	for _, d := range list {
		if d.asksInterest() {
			ask = append(ask, d.debt.InvoiceID)
		}
	}
	runs, err := tx.LateInterests(ctx, ask)
	for i, d := range list {
		if run, known := runs[d.debt.InvoiceID]; known && d.asksInterest() {
			list[i].run, list[i].debt.Interest = run.Amount, decimal.Max(run.Left(), decimal.Zero)
		}
	}
	return err
}

func (d dueLevel) asksInterest() bool {
	l := d.policy.Levels[d.level-1]
	return l.Interest && l.Channel == crm.DunningMail
}

// due are the levels that have come to a debtor's invoices; the debts know of them from here on.
func (c collection) due(today crm.Date) (out []dueLevel) {
	for i, d := range c.debts {
		if level := c.policy.Come(d, today); level > 0 {
			course := c.policy.Course(d)
			out = append(out, dueLevel{collection: c, debt: course, level: level})
			c.debts[i].Steps = append(d.Steps, crm.DunningMark{Level: level, On: today, Part: course.Part})
		}
	}
	return out
}

// rows are the level as it is kept, behind those before it that were missed.
func (d dueLevel) rows(today crm.Date) (out []crm.DunningStep) {
	for n := d.debt.Level() + 1; n <= d.level; n++ {
		l := d.policy.Levels[n-1]
		step := crm.DunningStep{InvoiceID: d.debt.InvoiceID, Part: d.debt.Part, Level: n, Key: l.Key, OnDate: today, State: "skipped", Channel: l.Channel}
		if n == d.level {
			step.State, step.Fee, step.Interest = "written", l.Fee, d.run
		}
		if n == d.level && l.Channel == crm.DunningMail && d.to.Barred {
			step.Channel = crm.DunningPaper
		}
		if n == d.level && l.Channel == crm.DunningMail {
			step.EffectKey = d.letterKey()
		}
		out = append(out, step)
	}
	return out
}

// letterKey is the key under which the level's letter leaves the first time.
func (d dueLevel) letterKey() string {
	if d.debt.Part > 1 {
		return fmt.Sprintf("mail/dunning/%s/part-%d/%d", d.debt.InvoiceID, d.debt.Part, d.level)
	}
	return fmt.Sprintf("mail/dunning/%s/%d", d.debt.InvoiceID, d.level)
}

// dun writes levels: letters, or calls that a person has to make. It tells how many letters leave.
func (s *Steps) dun(ctx context.Context, tx *store.Tx, list []dueLevel) (letters int, err error) {
	if err := withInterest(ctx, tx, list); err != nil {
		return 0, err
	}
	var rows []crm.DunningStep
	for _, d := range list {
		rows = append(rows, d.rows(tx.Today)...)
	}
	wrote, err := tx.Dun(ctx, rows)
	if err != nil {
		return 0, err
	}
	for _, d := range list {
		tries := wrote[store.Level{InvoiceID: d.debt.InvoiceID, Part: max(1, d.debt.Part), Level: d.level}]
		if tries == 0 { // somebody else did
			continue
		}
		tx.Process.ID = crm.ProcessID(crm.KindCollection, d.account)
		l := d.policy.Levels[d.level-1]
		told := store.Entry{
			Code: "dunning.written", AccountID: d.account, RuleKind: crm.RuleDunning, RuleVersion: d.set.Version(),
			Data: map[string]any{"invoice": d.debt.Number, "invoice_id": d.debt.InvoiceID, "level": l.Key, "open": d.debt.Chased(), "fee": l.Fee, "interest": d.debt.Interest, "days": tx.Today.DaysSince(d.debt.DueDate)},
		}
		if l.Channel == crm.DunningCall {
			told.Code = "dunning.call"
			tx.Tell(told)
			if err := s.planCall(ctx, tx, d.collection, d.debt, tx.Today); err != nil {
				return letters, err
			}
			continue
		}
		key := d.letterKey()
		if tries > 1 {
			key = fmt.Sprintf("%s/%d", key, tries)
		}
		letter := crm.DunningLetter(d.policy, d.debt, d.level, tx.Today, crm.Letter{To: d.to.Email, Name: d.to.Name, Language: d.to.Language})
		if err := s.leave(ctx, tx, d.collection, key, d.debt.Number, d.debt.InvoiceID, letter); err != nil {
			return letters, err
		}
		tx.Tell(told)
		letters++
	}
	return letters, nil
}

// planCall gives a person of finance a call to make; in a company that has nobody there, it stays with the collection's timeline.
func (s *Steps) planCall(ctx context.Context, tx *store.Tx, c collection, d crm.Debt, on crm.Date) error {
	who, err := tx.Collector(ctx, c.account)
	if err != nil || who == "" {
		return err
	}
	g := crm.Engagement{ID: store.NewID(), Kind: "call", OpportunityID: d.OpportunityID, Subject: d.Number + " · " + c.to.Name, DueAt: store.Morning(c.cal.NextWorkingDay(on), tx.Zone), OwnerID: who}
	return tx.AddCallTask(ctx, g, c.account)
}

// lettersLeave tells whether it is the morning of a working day, or later that day: levels come then.
func lettersLeave(tx *store.Tx, cal crm.Calendar) bool {
	return cal.IsWorkingDay(tx.Today) && !tx.Now.Before(store.Morning(tx.Today, tx.Zone))
}
