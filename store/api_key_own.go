package store

import (
	"context"

	"leadtocash/crm"
)

// MaxAPIKeys is how many keys in force a person may have.
const MaxAPIKeys = 50

// RevokeOwnAPIKey ends a key of the user at once; ErrNotFound for a key of somebody else.
func (s *Store) RevokeOwnAPIKey(ctx context.Context, user, id crm.ID) error {
	tag, err := s.pool.Exec(ctx, `update api_key set revoked_at = coalesce(revoked_at, now()) where id = $1 and user_id = $2`, id, user)
	if err == nil && tag.RowsAffected() == 0 {
		return ErrNotFound
	}
	return told(err)
}
