package testkit

import (
	"fmt"
	"os"
	"testing"
)

// Sized is a number that the environment may raise.
func Sized(t testing.TB, name string, n int) int {
	t.Helper()
	if v := os.Getenv(name); v != "" {
		if _, err := fmt.Sscan(v, &n); err != nil {
			t.Fatal(err)
		}
	}
	return n
}
