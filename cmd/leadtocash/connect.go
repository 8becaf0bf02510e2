package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"

	"leadtocash/store"
	"leadtocash/workflows"

	"github.com/jackc/pgx/v5/pgconn"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/log"
)

// connectionFlags are the settings that api and worker share: where the record and the engine are.
type connectionFlags struct {
	DatabaseURL     string `name:"database-url" help:"PostgreSQL with the product's schema." env:"DATABASE_URL" required:"" placeholder:"URL"`
	TemporalAddress string `help:"Temporal front end." env:"TEMPORAL_ADDRESS" default:"127.0.0.1:7233" placeholder:"HOST:PORT"`
	Namespace       string `help:"Temporal namespace." env:"TEMPORAL_NAMESPACE" default:"leadtocash"`
}

// connect opens the store and a client of the engine. The engine may be away: the client finds it when it is back.
func (f connectionFlags) connect(ctx context.Context, log *slog.Logger) (*store.Store, client.Client, error) {
	s, err := store.Open(ctx, f.DatabaseURL)
	if err != nil {
		return nil, nil, err
	}
	c, err := client.NewLazyClient(client.Options{
		HostPort: f.TemporalAddress, Namespace: f.Namespace, Logger: quieter(log), ConnectionOptions: workflows.Connection(),
	})
	if err != nil {
		s.Close()
		return nil, nil, fmt.Errorf("the engine at %s: %w", f.TemporalAddress, err)
	}
	return s, c, nil
}

// logger writes one line an event to standard error.
func logger() *slog.Logger { return slog.New(slog.NewTextHandler(os.Stderr, nil)) }

// quieter keeps the engine's client to what somebody has to look at.
func quieter(l *slog.Logger) log.Logger {
	return log.NewStructuredLogger(slog.New(warnings{l.Handler()}))
}

// warnings passes on what is at least a warning.
type warnings struct{ slog.Handler }

func (w warnings) Enabled(_ context.Context, level slog.Level) bool { return level >= slog.LevelWarn }
func (w warnings) WithAttrs(a []slog.Attr) slog.Handler             { return warnings{w.Handler.WithAttrs(a)} }
func (w warnings) WithGroup(name string) slog.Handler               { return warnings{w.Handler.WithGroup(name)} }

// unreached says in one sentence why a database does not serve; other errors pass.
func unreached(err error) error {
	where := "the database"
	if e, ok := errors.AsType[*pgconn.ConnectError](err); ok {
		where = fmt.Sprintf("the database at %s:%d", e.Config.Host, e.Config.Port)
	}
	if e, ok := errors.AsType[*pgconn.PgError](err); ok {
		switch e.Code {
		case "28P01", "28000":
			return failure{1, where + " refuses the log-in; user and password stand in --database-url (DATABASE_URL)"}
		case "3D000":
			return failure{1, where + " has no such name; --database-url (DATABASE_URL) ends with it"}
		case "42P01":
			return failure{1, where + " has no tables of leadtocash yet; `leadtocash migrate` makes them"}
		}
	}
	if err != nil && store.Away(err) {
		return failure{3, where + " cannot be reached; is it running, and does --database-url (DATABASE_URL) name it?"}
	}
	return err
}
