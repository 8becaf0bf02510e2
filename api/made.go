package api

import (
	"slices"

	"leadtocash/crm"
	"leadtocash/store"
)

// made adds a record under an id that an Idempotency-Key, if there is one, decides, and shows it as it is stored. Sent again, also while the
// first send is still under way or after its answer was lost, it finds what the first one made and answers the same (R3, R4).
func made[T any](r *request, find, add func(crm.ID) (T, error), show func(T) error) error {
	id, keyed, err := r.recordID()
	if err != nil {
		return err
	}
	if keyed {
		if known, err := find(id); err == nil {
			r.gin.Header("Idempotency-Replayed", "true")
			return show(known)
		}
	}
	v, failed := add(id)
	if failed != nil && !keyed {
		return failed
	}
	known, err := find(id)
	switch {
	case err == nil && failed != nil:
		r.gin.Header("Idempotency-Replayed", "true")
		return show(known)
	case err == nil:
		return show(known)
	case failed != nil:
		return failed
	}
	return show(v)
}

// among finds a part of a record by its id.
func among[T any](rows []T, err error, is func(T) bool) (T, error) {
	var none T
	if err != nil {
		return none, err
	}
	if i := slices.IndexFunc(rows, is); i >= 0 {
		return rows[i], nil
	}
	return none, store.ErrNotFound
}
