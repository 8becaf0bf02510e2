package store

import (
	"errors"
	"fmt"
	"io"
	"testing"

	"leadtocash/testkit"

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

// A connection that was found broken before the statement is away, too.
func TestClosedConnectionIsAway(t *testing.T) {
	t.Parallel()
	conn, err := pgconn.Connect(t.Context(), testkit.Database(t, "", nil))
	if err != nil {
		t.Fatal(err)
	}
	if err := conn.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	_, err = conn.Exec(t.Context(), "select 1").ReadAll()
	if err == nil || !Away(told(fmt.Errorf("read: %w", err))) {
		t.Errorf("%v does not count as away", err)
	}
}
