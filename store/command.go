package store

import (
	"context"
	"errors"
	"time"

	"leadtocash/crm"

	"github.com/jackc/pgx/v5"
)

// Step carries a command out inside its transaction. A refusal is an answer; an error rolls everything back and leaves the command open.
type Step func(ctx context.Context, tx *Tx, c crm.Command) (crm.Answer, error)

// Accept stores a command, or finds it from an earlier send: then known is its answer, if it has one. Its commit need not reach the
// disk: the commit of Advance, later in the same log, does; and whoever has no answer yet sends again, with the whole content.
// The same id with other content is ErrClash.
func (s *Store) Accept(ctx context.Context, c crm.Command) (known *crm.Answer, sends int, err error) {
	err = pgx.BeginFunc(ctx, s.pool, func(tx pgx.Tx) error {
		b := &pgx.Batch{}
		b.Queue(`set local synchronous_commit = off`)
		b.Queue(`insert into command (id, kind, process, actor, fields) values ($1, $2, $3, $4, $5) on conflict do nothing`,
			c.ID, c.Kind, c.Process, c.Actor, c.Fields)
		b.Queue(`select answer, sends, kind = $2 and process = $3 and actor = $4 and fields = $5 from command where id = $1`,
			c.ID, c.Kind, c.Process, c.Actor, c.Fields).QueryRow(func(row pgx.Row) error {
			var same bool
			if err := row.Scan(&known, &sends, &same); err != nil {
				return err
			}
			if !same {
				return ErrClash
			}
			return nil
		})
		return tx.SendBatch(ctx, b).Close()
	})
	return known, sends, told(err)
}

// SendAgain gives the next send of an unanswered command an Update id of its own: the engine keeps repeating the outcome of the old one.
func (s *Store) SendAgain(ctx context.Context, id string, sends int) error {
	_, err := s.pool.Exec(ctx, `update command set sends = $2 + 1 where id = $1 and sends = $2`, id, sends)
	return told(err)
}

// Advance is a whole step in one short transaction. A repeated Advance changes nothing and returns the stored answer.
// A refused step leaves only its answer and what the rules said.
func (s *Store) Advance(ctx context.Context, id string, now time.Time, step Step) (out crm.Result, err error) {
	changed := false
	err = s.short(ctx, func(q pgx.Tx) error {
		c := crm.Command{At: now}
		var known *crm.Answer
		err := q.QueryRow(ctx, `select id, kind, process, actor, fields, answer from command where id = $1 for update`, id).
			Scan(&c.ID, &c.Kind, &c.Process, &c.Actor, &c.Fields, &known)
		if err != nil {
			return told(err)
		}
		if known != nil {
			out.Answer = *known
			out.Process, _, err = readProcess(ctx, q, c.Process, "")
			return err
		}
		tx, err := begin(ctx, q, c.Process, c.ID, c.Actor, now)
		if err != nil {
			return err
		}
		if out.Answer, err = s.attempt(ctx, tx, c, step); err != nil {
			return err
		}
		changed = out.Answer.OK()
		if err := s.flushVerdicts(ctx, tx); err != nil {
			return err
		}
		if _, err := q.Exec(ctx, `update command set answer = $2, answered_at = $3 where id = $1`, id, out.Answer, tx.Now); err != nil {
			return err
		}
		out.Process, _, err = readProcess(ctx, q, c.Process, "")
		return err
	})
	if err == nil && changed && s.AfterCommit != nil {
		s.AfterCommit(id)
	}
	return out, err
}

// attempt takes the step behind a savepoint, so that a refusal undoes whatever the step had written before it was refused.
func (s *Store) attempt(ctx context.Context, tx *Tx, c crm.Command, step Step) (answer crm.Answer, err error) {
	outer := tx.q
	inner, err := outer.Begin(ctx)
	if err != nil {
		return answer, err
	}
	tx.q = inner
	answer, err = step(ctx, tx, c)
	if err == nil && answer.OK() {
		err = s.flush(ctx, tx)
	}
	tx.q = outer
	if err != nil || !answer.OK() {
		return answer, errors.Join(err, inner.Rollback(ctx))
	}
	return answer, inner.Commit(ctx)
}

// Acknowledge removes wake-ups of steps that the engine knows of; losing it costs one needless signal.
func (s *Store) Acknowledge(ctx context.Context, causes []string) error {
	_, err := s.pool.Exec(ctx, `delete from outbox where id = any($1)`, causes)
	return told(err)
}
