package store

import (
	"context"
	"errors"
	"time"

	"leadtocash/crash"
	"leadtocash/crm"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// Step carries a command out inside its transaction. A refusal is an answer; an error rolls everything back and leaves the command open.
type Step func(ctx context.Context, tx *Tx, c crm.Command) (crm.Answer, error)

// Accept stores a command, or finds it from an earlier send: then known is its answer, if it has one. Its commit need not reach the
// disk: the commit of Advance, later in the same log, does; and whoever has no answer yet sends again, with the whole content.
// The same id with other content is ErrClash.
func (s *Store) Accept(ctx context.Context, c crm.Command) (known *crm.Answer, sends int, err error) {
	args, same := []any{c.ID, c.Kind, c.Process, c.Actor, c.Fields}, true
	crash.At("accept.before")
	tag, err := s.pool.Exec(ctx, `insert into command (id, kind, process, actor, fields)
		select $1, $2, $3, $4, $5 from set_config('synchronous_commit', 'off', true) on conflict do nothing`, args...)
	crash.At("accept.after")
	if err == nil && tag.RowsAffected() == 0 {
		err = s.pool.QueryRow(ctx, `select answer, sends, kind = $2 and process = $3 and actor = $4 and fields = $5 from command where id = $1`, args...).Scan(&known, &sends, &same)
	}
	if err == nil && !same {
		err = ErrClash
	}
	return known, sends, told(err)
}

// SendAgain gives the next send of an unanswered command an Update id of its own: the engine keeps repeating the outcome of the old one.
func (s *Store) SendAgain(ctx context.Context, id string, sends int) error {
	crash.At("send_again.before")
	_, err := s.pool.Exec(ctx, `update command set sends = $2 + 1 where id = $1 and sends = $2`, id, sends)
	crash.At("send_again.after")
	return told(err)
}

// Advance is a whole step of a process in one short transaction, taken at the engine's time given, to which the movable clock is added. A repeated Advance changes nothing and returns the stored answer.
// A refused step leaves only its answer and what the rules said.
func (s *Store) Advance(ctx context.Context, id, process string, at time.Time, step Step) (out crm.Result, err error) {
	changed := false
	err = s.behind(ctx, func(q *behind) error {
		tx, c, known, err := s.openCommand(ctx, q, id, process, at)
		if err != nil {
			return err
		}
		if known != nil {
			out.Answer = *known
			out.Process, err = readProcess(ctx, q, c.Process)
			return err
		}
		if out.Answer, err = step(ctx, tx, c); err != nil {
			return err
		}
		changed = out.Answer.OK()
		crash.At("advance.before_commit")
		out.Process, err = s.answer(ctx, tx, out.Answer)
		return err
	})
	crash.At("advance.after_commit")
	if err == nil && changed && s.AfterCommit != nil {
		s.AfterCommit(id)
	}
	return out, err
}

// openCommand locks a command and then, unless it is answered, its process, in one round trip, and reads the process's record ahead.
func (s *Store) openCommand(ctx context.Context, q *behind, id, process string, at time.Time) (tx *Tx, c crm.Command, known *crm.Answer, err error) {
	b := &pgx.Batch{}
	b.Queue(`select id, kind, process, actor, fields, answer from command where id = $1 for update`, id).QueryRow(func(row pgx.Row) error {
		return row.Scan(&c.ID, &c.Kind, &c.Process, &c.Actor, &c.Fields, &known)
	})
	tx = newTx(q, at)
	tx.open(b, `(select process from command where id = $1 and answer is null)`, id)
	if record, ok := recordOf(process); ok {
		q.ask(b, record)
	}
	err = q.SendBatch(ctx, b).Close()
	if errors.Is(err, pgx.ErrNoRows) && known != nil {
		return nil, c, known, nil
	}
	if err == nil {
		err = s.opened(ctx, tx)
	}
	tx.Cause, tx.Actor, c.At = c.ID, c.Actor, tx.Now
	return tx, c, nil, told(err)
}

// answer writes what the step collected and the command's answer, and commits, in one round trip. A refused step is undone first: its answer
// and what the rules said are all that stays.
func (s *Store) answer(ctx context.Context, tx *Tx, a crm.Answer) (p crm.Process, err error) {
	b := &pgx.Batch{}
	if a.OK() {
		s.flush(b, tx)
		tx.close(b, &p, endStep, append(tx.left(), tx.Cause, s.WakeIn, a)...)
		return p, tx.q.SendBatch(ctx, b).Close()
	}
	tx.q.undo()
	b.Queue(`update command set answer = $2, answered_at = $3 where id = $1 and answer is null`, tx.Cause, a, tx.Now).Exec(func(tag pgconn.CommandTag) error {
		if tag.RowsAffected() == 0 { // while the refused step was undone, another attempt came through
			return ErrBusy
		}
		return nil
	})
	tx.close(b, &p, selectProcess+`$1`, tx.Process.ID)
	return p, tx.q.SendBatch(ctx, b).Close()
}

// Acknowledge removes wake-ups of steps that the engine knows of; losing it costs one needless signal.
func (s *Store) Acknowledge(ctx context.Context, causes []string) error {
	crash.At("acknowledge.before")
	_, err := s.pool.Exec(ctx, `delete from outbox where id = any($1)`, causes)
	crash.At("acknowledge.after")
	return told(err)
}
