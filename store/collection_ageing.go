package store

import (
	"context"
	"errors"

	"leadtocash/crm"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/shopspring/decimal"
)

// AgedSum is a part of what was open on a day, by how late it was then.
type AgedSum struct {
	Position int // 0: not due, 1: 1-30 days, 2: 31-60, 3: 61-90, 4: over 90
	Currency string
	Open     decimal.Decimal
}

// agedBy says how late what is due on due_date is on @day.
const agedBy = `case when due_date >= @day then 0 when @day::date - due_date <= 30 then 1 when @day::date - due_date <= 60 then 2 when @day::date - due_date <= 90 then 3 else 4 end`

// parted is what was open on @day of the parts of invoices that are paid in several: what came in went to the earliest.
const parted = `select i.currency, p.due_date, case when p.position = 1 then o.open - least(p.after, greatest(o.open, 0)) else greatest(0, least(p.amount, o.open - p.after)) end as amount
	from (select invoice_id, position, due_date, amount, coalesce(sum(amount) over (partition by invoice_id order by position desc rows between unbounded preceding and 1 preceding), 0) as after
		from invoice_instalment) p
	join (select invoice_id, sum(amount) as open from ledger where on_date <= @day and invoice_id in (select invoice_id from invoice_instalment) group by 1) o on o.invoice_id = p.invoice_id
	join invoice i on i.id = p.invoice_id`

// atOnce tells of the ledger's entry l that its invoice is paid at once.
const atOnce = `not exists (select from invoice_instalment p where p.invoice_id = l.invoice_id)`

// AgeingAt is what was open at the end of a day by how late it was, as a replay of the ledger to that day gives it (N7). Over all accounts it is a sum over days; of
// some accounts it adds up their entries.
func (s *Store) AgeingAt(ctx context.Context, sc Scope, day crm.Date) ([]AgedSum, error) {
	moved := `select i.currency, i.due_date, l.amount from ledger l join invoice i on i.id = l.invoice_id join account a on a.id = i.account_id where l.on_date <= @day and ` + atOnce + ` and ` + sc.sees("a.owner_id") + `
		union all ` + parted + ` join account a on a.id = i.account_id where ` + sc.sees("a.owner_id")
	if sc.Reach == crm.ReachAll {
		if err := s.SumLedger(ctx, summedTail); err != nil {
			return nil, err
		}
		moved = `select currency, due_date, amount from ledger_sum where on_date <= @day
			union all select i.currency, i.due_date, l.amount from ledger l join invoice i on i.id = l.invoice_id where l.id > (select id from ledger_summed) and l.on_date <= @day and ` + atOnce + `
			union all ` + parted
	}
	return many[AgedSum](ctx, s.pool, `select `+agedBy+` as position, currency, sum(amount) as open from (`+moved+`) m group by 1, 2 having sum(amount) <> 0 order by 1, 2`,
		sc.args(pgx.NamedArgs{"day": day}))
}

// summedTail is how many entries a reader adds up himself before he has them added to the sums.
const summedTail = 20_000

// SumLedger adds entries to the sums when there are more than so many that are not in them. Whoever writes to the ledger is waited for, so that no
// entry that is still under way is passed over; when that takes too long, or another does it, it is left for the next time.
func (s *Store) SumLedger(ctx context.Context, over int) error {
	var tail int64
	if err := s.pool.QueryRow(ctx, `select coalesce((select max(id) from ledger), 0) - (select id from ledger_summed)`).Scan(&tail); err != nil || tail <= int64(over) {
		return told(err)
	}
	var last int64
	err := pgx.BeginFunc(ctx, s.pool, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, `set local lock_timeout = '500ms'; lock table ledger in share mode`); err != nil {
			return err
		}
		return tx.QueryRow(ctx, `select max(id) from ledger`).Scan(&last)
	})
	if busy, ok := errors.AsType[*pgconn.PgError](err); ok && busy.Code == "55P03" {
		return nil
	} else if err != nil {
		return told(err)
	}
	return told(pgx.BeginFunc(ctx, s.pool, func(tx pgx.Tx) error {
		var from int64
		if err := tx.QueryRow(ctx, `select id from ledger_summed for update`).Scan(&from); err != nil || from >= last {
			return err
		}
		if _, err := tx.Exec(ctx, `insert into ledger_sum as s (currency, due_date, on_date, amount)
			select i.currency, i.due_date, l.on_date, sum(l.amount) from ledger l join invoice i on i.id = l.invoice_id where l.id > $1 and l.id <= $2 and `+atOnce+` group by 1, 2, 3
			on conflict (currency, due_date, on_date) do update set amount = s.amount + excluded.amount`, from, last); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, `update ledger_summed set id = $1`, last)
		return err
	}))
}

