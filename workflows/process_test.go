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
	"go.temporal.io/sdk/workflow"
)

// kinds are all workflows that share the loop of a process.
var kinds = map[string]func(workflow.Context, workflows.State) error{
	"lead": workflows.Lead, "opportunity": workflows.Opportunity, "contract": workflows.Contract, "collection": workflows.Collection, "case": workflows.Case,
}

// A command is carried out once and answered, whatever the kind; the one that closes the row ends the run.
func TestCommandIsAnswered(t *testing.T) {
	t.Parallel()
	for name, kind := range kinds {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, crm.Process{Step: crm.StepQualify})
			w.f.command = func(command string, row *crm.Process) crm.Answer {
				if command == "refused" {
					return crm.Answer{Code: "gate_refused"}
				}
				row.Step, row.Closed = crm.StepConvert, command == "last"
				return crm.Answer{Code: crm.Done, Params: map[string]string{"opportunity": "x"}}
			}
			no, first, again, last := w.send("refused", time.Hour), w.send("a", 2*time.Hour), w.send("a", 3*time.Hour), w.send("last", 4*time.Hour)
			w.RegisterDelayedCallback(func() {
				if s := w.state(); s.Process.Step != crm.StepConvert || s.Process.Version != 2 {
					t.Errorf("the state is %+v", s)
				}
			}, 150*time.Minute)
			w.ExecuteWorkflow(kind, workflows.State{})
			w.ended()
			if no.err != nil || no.answer.Code != "gate_refused" {
				t.Errorf("a refusal is an answer: %+v", *no)
			}
			if first.err != nil || first.answer.Params["opportunity"] != "x" || again.err != nil || again.answer.Params["opportunity"] != "x" || !last.answer.OK() {
				t.Errorf("got %+v, %+v, %+v", *first, *again, *last)
			}
			if len(w.f.at) != 3 || !w.f.at[1].Equal(start.Add(2*time.Hour)) {
				t.Errorf("commands were carried out at %v", w.f.at)
			}
			if n := w.f.count("load"); n != 1 {
				t.Errorf("the row was read %d times", n)
			}
		})
	}
}

// A deadline fires at its time, also 90 days ahead; an earlier one is taken first, a later one does not fire the timer early (R12).
func TestDeadlineFiresAtItsTime(t *testing.T) {
	t.Parallel()
	for name, kind := range kinds {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, crm.Process{Deadline: after(90 * day)})
			w.f.deadline = func(row *crm.Process) { row.Closed = true }
			w.ExecuteWorkflow(kind, workflows.State{})
			w.ended()
			if len(w.f.at) != 1 || !w.f.at[0].Equal(start.Add(90*day)) {
				t.Errorf("it came at %v", w.f.at)
			}
			if n := w.f.count("expire"); n != 1 {
				t.Errorf("%d steps for one deadline", n)
			}
		})
	}
}

// Each new deadline is armed: the run takes one step a deadline, at its time, and no needless ones.
func TestDeadlinesInARow(t *testing.T) {
	w := newWorld(t, crm.Process{Deadline: after(7 * day)})
	w.f.deadline = func(row *crm.Process) {
		switch n := len(w.f.at); n {
		case 1, 2:
			row.Deadline = after(time.Duration(n+1) * 7 * day)
		case 3:
			row.Closed = true
		}
	}
	w.ExecuteWorkflow(workflows.Collection, workflows.State{})
	w.ended()
	for i, at := range w.f.at {
		if want := start.Add(time.Duration(i+1) * 7 * day); !at.Equal(want) {
			t.Errorf("level %d at %v instead of %v", i+1, at, want)
		}
	}
	if len(w.f.at) != 3 || w.f.count("expire") != 3 {
		t.Errorf("%d levels in %d steps", len(w.f.at), w.f.count("expire"))
	}
}

// An earlier deadline replaces the timer; a later one costs none: the old timer fires, nothing is due, and it is set again.
func TestOnlyAnEarlierDeadlineRearms(t *testing.T) {
	for _, c := range []struct {
		name     string
		deadline time.Duration
		timers   int
	}{{"earlier", 10 * day, 2}, {"later", 90 * day, 2}, {"same", 30 * day, 1}} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t, crm.Process{Deadline: after(30 * day)})
			timers, cancelled := 0, 0
			w.SetOnTimerScheduledListener(func(string, time.Duration) { timers++ })
			w.SetOnTimerCanceledListener(func(string) { cancelled++ })
			w.f.command = func(_ string, row *crm.Process) crm.Answer {
				row.Deadline = after(c.deadline)
				return crm.Answer{Code: crm.Done}
			}
			w.f.deadline = func(row *crm.Process) { row.Closed = true }
			w.send("a", day)
			w.ExecuteWorkflow(workflows.Opportunity, workflows.State{})
			w.ended()
			if len(w.f.at) != 2 || !w.f.at[1].Equal(start.Add(c.deadline)) {
				t.Errorf("it came at %v", w.f.at)
			}
			if timers != c.timers || cancelled != map[bool]int{true: 1}[c.name == "earlier"] {
				t.Errorf("%d timers, %d cancelled", timers, cancelled)
			}
		})
	}
}

// A deadline that was dropped does nothing when its timer fires, and one that comes from nowhere is armed.
func TestDeadlineDroppedAndSet(t *testing.T) {
	w := newWorld(t, crm.Process{Deadline: after(day)})
	w.wake(time.Hour, func(row *crm.Process) { row.Deadline = nil })
	w.wake(2*day, func(row *crm.Process) { row.Deadline = after(5 * day) })
	w.f.deadline = func(row *crm.Process) { row.Closed = true }
	w.ExecuteWorkflow(workflows.Opportunity, workflows.State{})
	w.ended()
	if len(w.f.at) != 1 || !w.f.at[0].Equal(start.Add(5*day)) {
		t.Errorf("it came at %v", w.f.at)
	}
}

