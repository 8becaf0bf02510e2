package testkit

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
)

// templateLock serialises the making of templates over all test processes ("template" in ASCII).
const templateLock = 0x74656d706c617465

// Database creates a database for one test and returns its URL; it is dropped when the test ends.
//
// It is copied, file by file, from a template that migrate fills the first time any test process asks for this key, which takes
// some tens of milliseconds instead of a full migration each. The key must change when the result of migrate does:
// a hash over the migrations, for example. An empty key gives an empty database, and migrate may be nil.
func Database(t testing.TB, key string, migrate func(ctx context.Context, url string) error) string {
	t.Helper()
	server := need(t, "TEST_DATABASE_URL")
	ctx, cancel := context.WithTimeout(t.Context(), Patience)
	defer cancel()
	template := "template0"
	if key != "" {
		sum := sha256.Sum256([]byte(key))
		template = "template_" + hex.EncodeToString(sum[:8])
		if err := makeTemplate(ctx, server, template, migrate); err != nil {
			t.Fatalf("template database: %v", err)
		}
	}
	name := "test_" + strings.ToLower(rand.Text()[:16])
	if err := execute(ctx, server, "CREATE DATABASE "+name+" TEMPLATE "+template+" STRATEGY file_copy"); err != nil {
		t.Fatalf("test database: %v", err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), Patience) // the test's own has ended
		defer cancel()
		if err := execute(ctx, server, "DROP DATABASE "+name+" WITH (FORCE)"); err != nil {
			t.Errorf("test database: %v", err)
		}
	})
	return other(server, name)
}

// makeTemplate fills the template unless it is there. It is filled under another name, so that a template is complete
// or absent even when a test process dies here.
func makeTemplate(ctx context.Context, server, name string, migrate func(context.Context, string) error) (err error) {
	conn, err := pgx.Connect(ctx, server)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, conn.Close(ctx)) }() // gives the lock back
	if done, err := exists(ctx, conn, name); done || err != nil {
		return err
	}
	if _, err := conn.Exec(ctx, "SELECT pg_advisory_lock($1)", int64(templateLock)); err != nil {
		return err
	}
	if done, err := exists(ctx, conn, name); done || err != nil {
		return err
	}
	fresh := name + "_new"
	for _, sql := range []string{"DROP DATABASE IF EXISTS " + fresh + " WITH (FORCE)", "CREATE DATABASE " + fresh + " TEMPLATE template0"} {
		if _, err := conn.Exec(ctx, sql); err != nil {
			return err
		}
	}
	if err := migrate(ctx, other(server, fresh)); err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	_, err = conn.Exec(ctx, "ALTER DATABASE "+fresh+" RENAME TO "+name) // fails when migrate left a connection open
	return err
}

func exists(ctx context.Context, conn *pgx.Conn, name string) (there bool, err error) {
	err = conn.QueryRow(ctx, "SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)", name).Scan(&there)
	return there, err
}

func execute(ctx context.Context, server, sql string) error {
	conn, err := pgx.Connect(ctx, server)
	if err != nil {
		return err
	}
	_, err = conn.Exec(ctx, sql)
	return errors.Join(err, conn.Close(ctx))
}

// other is the URL of another database of the same server.
func other(server, database string) string {
	u, err := url.Parse(server)
	if err != nil {
		panic("TEST_DATABASE_URL is no URL") // pgx has read it before
	}
	u.Path = "/" + database
	q := u.Query()
	q.Set("idle_in_transaction_session_timeout", "300s") // under the race detector a test may stand still for longer than a product may
	u.RawQuery = q.Encode()
	return u.String()
}
