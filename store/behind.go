package store

import (
	"context"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// behind is a step's or an edit's transaction, which writes late: what is only written waits, and is sent with the next batch, before the next question
// or with all that the step ends with. It begins with the first and commits with the last of them, so a step costs a round trip for each of
// its questions and one for what it writes.
type behind struct {
	tx      querier // the connection
	waiting []*pgx.QueuedQuery
	kept    []*keptRows // what was read ahead
	written int         // statements so far that may have changed something
}

// behind runs a step's transaction on a connection of its own. What f does not commit is undone.
func (s *Store) behind(ctx context.Context, f func(*behind) error) error {
	conn, err := s.pool.Acquire(ctx)
	if err != nil {
		return told(err)
	}
	defer conn.Release()
	q := &behind{tx: conn}
	q.later(`begin`)
	err = f(q)
	if conn.Conn().PgConn().TxStatus() != 'I' {
		undo, stop := context.WithTimeout(context.WithoutCancel(ctx), waitForLock)
		defer stop()
		_, _ = conn.Exec(undo, `rollback`) // a connection on which that fails is thrown away
	}
	return told(err)
}

// later writes with the step's next statements. What the database has against it is told by them.
func (q *behind) later(sql string, args ...any) {
	q.noted(sql)
	q.waiting = append(q.waiting, &pgx.QueuedQuery{SQL: sql, Arguments: args})
}

// late writes with the next statements of a step, and at once in any other transaction.
func late(ctx context.Context, q querier, sql string, args ...any) error {
	if step, ok := q.(*behind); ok {
		step.later(sql, args...)
		return nil
	}
	_, err := q.Exec(ctx, sql, args...)
	return told(err)
}

// undo forgets what waits and begins anew: nothing of what was written stays.
func (q *behind) undo() {
	q.waiting = nil
	q.later(`rollback`)
	q.later(`begin`)
}

// commit writes what waits, and ends the transaction with it.
func (q *behind) commit(ctx context.Context) error {
	q.later(`commit`)
	return q.flush(ctx)
}

// flush writes what waits.
func (q *behind) flush(ctx context.Context) error {
	if len(q.waiting) == 0 {
		return nil
	}
	return q.SendBatch(ctx, &pgx.Batch{}).Close()
}

// SendBatch sends the batch after what waits. Its answers go to the functions of its queries.
func (q *behind) SendBatch(ctx context.Context, b *pgx.Batch) pgx.BatchResults {
	for _, s := range b.QueuedQueries {
		q.noted(s.SQL)
	}
	b.QueuedQueries = append(q.waiting, b.QueuedQueries...)
	q.waiting = nil
	return q.tx.SendBatch(ctx, b)
}

// last sends what waits and a question after it, in one round trip; the answer to the question is the next one of the results.
func (q *behind) last(ctx context.Context, sql string, args []any) (pgx.BatchResults, error) {
	written := len(q.waiting)
	b := &pgx.Batch{}
	b.Queue(sql, args...)
	results := q.SendBatch(ctx, b)
	for range written {
		if _, err := results.Exec(); err != nil {
			_ = results.Close() // it has the same to tell
			return nil, err
		}
	}
	return results, nil
}

// Exec is for what has to tell how many rows it met.
func (q *behind) Exec(ctx context.Context, sql string, args ...any) (pgconn.CommandTag, error) {
	results, err := q.last(ctx, sql, args)
	if err != nil {
		return pgconn.CommandTag{}, err
	}
	tag, err := results.Exec()
	if closed := results.Close(); err == nil {
		err = closed
	}
	return tag, err
}

// Query reads what the transaction wrote.
func (q *behind) Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error) {
	if k := q.known(sql, args); k != nil {
		return k, nil
	}
	results, err := q.last(ctx, sql, args)
	if err != nil {
		return nil, err
	}
	rows, err := results.Query()
	if err != nil {
		_ = results.Close()
		return nil, err
	}
	return &lastRows{rows, results}, nil
}

// QueryRow reads what the transaction wrote.
func (q *behind) QueryRow(ctx context.Context, sql string, args ...any) pgx.Row {
	rows, err := q.Query(ctx, sql, args...)
	return only{rows, err}
}

// lastRows are the rows of the last question of a batch, which ends with them.
type lastRows struct {
	pgx.Rows
	results pgx.BatchResults
}

// Close ends the batch.
func (l *lastRows) Close() {
	l.Rows.Close()
	_ = l.results.Close() // the rows have told what was wrong
}

// only is the one row of a question.
type only struct {
	rows pgx.Rows
	err  error
}

// Scan reads it, or tells why there is none.
func (o only) Scan(into ...any) error {
	if o.err != nil {
		return o.err
	}
	defer o.rows.Close()
	if !o.rows.Next() {
		if err := o.rows.Err(); err != nil {
			return err
		}
		return pgx.ErrNoRows
	}
	if err := o.rows.Scan(into...); err != nil {
		return err
	}
	o.rows.Close()
	return o.rows.Err()
}
