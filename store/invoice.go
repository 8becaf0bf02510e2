package store

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"strings"

	"leadtocash/crm"
)

const invoiceColumns = `id, series, year, sequence, number, contract_id, account_id, currency, issue_date, due_date, net, tax, total, previous_hash, hash, issued_at`

// ErrDateFalls refuses an invoice dated more than a day before the last one of its series. One of the day before, whose clock is a moment
// behind at midnight, takes the last one's date: dates never fall.
var ErrDateFalls = errors.New("an invoice of this series has a later date")

// Issue writes an invoice for a tranche and gives it the next number of its series and year, without gaps (S087, S091): the counter's
// row stays locked until the commit, so this is the step's last question: what it writes goes out with the step's last batch. The hash covers the invoice and the
// one before it.
func (tx *Tx) Issue(ctx context.Context, i crm.Invoice, t crm.Tranche, lines []crm.InvoiceLine) (crm.Invoice, error) {
	i.Series, i.Year, i.IssuedAt = "A", i.IssueDate.Year(), tx.Now
	var last crm.Date
	err := tx.q.QueryRow(ctx, `insert into number_series as s (series, year, next) values ($1, $2, 2)
		on conflict (series, year) do update set next = s.next + 1 returning next - 1, last_hash, last_date`, i.Series, i.Year).
		Scan(&i.Sequence, &i.PreviousHash, &last)
	if err != nil {
		return i, told(err)
	}
	switch behind := last.DaysSince(i.IssueDate); {
	case last.IsZero() || behind <= 0:
	case behind > 1:
		return i, ErrDateFalls
	default: // another process's midnight came a moment earlier
		i.IssueDate, i.DueDate = last, i.DueDate.AddDays(behind)
	}
	i.Number = fmt.Sprintf("%d/%04d", i.Year, i.Sequence)
	i.Hash = invoiceHash(i, lines)
	tx.q.later(`insert into invoice (id, series, year, sequence, number, contract_id, account_id, currency, issue_date, due_date, net, tax, total, previous_hash, hash, issued_at)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)`, i.ID, i.Series, i.Year, i.Sequence, i.Number, i.ContractID,
		i.AccountID, i.Currency, i.IssueDate, i.DueDate, i.Net, i.Tax, i.Total, i.PreviousHash, i.Hash, i.IssuedAt)
	for _, l := range lines {
		tx.q.later(`insert into invoice_line (invoice_id, position, text, net, tax_percent, tax) values ($1, $2, $3, $4, $5, $6)`, i.ID, l.Position, l.Text, l.Net, l.TaxPercent, l.Tax)
	}
	tx.q.later(`insert into ledger (account_id, invoice_id, kind, amount, on_date, at) values ($1, $2, 'invoice', $3, $4, $5)`, i.AccountID, i.ID, i.Total, i.IssueDate, tx.Now)
	tx.q.later(`insert into receivable (invoice_id, account_id, due_date, open) values ($1, $2, $3, $4)`, i.ID, i.AccountID, i.DueDate, i.Total)
	tx.q.later(`update tranche set state = 'invoiced', invoice_id = $2 where id = $1`, t.ID, i.ID)
	tx.q.later(`update number_series set last_hash = $3, last_date = $4 where series = $1 and year = $2`, i.Series, i.Year, i.Hash, i.IssueDate)
	return i, nil
}

// invoiceHash chains an issued invoice to the one before it. Every figure that must not change is in it.
func invoiceHash(i crm.Invoice, lines []crm.InvoiceLine) []byte {
	h := sha256.New()
	fmt.Fprintf(h, "%x\n%s %d %d %s %s %s %s %s %s %s %s %s\n", i.PreviousHash, i.Series, i.Year, i.Sequence, i.ID, i.ContractID, i.AccountID, i.Currency,
		i.IssueDate, i.DueDate, i.Net.StringFixed(2), i.Tax.StringFixed(2), i.Total.StringFixed(2))
	for _, l := range lines {
		fmt.Fprintf(h, "%d %q %s %s %s\n", l.Position, l.Text, l.Net.StringFixed(2), l.TaxPercent.StringFixed(2), l.Tax.StringFixed(2))
	}
	return h.Sum(nil)
}

// Invoice reads an invoice of this contract.
func (tx *Tx) Invoice(ctx context.Context, contract, id crm.ID) (crm.Invoice, error) {
	return ask[crm.Invoice](ctx, tx.q, InvoiceOf(contract, id))
}

// InvoiceOf is the question for Invoice.
func InvoiceOf(contract, id crm.ID) Question {
	return asks(`select `+invoiceColumns+` from invoice where id = $1 and contract_id = $2`, id, contract)
}

// CheckChain recomputes the hashes of a series and year in order and names the first invoice that does not fit; none is "".
func (s *Store) CheckChain(ctx context.Context, series string, year int) (string, error) {
	invoices, err := many[crm.Invoice](ctx, s.pool, `select `+strings.Replace(invoiceColumns, "account_id", "coalesce((select t.account_id from invoice_issued_to t where t.invoice_id = invoice.id), account_id) as account_id", 1)+`
		from invoice where series = $1 and year = $2 order by sequence`, series, year)
	if err != nil {
		return "", err
	}
	var previous []byte
	for n, i := range invoices {
		lines, err := many[crm.InvoiceLine](ctx, s.pool, `select position, text, net, tax_percent, tax from invoice_line where invoice_id = $1 order by position`, i.ID)
		if err != nil {
			return "", err
		}
		if i.Sequence != n+1 || string(i.PreviousHash) != string(previous) || string(i.Hash) != string(invoiceHash(i, lines)) {
			return i.Number, nil
		}
		previous = i.Hash
	}
	return "", nil
}
