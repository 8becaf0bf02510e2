package store

import (
	"cmp"
	"context"
	"crypto/sha256"
	"fmt"

	"leadtocash/crm"

	"github.com/shopspring/decimal"
)

// SeriesCredit is the series of credit notes.
const SeriesCredit = "N"

// seriesCreditElsewhere is the series of what takes back invoices that another system issued, which credits them, too.
const seriesCreditElsewhere = "Y"

const creditColumns = `id, series, year, sequence, number, invoice_id, contract_id, currency, issue_date, net, tax, total, settled, on_account, reason, rebill, issued_by, previous_hash, hash, issued_at`

// creditLines are the lines of a credit note; one without takes its invoice as a whole.
const creditLines = `select x.position, x.text, x.net, x.tax_percent, x.tax_code, x.tax_reason, x.tax from credit_note n cross join lateral (
		select l.position, l.text, l.net, l.tax_percent, i.tax_code, i.tax_reason, l.tax from credit_note_line l join invoice_line_now i on i.invoice_id = n.invoice_id and i.position = l.position where l.credit_note_id = n.id
		union all select i.position, i.text, i.net, i.tax_percent, i.tax_code, i.tax_reason, i.tax from invoice_line_now i where i.invoice_id = n.invoice_id and not exists (select from credit_note_line l where l.credit_note_id = n.id)) x`

// Creditable reads an invoice's lines and those that are credited of it, whose net and tax add up for a position.
func (tx *Tx) Creditable(ctx context.Context, invoice crm.ID) (lines, credited []crm.InvoiceLine, err error) {
	return creditable(ctx, tx.q, invoice)
}

func creditable(ctx context.Context, q querier, invoice crm.ID) (lines, credited []crm.InvoiceLine, err error) {
	if lines, err = many[crm.InvoiceLine](ctx, q, invoiceLine+` where invoice_id = $1 order by position`, invoice); err != nil {
		return nil, nil, err
	}
	credited, err = many[crm.InvoiceLine](ctx, q, creditLines+` where n.invoice_id = $1`, invoice)
	return lines, credited, err
}

// Void tells whether an invoice is credited as a whole.
func (tx *Tx) Void(ctx context.Context, invoice crm.ID) (void bool, err error) {
	err = tx.q.QueryRow(ctx, `select coalesce((select sum(n.total) from credit_note n where n.invoice_id = i.id) = i.total, false) from invoice i where i.id = $1`, invoice).Scan(&void)
	return void, told(err)
}

// Credit writes a credit note over the lines (S087, S091): it settles what is open on the invoice, and what was paid stands on the customer's account. Tax that the
// customer pays to the state himself is not owed to him. Of the ended tranches nothing is left on the invoice: they end with it, or may be billed again. left is
// what is open now. The invoice's receivable is locked by OpenOn before. Like Issue it takes its number last.
func (tx *Tx) Credit(ctx context.Context, i crm.Invoice, n crm.CreditNote, lines []crm.InvoiceLine, open decimal.Decimal, ended []crm.ID) (out crm.CreditNote, left decimal.Decimal, err error) {
	var split decimal.Decimal // of the tax that is the customer's to pay
	if err := tx.q.QueryRow(ctx, `select coalesce(-sum(amount), 0) from ledger where invoice_id = $1 and kind = 'split_tax'`, i.ID).Scan(&split); err != nil {
		return n, left, told(err)
	}
	n.ID, n.Series, n.Year, n.InvoiceID, n.ContractID, n.Currency, n.IssueDate, n.IssuedAt = NewID(), SeriesCredit, tx.Today.Year(), i.ID, cmp.Or(n.ContractID, i.ContractID), i.Currency, tx.Today, tx.Now
	if i.Elsewhere() {
		n.Series = seriesCreditElsewhere
	}
	n.Net, n.Tax, n.Total = crm.Sums(lines)
	if split = decimal.Min(split, n.Tax); split.IsNegative() {
		split = decimal.Zero
	}
	owed := n.Total.Sub(split)
	n.Settled = decimal.Min(owed, open)
	n.OnAccount, left = owed.Sub(n.Settled), open.Sub(n.Settled)
	last, err := tx.takeNumber(ctx, n.Series, n.Year)
	if err != nil {
		return n, left, err
	}
	n.Sequence, n.PreviousHash = last.Sequence, last.Hash
	for _, d := range []crm.Date{last.Date, i.IssueDate} { // dates never fall within a series, nor before what is credited
		if n.IssueDate.Before(d) {
			n.IssueDate = d
		}
	}
	n.Number = fmt.Sprintf("%s%d/%04d", n.Series, n.Year, n.Sequence)
	n.Hash = creditHash(n, lines)
	tx.writeCredit(i, n, lines, split)
	tx.q.later(cancelLetters, []string{string(i.ID)}, "credited")
	tx.q.later(`update receivable set open = $2, settled_at = case when $2 = 0::numeric then coalesce(settled_at, $3) end where invoice_id = $1`, i.ID, left, tx.Now)
	switch {
	case n.Rebill:
		tx.rebillable(i.ID, ended)
	case len(ended) > 0:
		tx.q.later(`update tranche set state = 'cancelled', version = version + 1 where invoice_id = $1 and id = any($2::uuid[]) and state <> 'cancelled'`, i.ID, texts(ended))
	}
	if left.IsZero() {
		tx.q.later(`update tranche set state = 'paid' where invoice_id = $1 and state = 'invoiced'`, i.ID)
		tx.q.later(`update effect set state = 'cancelled', outcome = 'credited', outcome_at = now() where invoice_id = $1 and state = 'due'`, i.ID)
	}
	tx.q.later(dropPaper, []string{string(i.ID)}, tx.Now)
	tx.giveNumber(n.Series, n.Year, n.Hash, n.IssueDate)
	return n, left, nil
}