// A wake-up makes the process read its row; ten at once cost few reads (R12).
func TestWakeUpReadsTheRow(t *testing.T) {
	w := newWorld(t, crm.Process{Step: crm.StepQualify})
	for range 10 {
		w.wake(time.Hour, func(row *crm.Process) { row.Step = crm.StepConvert })
	}
	w.RegisterDelayedCallback(func() {
		if s := w.state(); s.Process.Step != crm.StepConvert || s.Process.Version != 11 {
			t.Errorf("the state is %+v", s)
		}
	}, 2*time.Hour)
	w.finish(3 * time.Hour)
	w.ExecuteWorkflow(workflows.Lead, workflows.State{})
	w.ended()
	if n := w.f.count("load"); n > 12 {
		t.Errorf("the row was read %d times", n)
	}
}

// A step that cannot be taken leaves as the one error "Busy"; then the row is read again, since the step may have been taken all the same.
func TestBusyStepIsToldAndTheRowReadAgain(t *testing.T) {
	t.Parallel()
	locked := temporal.NewNonRetryableApplicationError("locked", activities.ErrorBusy, nil)
	for name, set := range map[string]func(*fake, *atomic.Bool){
		"not taken": func(f *fake, over *atomic.Bool) {
			f.fail = func(step string) error { return unless(step != "apply" || over.Load(), locked) }
		},
		"taken, answer lost": func(f *fake, over *atomic.Bool) {
			f.lose = func(step string) error { return unless(step != "apply" || over.Load(), locked) }
		},
		"database away": func(f *fake, over *atomic.Bool) {
			f.fail = func(string) error {
				return unless(over.Load() || f.count("apply a") == 0, errors.New("connection refused"))
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, crm.Process{})
			var over atomic.Bool
			set(w.f, &over)
			first := w.send("a", time.Hour)
			w.RegisterDelayedCallback(func() { over.Store(true) }, 2*time.Hour)
			w.RegisterDelayedCallback(func() {
				if got, want := w.state().Process.Version, w.f.version(); got != want {
					t.Errorf("the row is at version %d, the state at %d", want, got)
				}
			}, 150*time.Minute)
			second := w.sendAs("a/1", "a", 3*time.Hour)
			w.finish(4 * time.Hour)
			w.ExecuteWorkflow(workflows.Lead, workflows.State{})
			w.ended()
			var failure *temporal.ApplicationError
			if !errors.As(first.err, &failure) || failure.Type() != workflows.ErrorBusy {
				t.Errorf("the caller got %v", first.err)
			}
			if first.at.Sub(start.Add(time.Hour)) > 6*time.Second {
				t.Errorf("he waited %v", first.at.Sub(start.Add(time.Hour)))
			}
			if second.err != nil || !second.answer.OK() || len(w.f.at) != 1 {
				t.Errorf("then he got %+v; it was done %d times", *second, len(w.f.at))
			}
			if n := w.f.count("load"); n < 2 {
				t.Errorf("the row was read %d times", n)
			}
		})
	}
}

// Commands at once are carried out one after the other, each once.
func TestCommandsAreSerialised(t *testing.T) {
	w := newWorld(t, crm.Process{})
	w.f.pause = 5 * time.Millisecond
	var replies []*reply
	for i := range 8 {
		replies = append(replies, w.send(fmt.Sprint("c", i), time.Hour))
	}
	w.finish(2 * time.Hour)
	w.ExecuteWorkflow(workflows.Opportunity, workflows.State{})
	w.ended()
	for i, r := range replies {
		if r.err != nil || !r.answer.OK() {
			t.Errorf("%d: %+v", i, *r)
		}
	}
	if w.f.together != 1 || len(w.f.at) != 8 {
		t.Errorf("%d at once, %d carried out", w.f.together, len(w.f.at))
	}
}

// A deadline's step that fails is tried again, later each time, and holds up no command meanwhile (R12).
func TestFailingDeadlineHoldsUpNoCommand(t *testing.T) {
	w := newWorld(t, crm.Process{Deadline: after(day)})
	var healed atomic.Bool
	w.f.fail = func(step string) error {
		return unless(step != "expire" || healed.Load(), errors.New("defect"))
	}
	w.f.deadline = func(row *crm.Process) { row.Closed = true }
	var replies []*reply
	for i := range 50 {
		replies = append(replies, w.send(fmt.Sprint("c", i), day+time.Duration(i)*time.Minute))
	}
	w.RegisterDelayedCallback(func() { healed.Store(true) }, 2*day)
	w.ExecuteWorkflow(workflows.Opportunity, workflows.State{})
	w.ended()
	for i, r := range replies {
		if sent := start.Add(day + time.Duration(i)*time.Minute); r.err != nil || r.at.Sub(sent) > 6*time.Second {
			t.Errorf("command %d: %v after %v", i, r.err, r.at.Sub(sent))
		}
	}
	if last := w.f.at[len(w.f.at)-1]; last.Sub(start) > 2*day+10*time.Minute {
		t.Errorf("healed after 2 days, taken after %v", last.Sub(start))
	}
	if n := w.f.count("expire"); n > 3000 { // 5 s of tries every 5 minutes for a day
		t.Errorf("%d tries", n)
	}
}
