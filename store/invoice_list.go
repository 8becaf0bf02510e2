package store

import (
	"context"

	"leadtocash/crm"

	"github.com/jackc/pgx/v5"
	"github.com/shopspring/decimal"
)

// InvoiceFilter says which invoices a list holds; what is empty asks for nothing.
type InvoiceFilter struct {
	Text        string // in the number or the customer's name
	State       crm.InvoiceState
	From, Until crm.Date // of issue, both days in it
	Account     crm.ID
	Exchange    string // what the exchange said last; "-": nothing
	After       crm.ID // the last row of the page before
}

// Any tells whether the filter asks for anything.
func (f InvoiceFilter) Any() bool {
	f.After = ""
	return f != InvoiceFilter{}
}

// ListedInvoice is an invoice as the list of all shows it.
type ListedInvoice struct {
	ID         crm.ID
	Number     string
	AccountID  crm.ID
	Account    string
	ContractID crm.ID
	Contract   string // its number
	Currency   string
	IssueDate  crm.Date
	DueDate    crm.Date // of the earliest open part, else the last
	Net        decimal.Decimal
	Tax        decimal.Decimal
	Total      decimal.Decimal
	Open       decimal.Decimal
	State      crm.InvoiceState
	Exchange   string // what the exchange said last
}

// InvoiceSum is what the invoices of a list come to in one currency.
type InvoiceSum struct {
	Currency string
	Count    int
	Net      decimal.Decimal
	Total    decimal.Decimal
	Open     decimal.Decimal
}

// invoiceStateOn says how an invoice i with its receivable r stands by a day, which is an expression.
func invoiceStateOn(day string) string {
	return `case when r.open > 0 then case when r.due_date < ` + day + ` then 'overdue' else 'open' end when written_off(i.id) > 0 then 'written_off'
		when (select sum(n.total) from credit_note n where n.invoice_id = i.id) >= i.total then 'credited' else 'paid' end`
}

const listedInvoices = ` from invoice i join receivable r on r.invoice_id = i.id join account a on a.id = i.account_id join contract c on c.id = i.contract_id
	left join lateral (select state from einvoice_sending where invoice_id = i.id order by attempt desc limit 1) x on true`

func (f InvoiceFilter) conditions(sc Scope) conditions {
	where := conditions{sc.sees("a.owner_id")}
	where.when(f.Text != "", `(i.number ilike @text or a.name ilike @text)`)
	where.when(f.State == crm.InvoiceOpen, `r.open > 0 and r.due_date >= @today`)
	where.when(f.State == crm.InvoiceOverdue, `r.open > 0 and r.due_date < @today`)
	where.when(f.State.Settled(), `r.open = 0 and `+invoiceStateOn(`@today`)+` = @state`)
	where.when(!f.From.IsZero(), `i.issue_date >= @from`)
	where.when(!f.Until.IsZero(), `i.issue_date <= @until`)
	where.when(f.Account != "", `i.account_id = @account`)
	where.when(f.Exchange == "-", `x.state is null`)
	where.when(f.Exchange != "" && f.Exchange != "-", `x.state = @exchange`)
	return where
}

func (f InvoiceFilter) args(sc Scope, today crm.Date, limit int) pgx.NamedArgs {
	return sc.args(pgx.NamedArgs{
		"text": like(f.Text), "state": f.State, "from": f.From, "until": f.Until, "account": f.Account, "exchange": f.Exchange, "after": f.After, "today": today, "limit": limit,
	})
}

// ListedInvoices lists the invoices that the reader may see, the latest first, from after the filter's last on (S087). Today is the company's.
func (s *Store) ListedInvoices(ctx context.Context, sc Scope, f InvoiceFilter, today crm.Date, limit int) ([]ListedInvoice, error) {
	where := f.conditions(sc)
	where.when(f.After != "", `(i.issue_date, i.id) < (select z.issue_date, z.id from invoice z where z.id = @after)`)
	return many[ListedInvoice](ctx, s.pool, `select i.id, i.number, i.account_id, a.name as account, i.contract_id, c.number as contract, i.currency, i.issue_date, r.due_date, i.net, i.tax, i.total, r.open,
		`+invoiceStateOn(`@today`)+` as state, coalesce(x.state, '') as exchange`+listedInvoices+where.sql()+` order by i.issue_date desc, i.id desc limit @limit`, f.args(sc, today, limit))
}

// InvoiceSums adds up what a list of invoices holds, page after page, by currency.
func (s *Store) InvoiceSums(ctx context.Context, sc Scope, f InvoiceFilter, today crm.Date) ([]InvoiceSum, error) {
	return many[InvoiceSum](ctx, s.pool, `select i.currency, count(*)::int as count, sum(i.net) as net, sum(i.total) as total, sum(r.open) as open`+listedInvoices+f.conditions(sc).sql()+` group by 1 order by 1`, f.args(sc, today, 0))
}

// AnySending tells whether the exchange ever said something of a document.
func (s *Store) AnySending(ctx context.Context) (any bool, err error) {
	err = s.pool.QueryRow(ctx, `select exists (select from einvoice_sending)`).Scan(&any)
	return any, told(err)
}
