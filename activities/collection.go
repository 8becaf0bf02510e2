package activities

import (
	"context"
	"fmt"

	"leadtocash/crm"
	"leadtocash/rules"
	"leadtocash/store"
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
	c.policy = c.set.Dunning()
	if c.cal, err = tx.Calendar(ctx); err != nil {
		return c, err
	}
	c.to, err = tx.Recipient(ctx, account, "")
	return c, err
}

// collect looks at all that a debtor owes (S091, N5): promises whose day has come are judged, every invoice whose next level has come gets it, once;
// the process waits for the next event of its plan, and ends when nothing is owed any more.
func (s *Steps) collect(ctx context.Context, tx *store.Tx, account crm.ID) error {
	c, err := s.debtor(ctx, tx, account)
	if err != nil {
		return err
	}
	if ended, err := s.judgePromises(ctx, tx, c); err != nil {
		return err
	} else if ended && len(c.debts) > 0 { // what it held may be chased again
		if c.debts, err = tx.Debts(ctx, account); err != nil {
			return err
		}
	}
	if len(c.debts) == 0 {
		tx.Process.Closed = true
		tx.Tell(store.Entry{Code: "collection.settled", AccountID: account})
		return nil
	}
	for i, d := range c.debts {
		if level := c.policy.Come(d, tx.Today); level > 0 && lettersLeave(tx, c.cal) {
			if err := s.dun(ctx, tx, c, d, level); err != nil {
				return err
			}
			c.debts[i].Steps = append(d.Steps, crm.DunningMark{Level: level, On: tx.Today})
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
		if e.Kind == crm.PlanPromise { // it is judged when its day is over
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
	} else {
		tx.At(deadlineDunning, "", store.Morning(c.cal.NextWorkingDay(next), tx.Zone))
	}
}

// dun writes a level of an invoice: a letter, or a call that a person has to make; levels before it that were missed are skipped.
func (s *Steps) dun(ctx context.Context, tx *store.Tx, c collection, d crm.Debt, n int) error {
	for missed := d.Level() + 1; missed < n; missed++ {
		l := c.policy.Levels[missed-1]
		if _, err := tx.Dun(ctx, crm.DunningStep{InvoiceID: d.InvoiceID, Level: missed, Key: l.Key, OnDate: tx.Today, State: "skipped", Channel: l.Channel}); err != nil {
			return err
		}
	}
	l := c.policy.Levels[n-1]
	step := crm.DunningStep{InvoiceID: d.InvoiceID, Level: n, Key: l.Key, OnDate: tx.Today, State: "written", Channel: l.Channel, Fee: l.Fee}
	if l.Channel == crm.DunningMail {
		step.EffectKey = fmt.Sprintf("mail/dunning/%s/%d", d.InvoiceID, n)
	}
	tries, err := tx.Dun(ctx, step)
	if err != nil || tries == 0 {
		return err
	}
	told := store.Entry{
		Code: "dunning.written", AccountID: c.account, RuleKind: crm.RuleDunning, RuleVersion: c.set.Version(),
		Data: map[string]any{"invoice": d.Number, "invoice_id": d.InvoiceID, "level": l.Key, "open": d.Chased(), "fee": l.Fee, "days": tx.Today.DaysSince(d.DueDate)},
	}
	if l.Channel == crm.DunningCall {
		told.Code = "dunning.call"
		tx.Tell(told)
		return s.planCall(ctx, tx, c, d, tx.Today)
	}
	if tries > 1 {
		step.EffectKey = fmt.Sprintf("%s/%d", step.EffectKey, tries)
	}
	leaveMail(tx, step.EffectKey, d.InvoiceID, crm.DunningLetter(c.policy, d, n, tx.Today, crm.Letter{To: c.to.Email, Name: c.to.Name, Language: c.to.Language}))
	tx.Tell(told)
	return nil
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
