package activities

import (
	"context"
	"errors"

	"leadtocash/crm"
	"leadtocash/store"
)

// deadlineDispute comes in the morning after the day until which a dispute was to be decided; its key is the dispute.
const deadlineDispute = "dispute"

// disputeDays is how long whoever decides on a dispute has, where nobody says otherwise.
const disputeDays = 7

// openDispute holds back what a debtor does not want to pay of an invoice until somebody has decided; the rest is chased on (S091).
func (s *Steps) openDispute(ctx context.Context, tx *store.Tx, f crm.DisputeFields) (crm.Answer, error) {
	c, d, a, err := s.beginOn(ctx, tx, f.InvoiceID)
	if err != nil || !a.OK() {
		return a, err
	}
	if f.Reason == "" {
		return invalid("/reason", "required"), nil
	}
	x := crm.Dispute{ID: store.NewID(), InvoiceID: d.InvoiceID, Position: f.Position, Reason: f.Reason, OwnerID: f.OwnerID, DueOn: f.DueOn, OpenedBy: tx.Actor}
	if x.OwnerID == "" {
		x.OwnerID = crm.ID(tx.Actor)
	}
	if x.DueOn.IsZero() {
		x.DueOn = tx.Today.AddDays(disputeDays)
	}
	if err := crm.CheckPromiseDay(x.DueOn, tx.Today); err != nil {
		return invalid("/due_on", codeOf(err)), nil
	}
	if active, err := tx.ActiveUser(ctx, x.OwnerID); err != nil {
		return crm.Answer{}, err
	} else if !active {
		return invalid("/owner_id", "unknown_user"), nil
	}
	if pointer, err := s.disputed(ctx, tx, d, f, &x); err != nil {
		return crm.Answer{}, err
	} else if pointer != nil {
		return *pointer, nil
	}
	x.Whole = !d.Open.GreaterThan(d.Disputed.Add(x.Amount))
	if err := tx.AddDispute(ctx, x); err != nil {
		return crm.Answer{}, err
	}
	if err := tx.CancelLetters(ctx, []crm.ID{d.InvoiceID}, "disputed"); err != nil {
		return crm.Answer{}, err
	}
	tx.At(deadlineDispute, string(x.ID), store.Morning(c.cal.NextWorkingDay(x.DueOn.AddDays(1)), tx.Zone))
	tx.Tell(store.Entry{Code: "dispute.opened", AccountID: c.account, OpportunityID: d.OpportunityID, Data: map[string]any{"dispute_id": x.ID, "invoice": d.Number, "invoice_id": d.InvoiceID, "amount": x.Amount, "currency": d.Currency, "reason": x.Reason, "due": x.DueOn}})
	return done("dispute", string(x.ID)), s.collect(ctx, tx, c.account)
}

// disputed works out how much is held back; the answer is a refusal.
func (s *Steps) disputed(ctx context.Context, tx *store.Tx, d crm.Debt, f crm.DisputeFields, x *crm.Dispute) (*crm.Answer, error) {
	rest := d.Chased()
	x.Amount = rest
	if f.Position != 0 {
		line, err := tx.DisputedLine(ctx, d.InvoiceID, f.Position)
		if errors.Is(err, store.ErrNotFound) {
			a := invalid("/position", "unknown_record")
			return &a, nil
		} else if err != nil {
			return nil, err
		}
		if line.LessThan(rest) {
			x.Amount = line
		}
	}
	var err error
	if f.Amount != "" {
		if x.Amount, err = crm.ParseAmount(f.Amount, crm.Currency(d.Currency)); err == nil && x.Amount.GreaterThan(rest) {
			err = crm.Problem("more_than_open")
		}
	}
	if err == nil && !x.Amount.IsPositive() {
		err = crm.Problem("out_of_range")
	}
	if err != nil {
		a := invalid("/amount", codeOf(err))
		return &a, nil
	}
	return nil, nil
}

// resolveDispute says who is right. What the customer is right about stays out of the chase until a credit note takes it; the rest is chased on from
// this day.
func (s *Steps) resolveDispute(ctx context.Context, tx *store.Tx, f crm.ResolveFields) (crm.Answer, error) {
	c, a, err := s.begin(ctx, tx)
	if err != nil || !a.OK() {
		return a, err
	}
	x, err := tx.Dispute(ctx, c.account, f.ID)
	if err != nil {
		return crm.Answer{}, err
	}
	if x.State != crm.DisputeOpen {
		return refuse("already_decided"), nil
	}
	if f.Outcome == "" {
		return invalid("/outcome", "required"), nil
	}
	state, code := crm.DisputeRejected, "dispute.rejected"
	if f.Accepted {
		state, code = crm.DisputeAccepted, "dispute.accepted"
	}
	if err := tx.EndDispute(ctx, x.ID, state, f.Outcome); err != nil {
		return crm.Answer{}, err
	}
	tx.Unset(deadlineDispute, string(x.ID))
	d, _ := c.debt(x.InvoiceID)
	tx.Tell(store.Entry{Code: code, AccountID: c.account, Data: map[string]any{"dispute_id": x.ID, "invoice": d.Number, "invoice_id": x.InvoiceID, "amount": x.Amount, "note": f.Outcome}})
	return done(), s.collect(ctx, tx, c.account)
}

// lateDispute tells that nobody decided on a dispute in time, and its owner by a mail and a call on his day.
func (s *Steps) lateDispute(ctx context.Context, tx *store.Tx, at store.Deadline) error {
	_, account := crm.SplitProcessID(tx.Process.ID)
	x, err := tx.Dispute(ctx, account, crm.ID(at.Key))
	if errors.Is(err, store.ErrNotFound) {
		return nil
	} else if err != nil || x.State != crm.DisputeOpen {
		return err
	}
	tx.Tell(store.Entry{Code: "dispute.late", AccountID: account, Data: map[string]any{"dispute_id": x.ID, "invoice_id": x.InvoiceID, "amount": x.Amount, "due": x.DueOn}})
	c, err := s.debtor(ctx, tx, account)
	if err != nil {
		return err
	}
	d, open := c.debt(x.InvoiceID)
	if !open {
		return nil
	}
	owner, err := tx.Person(ctx, x.OwnerID)
	if err != nil || !owner.Active {
		return err
	}
	leaveMail(tx, mailKey("dispute_late", x.ID), "", crm.Letter{
		Template: "dispute_late", To: owner.Email, Name: owner.Name, Language: owner.Language, Path: "/overdue?account=" + string(account),
		Texts: map[string]string{"invoice": d.Number, "customer": c.to.Name, "due_date": x.DueOn.String(), "reason": x.Reason},
		Money: map[string]crm.Amount{"amount": {Value: x.Amount, Currency: d.Currency}},
	})
	return tx.AddTask(ctx, crm.Engagement{ID: store.NewID(), Kind: "call", OpportunityID: d.OpportunityID, Subject: d.Number + " · " + c.to.Name, DueAt: tx.Now, OwnerID: owner.ID}, account)
}
