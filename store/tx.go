package store

import (
	"context"
	"time"

	"leadtocash/crm"

	"github.com/shopspring/decimal"

	"github.com/jackc/pgx/v5"
)

// Tx is one step of a process under way: its transaction, with the process's row locked, and what the step wants written with it.
// Timeline, effects, deadlines and wake-ups are collected and written together at the end; a refused step leaves none of them.
type Tx struct {
	q         *behind
	Now       time.Time       // business time of the step
	Today     crm.Date        // in the legal entity's zone
	Entity    crm.LegalEntity // whose calendar, taxes and currency apply
	Zone      *time.Location
	Process   crm.Process // what the step changes is written back
	Cause     string
	Actor     string
	pinned    map[crm.RuleKind]int
	mark      string // of the legal entity
	entries   []Entry
	effects   []Effect
	wakes     []string   // other processes that have to hear of this step
	opens     []string   // processes that begin with this step
	reviews   []string   // other processes that have to look at their rows again
	taken     *Deadline  // the one that this step is taken for
	began     *time.Time // the earliest deadline when the step began
	reviewed  bool       // the step does what a review would
	deadlines []deadlineChange
	verdicts  []ruling
	facts     keptFacts
	setOff    map[crm.ID]decimal.Decimal // of accounts, by this step: the ledger has it when its invoice is written
}

type deadlineChange struct {
	process   string
	kind, key string
	at        *time.Time // nil: none any more
}

type ruling struct {
	verdict crm.Verdict
	facts   crm.Facts
}

// Tell adds a line to the timeline; process, cause, actor and time are the step's.
func (tx *Tx) Tell(e Entry) {
	e.Cause, e.At = tx.Cause, tx.Now
	if e.Process == "" {
		e.Process = tx.Process.ID
	}
	if e.Actor == "" {
		e.Actor = tx.Actor
	}
	tx.entries = append(tx.entries, e)
}

// Leave adds an effect that leaves the house after the commit. Its key makes it happen once.
func (tx *Tx) Leave(e Effect) {
	if e.Process == "" {
		e.Process = tx.Process.ID
	}
	tx.effects = append(tx.effects, e)
}

// At sets the process's deadline of this kind and key.
func (tx *Tx) At(kind, key string, at time.Time) { tx.AtOf(tx.Process.ID, kind, key, at) }

// AtOf sets a deadline of another process, one that this step opens.
func (tx *Tx) AtOf(process, kind, key string, at time.Time) {
	at = at.UTC().Truncate(time.Microsecond)
	tx.deadlines = append(tx.deadlines, deadlineChange{process, kind, key, &at})
}

// Unset drops a deadline.
func (tx *Tx) Unset(kind, key string) {
	tx.deadlines = append(tx.deadlines, deadlineChange{tx.Process.ID, kind, key, nil})
}

// Wake has another process read its row after the commit, starting it if need be.
func (tx *Tx) Wake(process string) { tx.wakes = append(tx.wakes, process) }

// Review gives another process a deadline that is due now, and wakes it.
func (tx *Tx) Review(process string) {
	tx.reviews = append(tx.reviews, process)
	tx.Wake(process)
}

// Reviewed drops the review that was asked for before this step began: the step does what it would do. One that is asked for meanwhile stays.
func (tx *Tx) Reviewed() { tx.reviewed = true }

// Rule keeps what a rule set said, with the values it was given. It is kept for a refused step too.
func (tx *Tx) Rule(v crm.Verdict, f crm.Facts) { tx.verdicts = append(tx.verdicts, ruling{v, f}) }

// Pinned is the version of a rule set that holds for this process, whatever is active by now (N3).
func (tx *Tx) Pinned(kind crm.RuleKind) int { return tx.pinned[kind] }

// newTx prepares a step that is taken at the engine's time at; open and opened fill in the rest.
func newTx(q *behind, at time.Time) *Tx {
	return &Tx{q: q, Now: at.UTC().Truncate(time.Microsecond)}
}

// open queues what every step begins with: the lock on its process. which is the process's id in SQL.
func (tx *Tx) open(b *pgx.Batch, which, arg string) {
	b.Queue(selectMarked+which+` for update`, arg).QueryRow(func(row pgx.Row) (err error) {
		tx.Process, tx.pinned, err = scanProcess(row, &tx.mark)
		return err
	})
}

// opened finishes what open read: from here on the step's time is business time.
func (s *Store) opened(ctx context.Context, tx *Tx) error {
	entity, err := s.entityOf(ctx, tx.q, tx.mark)
	if err != nil {
		return err
	}
	tx.Entity, tx.Zone = entity.LegalEntity, entity.zone
	tx.Now = tx.Now.Add(tx.Process.Shift)
	tx.Today, tx.began = crm.DateOf(tx.Now, tx.Zone), tx.Process.Deadline
	return nil
}

// close queues what every step ends with: what the rules said, the statement that gives the process as it stands now, which a step that was
// taken writes, and the commit.
func (tx *Tx) close(b *pgx.Batch, p *crm.Process, sql string, args ...any) {
	for _, r := range tx.verdicts {
		v := r.verdict
		if v.Clauses == nil { // a gate without conditions
			v.Clauses = []crm.Clause{}
		}
		b.Queue(insertVerdict, tx.Cause, v.Kind, tx.Process.ID, tx.Now, v.Version, v.Key, v.Result, v.Clauses, r.facts)
	}
	b.Queue(sql, args...).QueryRow(func(row pgx.Row) (err error) {
		*p, _, err = scanProcess(row)
		return err
	})
	b.Queue(`commit`)
}

// left are the arguments of updateProcess.
func (tx *Tx) left() []any {
	return []any{tx.Process.ID, tx.Process.Step, tx.Process.Version, tx.Process.Closed, tx.Now}
}

// flush queues what the step collected. Only a command's step gets a wake-up of its own, by endStep: for a deadline's the engine keeps the
// timer or signal that led to it until the run has gone on, and one that was taken in a command's task is found by the command's wake-up.
func (s *Store) flush(b *pgx.Batch, tx *Tx) {
	queueTimeline(b, tx.Cause, tx.entries)
	for _, e := range tx.effects {
		b.Queue(insertEffect, effectArgs(e, tx.Now)...)
	}
	if d := tx.taken; d != nil { // as it was when it came: one that was set anew meanwhile stays
		b.Queue(`delete from deadline where process = $1 and kind = $2 and key = $3 and due_at = $4`, tx.Process.ID, d.Kind, d.Key, d.DueAt)
	}
	if tx.reviewed && tx.began != nil {
		b.Queue(`delete from deadline where process = $1 and kind = $2 and due_at = $3`, tx.Process.ID, DeadlineReview, *tx.began)
	}
	for _, d := range tx.deadlines {
		if d.at == nil {
			b.Queue(`delete from deadline where process = $1 and kind = $2 and key = $3`, d.process, d.kind, d.key)
		} else {
			b.Queue(upsertDeadline, d.process, d.kind, d.key, *d.at)
		}
	}
	if tx.Process.Closed {
		b.Queue(`delete from deadline where process = $1`, tx.Process.ID)
	}
	for _, p := range tx.reviews {
		b.Queue(upsertDeadline, p, DeadlineReview, "", tx.Now)
	}
	for _, p := range tx.wakes {
		b.Queue(insertWake, tx.Cause+"/"+p, p, time.Duration(0))
	}
	for _, p := range tx.opens {
		b.Queue(insertWake, tx.Cause+"/"+p, p, s.WakeIn)
	}
	tx.Process.Version++
}
