package stack

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// config is a new folder and free ports beside the Temporal server of the test run, so that only PostgreSQL starts.
func config(t *testing.T) Config {
	t.Helper()
	dir, err := os.MkdirTemp("", "stack-test-") // t.TempDir cannot be entered by the user PostgreSQL runs as
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	if err := os.Chmod(dir, 0o711); err != nil {
		t.Fatal(err)
	}
	ports, err := FreePorts()
	if err != nil {
		t.Fatal(err)
	}
	address := os.Getenv("TEST_TEMPORAL_ADDRESS")
	if address == "" {
		t.Fatal("TEST_TEMPORAL_ADDRESS is not set: run through make test")
	}
	return Config{Data: filepath.Join(dir, "data"), Ports: ports, TemporalAddress: address, Say: func(line string) { t.Log(line) }}
}

func start(t *testing.T, c Config) *Stack {
	t.Helper()
	s, err := Start(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Stop)
	return s
}

// execute runs SQL, trying again while the server is away.
func execute(t *testing.T, url, sql string) {
	t.Helper()
	var err error
	for deadline := time.Now().Add(4 * time.Minute); time.Now().Before(deadline); time.Sleep(50 * time.Millisecond) {
		var conn *pgx.Conn
		if conn, err = pgx.Connect(t.Context(), url); err == nil {
			_, err = conn.Exec(t.Context(), sql)
			_ = conn.Close(t.Context())
			if err == nil {
				return
			}
		}
	}
	t.Fatalf("%s: %v", sql, err)
}

// wantProblem fails unless the error is a Problem whose line contains all the words.
func wantProblem(t *testing.T, err error, words ...string) {
	t.Helper()
	if _, ok := errors.AsType[*Problem](err); !ok {
		t.Fatalf("got %v, want a Problem", err)
	}
	for _, word := range words {
		if !strings.Contains(err.Error(), word) {
			t.Errorf("%q does not say %q", err, word)
		}
	}
}

func TestDataSurviveAStopAndNothingIsLeftBehind(t *testing.T) {
	t.Parallel()
	c := config(t)
	begin := time.Now()
	s := start(t, c)
	first := time.Since(begin)
	execute(t, s.DatabaseURL, "CREATE TABLE kept AS SELECT 1 AS n")
	pid := s.Postgres.PID()
	s.Stop()
	if identity(pid) != "" {
		t.Error("PostgreSQL lives after Stop")
	}
	used := c.Ports.Postgres
	c.Ports = Ports{} // taken from the folder
	begin = time.Now()
	again := start(t, c)
	if took := time.Since(begin); took > max(10*time.Second, 2*first) { // the first one had everything to make
		t.Errorf("second start took %v, the first one %v", took, first)
	}
	if again.Ports.Postgres != used {
		t.Errorf("port %d became %d", used, again.Ports.Postgres)
	}
	execute(t, again.DatabaseURL, "INSERT INTO kept VALUES (2)")
}

// R1: what was acknowledged survives a kill -9 of the database, by us or by anybody.
func TestKilledDatabaseComesBackWithEverything(t *testing.T) {
	t.Parallel()
	s := start(t, config(t))
	execute(t, s.DatabaseURL, "CREATE TABLE acknowledged (n int)")
	for n := range 3 {
		execute(t, s.DatabaseURL, "INSERT INTO acknowledged VALUES (1)")
		if n == 1 { // from outside: the supervision notices by itself
			if err := syscall.Kill(s.Postgres.PID(), syscall.SIGKILL); err != nil {
				t.Fatal(err)
			}
			continue
		}
		s.Postgres.Kill()
		if err := reachDatabase(t.Context(), s.DatabaseURL); err == nil {
			t.Error("a killed database answers")
		}
		if err := s.Postgres.Restart(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	execute(t, s.DatabaseURL, "DO $$ BEGIN ASSERT (SELECT count(*) FROM acknowledged) = 3; END $$")
}

func TestKilledParentLeavesNothingThatStopsTheNext(t *testing.T) {
	t.Parallel()
	c := config(t)
	parent := childOfTest(t, c)
	if err := parent.Kill(); err != nil {
		t.Fatal(err)
	}
	_, _ = parent.Wait()
	s := start(t, c)
	execute(t, s.DatabaseURL, "INSERT INTO of_the_first VALUES (1)")
}

// A server that nobody supervises any more still holds the port and the files.
func TestForgottenDatabaseIsEnded(t *testing.T) {
	t.Parallel()
	c := config(t)
	s := start(t, c)
	s.Stop()
	p, err := newPostgres(t.Context(), s.config)
	if err != nil {
		t.Fatal(err)
	}
	cmd, err := p.command()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() { _ = cmd.Wait(); close(ended) }()
	for p.ready(t.Context()) != nil {
		time.Sleep(20 * time.Millisecond)
	}
	again := start(t, c)
	<-ended
	execute(t, again.DatabaseURL, "SELECT 1")
}

func TestOneProcessAFolder(t *testing.T) {
	t.Parallel()
	c := config(t)
	start(t, c)
	_, err := Start(t.Context(), c)
	wantProblem(t, err, "already runs", c.Data, "--data")
}

func TestLongPathsKeepTheSocketShort(t *testing.T) {
	t.Parallel()
	c := config(t)
	c.Data = filepath.Join(c.Data, strings.Repeat("long/", 25))
	s := start(t, c)
	execute(t, s.DatabaseURL, "SELECT 1")
}

// A clone under /root: PostgreSQL's user cannot get there, and it still works.
func TestFolderClosedToOthers(t *testing.T) {
	t.Parallel()
	c := config(t)
	if err := os.Chmod(filepath.Dir(c.Data), 0o700); err != nil {
		t.Fatal(err)
	}
	s := start(t, c)
	t.Cleanup(func() {
		if err := s.Remove(); err != nil {
			t.Error(err)
		}
	})
	execute(t, s.DatabaseURL, "SELECT 1")
}

func TestCancelledStartStopsWhatItStarted(t *testing.T) {
	t.Parallel()
	c := config(t)
	ctx, cancel := context.WithCancel(t.Context())
	c.Say = func(string) { cancel() } // while the database files are being made
	if _, err := Start(ctx, c); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want the end of the context", err)
	}
	c.Say = nil
	start(t, c)
}
