package store

import (
	"context"

	"leadtocash/crm"

	"github.com/shopspring/decimal"
)

// VATLine is an invoice or credit note in the VAT register with what it has at one rate. What a credit note takes back is negative.
type VATLine struct {
	OnDate       crm.Date
	Kind         string // invoice, credit
	Number       string
	Of           string // the invoice that a credit note is of
	Customer     string
	VAT          string
	Currency     string
	TaxPercent   decimal.Decimal
	Nature       string // why nothing is charged, as invoices name it
	SplitPayment bool   // the customer pays the tax to the state himself
	Net          decimal.Decimal
	Tax          decimal.Decimal
}

// registerLimit is how many lines a register holds.
const registerLimit = 200_000

// VATRegister lists what was issued in a period, by document and rate, in the order of dates and numbers (S091). A credit note stands at the rates of the lines that it takes back.
func (s *Store) VATRegister(ctx context.Context, from, to crm.Date) ([]VATLine, error) {
	return many[VATLine](ctx, s.pool, `
		with document as (
			select i.id, i.issue_date as on_date, 'invoice' as kind, i.number, '' as of, i.id as invoice_id, i.series, i.sequence, 1 as sign from invoice i where i.issue_date between $1 and $2 and i.series <> 'X'
			union all select n.id, n.issue_date, 'credit', n.number, i.number, i.id, n.series, n.sequence, -1 from credit_note n join invoice i on i.id = n.invoice_id where n.issue_date between $1 and $2 and i.series <> 'X'),
		part as (
			select d.id, l.tax_percent, l.tax_code, sum(l.net) as net, sum(l.tax) as tax from document d join invoice_line_now l on l.invoice_id = d.invoice_id where d.kind = 'invoice' group by 1, 2, 3
			union all select d.id, l.tax_percent, l.tax_code, sum(l.net), sum(l.tax) from document d cross join lateral (`+creditLines+` where n.id = d.id) l where d.kind = 'credit' group by 1, 2, 3)
		select d.on_date, d.kind, d.number, d.of, a.name as customer, a.vat, i.currency, p.tax_percent, case when p.tax_percent = 0 then coalesce(nullif(p.tax_code, ''), z.code, '') else '' end as nature, i.split_payment,
			d.sign * p.net as net, d.sign * p.tax as tax
		from document d join part p on p.id = d.id join invoice i on i.id = d.invoice_id join account a on a.id = coalesce((select t.account_id from invoice_issued_to t where t.invoice_id = i.id), i.account_id)
		left join lateral (select max(k.code) as code from contract c join sales_order o on o.id = c.order_id join quote_line l on l.quote_id = o.quote_id join tax_class k on k.id = l.tax_class_id
			where c.id = i.contract_id and l.tax_percent = 0 and p.tax_percent = 0 and `+quotedAlone+` having count(distinct k.code) = 1) z on true
		order by d.on_date, d.series, d.sequence, p.tax_percent desc, p.tax_code limit $3`, from, to, registerLimit)
}

// Ledger lists the entries of a period, the oldest first, within what the reader may see.
func (s *Store) Ledger(ctx context.Context, sc Scope, from, to crm.Date) ([]LedgerLine, error) {
	args := []any{from, to}
	return many[LedgerLine](ctx, s.pool, `select x.*, sum(x.amount) over (partition by x.currency order by x.id) as balance from (`+ledgerLines+`
		where l.on_date between $1 and $2 and `+sc.covers("a.owner_id", &args)+`) x order by x.id limit 200000`, args...)
}
