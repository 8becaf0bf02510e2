package store

import (
	"context"
	"errors"
	"time"

	"leadtocash/crash"
	"leadtocash/crm"

	"github.com/jackc/pgx/v5"
	"github.com/shopspring/decimal"
)

// ChaseRun is what a tick of the chase has done so far.
type ChaseRun struct {
	Debtors  int // whose collection it began
	Letters  int // that it wrote for them
	Woken    int // living collections that were behind
	Finished bool
}

// BeginChase notes a tick, or tells how far it came: one that was cut off goes on.
func (s *Store) BeginChase(ctx context.Context, tick time.Time) (ChaseRun, error) {
	now, err := s.Now(ctx)
	if err != nil {
		return ChaseRun{}, err
	}
	if _, err := s.pool.Exec(ctx, `insert into chase_run (tick, at, debtors, woken) values ($1, $2, 0, 0) on conflict do nothing`, tick, now); err != nil {
		return ChaseRun{}, told(err)
	}
	return one[ChaseRun](ctx, s.pool, `select debtors, letters, woken, finished from chase_run where tick = $1`, tick)
}

// ChaseBatch is a number of debtors whose collection a batch of the chase began.
type ChaseBatch struct {
	Accounts []crm.ID
	Debts    map[crm.ID][]crm.Debt
	To       map[crm.ID]Recipient
}

// ChaseDebtors finds up to n debtors with an invoice overdue for at least so many days whose collection does not live, opens or reopens them all by one
// statement, and has the step write what is due to them; all in one transaction. It tells how many there were: none, and the chase has them all.
func (s *Store) ChaseDebtors(ctx context.Context, tick time.Time, days, n int, step func(context.Context, *Tx, ChaseBatch) (letters int, err error)) (found int, err error) {
	err = s.behind(ctx, func(q *behind) error {
		tx := newTx(q, s.realNow())
		if err := s.beginChase(ctx, tx); err != nil {
			return err
		}
		batch, err := tx.openCollections(ctx, n, tx.Today.AddDays(-days))
		if found = len(batch.Accounts); err != nil || found == 0 {
			return errors.Join(err, q.commit(ctx))
		}
		tx.Actor, tx.Cause = "system", "chase/"+tick.UTC().Format(time.RFC3339)+"/"+string(batch.Accounts[0])
		letters, err := step(ctx, tx, batch)
		if err != nil {
			return err
		}
		b := &pgx.Batch{}
		tx.Process = crm.Process{}
		s.flush(b, tx)
		b.Queue(`update chase_run set debtors = debtors + $2, letters = letters + $3 where tick = $1`, tick, found, letters)
		b.Queue(`commit`)
		crash.At("chase.before_commit")
		return q.SendBatch(ctx, b).Close()
	})
	return found, told(err)
}

// beginChase reads what every step needs.
func (s *Store) beginChase(ctx context.Context, tx *Tx) error {
	tx.q.later(`select pg_advisory_xact_lock(hashtext('chase'))`) // a batch that was cut off while it committed is over before the next one looks
	var seconds int64
	if err := tx.q.QueryRow(ctx, `select shift_seconds, `+entityMark+` from business_clock`).Scan(&seconds, &tx.mark); err != nil {
		return told(err)
	}
	tx.Process.Shift = time.Duration(seconds) * time.Second
	return s.opened(ctx, tx)
}

func (tx *Tx) openCollections(ctx context.Context, n int, dueUntil crm.Date) (b ChaseBatch, err error) {
	rows, err := many[struct{ ID crm.ID }](ctx, tx.q, `with debtor as (
			select distinct account_id from receivable r where open > 0 and due_date <= $1
				and not exists (select from process where id = 'collection-' || r.account_id and not closed) order by account_id limit $3
		)
		insert into process (id, kind, record_id, step, rules, started_at, updated_at)
			select 'collection-' || account_id, 'collection', account_id, 'revenue', (select coalesce(jsonb_object_agg(kind, version), '{}') from rule_set where active), $2, $2 from debtor order by account_id
			on conflict (id) do update set closed = false, version = process.version + 1, rules = excluded.rules, updated_at = excluded.updated_at where process.closed
			returning record_id as id`, dueUntil, tx.Now, n)
	if err != nil || len(rows) == 0 {
		return b, err
	}
	for _, r := range rows {
		b.Accounts = append(b.Accounts, r.ID)
	}
	debts, err := many[crm.Debt](ctx, tx.q, openDebts+` for update of r`, pgx.NamedArgs{"accounts": texts(b.Accounts), "today": tx.Today})
	if err != nil {
		return b, err
	}
	b.Debts, b.To = map[crm.ID][]crm.Debt{}, map[crm.ID]Recipient{}
	for _, d := range debts {
		b.Debts[d.AccountID] = append(b.Debts[d.AccountID], d)
	}
	readers, err := many[struct {
		ID crm.ID
		Recipient
	}](ctx, tx.q, `select a.id, a.name, a.email, a.language, exists (select from undeliverable u where u.account_id = a.id and u.email = lower(a.email) and u.ended_at is null) as barred
		from account a where a.id = any($1::uuid[])`, texts(b.Accounts))
	for _, r := range readers {
		b.To[r.ID] = r.Recipient
	}
	return b, err
}

