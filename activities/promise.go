package activities

import (
	"context"
	"slices"

	"leadtocash/crm"
	"leadtocash/store"

	"github.com/shopspring/decimal"
)

// judgePromises says of a debtor's promises what became of them: kept as soon as what was promised has come in, broken in the first morning after
// their day. It tells whether one ended.
func (s *Steps) judgePromises(ctx context.Context, tx *store.Tx, c collection) (ended bool, err error) {
	open, err := tx.OpenPromises(ctx, c.account)
	for _, p := range open {
		state, code := crm.PromiseKept, "promise.kept"
		if p.Open.GreaterThan(p.LeftOpen) {
			if !tx.Today.After(p.OnDate) || !lettersLeave(tx, c.cal) {
				continue
			}
			state, code = crm.PromiseBroken, "promise.broken"
		}
		if _, err := tx.EndPromise(ctx, c.account, p.ID, state); err != nil {
			return ended, err
		}
		ended = true
		tx.Tell(store.Entry{Code: code, AccountID: c.account, Data: map[string]any{"promise_id": p.ID, "amount": p.Amount, "currency": p.Currency, "on": p.OnDate}})
	}
	return ended, err
}

// begin finds a debtor for a command of his collection; the answer says why not when it is no success.
func (s *Steps) begin(ctx context.Context, tx *store.Tx) (collection, crm.Answer, error) {
	_, account := crm.SplitProcessID(tx.Process.ID)
	c, err := s.debtor(ctx, tx, account)
	if err == nil && (len(c.debts) == 0 || tx.Process.Closed) {
		return c, refuse("nothing_open"), nil
	}
	return c, done(), err
}

// beginOn is begin for a command about one of his open invoices.
func (s *Steps) beginOn(ctx context.Context, tx *store.Tx, invoice crm.ID) (c collection, d crm.Debt, a crm.Answer, err error) {
	c, a, err = s.begin(ctx, tx)
	if err != nil || !a.OK() {
		return c, d, a, err
	}
	d, known := c.debt(invoice)
	if !known {
		a = invalid("/invoice_id", "unknown_record")
	}
	return c, d, a, nil
}

// debt is an open invoice of the debtor.
func (c collection) debt(id crm.ID) (crm.Debt, bool) {
	i := slices.IndexFunc(c.debts, func(d crm.Debt) bool { return d.InvoiceID == id })
	if i < 0 {
		return crm.Debt{}, false
	}
	return c.debts[i], true
}

// promise notes a promise to pay (S091): its invoices rest until its day, and letters about them that nobody has taken yet do not leave.
func (s *Steps) promise(ctx context.Context, tx *store.Tx, f crm.PromiseFields) (crm.Answer, error) {
	c, a, err := s.begin(ctx, tx)
	if err != nil || !a.OK() {
		return a, err
	}
	if err := crm.CheckPromiseDay(f.On, tx.Today); err != nil {
		return invalid("/on", codeOf(err)), nil
	}
	p := crm.Promise{ID: store.NewID(), AccountID: c.account, OnDate: f.On, Note: f.Note, MadeBy: tx.Actor}
	var open decimal.Decimal
	for _, d := range c.debts {
		if len(f.Invoices) > 0 && !slices.Contains(f.Invoices, d.InvoiceID) || len(p.Invoices) > 0 && d.Currency != p.Currency {
			continue
		}
		p.Invoices, p.Currency, open = append(p.Invoices, d.InvoiceID), d.Currency, open.Add(d.Open)
	}
	if len(p.Invoices) == 0 || len(f.Invoices) > 0 && len(p.Invoices) != len(f.Invoices) {
		return invalid("/invoices", "unknown_record"), nil
	}
	if p.Amount = open; f.Amount != "" {
		if p.Amount, err = crm.ParseAmount(f.Amount, crm.Currency(p.Currency)); err == nil && !p.Amount.IsPositive() {
			err = crm.Problem("out_of_range")
		} else if err == nil && p.Amount.GreaterThan(open) {
			err = crm.Problem("more_than_open")
		}
		if err != nil {
			return invalid("/amount", codeOf(err)), nil
		}
	}
	if err := tx.AddPromise(ctx, p, open.Sub(p.Amount)); err != nil {
		return crm.Answer{}, err
	}
	if err := tx.CancelLetters(ctx, p.Invoices, "promised"); err != nil {
		return crm.Answer{}, err
	}
	tx.Tell(store.Entry{Code: "promise.made", AccountID: c.account, Data: map[string]any{"promise_id": p.ID, "amount": p.Amount, "currency": p.Currency, "on": p.OnDate, "note": p.Note}})
	return done("promise", string(p.ID)), s.collect(ctx, tx, c.account)
}

