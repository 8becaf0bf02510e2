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

	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"
)

// Cancelling ends the process, but the step under way is finished and answered first.
func TestCancellationFinishesTheStepUnderWay(t *testing.T) {
	w := newWorld(t, crm.Process{Deadline: after(day)})
	w.f.pause = 50 * time.Millisecond
	r := w.send("a", time.Hour)
	w.RegisterDelayedCallback(w.CancelWorkflow, time.Hour)
	w.ExecuteWorkflow(workflows.Contract, workflows.State{})
	if err := w.GetWorkflowError(); !temporal.IsCanceledError(errors.Unwrap(err)) {
		t.Errorf("the run ended with %v", err)
	}
	if r.err != nil || !r.answer.OK() || len(w.f.at) != 1 {
		t.Errorf("got %+v", *r)
	}
	if w.f.count("expire") != 0 {
		t.Error("a cancelled timer counted as a deadline")
	}
}

// A run whose row is closed ends at once; one without a row ends too.
func TestNothingToLiveFor(t *testing.T) {
	t.Parallel()
	for name, kind := range kinds {
		t.Run(name+" closed", func(t *testing.T) {
			w := newWorld(t, crm.Process{Closed: true, Deadline: after(-day)})
			w.ExecuteWorkflow(kind, workflows.State{})
			w.ended()
			if w.f.count("load") != 1 || w.f.count("expire") != 0 {
				t.Errorf("calls: %v", w.f.calls)
			}
		})
		t.Run(name+" without a row", func(t *testing.T) {
			w := newWorld(t, crm.Process{})
			w.f.row = nil
			w.ExecuteWorkflow(kind, workflows.State{})
			w.ended()
		})
	}
}

// A command for a process without a row is told to be busy, and the run ends.
func TestCommandWithoutARow(t *testing.T) {
	w := newWorld(t, crm.Process{})
	w.f.row = nil
	r := w.send("a", 0)
	w.ExecuteWorkflow(workflows.Lead, workflows.State{})
	var failure *temporal.ApplicationError
	if !errors.As(r.err, &failure) || failure.Type() != workflows.ErrorBusy {
		t.Errorf("got %+v", *r)
	}
	if !w.IsWorkflowCompleted() {
		t.Error("the run goes on")
	}
}

// A command that a run is started with goes first: its answer brings the row, which is not read for it.
func TestTheFirstCommandGoesFirst(t *testing.T) {
	w := newWorld(t, crm.Process{Step: crm.StepTiming})
	w.f.command = func(_ string, row *crm.Process) crm.Answer {
		row.Closed = true
		return crm.Answer{Code: crm.Done}
	}
	r := w.send("only", 0)
	w.ExecuteWorkflow(workflows.Opportunity, workflows.State{})
	w.ended()
	if !r.answer.OK() || len(w.f.calls) != 1 {
		t.Errorf("got %+v after %v", *r, w.f.calls)
	}
}

// A command that opens a closed row again, while the run is about to end, makes it go on in a new one, which has the deadline (decision 7).
func TestReopenedGoesOn(t *testing.T) {
	w := newWorld(t, crm.Process{Closed: true, Step: crm.StepSend})
	w.f.command = func(_ string, row *crm.Process) crm.Answer {
		row.Closed, row.Deadline = false, after(10*day)
		return crm.Answer{Code: crm.Done}
	}
	w.f.deadline = func(row *crm.Process) { row.Closed = true }
	var r *reply
	w.f.fail = func(step string) error { // the command comes while the run reads the closed row
		if step == "load" && r == nil {
			r = w.send("reopen", 0)
			<-r.there
		}
		return nil
	}
	w.ExecuteWorkflow(workflows.Opportunity, workflows.State{})
	var next *workflow.ContinueAsNewError
	if err := w.GetWorkflowError(); !errors.As(err, &next) || !r.answer.OK() {
		t.Fatalf("got %+v, the run ended with %v", r, err)
	}
	again := newWorldOn(t, w.f)
	again.ExecuteWorkflow(workflows.Opportunity, workflows.State{})
	again.ended()
	if len(w.f.at) != 2 || !w.f.at[1].Equal(start.Add(10*day)) {
		t.Errorf("steps at %v", w.f.at)
	}
}

