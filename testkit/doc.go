// Package testkit gives tests the real things: a database of their own, a Temporal namespace, a private stack to kill,
// a browser. It is for tests only.
//
// `leadtocash with-stack -- go test ./…` (make test) provides them through the environment. Where they are missing a
// test fails; it never skips.
package testkit

import (
	"os"
	"testing"
)

// need returns a variable that make test sets.
func need(t testing.TB, name string) string {
	t.Helper()
	value := os.Getenv(name)
	if value == "" {
		t.Fatalf("%s is not set: run through make test, or bin/leadtocash with-stack -- go test ./…", name)
	}
	return value
}
