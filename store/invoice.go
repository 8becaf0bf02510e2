package store

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"slices"
	"strings"

	"leadtocash/crm"
)

const invoiceColumns = `id, series, year, sequence, number, contract_id, account_id, currency, issue_date, due_date, net, tax, total, previous_hash, hash, issued_at`

// issuedLine reads lines of invoices as they were issued, invoiceLine as they are worded now.
const (
	issuedLine  = `select position, text, net, tax_percent, tax_code, tax_reason, tax from invoice_line`
	invoiceLine = `select position, text, net, tax_percent, tax_code, tax_reason, tax, tranche_id from invoice_line_now`
)

// ErrDateFalls refuses an invoice dated more than a day before the last one of its series. One of the day before, whose clock is a moment
// behind at midnight, takes the last one's date: dates never fall.
var ErrDateFalls = errors.New("an invoice of this series has a later date")

// ErrNumberTaken refuses a number of another system that is noted already.
var ErrNumberTaken = errors.New("the number is noted already")

// Issue writes an invoice for the tranches of its shares and gives it the next number of its series and year, without gaps (S087, S091): the counter's
// row stays locked until the commit, so this is the step's last question: what it writes goes out with the step's last batch. The hash covers the invoice and the
// one before it. due is what of it is to be paid when, one part at least; parts are kept where there are several.
func (tx *Tx) Issue(ctx context.Context, i crm.Invoice, shares []crm.InvoiceShare, lines []crm.InvoiceLine, due []crm.DueAmount) (crm.Invoice, error) {
	series := "A"
	if i.Number != "" {
		series = crm.SeriesElsewhere
	}
	i.Series, i.Year, i.IssuedAt, i.DueDate = series, i.IssueDate.Year(), tx.Now, due[len(due)-1].Date
	last, err := tx.takeNumber(ctx, i.Series, i.Year)
	if err != nil {
		return i, err
	}
	i.Sequence, i.PreviousHash = last.Sequence, last.Hash
	if err := tx.numbered(ctx, &i); err != nil {
		return i, err
	}
	switch behind := last.Date.DaysSince(i.IssueDate); {
	case last.Date.IsZero() || behind <= 0 || i.Elsewhere():
	case behind > 1:
		return i, ErrDateFalls
	default: // another process's midnight came a moment earlier
		i.IssueDate, i.DueDate = last.Date, i.DueDate.AddDays(behind)
		due = slices.Clone(due)
		for k := range due {
			due[k].Date = due[k].Date.AddDays(behind)
		}
	}
	if len(due) == 1 { // the invoice says it
		due = nil
	}
	i.Grouped = len(shares) > 1
	i.Hash = invoiceHash(i, lines, due, shares)
	tx.q.later(`insert into invoice (id, series, year, sequence, number, contract_id, account_id, currency, issue_date, due_date, net, tax, total, previous_hash, hash, issued_at, split_payment, paid_before, grouped)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)`, i.ID, i.Series, i.Year, i.Sequence, i.Number, i.ContractID,
		i.AccountID, i.Currency, i.IssueDate, i.DueDate, i.Net, i.Tax, i.Total, i.PreviousHash, i.Hash, i.IssuedAt, i.SplitPayment, i.PaidBefore, i.Grouped)
	for _, l := range lines {
		tx.q.later(`insert into invoice_line (invoice_id, position, text, net, tax_percent, tax_code, tax_reason, tax, tranche_id) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
			i.ID, l.Position, l.Text, l.Net, l.TaxPercent, l.TaxCode, l.TaxReason, l.Tax, l.TrancheID)
	}
	for k, d := range due {
		tx.q.later(`insert into invoice_instalment (invoice_id, position, due_date, amount) values ($1, $2, $3, $4)`, i.ID, k+1, d.Date, d.Amount)
	}
	tx.owe(i)
	state := crm.TrancheInvoiced
	if i.ToPay().IsZero() {
		state = crm.TranchePaid
	}
	for k, s := range shares {
		tx.q.later(`update tranche set state = $3, invoice_id = $2 where id = $1`, s.TrancheID, i.ID, state)
		if i.Grouped {
			tx.q.later(`insert into invoice_share (invoice_id, position, tranche_id, contract_id, total, split_tax, paid_before) values ($1, $2, $3, $4, $5, $6, $7)`,
				i.ID, k+1, s.TrancheID, s.ContractID, s.Total, s.SplitTax, s.PaidBefore)
		}
	}
	tx.giveNumber(i.Series, i.Year, i.Hash, i.IssueDate)
	return i, nil
}

// numbered gives an invoice its number, or sees that another system's is noted once.
func (tx *Tx) numbered(ctx context.Context, i *crm.Invoice) (err error) {
	if !i.Elsewhere() {
		i.Number = fmt.Sprintf("%d/%04d", i.Year, i.Sequence)
		return nil
	}
	var known bool
	if err = tx.q.QueryRow(ctx, `select exists (select from invoice where series = $1 and year = $2 and lower(number) = lower($3))`, i.Series, i.Year, i.Number).Scan(&known); known {
		return ErrNumberTaken
	}
	return told(err)
}

// owe writes what the customer owes for an invoice that is issued: its total, of which the tax that goes to the state by him and what his deposit covers are
// settled at once, each by an entry of its own, so that the ledger explains what is open (decision 11).
func (tx *Tx) owe(i crm.Invoice) {
	tx.setOff = nil
	const entry = `insert into ledger (account_id, invoice_id, kind, amount, on_date, at) values ($1, $2, $3, $4, $5, $6)`
	tx.q.later(entry, i.AccountID, i.ID, "invoice", i.Total, i.IssueDate, tx.Now)
	if tax := i.SplitTax(); tax.IsPositive() {
		tx.q.later(entry, i.AccountID, i.ID, "split_tax", tax.Neg(), i.IssueDate, tx.Now)
	}
	if i.PaidBefore.IsPositive() { // from the customer's account to the invoice
		tx.q.later(entry, i.AccountID, nil, "deposit", i.PaidBefore, i.IssueDate, tx.Now)
		tx.q.later(entry, i.AccountID, i.ID, "deposit", i.PaidBefore.Neg(), i.IssueDate, tx.Now)
	}
	tx.q.later(`insert into receivable (invoice_id, account_id, due_date, open, settled_at) values ($1, $2, $3, $4, case when $4 = 0::numeric then $5::timestamptz end)`, i.ID, i.AccountID, i.DueDate, i.ToPay(), tx.Now)
}

// invoiceHash chains an issued invoice to the one before it. Every figure that must not change is in it, of a grouped one also what falls to each tranche.
func invoiceHash(i crm.Invoice, lines []crm.InvoiceLine, due []crm.DueAmount, shares []crm.InvoiceShare) []byte {
	h := sha256.New()
	fmt.Fprintf(h, "%x\n%s %d %d %s %s %s %s %s %s %s %s %s\n", i.PreviousHash, i.Series, i.Year, i.Sequence, i.ID, i.ContractID, i.AccountID, i.Currency,
		i.IssueDate, i.DueDate, i.Net.StringFixed(2), i.Tax.StringFixed(2), i.Total.StringFixed(2))
	if !i.PaidBefore.IsZero() {
		fmt.Fprintf(h, "paid before %s\n", i.PaidBefore.StringFixed(2))
	}
	for _, d := range due {
		fmt.Fprintf(h, "due %s %s\n", d.Date, d.Amount.StringFixed(2))
	}
	if i.Grouped {
		for _, s := range shares {
			fmt.Fprintf(h, "share %s %s %s %s %s\n", s.TrancheID, s.ContractID, s.Total.StringFixed(2), s.SplitTax.StringFixed(2), s.PaidBefore.StringFixed(2))
		}
	}
	for _, l := range lines {
		fmt.Fprintf(h, "%d %q %s %s %s\n", l.Position, l.Text, l.Net.StringFixed(2), l.TaxPercent.StringFixed(2), l.Tax.StringFixed(2))
		if l.TaxCode != "" {
			fmt.Fprintf(h, "%s %q\n", l.TaxCode, l.TaxReason)
		}
	}
	return h.Sum(nil)
}

// Invoice reads an invoice of this contract.
func (tx *Tx) Invoice(ctx context.Context, contract, id crm.ID) (crm.Invoice, error) {
	return ask[crm.Invoice](ctx, tx.q, InvoiceOf(contract, id))
}

// InvoiceOf is the question for Invoice.
func InvoiceOf(contract, id crm.ID) Question {
	return asks(`select `+invoiceColumns+`, split_payment, paid_before, grouped from invoice where id = $1 and contract_id = $2`, id, contract)
}

// CheckChain recomputes the hashes of a series and year in order and names the first invoice that does not fit; none is "".
func (s *Store) CheckChain(ctx context.Context, series string, year int) (string, error) {
	if series == SeriesCredit || series == seriesCreditElsewhere {
		return s.checkCredits(ctx, series, year)
	}
	invoices, err := many[crm.Invoice](ctx, s.pool, `select `+strings.Replace(invoiceColumns, "account_id", "coalesce((select t.account_id from invoice_issued_to t where t.invoice_id = invoice.id), account_id) as account_id", 1)+`, split_payment, paid_before, grouped
		from invoice where series = $1 and year = $2 order by sequence`, series, year)
	if err != nil {
		return "", err
	}
	var previous []byte
	for n, i := range invoices {
		lines, err := many[crm.InvoiceLine](ctx, s.pool, issuedLine+` where invoice_id = $1 order by position`, i.ID)
		if err != nil {
			return "", err
		}
		due, err := many[crm.DueAmount](ctx, s.pool, `select due_date as date, amount from invoice_instalment where invoice_id = $1 order by position`, i.ID)
		if err != nil {
			return "", err
		}
		var shares []crm.InvoiceShare
		if i.Grouped {
			if shares, err = many[crm.InvoiceShare](ctx, s.pool, `select tranche_id, contract_id, total, split_tax, paid_before from invoice_share where invoice_id = $1 order by position`, i.ID); err != nil {
				return "", err
			}
		}
		if i.Sequence != n+1 || string(i.PreviousHash) != string(previous) || string(i.Hash) != string(invoiceHash(i, lines, due, shares)) {
			return i.Number, nil
		}
		if fits, err := s.checkRevisions(ctx, i); err != nil || !fits {
			return i.Number, err
		}
		previous = i.Hash
	}
	return "", nil
}
