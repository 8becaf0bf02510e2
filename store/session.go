package store

import (
	"context"
	"errors"
	"time"
)

// Sessions keeps web sessions in the database, in the shape that the session library wants. It gets tokens hashed already.
type Sessions struct{ store *Store }

// Sessions gives the place of web sessions.
func (s *Store) Sessions() Sessions { return Sessions{s} }

// FindCtx gives the session's content; an expired one is not found.
func (p Sessions) FindCtx(ctx context.Context, token string) (b []byte, found bool, err error) {
	err = told(p.store.pool.QueryRow(ctx, `select data from sessions where token = $1 and expiry > now()`, token).Scan(&b))
	if errors.Is(err, ErrNotFound) {
		return nil, false, nil
	}
	return b, err == nil, err
}

// CommitCtx writes the session and sweeps out some that have expired.
func (p Sessions) CommitCtx(ctx context.Context, token string, b []byte, expiry time.Time) error {
	_, err := p.store.pool.Exec(ctx, `with old as (
			delete from sessions where token in (select token from sessions where expiry < now() and token <> $1 limit 20 for update skip locked)
		) insert into sessions (token, data, expiry) values ($1, $2, $3)
		on conflict (token) do update set data = excluded.data, expiry = excluded.expiry`, token, b, expiry)
	return told(err)
}

// DeleteCtx ends the session.
func (p Sessions) DeleteCtx(ctx context.Context, token string) error {
	_, err := p.store.pool.Exec(ctx, `delete from sessions where token = $1`, token)
	return told(err)
}

// Find is FindCtx without a context, as the library's basic interface has it.
func (p Sessions) Find(token string) ([]byte, bool, error) {
	return p.FindCtx(context.Background(), token)
}

// Commit is CommitCtx without a context.
func (p Sessions) Commit(token string, b []byte, expiry time.Time) error {
	return p.CommitCtx(context.Background(), token, b, expiry)
}

// Delete is DeleteCtx without a context.
func (p Sessions) Delete(token string) error { return p.DeleteCtx(context.Background(), token) }
