// Package store is the only one that speaks SQL. Its exported methods are named after the question they answer or the step they
// take; each that writes is one transaction. Postgres is the record of business facts; the engine only keeps copies.
package store

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
	"sync/atomic"
	"time"

	"leadtocash/crash"

	pgxdecimal "github.com/jackc/pgx-shopspring-decimal"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
)

// Errors that callers tell apart. Everything else is a failure of the storage itself.
var (
	ErrNotFound = errors.New("no such record")
	ErrStale    = errors.New("the record was changed in the meantime") // optimistic locking lost
	ErrClash    = errors.New("same id, other content")                 // an idempotency key used for something else
	ErrBusy     = errors.New("the record is locked for too long")      // lock wait of 2 s exceeded; safe to send again
)

// Taken is a unique value that another record already has.
type Taken struct{ Constraint string }

func (e Taken) Error() string { return "already taken: " + e.Constraint }

// Store is a pool of connections to the product's database.
type Store struct {
	pool *pgxpool.Pool
	// WakeIn is how long after its commit a step is looked for again if the engine was not heard to know of it.
	WakeIn time.Duration
	// AfterCommit is called with the cause after a step's transaction; crash tests die in it.
	AfterCommit func(cause string)
	// Judge asks rules about plain edits. Where rules of their kind are active, an edit without it is refused.
	Judge Judge

	entity atomic.Pointer[markedEntity] // as it was read last
}

// Open connects to the database; it does not migrate it. How long it waits for a lock and for who stands still within a transaction are 2 s and 5 s
// unless the URL says otherwise.
func Open(ctx context.Context, url string) (*Store, error) {
	conf, err := pgxpool.ParseConfig(url)
	if err != nil {
		return nil, fmt.Errorf("DATABASE_URL cannot be read: %w", err)
	}
	conf.AfterConnect = func(_ context.Context, c *pgx.Conn) error {
		pgxdecimal.Register(c.TypeMap())
		register(c.TypeMap())
		return nil
	}
	for name, value := range map[string]string{
		"timezone": "UTC", "lock_timeout": "2s", "idle_in_transaction_session_timeout": "5s", // nobody waits long, and nobody keeps others waiting
		"jit": "off", // statements of many small parts are compiled for seconds and run for milliseconds
	} {
		if _, set := conf.ConnConfig.RuntimeParams[name]; !set || name == "timezone" {
			conf.ConnConfig.RuntimeParams[name] = value
		}
	}
	pool, err := pgxpool.NewWithConfig(ctx, conf)
	if err != nil {
		return nil, err
	}
	return &Store{pool: pool, WakeIn: 3 * time.Second}, nil
}

// Close waits for connections in use and ends them all.
func (s *Store) Close() { s.pool.Close() }

// Ping tells whether the database answers.
func (s *Store) Ping(ctx context.Context) error { return s.pool.Ping(ctx) }

// querier is what both a pool and a transaction can do.
type querier interface {
	Exec(ctx context.Context, sql string, args ...any) (pgconn.CommandTag, error)
	Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error)
	QueryRow(ctx context.Context, sql string, args ...any) pgx.Row
	SendBatch(ctx context.Context, b *pgx.Batch) pgx.BatchResults
}

// one reads exactly one row into a struct by column name; no row is ErrNotFound.
func one[T any](ctx context.Context, q querier, sql string, args ...any) (T, error) {
	rows, err := q.Query(ctx, sql, args...)
	if err != nil {
		var zero T
		return zero, told(err)
	}
	v, err := pgx.CollectExactlyOneRow(rows, pgx.RowToStructByNameLax[T])
	return v, told(err)
}

// many reads all rows into structs by column name.
func many[T any](ctx context.Context, q querier, sql string, args ...any) ([]T, error) {
	rows, err := q.Query(ctx, sql, args...)
	if err != nil {
		return nil, told(err)
	}
	v, err := pgx.CollectRows(rows, pgx.RowToStructByNameLax[T])
	return v, told(err)
}

// plannedOnce is many for statements of many sub-selects, whose plan depends on no value. PostgreSQL plans a statement anew at each of its first five
// calls on a connection; of these one would do, for planning takes several times as long as the answer.
func plannedOnce[T any](ctx context.Context, q querier, sql string, args pgx.NamedArgs) (out []T, err error) {
	b := &pgx.Batch{}
	b.Queue(`select set_config('plan_cache_mode', 'force_generic_plan', true)`)
	b.Queue(sql, args).Query(func(rows pgx.Rows) error {
		out, err = pgx.CollectRows(rows, pgx.RowToStructByNameLax[T])
		return err
	})
	return out, told(q.SendBatch(ctx, b).Close())
}

// upTo is written into a statement that is planned once, so that its plan knows that it is for a page.
func upTo(rows int) string { return " limit " + strconv.Itoa(rows) }

// told turns what the database said into the errors above.
func told(err error) error {
	if errors.Is(err, pgx.ErrNoRows) {
		return ErrNotFound
	}
	if errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) { // as pgx tells of a server that was killed
		return fmt.Errorf("%w: %w", errBroken, err)
	}
	pg, ok := errors.AsType[*pgconn.PgError](err)
	if !ok {
		return err
	}
	switch pg.Code {
	case "55P03", "40P01", "25P03": // lock not available, deadlock, undone since this program stood still within the transaction
		return fmt.Errorf("%w: %w", ErrBusy, err)
	case "23505":
		return Taken{pg.ConstraintName}
	}
	return err
}

// short runs one short transaction: it waits at most 2 s for a lock and never idles.
func (s *Store) short(ctx context.Context, f func(pgx.Tx) error) error {
	err := pgx.BeginFunc(ctx, s.pool, func(tx pgx.Tx) error {
		err := f(tx)
		crash.AtCaller("before_commit")
		return err
	})
	crash.AtCaller("after_commit")
	return told(err)
}

// waitForLock is how long a statement waits for a lock before it is ErrBusy.
const waitForLock = 2 * time.Second

// Now is business time: the real one, moved by the development clock.
func (s *Store) Now(ctx context.Context) (time.Time, error) {
	shift, err := s.ClockShift(ctx)
	return time.Now().UTC().Add(shift), err
}

// ClockShift is business time minus real time.
func (s *Store) ClockShift(ctx context.Context) (time.Duration, error) {
	return clockShift(ctx, s.pool)
}

const selectShift = `select shift_seconds from business_clock`

func clockShift(ctx context.Context, q querier) (time.Duration, error) {
	return scanShift(q.QueryRow(ctx, selectShift))
}

func scanShift(row pgx.Row) (time.Duration, error) {
	var seconds int64
	err := row.Scan(&seconds)
	return time.Duration(seconds) * time.Second, told(err)
}