// releasePromise ends a promise before its day, when it is known not to hold.
func (s *Steps) releasePromise(ctx context.Context, tx *store.Tx, f crm.ReleaseFields) (crm.Answer, error) {
	c, a, err := s.begin(ctx, tx)
	if err != nil || !a.OK() {
		return a, err
	}
	if ended, err := tx.EndPromise(ctx, c.account, f.ID, crm.PromiseWithdrawn); err != nil {
		return crm.Answer{}, err
	} else if !ended {
		return refuse("hold_over"), nil
	}
	tx.Tell(store.Entry{Code: "promise.released", AccountID: c.account, Data: map[string]any{"promise_id": f.ID, "note": f.Note}})
	return done(), s.collect(ctx, tx, c.account)
}

// pauseCollection leaves a debtor, or one of his invoices, alone until a day.
func (s *Steps) pauseCollection(ctx context.Context, tx *store.Tx, f crm.PauseFields) (crm.Answer, error) {
	c, a, err := s.begin(ctx, tx)
	if err != nil || !a.OK() {
		return a, err
	}
	if err := crm.CheckPromiseDay(f.Until, tx.Today); err != nil {
		return invalid("/until", codeOf(err)), nil
	}
	if f.Reason == "" {
		return invalid("/reason", "required"), nil
	}
	var quiet []crm.ID
	for _, d := range c.debts {
		if f.InvoiceID == "" || d.InvoiceID == f.InvoiceID {
			quiet = append(quiet, d.InvoiceID)
		}
	}
	if len(quiet) == 0 {
		return invalid("/invoice_id", "unknown_record"), nil
	}
	p := crm.DunningPause{ID: store.NewID(), AccountID: c.account, InvoiceID: f.InvoiceID, Until: f.Until, Reason: f.Reason, MadeBy: tx.Actor}
	if err := tx.AddPause(ctx, p); err != nil {
		return crm.Answer{}, err
	}
	if err := tx.CancelLetters(ctx, quiet, "paused"); err != nil {
		return crm.Answer{}, err
	}
	tx.Tell(store.Entry{Code: "collection.paused", AccountID: c.account, Data: map[string]any{"pause_id": p.ID, "until": p.Until, "reason": p.Reason}})
	return done("pause", string(p.ID)), s.collect(ctx, tx, c.account)
}

// endPause ends a pause before its day.
func (s *Steps) endPause(ctx context.Context, tx *store.Tx, f crm.ReleaseFields) (crm.Answer, error) {
	c, a, err := s.begin(ctx, tx)
	if err != nil || !a.OK() {
		return a, err
	}
	if ended, err := tx.EndPause(ctx, c.account, f.ID); err != nil {
		return crm.Answer{}, err
	} else if !ended {
		return refuse("hold_over"), nil
	}
	tx.Tell(store.Entry{Code: "collection.resumed", AccountID: c.account, Data: map[string]any{"pause_id": f.ID, "note": f.Note}})
	return done(), s.collect(ctx, tx, c.account)
}

// remind sends the next letter of an invoice now, before its day.
func (s *Steps) remind(ctx context.Context, tx *store.Tx, f crm.RemindFields) (crm.Answer, error) {
	c, d, a, err := s.beginOn(ctx, tx, f.InvoiceID)
	if err != nil || !a.OK() {
		return a, err
	}
	if h, held := d.Held(); held {
		return refuse("collection_held", "by", string(h.Kind)), nil
	}
	if d.LastOn() == tx.Today {
		return refuse("reminded_today"), nil
	}
	level, ok := c.policy.Ready(d, tx.Today)
	if !ok {
		return refuse("no_next_letter"), nil
	}
	if _, err := s.dun(ctx, tx, []dueLevel{{collection: c, debt: c.policy.Course(d), level: level}}); err != nil {
		return crm.Answer{}, err
	}
	return done("level", c.policy.Levels[level-1].Key), s.collect(ctx, tx, c.account)
}

// noteCall keeps what a debtor said on the phone, and plans the next call if there is to be one.
func (s *Steps) noteCall(ctx context.Context, tx *store.Tx, f crm.CallFields) (crm.Answer, error) {
	c, a, err := s.begin(ctx, tx)
	if err != nil || !a.OK() {
		return a, err
	}
	if !slices.Contains(crm.EngagementOutcomes(), f.Outcome) {
		return invalid("/outcome", "unknown_value"), nil
	}
	if !f.Again.IsZero() {
		if err := crm.CheckPromiseDay(f.Again, tx.Today); err != nil {
			return invalid("/again", codeOf(err)), nil
		}
	}
	if err := tx.AddCall(ctx, c.account, f.Outcome, f.Note); err != nil {
		return crm.Answer{}, err
	}
	tx.Tell(store.Entry{Code: "collection.called", AccountID: c.account, Data: map[string]any{"outcome": f.Outcome, "note": f.Note}})
	if !f.Again.IsZero() {
		return done(), s.planCall(ctx, tx, c, c.debts[0], f.Again)
	}
	return done(), nil
}
