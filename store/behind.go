package store

import (
	"context"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// behind is a step's transaction, which writes late: what is only written waits, and is sent with the next batch, before the next question
// or with all that the step ends with. So a step costs a round trip for each of its questions and one for what it writes.
type behind struct {
	tx      pgx.Tx
	waiting []*pgx.QueuedQuery
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

// drop forgets what waits.
func (q *behind) drop() { q.waiting = nil }

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