// writeCredit writes the note, its lines and what it does to the ledger.
func (tx *Tx) writeCredit(i crm.Invoice, n crm.CreditNote, lines []crm.InvoiceLine, split decimal.Decimal) {
	tx.q.later(`insert into credit_note (`+creditColumns+`, tranche_kind) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20,
		coalesce((select min(kind) from tranche where invoice_id = $6), ''))`,
		n.ID, n.Series, n.Year, n.Sequence, n.Number, n.InvoiceID, n.ContractID, n.Currency, n.IssueDate, n.Net, n.Tax, n.Total, n.Settled, n.OnAccount, n.Reason, n.Rebill, n.IssuedBy,
		n.PreviousHash, n.Hash, n.IssuedAt)
	for _, l := range lines {
		tx.q.later(`insert into credit_note_line (credit_note_id, position, text, net, tax_percent, tax) values ($1, $2, $3, $4, $5, $6)`, n.ID, l.Position, l.Text, l.Net, l.TaxPercent, l.Tax)
	}
	const entry = `insert into ledger (account_id, invoice_id, kind, amount, on_date, at) values ($1, $2, $3, $4, $5, $6)`
	if settles := n.Settled.Add(split); settles.IsPositive() {
		tx.q.later(entry, i.AccountID, i.ID, "credit", settles.Neg(), n.IssueDate, tx.Now)
	}
	if split.IsPositive() { // he need not pay it to the state any more
		tx.q.later(entry, i.AccountID, i.ID, "split_tax", split, n.IssueDate, tx.Now)
	}
	if n.OnAccount.IsPositive() {
		tx.q.later(`insert into ledger (account_id, kind, amount, on_date, at, currency) values ($1, 'credit', $2, $3, $4, $5)`, i.AccountID, n.OnAccount.Neg(), n.IssueDate, tx.Now, n.Currency)
	}
}

// creditHash chains a credit note to the one before it.
func creditHash(n crm.CreditNote, lines []crm.InvoiceLine) []byte {
	h := sha256.New()
	fmt.Fprintf(h, "%x\n%s %d %d %s %s %s %s %s %s %s %s\n", n.PreviousHash, n.Series, n.Year, n.Sequence, n.ID, n.InvoiceID, n.ContractID, n.Currency, n.IssueDate,
		n.Net.StringFixed(2), n.Tax.StringFixed(2), n.Total.StringFixed(2))
	for _, l := range lines {
		fmt.Fprintf(h, "%d %q %s %s %s\n", l.Position, l.Text, l.Net.StringFixed(2), l.TaxPercent.StringFixed(2), l.Tax.StringFixed(2))
	}
	if len(lines) > 0 {
		fmt.Fprintf(h, "%q\n", n.Reason)
	}
	return h.Sum(nil)
}

// checkCredits recomputes the hashes of a series and year in order and names the first that does not fit.
func (s *Store) checkCredits(ctx context.Context, series string, year int) (string, error) {
	notes, err := many[crm.CreditNote](ctx, s.pool, `select `+creditColumns+` from credit_note where series = $1 and year = $2 order by sequence`, series, year)
	if err != nil {
		return "", err
	}
	var previous []byte
	for i, n := range notes {
		lines, err := many[crm.InvoiceLine](ctx, s.pool, `select position, text, net, tax_percent, tax from credit_note_line where credit_note_id = $1 order by position`, n.ID)
		if err != nil {
			return "", err
		}
		if n.Sequence != i+1 || string(n.PreviousHash) != string(previous) || string(n.Hash) != string(creditHash(n, lines)) {
			return n.Number, nil
		}
		previous = n.Hash
	}
	return "", nil
}
