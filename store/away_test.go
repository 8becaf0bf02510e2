package store

import (
	"errors"
	"io"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"
)

// A database that dies under a statement is away, not an internal failure: the caller may send again (S17).
func TestAway(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		err  error
		away bool
	}{
		{io.ErrUnexpectedEOF, true},
		{errors.Join(errors.New("read"), io.EOF), true},
		{&pgconn.PgError{Code: "57P01"}, true},
		{&pgconn.PgError{Code: "42P01"}, false},
		{errors.New("something else"), false},
	} {
		if got := Away(told(c.err)); got != c.away {
			t.Errorf("%v: away is %v", c.err, got)
		}
	}
	if Away(io.ErrUnexpectedEOF) {
		t.Error("a request's body that breaks off is not the database's fault")
	}
}
