package store

import (
	"context"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// behind is a step's transaction, which writes late: what is only written waits, and is sent with the next batch, before the next question
// or with all that the step ends with. It begins with the first and commits with the last of them, so a step costs a round trip for each of
// its questions and one for what it writes.
type behind struct {
	tx      querier // the connection
	waiting []*pgx.QueuedQuery
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

// flush writes what waits.
func (q *behind) flush(ctx context.Context) error {
	if len(q.waiting) == 0 {
		return nil
	}
	return q.SendBatch(ctx, &pgx.Batch{}).Close()
}

// SendBatch sends the batch after what waits. Its answers go to the functions of its queries.
func (q *behind) SendBatch(ctx context.Context, b *pgx.Batch) pgx.BatchResults {
	b.QueuedQueries = append(q.waiting, b.QueuedQueries...)
	q.waiting = nil
	return q.tx.SendBatch(ctx, b)
}

// Exec is for what has to tell how many rows it met.
func (q *behind) Exec(ctx context.Context, sql string, args ...any) (pgconn.CommandTag, error) {
	if err := q.flush(ctx); err != nil {
		return pgconn.CommandTag{}, err
	}
	return q.tx.Exec(ctx, sql, args...)
}

// Query reads what the step wrote.
func (q *behind) Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error) {
	if err := q.flush(ctx); err != nil {
		return nil, err
	}
	return q.tx.Query(ctx, sql, args...)
}

// QueryRow reads what the step wrote.
func (q *behind) QueryRow(ctx context.Context, sql string, args ...any) pgx.Row {
	if err := q.flush(ctx); err != nil {
		return failed{err}
	}
	return q.tx.QueryRow(ctx, sql, args...)
}

// failed is the row of a question that was never asked.
type failed struct{ err error }

// Scan tells why.
func (f failed) Scan(...any) error { return f.err }