// SalesOutstanding is for how many days of its sales the company waits for its money: what is open, by what was invoiced in the 90 days until then; no
// value where nothing was invoiced.
func (s *Store) SalesOutstanding(ctx context.Context, sc Scope, currency string, today crm.Date) (days decimal.NullDecimal, err error) {
	err = s.pool.QueryRow(ctx, `select round((select sum(r.open) from receivable r join invoice i on i.id = r.invoice_id join account a on a.id = r.account_id
			where r.open > 0 and i.currency = @currency and `+sc.sees("a.owner_id")+`)
		/ nullif((select sum(i.total) from invoice i join account a on a.id = i.account_id where i.issue_date > @today::date - 90 and i.issue_date <= @today and i.currency = @currency and `+sc.sees("a.owner_id")+`), 0) * 90)`,
		sc.args(pgx.NamedArgs{"today": today, "currency": currency})).Scan(&days)
	return days, told(err)
}

// ExpectedWeek is the money that a week should bring.
type ExpectedWeek struct {
	Monday   crm.Date
	Promised decimal.Decimal // by promises and payment plans
	Due      decimal.Decimal // falls due then, and nobody promised another day
	Late     decimal.Decimal // was due before; only in the first week
}

// ExpectedCash is what should come in by week: what is promised in the week of the promise, parts of payment plans in the week of their days, what is not overdue in the week in which it falls
// due, and what is late and not promised in this week. What is disputed is left out; of a payment plan it is what would come last.
func (s *Store) ExpectedCash(ctx context.Context, sc Scope, currency string, today crm.Date, weeks int) ([]ExpectedWeek, error) {
	return many[ExpectedWeek](ctx, s.pool, `
		with owed as (
			select p.open - least(p.open, greatest(0, `+heldBack+` - coalesce(sum(p.open) over (partition by r.invoice_id order by p.position desc rows between unbounded preceding and 1 preceding), 0))) as open,
				p.due_date, (select max(m.on_date) from promise_invoice x join promise m on m.id = x.promise_id where x.invoice_id = r.invoice_id and m.state = 'open') as promised
			from receivable r join receivable_part p on p.invoice_id = r.invoice_id join invoice i on i.id = r.invoice_id join account a on a.id = r.account_id
			where p.open > 0 and i.currency = @currency and `+sc.sees("a.owner_id")+`
				and not exists (select from payment_plan_invoice x join payment_plan m on m.id = x.plan_id where x.invoice_id = r.invoice_id and m.state = 'open')
			union all
			select t.amount - least(t.amount, greatest(0, b.back - coalesce(sum(t.amount) over (partition by t.plan_id order by t.position desc rows between unbounded preceding and 1 preceding), 0))), t.due_on, t.due_on
			from payment_plan_rest t join account a on a.id = t.account_id
				join lateral (select sum(least(r.open, `+heldBack+`)) as back from payment_plan_invoice x join receivable r on r.invoice_id = x.invoice_id join invoice i on i.id = r.invoice_id where x.plan_id = t.plan_id) b on true
			where t.currency = @currency and `+sc.sees("a.owner_id")+`)
		select w::date as monday,
			coalesce(sum(open) filter (where promised is not null), 0) as promised,
			coalesce(sum(open) filter (where promised is null and due_date >= @today), 0) as due,
			coalesce(sum(open) filter (where promised is null and due_date < @today), 0) as late
		from generate_series(date_trunc('week', @today::date::timestamp), date_trunc('week', @today::date::timestamp) + (@weeks::int - 1) * interval '1 week', interval '1 week') w
		left join owed on greatest(coalesce(promised, due_date), @today::date) >= w::date and greatest(coalesce(promised, due_date), @today::date) < w::date + 7
		group by w order by w`, sc.args(pgx.NamedArgs{"today": today, "currency": currency, "weeks": weeks}))
}
