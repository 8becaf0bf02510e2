package workflows_test

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"testing"
	"time"

	"leadtocash/activities"
	"leadtocash/crm"
	"leadtocash/workflows"

	"go.temporal.io/sdk/log"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/testsuite"
	"go.temporal.io/sdk/worker"
)

// fake takes the place of activities.Steps: one process's row in memory, and what each command and deadline does to it.
type fake struct {
	mu        sync.Mutex
	row       *crm.Process // nil: there is none
	answers   map[string]crm.Answer
	command   func(id string, row *crm.Process) crm.Answer
	deadline  func(row *crm.Process)
	fail      func(step string) error // before anything is done
	lose      func(step string) error // after it was done: the answer is lost
	calls     []string                // "load", "apply a", "expire"
	at        []time.Time             // business time of each apply and expire
	underway  int
	together  int // how many steps were ever under way at once
	pause     time.Duration
	deliver   func(n int) error
	delivered int
	report    activities.ChaseReport
}

func (f *fake) begin(call, step string) error {
	f.mu.Lock()
	f.calls = append(f.calls, call)
	f.underway++
	f.together = max(f.together, f.underway)
	pause, fail := f.pause, f.fail
	f.mu.Unlock()
	time.Sleep(pause)
	if fail != nil {
		return fail(step)
	}
	return nil
}

func (f *fake) end(step string) error {
	if f.lose != nil {
		return f.lose(step)
	}
	return nil
}

func (f *fake) done() {
	f.mu.Lock()
	f.underway--
	f.mu.Unlock()
}

func (f *fake) Apply(_ context.Context, id, _ string, at time.Time) (crm.Result, error) {
	defer f.done()
	if err := f.begin("apply "+id, "apply"); err != nil {
		return crm.Result{}, err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.row == nil {
		return crm.Result{}, temporal.NewNonRetryableApplicationError("none", activities.ErrorNotFound, nil)
	}
	a, known := f.answers[id]
	if !known {
		f.at = append(f.at, at.Add(f.row.Shift))
		a = crm.Answer{Code: crm.Done}
		if f.command != nil {
			a = f.command(id, f.row)
		}
		if a.OK() {
			f.row.Version++
		}
		f.answers[id] = a
	}
	return crm.Result{Answer: a, Process: *f.row}, f.end("apply")
}

// CatchUp counts as a load, and as an expire too when a deadline has come.
func (f *fake) CatchUp(_ context.Context, id string, at time.Time) (crm.Process, error) {
	defer f.done()
	if err := f.begin("load", "load"); err != nil {
		return crm.Process{}, err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.row == nil || f.row.ID != id {
		return crm.Process{}, temporal.NewNonRetryableApplicationError("none", activities.ErrorNotFound, nil)
	}
	now := at.Add(f.row.Shift)
	if f.row.Closed || f.row.Deadline == nil || f.row.Deadline.After(now) {
		return *f.row, nil
	}
	f.calls = append(f.calls, "expire")
	if f.fail != nil {
		if err := f.fail("expire"); err != nil {
			return crm.Process{}, err
		}
	}
	f.at, f.row.Deadline = append(f.at, now), nil
	if f.deadline != nil {
		f.deadline(f.row)
	}
	f.row.Version++
	return *f.row, f.end("expire")
}

func (f *fake) Chase(_ context.Context, tick time.Time) (activities.ChaseReport, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.report.Tick = tick
	return f.report, nil
}

func (f *fake) Deliver(context.Context, string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.delivered++
	return f.deliver(f.delivered)
}

// edit changes the row as another process or a person would, past this one.
func (f *fake) edit(change func(*crm.Process)) {
	f.mu.Lock()
	defer f.mu.Unlock()
	change(f.row)
	f.row.Version++
}

func (f *fake) count(call string) (n int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, c := range f.calls {
		if c == call {
			n++
		}
	}
	return n
}

func (f *fake) version() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.row.Version
}

// unless is the error, or none when all is well.
func unless(well bool, err error) error {
	if well {
		return nil
	}
	return err
}

const id = "lead-0198a000-0000-7000-8000-000000000001"

// start is when every test's clock begins.
var start = time.Date(2026, 11, 21, 9, 0, 0, 0, time.UTC)

func after(d time.Duration) *time.Time {
	at := start.Add(d)
	return &at
}

const day = 24 * time.Hour

// world is one run of a process in the environment whose clock skips ahead.
type world struct {
	*testsuite.TestWorkflowEnvironment
	t *testing.T
	f *fake
}

func newWorld(t *testing.T, row crm.Process) *world {
	t.Helper()
	t.Parallel()
	row.ID, row.Version = id, max(row.Version, 1)
	return newWorldOn(t, &fake{row: &row, answers: map[string]crm.Answer{}})
}

// newWorldOn is the next run over rows that are there.
func newWorldOn(t *testing.T, f *fake) *world {
	t.Helper()
	var suite testsuite.WorkflowTestSuite
	suite.SetLogger(log.NewStructuredLogger(slog.New(slog.DiscardHandler)))
	w := &world{suite.NewTestWorkflowEnvironment(), t, f}
	w.RegisterActivity(w.f)
	w.SetStartTime(start)
	w.SetStartWorkflowOptions(workflows.Start(id))
	w.SetTestTimeout(4 * time.Minute)
	w.SetWorkerOptions(worker.Options{DeadlockDetectionTimeout: time.Minute}) // a busy machine is no deadlock
	return w
}

// reply is what the caller of a command got, and when.
type reply struct {
	answer crm.Answer
	err    error
	at     time.Time
	then   func()
	there  chan struct{} // closed when the run has it
}

// send carries a command in after d of the run's time.
func (w *world) send(command string, d time.Duration) *reply {
	return w.sendAs(command+"/0", command, d)
}

// sendAs does so under the Update's id: after an error the engine would repeat it under the old one.
func (w *world) sendAs(update, command string, d time.Duration) *reply {
	r := &reply{err: errors.New("no answer"), there: make(chan struct{})}
	w.RegisterDelayedCallback(func() {
		w.UpdateWorkflow(workflows.UpdateDo, update, &testsuite.TestUpdateCallback{
			OnAccept: func() { close(r.there) }, OnReject: func(err error) { r.err = err },
			OnComplete: func(v any, err error) {
				r.answer, _ = v.(crm.Answer)
				r.err, r.at = err, w.Now()
				if r.then != nil {
					r.then()
				}
			},
		}, command)
	}, d)
	return r
}

// wake signals after d that the row was changed so.
func (w *world) wake(d time.Duration, change func(*crm.Process)) {
	w.RegisterDelayedCallback(func() {
		w.f.edit(change)
		w.SignalWorkflow(workflows.SignalWake, nil)
	}, d)
}

// finish closes the row after d and wakes the process, so that the run ends.
func (w *world) finish(d time.Duration) {
	w.wake(d, func(p *crm.Process) { p.Closed = true })
}

// ended asserts that the run is over without an error.
func (w *world) ended() {
	w.t.Helper()
	if !w.IsWorkflowCompleted() {
		w.t.Fatal("the run goes on")
	}
	if err := w.GetWorkflowError(); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) state() (s workflows.State) {
	w.t.Helper()
	v, err := w.QueryWorkflow(workflows.QueryState)
	if err == nil {
		err = v.Get(&s)
	}
	if err != nil {
		w.t.Fatal(err)
	}
	return s
}
