package testkit_test

import (
	"context"
	"crypto/rand"
	"errors"
	"strconv"
	"sync/atomic"
	"testing"

	"github.com/jackc/pgx/v5"
	"go.temporal.io/sdk/client"

	"leadtocash/testkit"
)

// One template per key, even when many tests ask at once; each test has rows of its own.
func TestDatabaseIsOnesOwnAndMigratedOnce(t *testing.T) {
	t.Parallel()
	var migrations atomic.Int32
	migrate := func(ctx context.Context, url string) error {
		migrations.Add(1)
		return run(ctx, url, "CREATE TABLE fact (n int PRIMARY KEY)")
	}
	key := rand.Text() // unlike that of any other run
	t.Run("together", func(t *testing.T) {
		for n := range 8 {
			t.Run(strconv.Itoa(n), func(t *testing.T) {
				t.Parallel()
				url := testkit.Database(t, key, migrate)
				if err := run(t.Context(), url, "INSERT INTO fact VALUES (1)"); err != nil {
					t.Error(err)
				}
			})
		}
	})
	if n := migrations.Load(); n != 1 {
		t.Errorf("migrated %d times, want once", n)
	}
}

func TestNamespaceTakesWorkflowsAtOnce(t *testing.T) {
	t.Parallel()
	for range 5 {
		address, namespace := testkit.Namespace(t)
		c, err := client.Dial(client.Options{HostPort: address, Namespace: namespace})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := c.ExecuteWorkflow(t.Context(), client.StartWorkflowOptions{ID: "first", TaskQueue: "none"}, "anything"); err != nil {
			t.Errorf("start in a new namespace: %v", err)
		}
		c.Close()
	}
}

func run(ctx context.Context, url, sql string) error {
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return err
	}
	_, err = conn.Exec(ctx, sql)
	return errors.Join(err, conn.Close(ctx))
}
