package e2e

import (
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"

	"leadtocash/e2e/chaos"
	"leadtocash/testkit"
)

// TestChaos is a short `make chaos`: full journeys through the API of real processes while worker, api, Temporal and PostgreSQL are killed,
// stopped for seconds, and cut off from each other.
// All end right (R1), what was answered is durable and answered the same again (R3, R4), of two decisions at once one counts (R5), the ERP
// has one order a contract though it drops answers (R6), and each mail arrives under one Message-ID though the mail server does (R7).
// SEED=n repeats a schedule; what exactly a kill hits differs all the same.
func TestChaos(t *testing.T) {
	t.Parallel()
	binary := filepath.Join(t.TempDir(), "leadtocash")
	build := exec.CommandContext(t.Context(), "go", "build", "-o", binary, "./cmd/leadtocash")
	build.Dir = ".."
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	seed := rand.Uint64N(1_000_000) + 1
	if text := os.Getenv("SEED"); text != "" {
		var err error
		if seed, err = strconv.ParseUint(text, 10, 64); err != nil {
			t.Fatalf("SEED: %v", err)
		}
	}
	t.Logf("SEED=%d", seed)
	r, err := chaos.Run(t.Context(), chaos.Config{Stack: testkit.Stack(t), Binary: binary, Journeys: 30, Kills: 8, Stops: 4, Faults: 6, Seed: seed, Out: t.Output()})
	if err != nil {
		t.Fatal(err)
	}
	t.Log(r.Answers)
	t.Log(r.Checks())
	for _, w := range r.Wrong {
		t.Error(w)
	}
	t.Log(r.Blows())
	t.Log(r.Line())
	if !r.OK() || r.Kills != 8 || r.Stops < 3 || r.Faults != 6 {
		t.Errorf("SEED=%d repeats the schedule", seed)
	}
}
