package store

import (
	"context"
	"time"

	"leadtocash/crm"

	"github.com/jackc/pgx/v5"
	"github.com/shopspring/decimal"
)

// Debt is an open invoice of a debtor, with the highest dunning level it has had.
type Debt struct {
	InvoiceID crm.ID
	Number    string
	Currency  string
	DueDate   crm.Date
	Total     decimal.Decimal
	Open      decimal.Decimal
	Level     int             // 0: not chased yet
	Fees      decimal.Decimal // asked for with its letters and not paid yet
}

// unpaidFees are the fees asked for with an invoice's letters and for payments of it that came back, less those that came in; i is the invoice.
const unpaidFees = `coalesce((select sum(fee) from dunning_step where invoice_id = i.id and state = 'written'), 0)
	+ coalesce((select sum(fee) from payment_return where invoice_id = i.id), 0) - coalesce((select sum(amount) from ledger where invoice_id = i.id and kind = 'fee'), 0)`

// Debts locks what a debtor owes. Payments take the same locks, so nothing is chased while it is being paid; whoever takes several takes
// them in the order of the invoices' ids.
func (tx *Tx) Debts(ctx context.Context, account crm.ID) ([]Debt, error) {
	return many[Debt](ctx, tx.q, `select i.id as invoice_id, i.number, i.currency, i.due_date, i.total, r.open,
			coalesce((select max(level) from dunning_step where invoice_id = i.id), 0) as level, `+unpaidFees+` as fees
		from receivable r join invoice i on i.id = r.invoice_id where r.account_id = $1 and r.open > 0 order by r.invoice_id for update of r`, account)
}

// Dun writes a level of an invoice's chase; each happens once, whoever comes first (S091). done tells whether it was this call.
func (tx *Tx) Dun(ctx context.Context, d crm.DunningStep) (done bool, err error) {
	tag, err := tx.q.Exec(ctx, `insert into dunning_step (invoice_id, level, key, on_date, state, effect_key, at, fee) values ($1, $2, $3, $4, $5, nullif($6, ''), $7, $8)
		on conflict do nothing`, d.InvoiceID, d.Level, d.Key, d.OnDate, d.State, d.EffectKey, tx.Now, d.Fee)
	return tag.RowsAffected() == 1, told(err)
}

// Chase finds every debtor with an invoice overdue for at least so many days whose collection does not live, opens or reopens it and wakes
// it, and wakes living ones whose step is late: the safety net over all debts, one statement each. A tick is chased once, however many
// workers call; again tells that this one was done before.
func (s *Store) Chase(ctx context.Context, tick time.Time, days int) (debtors, woken int, again bool, err error) {
	err = s.short(ctx, func(tx pgx.Tx) error {
		shift, err := clockShift(ctx, tx)
		if err != nil {
			return err
		}
		entity, err := legalEntity(ctx, tx)
		if err != nil {
			return err
		}
		zone, err := time.LoadLocation(entity.TimeZone)
		if err != nil {
			return err
		}
		now := s.realNow().Add(shift)
		tag, err := tx.Exec(ctx, `insert into chase_run (tick, at, debtors, woken) values ($1, $2, 0, 0) on conflict do nothing`, tick, now)
		if err != nil {
			return err
		}
		if again = tag.RowsAffected() == 0; again {
			return tx.QueryRow(ctx, `select debtors, woken from chase_run where tick = $1`, tick).Scan(&debtors, &woken)
		}
		if debtors, err = openCollections(ctx, tx, crm.DateOf(now, zone).AddDays(-days), now); err != nil {
			return err
		}
		if woken, err = wakeLate(ctx, tx, tick, now); err != nil {
			return err
		}
		_, err = tx.Exec(ctx, `update chase_run set debtors = $2, woken = $3 where tick = $1`, tick, debtors, woken)
		return err
	})
	return debtors, woken, again, err
}

func openCollections(ctx context.Context, tx pgx.Tx, dueUntil crm.Date, now time.Time) (int, error) {
	tag, err := tx.Exec(ctx, `with debtor as (
			select distinct account_id from receivable r where open > 0 and due_date <= $1
				and not exists (select from process where id = 'collection-' || r.account_id and not closed)
		), opened as (
			insert into process (id, kind, record_id, step, rules, started_at, updated_at)
			select 'collection-' || account_id, 'collection', account_id, 'revenue', (select coalesce(jsonb_object_agg(kind, version), '{}') from rule_set where active), $2, $2
			from debtor order by account_id
			on conflict (id) do update set closed = false, version = process.version + 1, rules = excluded.rules, updated_at = excluded.updated_at
			returning id
		), woken as (
			insert into outbox (id, process, due_at) select 'chase/' || id || '/' || $2, id, now() from opened on conflict do nothing
		)
		insert into deadline (process, kind, due_at) select id, 'review', $2 from opened on conflict (process, kind, key) do update set due_at = excluded.due_at`, dueUntil, now)
	return int(tag.RowsAffected()), told(err)
}

// lateAfter is how long a living collection may be behind its own deadline before the chase wakes it.
const lateAfter = time.Minute

func wakeLate(ctx context.Context, tx pgx.Tx, tick, now time.Time) (int, error) {
	tag, err := tx.Exec(ctx, `insert into outbox (id, process, due_at) select 'late/' || p.id || '/' || $1, p.id, now() from process p
		where p.kind = 'collection' and not p.closed and exists (select from deadline d where d.process = p.id and d.due_at < $2)
		and not exists (select from outbox o where o.process = p.id) on conflict do nothing`, tick, now.Add(-lateAfter))
	return int(tag.RowsAffected()), told(err)
}
