package activities

import (
	"context"
	"errors"

	"leadtocash/crm"
	"leadtocash/store"
)

// handToLegal gives all that a debtor owes to somebody outside (S091): nothing of it is chased until it comes back, letters that nobody has taken yet do not
// leave, and payment plans end.
func (s *Steps) handToLegal(ctx context.Context, tx *store.Tx, f crm.LegalFields) (crm.Answer, error) {
	c, a, err := s.begin(ctx, tx)
	if err != nil || !a.OK() {
		return a, err
	}
	switch {
	case f.Handler == "":
		return invalid("/handler", "required"), nil
	case f.Reason == "":
		return invalid("/reason", "required"), nil
	case f.Since.After(tx.Today):
		return invalid("/since", "in_the_future"), nil
	case f.Since.IsZero():
		f.Since = tx.Today
	}
	l := crm.LegalHandOver{ID: store.NewID(), AccountID: c.account, Handler: f.Handler, Reason: f.Reason, Since: f.Since, MadeBy: tx.Actor}
	if begun, err := tx.HandOver(ctx, l); err != nil {
		return crm.Answer{}, err
	} else if !begun {
		return refuse("with_legal"), nil
	}
	var all []crm.ID
	for _, d := range c.debts {
		all = append(all, d.InvoiceID)
	}
	if err := tx.CancelLetters(ctx, all, "legal"); err != nil {
		return crm.Answer{}, err
	}
	plans, err := tx.EndPaymentPlans(ctx, c.account, f.Reason)
	if err != nil {
		return crm.Answer{}, err
	}
	for _, p := range plans {
		tx.Tell(store.Entry{Code: "payment_plan.ended", AccountID: c.account, Data: map[string]any{"payment_plan_id": p.ID, "note": f.Reason}})
	}
	tx.Tell(store.Entry{Code: "collection.legal_out", AccountID: c.account, Data: map[string]any{"handler": f.Handler, "reason": f.Reason, "on": f.Since}})
	return done(), s.collect(ctx, tx, c.account)
}

// takeFromLegal has the house chase a debtor again, from where it stood.
func (s *Steps) takeFromLegal(ctx context.Context, tx *store.Tx, f crm.ReturnFields) (crm.Answer, error) {
	c, a, err := s.begin(ctx, tx)
	if err != nil || !a.OK() {
		return a, err
	}
	if f.Outcome == "" {
		return invalid("/outcome", "required"), nil
	}
	handler, err := tx.TakeBack(ctx, c.account, f.Outcome)
	if errors.Is(err, store.ErrNotFound) {
		return refuse("hold_over"), nil
	} else if err != nil {
		return crm.Answer{}, err
	}
	tx.Tell(store.Entry{Code: "collection.legal_back", AccountID: c.account, Data: map[string]any{"handler": handler, "note": f.Outcome}})
	return done(), s.collect(ctx, tx, c.account)
}
