package workflows_test

import (
	"errors"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"leadtocash/activities"
	"leadtocash/crm"
	"leadtocash/workflows"

	"go.temporal.io/sdk/temporal"
	"pgregory.net/rapid"
)

// Twenty messages in any order and at any distance — commands, the same again, wake-ups, deadlines that others set, jumps of the clock, a row that
// is locked for a while: each command has an answer or is told to be busy, no two are carried out at once, the state is the row, and the run ends
// when the row does (R13).
func TestMessagesInAnyOrder(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		w := newShuffleWorld(t)
		var locked atomic.Bool
		w.f.fail = func(step string) error {
			return unless(!locked.Load(), temporal.NewNonRetryableApplicationError("locked "+step, activities.ErrorBusy, nil))
		}
		replies, last := map[string]*reply{}, time.Duration(0)
		for i := range 20 {
			at := time.Duration(rapid.IntRange(1, 5000).Draw(r, "minute")) * time.Minute
			last = max(last, at)
			switch rapid.SampledFrom([]string{"command", "command", "again", "wake", "deadline", "clock", "lock"}).Draw(r, "message") {
			case "command":
				replies[fmt.Sprint("c", i)] = w.send(fmt.Sprint("c", i), at)
			case "again": // the id of one that may have been sent, or will be
				id := fmt.Sprint("c", rapid.IntRange(0, 19).Draw(r, "of"))
				replies[fmt.Sprint(id, " again ", i)] = w.sendAs(fmt.Sprint(id, "/again/", i), id, at)
			case "wake":
				w.wake(at, func(row *crm.Process) { row.Step = crm.StepSend })
			case "deadline":
				due := after(time.Duration(rapid.IntRange(0, 6000).Draw(r, "due")) * time.Minute)
				w.wake(at, func(row *crm.Process) { row.Deadline = due })
			case "clock":
				w.wake(at, func(row *crm.Process) { row.Shift += 24 * time.Hour; row.Version-- })
			case "lock":
				w.RegisterDelayedCallback(func() { locked.Store(true) }, at)
				w.RegisterDelayedCallback(func() { locked.Store(false) }, at+3*time.Minute)
				last = max(last, at+3*time.Minute)
			}
		}
		end := last + time.Hour // longer than any pause after a failure
		w.RegisterDelayedCallback(func() {
			if got, want := w.state().Process.Version, w.f.version(); got != want {
				r.Fatalf("the row is at version %d, the state at %d", want, got)
			}
		}, end)
		w.finish(end + time.Minute)
		w.ExecuteWorkflow(workflows.Contract, workflows.State{})
		if err := w.GetWorkflowError(); !w.IsWorkflowCompleted() || err != nil {
			r.Fatalf("the run goes on, or ended with %v", err)
		}
		for id, got := range replies {
			failure := (*temporal.ApplicationError)(nil)
			if busy := errors.As(got.err, &failure) && failure.Type() == workflows.ErrorBusy; got.err != nil && !busy || got.err == nil && got.answer.Code == "" {
				r.Fatalf("%s was told %+v", id, *got)
			}
		}
		if w.f.together > 1 {
			r.Fatalf("%d steps at once", w.f.together)
		}
	})
}

// newShuffleWorld is a contract's process in an environment of its own.
func newShuffleWorld(t *testing.T) *world {
	t.Helper()
	return newWorldOn(t, &fake{row: &crm.Process{ID: id, Version: 1}, answers: map[string]crm.Answer{}})
}