// The row's clock shift moves the timer: business time is 100 days ahead, so what is due in 101 days comes tomorrow.
func TestClockShiftMovesTheTimer(t *testing.T) {
	w := newWorld(t, crm.Process{Deadline: after(101 * day), Shift: 100 * day})
	w.f.deadline = func(row *crm.Process) { row.Closed = true }
	w.ExecuteWorkflow(workflows.Collection, workflows.State{})
	w.ended()
	if got := w.Now().Sub(start); got < day || got > day+time.Minute {
		t.Errorf("it came after %v of real time", got)
	}
	if !w.f.at[0].Equal(start.Add(101 * day)) {
		t.Errorf("its business time is %v", w.f.at[0])
	}
}

// A jump of the development clock makes due at once what lay within it, and moves what lies beyond.
func TestClockJump(t *testing.T) {
	w := newWorld(t, crm.Process{Deadline: after(30 * day)})
	w.f.deadline = func(row *crm.Process) {
		if len(w.f.at) == 1 {
			row.Deadline = after(61 * day)
		} else {
			row.Closed = true
		}
	}
	w.wake(time.Hour, func(row *crm.Process) { row.Shift = 60 * day; row.Version-- }) // the clock is not part of the row's version
	w.ExecuteWorkflow(workflows.Collection, workflows.State{})
	w.ended()
	if len(w.f.at) != 2 || w.f.at[0].Sub(start.Add(60*day+time.Hour)) > time.Minute || !w.f.at[1].Equal(start.Add(61*day)) {
		t.Errorf("steps at %v", w.f.at)
	}
	if got := w.Now().Sub(start); got > day+time.Minute {
		t.Errorf("that took %v of real time", got)
	}
}

// When the engine suggests it, the run goes on in a new one with its state, after the steps under way; a wake-up is not lost, since the
// new run reads the row (R12).
func TestContinuesAsNewWhenSuggested(t *testing.T) {
	t.Parallel()
	for name, kind := range kinds {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, crm.Process{Step: crm.StepSend, Deadline: after(90 * day)})
			w.f.pause = 20 * time.Millisecond
			var replies []*reply
			for i := range 4 {
				replies = append(replies, w.send(fmt.Sprint("c", i), time.Hour))
			}
			replies[0].then = func() { // the others wait for their turn
				w.SetContinueAsNewSuggested(true)
				w.SignalWorkflow(workflows.SignalWake, nil)
			}
			w.ExecuteWorkflow(kind, workflows.State{})
			var next *workflow.ContinueAsNewError
			if err := w.GetWorkflowError(); !errors.As(err, &next) {
				t.Fatalf("the run ended with %v", err)
			}
			for i, r := range replies {
				if r.err != nil || !r.answer.OK() {
					t.Errorf("%d: %+v", i, *r)
				}
			}
			again := newWorldOn(t, w.f)
			again.f.deadline = func(row *crm.Process) { row.Closed = true }
			loads := w.f.count("load")
			again.ExecuteWorkflow(kind, workflows.State{Process: crm.Process{ID: id, Version: 1}})
			again.ended()
			if again.f.count("load") == loads {
				t.Error("the new run did not begin with the row")
			}
			if last := w.f.at[len(w.f.at)-1]; !last.Equal(start.Add(90 * day)) {
				t.Errorf("the deadline came at %v", last)
			}
		})
	}
}

