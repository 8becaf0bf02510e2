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

// Debtors lists who owes, by overdue money times days late.
func (s *Store) Debtors(ctx context.Context, sc Scope, today crm.Date, limit int) ([]Debtor, error) {
	return many[Debtor](ctx, s.pool, `
		with late as (
			select r.account_id, sum(r.open) as open, coalesce(sum(r.open) filter (where r.due_date < @today), 0) as overdue, min(r.due_date) filter (where r.due_date < @today) as oldest,
				count(*) filter (where r.due_date < @today) as invoices, (array_agg(r.invoice_id order by r.due_date, r.invoice_id))[1] as invoice_id
			from receivable r where r.open > 0 group by r.account_id having min(r.due_date) < @today)
		select l.*, (@today::date - l.oldest) as days_late, a.name as account, i.currency, coalesce(d.key, '') as last_step, d.on_date as last_on, n.due_at as next_at, coalesce(n.kind, '') as next_kind
		from late l join account a on a.id = l.account_id join invoice i on i.id = l.invoice_id
		left join lateral (select s.key, s.on_date from dunning_step s join invoice x on x.id = s.invoice_id
			where x.account_id = l.account_id and s.state = 'written' order by s.at desc, s.level desc limit 1) d on true
		left join lateral (select due_at, kind from deadline where process = 'collection-' || l.account_id order by due_at limit 1) n on true
		where `+sc.sees("a.owner_id")+` order by l.overdue * (@today::date - l.oldest) desc, a.name, l.account_id limit @limit`,
		sc.args(pgx.NamedArgs{"today": today, "limit": limit}))
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
		when @today::date - r.due_date <= 90 then 3 else 4 end as position, sum(r.open) as open, count(*) as invoices
		from receivable r join account a on a.id = r.account_id where r.open > 0 and `+sc.sees("a.owner_id")+` group by 1 order by 1`, sc.args(pgx.NamedArgs{"today": today}))
}
