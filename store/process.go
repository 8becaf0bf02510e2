package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"leadtocash/crash"
	"leadtocash/crm"

	"github.com/jackc/pgx/v5"
)

// DeadlineReview makes a process look at its rows: another process changed something it waits for. Only others set
// it; a process's own deadlines have other kinds, so that neither overwrites the other.
const DeadlineReview = "review"

// Deadline is something that a process does by itself when its time has come.
type Deadline struct {
	Kind  string
	Key   string
	DueAt time.Time
}

const upsertDeadline = `insert into deadline (process, kind, key, due_at) values ($1, $2, $3, $4)
	on conflict (process, kind, key) do update set due_at = excluded.due_at`

const (
	processColumns = `id, step, version, closed, rules, (select min(due_at) from deadline where process = p.id), (select shift_seconds from business_clock)`
	selectProcess  = `select ` + processColumns + ` from process p where id = `
	selectMarked   = `select ` + processColumns + `, ` + entityMark + ` from process p where id = `
	updateProcess  = `update process p set step = $2, version = $3, closed = $4, updated_at = $5 where id = $1 returning ` + processColumns

	// endStep writes the process as a command's step leaves it, the command's answer, and the wake-up that finds the commit again if the engine
	// never hears of it, in the place of earlier ones. Rows that somebody else is deleting are left to him.
	endStep = `with earlier as (
			delete from outbox where id in (select id from outbox where process = $1 and command is null for update skip locked)
		), wake as (
			insert into outbox (id, process, due_at) values ($6, $1, now() + $7::interval) on conflict (id) do nothing
		), answered as (
			update command set answer = $8, answered_at = $5 where id = $6
		) ` + updateProcess
)

// Load reads a process's row: what the engine's state is rebuilt from.
func (s *Store) Load(ctx context.Context, process string) (crm.Process, error) {
	return readProcess(ctx, s.pool, process)
}

func readProcess(ctx context.Context, q querier, id string) (crm.Process, error) {
	p, _, err := scanProcess(q.QueryRow(ctx, selectProcess+`$1`, id))
	return p, told(err)
}

// scanProcess reads processColumns and what was asked after them.
func scanProcess(row pgx.Row, more ...any) (p crm.Process, pinned map[crm.RuleKind]int, err error) {
	var shift int64
	err = row.Scan(append([]any{&p.ID, &p.Step, &p.Version, &p.Closed, &pinned, &p.Deadline, &shift}, more...)...)
	p.Shift = time.Duration(shift) * time.Second
	return p, pinned, err
}

// Expire takes the step of the earliest deadline that has come at the engine's time given, to which the movable clock is added. Early, late
// and repeated timers change nothing: the row decides.
func (s *Store) Expire(ctx context.Context, process string, at time.Time, step func(context.Context, *Tx, Deadline) error) (p crm.Process, err error) {
	var cause string
	err = s.behind(ctx, func(q *behind) error {
		tx := newTx(q, at)
		d, err := s.openDeadline(ctx, tx, process)
		if errors.Is(err, pgx.ErrNoRows) && tx.Process.ID != "" || err == nil && tx.Process.Closed {
			p = tx.Process
			return nil
		} else if err != nil {
			return told(err)
		}
		cause = fmt.Sprintf("deadline/%s/%s/%s/%s/%d", process, d.Kind, d.Key, d.DueAt.UTC().Format(time.RFC3339Nano), tx.Process.Version)
		tx.Cause, tx.Actor, tx.taken = cause, "system", &d
		if err := step(ctx, tx, d); err != nil {
			return err
		}
		b := &pgx.Batch{}
		s.flush(b, tx)
		tx.close(b, &p, updateProcess, tx.left()...)
		crash.At("expire.before_commit")
		return tx.q.SendBatch(ctx, b).Close()
	})
	crash.At("expire.after_commit")
	if err == nil && cause != "" && s.AfterCommit != nil {
		s.AfterCommit(cause)
	}
	return p, err
}

// openDeadline locks the process and gives its earliest deadline that has come.
func (s *Store) openDeadline(ctx context.Context, tx *Tx, process string) (d Deadline, err error) {
	b := &pgx.Batch{}
	tx.open(b, `$1`, process)
	b.Queue(`select kind, key, due_at from deadline where process = $1 and due_at <= $2::timestamptz + make_interval(secs => (select shift_seconds from business_clock)) order by due_at, kind, key limit 1`, process, tx.Now).
		QueryRow(func(row pgx.Row) error { return row.Scan(&d.Kind, &d.Key, &d.DueAt) })
	if err = tx.q.SendBatch(ctx, b).Close(); err == nil {
		err = s.opened(ctx, tx)
	}
	return d, err
}

// Open makes the row of a new process with the rule versions that are active now; they stay until a migration (N3). Its
// first command starts it in the engine, or the relay a little later.
func (tx *Tx) Open(ctx context.Context, kind crm.Kind, record crm.ID, step crm.Step, parent string) error {
	if err := openProcess(ctx, tx.q, kind, record, step, parent, tx.Now); err != nil {
		return err
	}
	tx.opens = append(tx.opens, crm.ProcessID(kind, record))
	return nil
}

func openProcess(ctx context.Context, q querier, kind crm.Kind, record crm.ID, step crm.Step, parent string, now time.Time) error {
	return late(ctx, q, `insert into process (id, kind, record_id, parent, step, rules, started_at, updated_at)
		values ($1, $2, $3, nullif($4, ''), $5, (select coalesce(jsonb_object_agg(kind, version), '{}') from rule_set where active), $6, $6)`,
		crm.ProcessID(kind, record), kind, record, parent, step, now)
}
