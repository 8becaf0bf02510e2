package activities

import (
	"context"
	"errors"
	"slices"

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
	ended, err := ends(ctx, tx, i, all, lines, crm.Uncredited(crm.Uncredited(all, credited), lines))
	if err != nil {
		return n, left, err
	}
	switch _, _, total := crm.Sums(lines); {
	case !total.IsPositive():
		return n, left, crm.FieldErrors{crm.Problem("out_of_range", "min", "0.01").At("/lines")}
	case f.Rebill && (len(ended.ids) == 0 || !ended.all):
		return n, left, crm.Problem("rebill_not_whole")
	case f.Rebill && !ended.active:
		return n, left, crm.Problem("contract_closed")
	}
	others, err := s.creditedOf(ctx, tx, i, all, lines)
	if err != nil {
		return n, left, err
	}
	collection := crm.ProcessID(crm.KindCollection, i.AccountID)
	living, err := tx.Living(ctx, collection)
	if err != nil {
		return n, left, err
	}
	if living {
		tx.Review(collection)
	}
	if n, left, err = tx.Credit(ctx, i, crm.CreditNote{ContractID: c.ID, Reason: f.Reason, Rebill: f.Rebill, IssuedBy: tx.Actor}, lines, open, ended.ids); err != nil {
		return n, left, err
	}
	data := map[string]any{"invoice": i.Number, "invoice_id": i.ID, "credit_note": n.Number, "credit_note_id": n.ID, "total": n.Total, "open": left, "reason": f.Reason}
	tx.Tell(store.Entry{Code: "invoice.credited", AccountID: c.AccountID, OpportunityID: c.OpportunityID, Data: data})
	for _, o := range others {
		if o.ContractID != c.ID {
			tx.Tell(store.Entry{Process: crm.ProcessID(crm.KindContract, o.ContractID), Code: "invoice.credited", AccountID: c.AccountID, OpportunityID: o.OpportunityID, Data: data})
		}
	}
	return n, left, nil
}

// creditedOf are the contracts of which the lines of a credit note take something, where the invoice bills several: a tranche of each.
func (s *Steps) creditedOf(ctx context.Context, tx *store.Tx, i crm.Invoice, all, lines []crm.InvoiceLine) (out []crm.BillableTranche, err error) {
	if !i.Grouped {
		return nil, nil
	}
	var ids []crm.ID
	for _, l := range lines {
		if at := slices.IndexFunc(all, func(a crm.InvoiceLine) bool { return a.Position == l.Position }); at >= 0 {
			ids = append(ids, all[at].TrancheID)
		}
	}
	tranches, err := tx.TranchesBy(ctx, ids)
	for _, t := range tranches {
		if !slices.ContainsFunc(out, func(o crm.BillableTranche) bool { return o.ContractID == t.ContractID }) {
			out = append(out, t)
		}
	}
	return out, err
}

// ending are the tranches of which a credit note leaves nothing.
type ending struct {
	ids    []crm.ID
	all    bool // it takes from no other tranche
	active bool // their contracts
}

// ends finds the tranches that end with the lines of a credit note, after which the rest is left. An invoice whose lines do not say so has one.
func ends(ctx context.Context, tx *store.Tx, i crm.Invoice, all, lines, rest []crm.InvoiceLine) (e ending, err error) {
	if len(all) > 0 && all[0].TrancheID == "" {
		if all, rest, lines, err = ofOneTranche(ctx, tx, i, all, rest, lines); err != nil || len(all) == 0 {
			return ending{all: true, active: true}, err
		}
	}
	of, left := map[int]crm.ID{}, map[crm.ID]bool{}
	for k, l := range all {
		of[l.Position] = l.TrancheID
		left[l.TrancheID] = left[l.TrancheID] || !rest[k].Net.IsZero() || !rest[k].Tax.IsZero()
	}
	e = ending{all: true, active: true}
	for _, l := range lines {
		switch id := of[l.Position]; {
		case left[id]:
			e.all = false
		case !slices.Contains(e.ids, id):
			e.ids = append(e.ids, id)
		}
	}
	if len(e.ids) == 0 {
		return e, nil
	}
	tranches, err := tx.TranchesBy(ctx, e.ids)
	for _, t := range tranches {
		e.active = e.active && t.Active
	}
	return e, err
}

// ofOneTranche gives the lines of an invoice from before they said whose they are the only tranche that it bills; none where that was billed again.
func ofOneTranche(ctx context.Context, tx *store.Tx, i crm.Invoice, lists ...[]crm.InvoiceLine) (all, rest, lines []crm.InvoiceLine, err error) {
	tranches, err := tx.Tranches(ctx, i.ContractID)
	if err != nil {
		return nil, nil, nil, err
	}
	at := slices.IndexFunc(tranches, func(t crm.Tranche) bool { return t.InvoiceID == i.ID })
	if at < 0 {
		return nil, nil, nil, nil
	}
	for n := range lists {
		lists[n] = slices.Clone(lists[n])
		for k := range lists[n] {
			lists[n][k].TrancheID = tranches[at].ID
		}
	}
	return lists[0], lists[1], lists[2], nil
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
