package activities

import (
	"context"
	"errors"

	"leadtocash/crm"
	"leadtocash/store"

	"github.com/shopspring/decimal"
)

// issueInvoice bills a tranche that is open for it (S087). The number is taken last, so that it has no gaps (S091).
func (s *Steps) issueInvoice(ctx context.Context, tx *store.Tx, f crm.IssueFields) (crm.Answer, error) {
	c, err := tx.Contract(ctx)
	if err != nil {
		return crm.Answer{}, err
	}
	if err := tx.Ahead(ctx, store.TranchesOf(c.ID), store.TranchePartsOf(f.TrancheID), store.RecipientOf(c.AccountID, "")); err != nil {
		return crm.Answer{}, err
	}
	t, ok, err := tranche(ctx, tx, c.ID, f.TrancheID)
	switch {
	case err != nil:
		return crm.Answer{}, err
	case c.State != crm.ContractActive:
		return refuse("contract_closed"), nil
	case !ok:
		return refuse("not_found"), nil
	case t.InvoiceID != "":
		return refuse("already_invoiced", "invoice", string(t.InvoiceID)), nil
	case t.ExternalNumber != "": // by another system (S061)
		return refuse("already_invoiced", "number", t.ExternalNumber), nil
	case t.State != crm.TrancheBillable && !t.Begun(tx.Today):
		return refuse("tranche_not_billable", "opens_at", t.OpensAtPercent.String()), nil
	}
	if pointer, code := elsewhere(tx, f); code != "" {
		return invalid(pointer, code), nil
	}
	parts, err := tx.TrancheParts(ctx, t.ID)
	if err != nil {
		return crm.Answer{}, err
	}
	to, err := tx.Recipient(ctx, c.AccountID, "")
	if err != nil {
		return crm.Answer{}, err
	}
	words := texts().For(to.Language) // an invoice speaks its customer's language, for ever
	lines, err := billLines(ctx, tx, words, nil, c.Number, t, parts)
	if err != nil {
		return crm.Answer{}, err
	}
	i := crm.Invoice{
		ID: store.NewID(), ContractID: c.ID, AccountID: c.AccountID, Currency: c.Currency, IssueDate: tx.Today, Number: f.Number,
		Net: t.Net, Tax: t.Tax, Total: t.Total, SplitPayment: c.SplitPayment,
	}
	if !f.IssueDate.IsZero() {
		i.IssueDate = f.IssueDate
	}
	if c.Deposit.IsPositive() {
		if i.PaidBefore, err = tx.SetOff(ctx, c.OpportunityID, i.ToPay()); err != nil {
			return crm.Answer{}, err
		}
	}
	due, err := c.PaymentTerms.Due(i.IssueDate, i.ToPay(), c.PaymentDays, crm.Currency(c.Currency))
	if err != nil {
		return crm.Answer{}, err
	}
	share := crm.InvoiceShare{TrancheID: t.ID, ContractID: c.ID, Total: t.Total, SplitTax: i.SplitTax(), PaidBefore: i.PaidBefore}
	i, err = tx.Issue(ctx, i, []crm.InvoiceShare{share}, lines, due)
	switch {
	case errors.Is(err, store.ErrDateFalls):
		return refuse("invoice_date_falls"), nil
	case errors.Is(err, store.ErrNumberTaken):
		return invalid("/number", "already_used"), nil
	case err != nil:
		return crm.Answer{}, err
	}
	if !i.Elsewhere() { // else the other system sends it
		mailInvoice(tx, to, c.Number, i)
	}
	tx.Tell(store.Entry{
		Code: "invoice.issued", AccountID: c.AccountID, OpportunityID: c.OpportunityID,
		Data: map[string]any{"invoice": i.Number, "invoice_id": i.ID, "total": i.Total, "due": i.DueDate, "tranche": t.Position},
	})
	return done("invoice", string(i.ID)), nil
}

// trancheLines adds the lines of a tranche to those of an invoice, one for each rate or reason.
func trancheLines(lines []crm.InvoiceLine, tranche crm.ID, text string, parts []crm.TranchePart) []crm.InvoiceLine {
	for _, p := range parts {
		lines = append(lines, crm.InvoiceLine{Position: len(lines) + 1, Text: text, Net: p.Net, TaxPercent: p.TaxPercent, TaxCode: p.TaxCode, TaxReason: p.TaxReason, Tax: p.Tax, TrancheID: tranche})
	}
	return lines
}

// elsewhere tells what is wrong with the number of another system: it is needed where the company invoices there, and nowhere else.
func elsewhere(tx *store.Tx, f crm.IssueFields) (pointer, code string) {
	there := tx.Entity.Invoicing == crm.InvoicingElsewhere
	switch {
	case there && f.Number == "":
		return "/number", "required"
	case !there && f.Number != "":
		return "/number", "must_be_empty"
	case !there && !f.IssueDate.IsZero():
		return "/issue_date", "must_be_empty"
	case f.IssueDate.After(tx.Today):
		return "/issue_date", "in_the_future"
	}
	return "", ""
}

