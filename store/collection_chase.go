package store

import (
	"context"
	"time"

	"leadtocash/crm"

	"github.com/jackc/pgx/v5"
)

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
