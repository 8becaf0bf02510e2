package store

import (
	"context"
	"time"

	"leadtocash/crm"

	"github.com/jackc/pgx/v5"
	"github.com/shopspring/decimal"
)

// Debtor is a customer who owes something past its due date.
type Debtor struct {
	AccountID crm.ID
	Account   string
	Currency  string
	Open      decimal.Decimal // all of it, due or not
	Overdue   decimal.Decimal
	Oldest    crm.Date // due date of the oldest open invoice
	DaysLate  int
	Invoices  int
	InvoiceID crm.ID // the oldest one
	LastStep  string // key of the last written reminder
	LastOn    crm.Date
	NextAt    *time.Time // when the collection does something by itself
	NextKind  string
}

// Bucket is one part of the ageing: what is open by how late it is.
type Bucket struct {
	Position int // 0: not due, 1: 1-30 days, 2: 31-60, 3: 61-90, 4: over 90
	Open     decimal.Decimal
	Invoices int
}

// Ageing adds up what is open in five parts by days late. Parts without money are left out.
func (s *Store) Ageing(ctx context.Context, sc Scope, today crm.Date) ([]Bucket, error) {
	return many[Bucket](ctx, s.pool, `select case when r.due_date >= @today then 0 when @today::date - r.due_date <= 30 then 1 when @today::date - r.due_date <= 60 then 2
		when @today::date - r.due_date <= 90 then 3 else 4 end as position, sum(r.open) as open, count(distinct r.invoice_id) as invoices
		from receivable_part r join account a on a.id = r.account_id where r.open > 0 and `+sc.sees("a.owner_id")+` group by 1 order by 1`, sc.args(pgx.NamedArgs{"today": today}))
}