// mailInvoice writes to the customer.
func mailInvoice(tx *store.Tx, to store.Recipient, contract string, i crm.Invoice) {
	leaveMail(tx, mailKey("invoice", i.ID), "", crm.Letter{
		Template: "invoice", To: to.Email, Name: to.Name, Language: to.Language,
		Texts: map[string]string{"invoice": i.Number, "contract": contract, "due_date": i.DueDate.String()}, Money: invoiceSums(i),
	})
}

// invoiceSums are the sums of which the mail with an invoice speaks: where not the whole of it is to be paid, also what is and why.
func invoiceSums(i crm.Invoice) map[string]crm.Amount {
	out := map[string]crm.Amount{"total": {Value: i.Total, Currency: i.Currency}}
	if i.ToPay().Equal(i.Total) {
		return out
	}
	for name, v := range map[string]decimal.Decimal{"split_tax": i.SplitTax(), "paid_before": i.PaidBefore} {
		if v.IsPositive() {
			out[name] = crm.Amount{Value: v, Currency: i.Currency}
		}
	}
	out["to_pay"] = crm.Amount{Value: i.ToPay(), Currency: i.Currency}
	return out
}

func tranche(ctx context.Context, tx *store.Tx, contract, id crm.ID) (crm.Tranche, bool, error) {
	all, err := tx.Tranches(ctx, contract)
	for _, t := range all {
		if t.ID == id {
			return t, true, err
		}
	}
	return crm.Tranche{}, false, err
}

// recordPayment books money that came in for an invoice (decision 11). The bank's reference keeps it from being booked twice; a payment that
// settles the invoice stops its chase at once (S091).
func (s *Steps) recordPayment(ctx context.Context, tx *store.Tx, f crm.PaymentFields) (crm.Answer, error) {
	c, err := tx.Contract(ctx)
	if err != nil {
		return crm.Answer{}, err
	}
	collection := crm.ProcessID(crm.KindCollection, c.AccountID)
	if err := tx.Ahead(ctx, store.InvoiceOf(c.ID, f.InvoiceID), store.OpenOf(f.InvoiceID), store.PaymentOf(f.Reference), store.LivingOf(collection)); err != nil {
		return crm.Answer{}, err
	}
	i, err := tx.Invoice(ctx, c.ID, f.InvoiceID)
	if err != nil {
		return crm.Answer{}, err
	}
	amount, err := crm.ParseAmount(f.Amount, crm.Currency(i.Currency))
	if err == nil && !amount.IsPositive() {
		err = crm.Problem("out_of_range", "min", "0.01")
	}
	if err != nil {
		return invalid("/amount", codeOf(err)), nil
	}
	if f.Reference == "" {
		return invalid("/reference", "required"), nil
	}
	if f.ReceivedOn.IsZero() {
		f.ReceivedOn = tx.Today
	}
	if f.ReceivedOn.After(tx.Today) {
		return invalid("/received_on", "in_the_future"), nil
	}
	open, err := tx.OpenOn(ctx, i.ID)
	if err != nil {
		return crm.Answer{}, err
	}
	if known, err := tx.PaymentBy(ctx, f.Reference); err == nil {
		return refuse("duplicate_payment", "payment", string(known.ID)), nil
	} else if !errors.Is(err, store.ErrNotFound) {
		return crm.Answer{}, err
	}
	over := decimal.Max(amount.Sub(open), decimal.Zero)
	var beside crm.Claims
	if open.IsZero() {
		if void, err := tx.Void(ctx, i.ID); err != nil {
			return crm.Answer{}, err
		} else if void {
			return refuse("invoice_void"), nil
		}
	}
	if over.IsPositive() {
		claims, err := tx.ClaimsOn(ctx, i.ID)
		if err != nil {
			return crm.Answer{}, err
		}
		if over.GreaterThan(claims.Sum()) {
			return refuse("overpayment", "open", open.StringFixed(2), "fees", claims.Sum().StringFixed(2), "amount", amount.StringFixed(2)), nil
		}
		beside = claims.Pay(over)
	}
	p := crm.Payment{ID: store.NewID(), AccountID: c.AccountID, Reference: f.Reference, Amount: amount, Currency: i.Currency, ReceivedOn: f.ReceivedOn, RecordedBy: tx.Actor}
	return s.book(ctx, tx, c, i, p, beside)
}

func (s *Steps) book(ctx context.Context, tx *store.Tx, c crm.Contract, i crm.Invoice, p crm.Payment, beside crm.Claims) (crm.Answer, error) {
	collection := crm.ProcessID(crm.KindCollection, c.AccountID)
	living, err := tx.Living(ctx, collection)
	if err != nil {
		return crm.Answer{}, err
	}
	left, err := tx.Pay(ctx, p, i.ID, beside)
	if err != nil {
		return crm.Answer{}, err
	}
	tx.Tell(store.Entry{
		Code: "payment.recorded", AccountID: c.AccountID, OpportunityID: c.OpportunityID,
		Data: map[string]any{"invoice": i.Number, "invoice_id": i.ID, "payment_id": p.ID, "amount": p.Amount, "fee": beside.Fees, "interest": beside.Interest, "recovered": beside.WrittenOff, "left": left},
	})
	if living {
		tx.Review(collection)
	}
	return done("payment", string(p.ID), "left", left.StringFixed(2), "settled", yes(left.Equal(decimal.Zero))), nil
}

func yes(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}
