package testkit

import (
	"testing"

	"leadtocash/deploy/stack"
)

// Stack starts a PostgreSQL and a Temporal server for one test alone, which may kill them and start them again
// (Postgres.Kill, Temporal.Restart). It takes about three seconds; both end with the test.
func Stack(t testing.TB) *stack.Stack {
	t.Helper()
	s, err := stack.Temporary(t.Context(), stack.Config{
		PostgresBin: need(t, "LEADTOCASH_PG_BIN"), Temporald: need(t, "LEADTOCASH_TEMPORALD"),
		Say: func(line string) { t.Log(line) },
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Remove(); err != nil {
			t.Error(err)
		}
	})
	return s
}
