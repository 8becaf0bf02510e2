package testkit

import (
	"testing"
	"time"
)

// Patience is how long a test waits for what must come by itself, on a machine that is busy with many others. It costs nothing where the thing comes; only
// a failure is told later.
const Patience = 4 * time.Minute

// Eventually waits until the condition holds, which it asks often.
func Eventually(t testing.TB, what string, holds func() bool) {
	t.Helper()
	for end := time.Now().Add(Patience); !holds(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("never: %s", what)
		}
	}
}
