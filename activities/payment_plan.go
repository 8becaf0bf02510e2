package activities

import (
	"context"
	"slices"
	"strings"

	"leadtocash/crm"
	"leadtocash/store"

	"github.com/shopspring/decimal"
)

// agreePlan notes that a debtor pays some of his invoices in parts (S091): their chase rests from part to part, letters about them that nobody has taken yet do not
// leave, promises about them are replaced, and the debtor gets what was agreed in his language.
func (s *Steps) agreePlan(ctx context.Context, tx *store.Tx, f crm.PaymentPlanFields) (crm.Answer, error) {
	c, a, err := s.begin(ctx, tx)
	if err != nil || !a.OK() {
		return a, err
	}
	p := crm.PaymentPlan{ID: store.NewID(), AccountID: c.account, State: crm.PaymentPlanOpen, Note: f.Note, MadeBy: tx.Actor}
	debts := c.chosen(f.Invoices)
	if len(debts) == 0 || len(f.Invoices) > 0 && len(debts) != len(f.Invoices) {
		return invalid("/invoices", "unknown_record"), nil
	}
	for _, d := range debts {
		p.Invoices, p.Numbers, p.Currency = append(p.Invoices, d.InvoiceID), append(p.Numbers, d.Number), d.Currency
	}
	can, err := tx.Plannables(ctx, p.Invoices)
	if err != nil {
		return crm.Answer{}, err
	}
	for _, d := range debts {
		if why := unplannable(d, can[d.InvoiceID]); why != "" {
			return refuse(why, "invoice", d.Number), nil
		}
		p.Amount = p.Amount.Add(can[d.InvoiceID].Open)
	}
	var wrong crm.FieldErrors
	if p.Parts, wrong = f.Divide(p.Amount, crm.Currency(p.Currency), tx.Today); len(wrong) > 0 {
		return invalids(wrong), nil
	}
	if err := tx.AddPaymentPlan(ctx, p); err != nil {
		return crm.Answer{}, err
	}
	if err := tx.CancelLetters(ctx, p.Invoices, "planned"); err != nil {
		return crm.Answer{}, err
	}
	letter := crm.PaymentPlanLetter(p, crm.Letter{To: c.to.Email, Name: c.to.Name, Language: c.to.Language})
	if err := s.leave(ctx, tx, c, mailKey("payment_plan", p.ID), strings.Join(p.Numbers, ", "), "", letter); err != nil {
		return crm.Answer{}, err
	}
	tx.Tell(store.Entry{Code: "payment_plan.made", AccountID: c.account, Data: map[string]any{
		"payment_plan_id": p.ID, "invoices": strings.Join(p.Numbers, ", "), "amount": p.Amount, "currency": p.Currency, "parts": len(p.Parts), "on": p.Parts[0].DueOn, "last": p.Parts[len(p.Parts)-1].DueOn, "note": p.Note,
	}})
	return done("payment_plan", string(p.ID)), s.collect(ctx, tx, c.account)
}

// chosen are the debts with these ids, or all where none is named, of one currency.
func (c collection) chosen(ids []crm.ID) (out []crm.Debt) {
	for _, d := range c.debts {
		if (len(ids) == 0 || slices.Contains(ids, d.InvoiceID)) && (len(out) == 0 || d.Currency == out[0].Currency) {
			out = append(out, d)
		}
	}
	return out
}

// unplannable says why an invoice cannot be paid in parts; empty when it can.
func unplannable(d crm.Debt, p store.Plannable) string {
	on := func(kind crm.HoldKind) bool {
		return slices.ContainsFunc(d.Holds, func(h crm.DunningHold) bool { return h.Kind == kind && h.Ended.IsZero() })
	}
	switch {
	case on(crm.HoldLegal):
		return "with_legal"
	case on(crm.HoldPlan):
		return "already_planned"
	case d.Disputed.IsPositive() || on(crm.HoldDispute):
		return "plan_disputed"
	case p.WriteOff:
		return "write_off_waiting"
	}
	return ""
}

// invalids is the answer to fields of which several are wrong.
func invalids(wrong crm.FieldErrors) crm.Answer {
	a := crm.Answer{Code: "validation_failed", Params: map[string]string{}}
	for _, e := range wrong {
		a.Params[e.Pointer] = e.Code
	}
	return a
}

// judgePlans says of a debtor's payment plans what became of them: kept as soon as nothing is open on their invoices, broken in the first morning after the day of a part
// that has not come, which somebody is told by a call to make. A plan rests while something of its invoices is disputed. It tells whether one ended.
func (s *Steps) judgePlans(ctx context.Context, tx *store.Tx, c collection) (ended bool, err error) {
	open, err := tx.OpenPaymentPlans(ctx, c.account)
	for _, p := range open {
		state := p.Judge(tx.Today)
		if state == crm.PaymentPlanOpen || state == crm.PaymentPlanBroken && (!lettersLeave(tx, c.cal) || c.disputed(p.Invoices)) {
			continue
		}
		if _, err := tx.EndPaymentPlan(ctx, c.account, p.ID, state, ""); err != nil {
			return ended, err
		}
		ended = true
		told := map[string]any{"payment_plan_id": p.ID, "amount": p.Amount, "currency": p.Currency, "invoices": strings.Join(p.Numbers, ", ")}
		if state == crm.PaymentPlanKept {
			tx.Tell(store.Entry{Code: "payment_plan.kept", AccountID: c.account, Data: told})
			continue
		}
		told["left"], told["on"], told["part"], told["parts"] = missing(p, tx.Today), p.Rest()[0].DueOn, p.Rest()[0].Position, len(p.Parts)
		tx.Tell(store.Entry{Code: "payment_plan.broken", AccountID: c.account, Data: told})
		for _, d := range c.chosen(p.Invoices)[:1] { // a plan that is broken has an open invoice
			if err := s.planCall(ctx, tx, c, d, tx.Today); err != nil {
				return ended, err
			}
		}
	}
	return ended, err
}

// missing is what should have come of a plan by the day before.
func missing(p crm.PaymentPlan, today crm.Date) (sum decimal.Decimal) {
	for _, part := range p.Rest() {
		if part.DueOn.Before(today) {
			sum = sum.Add(part.Amount)
		}
	}
	return sum
}

// disputed tells whether something of the invoices is.
func (c collection) disputed(invoices []crm.ID) bool {
	return slices.ContainsFunc(c.debts, func(d crm.Debt) bool { return d.Disputed.IsPositive() && slices.Contains(invoices, d.InvoiceID) })
}

// endPlan ends a payment plan before its last day, when it is known not to hold; the chase goes on where it stood.
func (s *Steps) endPlan(ctx context.Context, tx *store.Tx, f crm.ReleaseFields) (crm.Answer, error) {
	c, a, err := s.begin(ctx, tx)
	if err != nil || !a.OK() {
		return a, err
	}
	if f.Note == "" {
		return invalid("/note", "required"), nil
	}
	if ended, err := tx.EndPaymentPlan(ctx, c.account, f.ID, crm.PaymentPlanEnded, f.Note); err != nil {
		return crm.Answer{}, err
	} else if !ended {
		return refuse("hold_over"), nil
	}
	tx.Tell(store.Entry{Code: "payment_plan.ended", AccountID: c.account, Data: map[string]any{"payment_plan_id": f.ID, "note": f.Note}})
	return done(), s.collect(ctx, tx, c.account)
}
