package store

import (
	"context"
	"time"

	"leadtocash/crash"
	"leadtocash/crm"

	"github.com/jackc/pgx/v5"
)

const insertWake = `insert into outbox (id, process, due_at) values ($1, $2, now() + $3::interval) on conflict (id) do nothing`

// Relay is the only one of its kind at a time: it holds an advisory lock on a connection of its own until it is closed.
type Relay struct {
	conn *pgx.Conn
}

// OpenRelay waits until no other relay lives. The lock goes with the connection, so a dead relay's place is free at once.
func (s *Store) OpenRelay(ctx context.Context) (*Relay, error) {
	conn, err := s.alone(ctx, 7203002)
	if err != nil {
		return nil, err
	}
	return &Relay{conn}, nil
}

// alone opens a connection that holds an advisory lock for as long as it lives.
func (s *Store) alone(ctx context.Context, lock int64) (*pgx.Conn, error) {
	conf := s.pool.Config().ConnConfig
	delete(conf.RuntimeParams, "lock_timeout") // it waits for as long as the other lives
	conn, err := pgx.ConnectConfig(ctx, conf)
	if err != nil {
		return nil, err
	}
	if _, err := conn.Exec(ctx, `select pg_advisory_lock($1)`, lock); err != nil {
		_ = conn.Close(context.WithoutCancel(ctx))
		return nil, err
	}
	return conn, nil
}

// Close gives the relay's place to the next.
func (r *Relay) Close(ctx context.Context) error { return r.conn.Close(ctx) }

// Due lists the processes whose wake-up has come, with the wake-ups' ids, the longest waiting first.
func (r *Relay) Due(ctx context.Context) ([]Waking, error) {
	return many[Waking](ctx, r.conn, `select o.process, array_agg(o.id) as ids, exists (select from process where id = o.process and closed) as closed
		from outbox o where o.due_at <= now() and o.command is null group by o.process order by min(o.due_at) limit 200`)
}

// Waking is a process that has to read its row.
type Waking struct {
	Process string
	IDs     []string `db:"ids"`
	Closed  bool     // it has nothing to live for: a run that does not know it yet is told, none is begun
}

// Kind is the kind of the process.
func (w Waking) Kind() crm.Kind {
	k, _ := crm.SplitProcessID(w.Process)
	return k
}

// Woken removes wake-ups that were delivered.
func (r *Relay) Woken(ctx context.Context, ids []string) error {
	crash.At("woken.before")
	_, err := r.conn.Exec(ctx, `delete from outbox where id = any($1)`, ids)
	crash.At("woken.after")
	return told(err)
}

// OldestWake is how long the longest waiting wake-up is overdue; 0 when none is.
func (s *Store) OldestWake(ctx context.Context) (time.Duration, error) {
	var seconds float64
	err := s.pool.QueryRow(ctx, `select coalesce(extract(epoch from now() - min(due_at)), 0)::float8 from outbox where due_at <= now()`).Scan(&seconds)
	return time.Duration(seconds * float64(time.Second)), told(err)
}
