package store

import (
	"bytes"
	"context"
	"errors"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// ErrDone says that an edit with this key was made before: it is not made again.
var ErrDone = errors.New("this key's change was made before")

// Reply is an answer that was given under an Idempotency-Key.
type Reply struct {
	Status  int
	Headers map[string]string
	Body    []byte
}

// Begin notes a request with a key, or finds it from an earlier send: then known is its answer, if it has one. The same key with other
// content is ErrClash. Requests of some days ago are forgotten.
func (s *Store) Begin(ctx context.Context, id string, hash []byte) (known *Reply, err error) {
	b := &pgx.Batch{}
	b.Queue(`delete from idempotency where id in (select id from idempotency where at < now() - interval '3 days' and id <> $1 limit 20 for update skip locked)`, id)
	b.Queue(`insert into idempotency (id, hash) values ($1, $2) on conflict do nothing`, id, hash)
	b.Queue(`select hash, status, headers, body from idempotency where id = $1`, id).QueryRow(func(row pgx.Row) error {
		var before []byte
		if known, err = scanReply(row, &before); err == nil && !bytes.Equal(before, hash) {
			return ErrClash
		}
		return err
	})
	return known, told(s.pool.SendBatch(ctx, b).Close())
}

// ReplyTo is what was answered under a key; nil when nothing is kept.
func (s *Store) ReplyTo(ctx context.Context, id string) (*Reply, error) {
	var hash []byte
	known, err := scanReply(s.pool.QueryRow(ctx, `select hash, status, headers, body from idempotency where id = $1`, id), &hash)
	return known, told(err)
}

func scanReply(row pgx.Row, hash *[]byte) (*Reply, error) {
	var status *int
	k := &Reply{}
	if err := row.Scan(hash, &status, &k.Headers, &k.Body); err != nil || status == nil {
		return nil, err
	}
	k.Status = *status
	return k, nil
}

// KeepReply keeps the answer of a request.
func (s *Store) KeepReply(ctx context.Context, id string, k Reply) error {
	_, err := s.pool.Exec(ctx, `update idempotency set done = true, status = $2, headers = $3, body = $4 where id = $1`, id, k.Status, k.Headers, k.Body)
	return told(err)
}

// Forget drops a request that was refused: its key may be used for a better one.
func (s *Store) Forget(ctx context.Context, id string) error {
	_, err := s.pool.Exec(ctx, `delete from idempotency where id = $1 and not done`, id)
	return told(err)
}

type onceKey struct{}

// once is the request whose first edit is made at most once.
type once struct {
	id      string
	claimed bool
}

// Once has the first edit under the context made at most once for the request that Begin noted: again, it is ErrDone.
func Once(ctx context.Context, id string) context.Context {
	return context.WithValue(ctx, onceKey{}, &once{id: id})
}

// WasDone tells whether the edit of the context's request was made by an earlier send, whose answer was lost.
func (s *Store) WasDone(ctx context.Context) (done bool, err error) {
	o, _ := ctx.Value(onceKey{}).(*once)
	if o == nil {
		return false, nil
	}
	err = s.pool.QueryRow(ctx, `select done from idempotency where id = $1`, o.id).Scan(&done)
	return done, told(err)
}

// claim marks the context's request as done, in the transaction of its edit.
func claim(ctx context.Context, q querier) error {
	b := &pgx.Batch{}
	if queueClaim(ctx, b); b.Len() == 0 {
		return nil
	}
	return q.SendBatch(ctx, b).Close()
}

// queueClaim does so with the edit's first statements.
func queueClaim(ctx context.Context, b *pgx.Batch) {
	o, _ := ctx.Value(onceKey{}).(*once)
	if o == nil || o.claimed {
		return
	}
	b.Queue(`update idempotency set done = true where id = $1 and not done`, o.id).Exec(func(tag pgconn.CommandTag) error {
		if o.claimed = tag.RowsAffected() > 0; !o.claimed {
			return ErrDone
		}
		return nil
	})
}
