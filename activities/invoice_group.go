package activities

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"

	"leadtocash/crm"
	"leadtocash/store"

	"github.com/shopspring/decimal"
)

// groupInvoice bills several tranches on one invoice, of this contract or of several of its customer (S061, S087). All its contracts are locked in the order of their
// ids, this one being the first of them, and the timeline of each tells it. All that keeps the tranches apart is told at once. As in issueInvoice the number comes last.
func (s *Steps) groupInvoice(ctx context.Context, tx *store.Tx, f crm.GroupFields) (crm.Answer, error) {
	c, err := tx.Contract(ctx)
	if err != nil {
		return crm.Answer{}, err
	}
	all, err := tx.Grouped(ctx, f.TrancheIDs)
	if err != nil {
		return crm.Answer{}, err
	}
	switch wrong := crm.CheckGroup(all, tx.Today); {
	case len(all) != len(f.TrancheIDs):
		return refuse("not_found"), nil
	case len(wrong) > 0:
		return apart(wrong), nil
	case tx.Entity.Invoicing == crm.InvoicingElsewhere:
		return invalid("/tranche_ids", "group_elsewhere"), nil
	}
	all = crm.ByContract(all)
	to, err := tx.Recipient(ctx, c.AccountID, "")
	if err != nil {
		return crm.Answer{}, err
	}
	words := texts().For(to.Language)
	var lines []crm.InvoiceLine
	i := crm.Invoice{ID: store.NewID(), ContractID: c.ID, AccountID: c.AccountID, Currency: c.Currency, IssueDate: tx.Today, SplitPayment: c.SplitPayment}
	shares := make([]crm.InvoiceShare, len(all))
	for k, t := range all {
		parts, err := tx.TrancheParts(ctx, t.ID)
		if err != nil {
			return crm.Answer{}, err
		}
		if lines, err = billLines(ctx, tx, words, lines, t.Contract, t.Tranche, parts); err != nil {
			return crm.Answer{}, err
		}
		shares[k] = crm.InvoiceShare{TrancheID: t.ID, ContractID: t.ContractID, Total: t.Total, SplitTax: t.SplitTax()}
		i.Net, i.Tax, i.Total = i.Net.Add(t.Net), i.Tax.Add(t.Tax), i.Total.Add(t.Total)
	}
	if i.PaidBefore, err = setOff(ctx, tx, all, shares); err != nil {
		return crm.Answer{}, err
	}
	due, err := c.PaymentTerms.Due(i.IssueDate, i.ToPay(), c.PaymentDays, crm.Currency(c.Currency))
	if err != nil {
		return crm.Answer{}, err
	}
	i, err = tx.Issue(ctx, i, shares, lines, due)
	if errors.Is(err, store.ErrDateFalls) {
		return refuse("invoice_date_falls"), nil
	} else if err != nil {
		return crm.Answer{}, err
	}
	tellGroup(tx, to, all, i)
	return done("invoice", string(i.ID)), nil
}

// apart is the answer for tranches that do not go together: the first reason of each.
func apart(wrong crm.FieldErrors) crm.Answer {
	a := refuse("validation_failed")
	a.Params = map[string]string{}
	for _, e := range wrong {
		if _, told := a.Params[e.Pointer]; !told {
			a.Params[e.Pointer] = e.Code
		}
	}
	return a
}

// setOff takes what the deposits of the deals cover of their own contracts' shares.
func setOff(ctx context.Context, tx *store.Tx, all []crm.BillableTranche, shares []crm.InvoiceShare) (covered decimal.Decimal, err error) {
	var done []crm.ID
	for _, t := range all {
		if !t.Deposit.IsPositive() || slices.Contains(done, t.ContractID) {
			continue
		}
		done = append(done, t.ContractID)
		owed := decimal.Zero
		for _, s := range shares {
			if s.ContractID == t.ContractID {
				owed = owed.Add(s.Total).Sub(s.SplitTax)
			}
		}
		part, err := tx.SetOff(ctx, t.OpportunityID, owed)
		if err != nil {
			return covered, err
		}
		crm.ShareDeposit(shares, t.ContractID, part)
		covered = covered.Add(part)
	}
	return covered, nil
}

// tellGroup mails the customer and tells each contract what of the invoice is its.
func tellGroup(tx *store.Tx, to store.Recipient, all []crm.BillableTranche, i crm.Invoice) {
	var numbers []string
	for k := 0; k < len(all); {
		first, own, positions := all[k], decimal.Zero, []string(nil)
		for ; k < len(all) && all[k].ContractID == first.ContractID; k++ {
			own, positions = own.Add(all[k].Total), append(positions, strconv.Itoa(all[k].Position))
		}
		numbers = append(numbers, first.Contract)
		tx.Tell(store.Entry{
			Process: crm.ProcessID(crm.KindContract, first.ContractID), Code: "invoice.grouped", AccountID: first.AccountID, OpportunityID: first.OpportunityID,
			Data: map[string]any{"invoice": i.Number, "invoice_id": i.ID, "total": own, "amount": i.Total, "due": i.DueDate, "tranches": strings.Join(positions, ", ")},
		})
	}
	mailInvoice(tx, to, strings.Join(numbers, ", "), i)
}

// ownParts are what is left of a contract's own lines of an invoice; none of an invoice that is its alone, which is taken as a whole.
func (s *Steps) ownParts(ctx context.Context, tx *store.Tx, c crm.Contract, i crm.Invoice) (parts []crm.CreditPart, none bool, err error) {
	if !i.Grouped {
		return nil, false, nil
	}
	if _, err := tx.OpenOn(ctx, i.ID); err != nil { // nobody credits it meanwhile
		return nil, false, err
	}
	all, credited, err := tx.Creditable(ctx, i.ID)
	if err != nil {
		return nil, false, err
	}
	tranches, err := tx.Tranches(ctx, c.ID)
	if err != nil {
		return nil, false, err
	}
	for _, l := range crm.Uncredited(all, credited) {
		if own := slices.ContainsFunc(tranches, func(t crm.Tranche) bool { return t.ID == l.TrancheID }); own && !l.Net.IsZero() {
			parts = append(parts, crm.CreditPart{Position: l.Position, Net: l.Net.StringFixed(2)})
		}
	}
	return parts, len(parts) == 0, nil
}
