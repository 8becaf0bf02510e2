package store

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"strings"
	"time"

	"leadtocash/crm"
)

// KeyPrefix begins every API key, so that one that leaks can be recognised.
const KeyPrefix = "ltc_"

// ErrKeyExpired refuses a key whose time is over.
var ErrKeyExpired = errors.New("the API key has expired")

// APIKey is what is kept of a key: never the key itself.
type APIKey struct {
	ID        crm.ID
	UserID    crm.ID
	Name      string
	CreatedAt time.Time
	ExpiresAt *time.Time
	RevokedAt *time.Time
}

// CreateAPIKey makes a key with which a machine acts as the user. The key is shown once: only its SHA-256 is kept.
// A zero expiry means that it never expires.
func (s *Store) CreateAPIKey(ctx context.Context, user crm.ID, name string, expires time.Time) (key string, err error) {
	secret := make([]byte, 32)
	if _, err := rand.Read(secret); err != nil {
		return "", err
	}
	key = KeyPrefix + base64.RawURLEncoding.EncodeToString(secret)
	var until *time.Time
	if !expires.IsZero() {
		until = &expires
	}
	sum := sha256.Sum256([]byte(key))
	_, err = s.pool.Exec(ctx, `insert into api_key (id, user_id, name, hash, expires_at) values ($1, $2, $3, $4, $5)`,
		NewID(), user, name, sum[:], until)
	return key, told(err)
}

// RevokeAPIKey ends a key at once.
func (s *Store) RevokeAPIKey(ctx context.Context, id crm.ID) error {
	tag, err := s.pool.Exec(ctx, `update api_key set revoked_at = coalesce(revoked_at, now()) where id = $1`, id)
	if err == nil && tag.RowsAffected() == 0 {
		return ErrNotFound
	}
	return told(err)
}

// APIKeys lists the user's keys, newest first.
func (s *Store) APIKeys(ctx context.Context, user crm.ID) ([]APIKey, error) {
	return many[APIKey](ctx, s.pool, `select id, user_id, name, created_at, expires_at, revoked_at from api_key
		where user_id = $1 order by created_at desc, id`, user)
}

// UserByAPIKey finds who acts with the key: ErrNotFound for an unknown or revoked key, ErrKeyExpired for one that is too old.
func (s *Store) UserByAPIKey(ctx context.Context, key string, now time.Time) (crm.User, error) {
	if !strings.HasPrefix(key, KeyPrefix) {
		return crm.User{}, ErrNotFound
	}
	sum := sha256.Sum256([]byte(key))
	type row struct {
		userRow
		ExpiresAt *time.Time
	}
	k, err := one[row](ctx, s.pool, `select `+userColumns+`, k.expires_at from api_key k join app_user u on u.id = k.user_id
		where k.hash = $1 and k.revoked_at is null`, sum[:])
	if err != nil {
		return crm.User{}, err
	}
	if k.ExpiresAt != nil && !now.Before(*k.ExpiresAt) {
		return crm.User{}, ErrKeyExpired
	}
	return k.User, nil
}
