package store

import (
	"context"
	"errors"
	"net"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
)

// errBroken is a connection that broke under a statement: the server died, and whether it had committed is not known.
var errBroken = errors.New("the connection to the database broke")

// Away tells whether the error means that the database cannot be reached or does not serve now, so that trying later may help.
func Away(err error) bool {
	if pg, ok := errors.AsType[*pgconn.PgError](err); ok {
		return strings.HasPrefix(pg.Code, "08") || strings.HasPrefix(pg.Code, "57P") || strings.HasPrefix(pg.Code, "53")
	}
	if _, ok := errors.AsType[*pgconn.ConnectError](err); ok {
		return true
	}
	if _, ok := errors.AsType[net.Error](err); ok {
		return !errors.Is(err, context.Canceled)
	}
	return errors.Is(err, errBroken) || errors.Is(err, net.ErrClosed) || strings.Contains(err.Error(), "closed pool") || closedBefore(err)
}

// closedBefore tells whether pgx found the connection broken by what came before; that error has no type of its own.
func closedBefore(err error) bool {
	e, ok := errors.AsType[interface {
		error
		SafeToRetry() bool
	}](err)
	return ok && e.Error() == "conn closed"
}
