package activities

import (
	"context"
	"errors"

	"leadtocash/crm"
	"leadtocash/store"

	"github.com/shopspring/decimal"
)

// creditInvoice takes an issued invoice back, as a whole or in part (S087, S091), never beyond what is not credited yet. What is open is settled first; what was
// paid already is the customer's. Who chases him looks again at once.
func (s *Steps) creditInvoice(ctx context.Context, tx *store.Tx, f crm.CreditFields) (crm.Answer, error) {
	c, err := tx.Contract(ctx)
	if err != nil {
		return crm.Answer{}, err
	}
	switch {
	case c.State == crm.ContractUndoing || c.State == crm.ContractUndone: // its own steps credit what there is
		return refuse("contract_closed"), nil
	case f.Reason == "":
		return invalid("/reason", "required"), nil
	}
	i, err := tx.Invoice(ctx, c.ID, f.InvoiceID)
	if err != nil {
		return crm.Answer{}, err
	}
	to := store.Recipient{}
	if f.Tells { // asked before the number is taken, for which others wait
		if to, err = tx.Recipient(ctx, c.AccountID, ""); err != nil {
			return crm.Answer{}, err
		}
	}
	n, left, err := s.credit(ctx, tx, c, i, f)
	var wrong crm.FieldErrors
	var refused crm.FieldError
	switch {
	case errors.As(err, &wrong):
		return invalid(wrong[0].Pointer, wrong[0].Code), nil
	case errors.As(err, &refused):
		return refuse(refused.Code), nil
	case err != nil:
		return crm.Answer{}, err
	}
	if f.Tells {
		tellCredit(tx, to, c, i, n)
	}
	return done("credit_note", string(n.ID), "left", left.StringFixed(2), "on_account", n.OnAccount.StringFixed(2)), nil
}

// credit writes the credit note. Errors: those of crm.CreditLines, rebill_not_whole, and out_of_range at /lines where the parts come to nothing.
func (s *Steps) credit(ctx context.Context, tx *store.Tx, c crm.Contract, i crm.Invoice, f crm.CreditFields) (n crm.CreditNote, left decimal.Decimal, err error) {
	open, err := tx.OpenOn(ctx, i.ID)
	if err != nil {
		return n, left, err
	}
	all, credited, err := tx.Creditable(ctx, i.ID)
	if err != nil {
		return n, left, err
	}
	lines, err := crm.CreditLines(all, credited, f.Lines, crm.Currency(i.Currency))
	if err != nil {
		return n, left, err
	}
	rest, _, _ := crm.Sums(crm.Uncredited(crm.Uncredited(all, credited), lines))
	switch _, _, total := crm.Sums(lines); {
	case !total.IsPositive():
		return n, left, crm.FieldErrors{crm.Problem("out_of_range", "min", "0.01").At("/lines")}
	case f.Rebill && !rest.IsZero():
		return n, left, crm.Problem("rebill_not_whole")
	case f.Rebill && c.State != crm.ContractActive:
		return n, left, crm.Problem("contract_closed")
	}
	collection := crm.ProcessID(crm.KindCollection, i.AccountID)
	living, err := tx.Living(ctx, collection)
	if err != nil {
		return n, left, err
	}
	if living {
		tx.Review(collection)
	}
	if n, left, err = tx.Credit(ctx, i, crm.CreditNote{Reason: f.Reason, Rebill: f.Rebill, IssuedBy: tx.Actor}, lines, open, rest.IsZero()); err != nil {
		return n, left, err
	}
	tx.Tell(store.Entry{
		Code: "invoice.credited", AccountID: c.AccountID, OpportunityID: c.OpportunityID,
		Data: map[string]any{"invoice": i.Number, "invoice_id": i.ID, "credit_note": n.Number, "credit_note_id": n.ID, "total": n.Total, "open": left, "reason": f.Reason},
	})
	return n, left, nil
}

// tellCredit writes to the customer.
func tellCredit(tx *store.Tx, to store.Recipient, c crm.Contract, i crm.Invoice, n crm.CreditNote) {
	letter := crm.Letter{
		Template: "credit_note", To: to.Email, Name: to.Name, Language: to.Language, Texts: map[string]string{"number": n.Number, "invoice": i.Number, "contract": c.Number, "reason": n.Reason},
		Money: map[string]crm.Amount{"total": {Value: n.Total, Currency: n.Currency}},
	}
	if n.OnAccount.IsPositive() {
		letter.Money["on_account"] = crm.Amount{Value: n.OnAccount, Currency: n.Currency}
	}
	leaveMail(tx, mailKey("credit_note", n.ID), "", letter)
}
