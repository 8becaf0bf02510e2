package store

import (
	"errors"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"
)

// What was undone because somebody else held a row, or because this program stood still within the transaction, may be tried again.
func TestUndoneIsBusy(t *testing.T) {
	t.Parallel()
	for code, busy := range map[string]bool{"55P03": true, "40P01": true, "25P03": true, "23514": false, "22P02": false} {
		if got := errors.Is(told(&pgconn.PgError{Code: code}), ErrBusy); got != busy {
			t.Errorf("%s is busy: %v", code, got)
		}
	}
}