// A run that has become long goes on in a new one before the engine asks for it (R12).
func TestLongRunContinuesAsNew(t *testing.T) {
	w := newWorld(t, crm.Process{})
	w.RegisterDelayedCallback(func() { w.SetCurrentHistoryLength(1799) }, time.Hour)
	w.wake(2*time.Hour, func(*crm.Process) {})
	w.RegisterDelayedCallback(func() { w.SetCurrentHistoryLength(1800) }, 3*time.Hour)
	w.wake(4*time.Hour, func(*crm.Process) {})
	w.ExecuteWorkflow(workflows.Contract, workflows.State{})
	var next *workflow.ContinueAsNewError
	if err := w.GetWorkflowError(); !errors.As(err, &next) || w.Now().Before(start.Add(3*time.Hour)) {
		t.Errorf("the run ended with %v at %v", err, w.Now())
	}
}

// An older row, read by a slow read, does not replace what a command's answer brought.
func TestOlderRowIsIgnored(t *testing.T) {
	w := newWorld(t, crm.Process{Version: 7, Step: crm.StepSend})
	w.wake(time.Hour, func(row *crm.Process) { row.Version = 3; row.Step = crm.StepIdentify })
	w.RegisterDelayedCallback(func() {
		if s := w.state(); s.Process.Step != crm.StepSend {
			t.Errorf("the state went back to %+v", s)
		}
	}, 2*time.Hour)
	w.wake(3*time.Hour, func(row *crm.Process) { row.Version, row.Closed = 9, true })
	w.ExecuteWorkflow(workflows.Opportunity, workflows.State{})
	w.ended()
}

// A database that is away for an hour ends no process: the row is read when it is back.
func TestOutageIsSatOut(t *testing.T) {
	w := newWorld(t, crm.Process{Deadline: after(2 * time.Hour)})
	var back atomic.Bool
	w.f.fail = func(string) error { return unless(back.Load(), errors.New("connection refused")) }
	w.f.deadline = func(row *crm.Process) { row.Closed = true }
	w.RegisterDelayedCallback(func() { back.Store(true) }, time.Hour)
	w.ExecuteWorkflow(workflows.Collection, workflows.State{})
	w.ended()
	if len(w.f.at) != 1 || !w.f.at[0].Equal(start.Add(2*time.Hour)) {
		t.Errorf("the step came at %v", w.f.at)
	}
}

// ChaseOverdue reports what its tick did (S091); its id is the tick's instant in UTC, whatever the zone.
func TestChaseReports(t *testing.T) {
	w := newWorld(t, crm.Process{})
	w.f.report = activities.ChaseReport{Debtors: 3, Woken: 2}
	w.ExecuteWorkflow(workflows.ChaseOverdue, start)
	w.ended()
	var got activities.ChaseReport
	if err := w.GetWorkflowResult(&got); err != nil || got.Debtors != 3 || got.Woken != 2 || !got.Tick.Equal(start) {
		t.Errorf("got %+v, %v", got, err)
	}
	if a, b := workflows.ChaseID(start), workflows.ChaseID(start.In(time.FixedZone("", 3600))); a != b || a != "chase-overdue-2026-11-21T09:00:00Z" {
		t.Errorf("one tick has the ids %s and %s", a, b)
	}
}

// Dispatch begins its activity anew when it returns or fails, and goes on in a new run when the engine suggests it.
func TestDispatchGoesOn(t *testing.T) {
	w := newWorld(t, crm.Process{})
	w.f.deliver = func(n int) error {
		return unless(n != 2, temporal.NewNonRetryableApplicationError("locked", activities.ErrorBusy, nil))
	}
	returned := 0
	w.SetOnActivityCompletedListener(func(*activity.Info, converter.EncodedValue, error) {
		returned++
		w.SetContinueAsNewSuggested(returned == 5)
	})
	w.ExecuteWorkflow(workflows.Dispatch, "mail")
	var next *workflow.ContinueAsNewError
	if err := w.GetWorkflowError(); !errors.As(err, &next) {
		t.Fatalf("the run ended with %v", err)
	}
	if w.f.delivered != 5 {
		t.Errorf("%d activities", w.f.delivered)
	}
}