// EndChase wakes living collections that are behind, and notes that the tick is over.
func (s *Store) EndChase(ctx context.Context, tick time.Time) (run ChaseRun, err error) {
	now, err := s.Now(ctx)
	if err != nil {
		return run, err
	}
	err = s.short(ctx, func(tx pgx.Tx) error {
		woken, err := wakeLate(ctx, tx, tick, now)
		if err != nil {
			return err
		}
		run, err = one[ChaseRun](ctx, tx, `update chase_run set woken = $2, finished = true where tick = $1 returning debtors, letters, woken, finished`, tick, woken)
		return err
	})
	return run, err
}

// lateAfter is how long a living collection may be behind its own deadline before the chase wakes it.
const lateAfter = time.Minute

func wakeLate(ctx context.Context, tx pgx.Tx, tick, now time.Time) (int, error) {
	tag, err := tx.Exec(ctx, `insert into outbox (id, process, due_at) select 'late/' || p.id || '/' || $1, p.id, now() from process p
		where p.kind = 'collection' and not p.closed and exists (select from deadline d where d.process = p.id and d.due_at < $2)
		and not exists (select from outbox o where o.process = p.id) on conflict do nothing`, tick, now.Add(-lateAfter))
	return int(tag.RowsAffected()), told(err)
}

// Level names a level of an invoice, or of one of its parts.
type Level struct {
	InvoiceID crm.ID
	Part      int
	Level     int
}

// Dun writes levels of chases; each happens once, whoever comes first (S091). One whose letter was cancelled before it left may be written again. It
// gives the levels that it wrote, with how often each was written by now.
func (tx *Tx) Dun(ctx context.Context, list []crm.DunningStep) (map[Level]int, error) {
	if len(list) == 0 {
		return nil, nil
	}
	var ids []crm.ID
	var levels, parts []int
	var keys, states, effects, fees, interests, channels []string
	for _, d := range list {
		parts = append(parts, max(1, d.Part))
		ids, levels, keys, states = append(ids, d.InvoiceID), append(levels, d.Level), append(keys, d.Key), append(states, d.State)
		effects, fees, channels = append(effects, d.EffectKey), append(fees, decimal.Decimal.String(d.Fee)), append(channels, d.Channel)
		interests = append(interests, d.Interest.String())
	}
	rows, err := many[struct {
		Level
		Tries int
	}](ctx, tx.q, `insert into dunning_step as s (invoice_id, level, key, state, effect_key, fee, channel, on_date, at, interest, part)
		select i, l, k, st, nullif(e, ''), f, c, $8, $9, n, p from unnest($1::uuid[], $2::int[], $3::text[], $4::text[], $5::text[], $6::text[]::numeric[], $7::text[], $10::text[]::numeric[], $11::int[]) as x(i, l, k, st, e, f, c, n, p)
		on conflict (invoice_id, part, level) do update
			set key = excluded.key, on_date = excluded.on_date, state = excluded.state, at = excluded.at, fee = excluded.fee, interest = excluded.interest, channel = excluded.channel, tries = s.tries + 1,
				effect_key = excluded.effect_key || '/' || (s.tries + 1)
			where s.state = 'cancelled' returning invoice_id, part, level, tries`, texts(ids), levels, keys, states, effects, fees, channels, tx.Today, tx.Now, interests, parts)
	out := make(map[Level]int, len(rows))
	for _, r := range rows {
		out[r.Level] = r.Tries
	}
	return out, err
}
