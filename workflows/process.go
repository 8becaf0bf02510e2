// Package workflows holds the durable processes. A workflow keeps a copy of its row, takes one step at a time, and waits for commands and
// deadlines; all facts are in the row, so that any run can begin by reading it.
package workflows

import (
	"errors"
	"time"

	"leadtocash/activities"
	"leadtocash/crm"

	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"
)

// The names under which the outside reaches a process.
const (
	UpdateDo   = "do"    // carries a command out; its argument is the command's id
	SignalWake = "wake"  // the row may be ahead of the state: read it
	QueryState = "state" // the state as it stands
)

// ErrorBusy is the type of the only error that an Update ends with: the command stays open and may be sent again.
const ErrorBusy = "Busy"

// State travels over continue-as-new. It is a copy of the process's row and can be lost without harm.
type State struct {
	Process crm.Process
}

// steps names its methods for the calls of workflows; it is never used for more.
var steps *activities.Steps

// process is what all entity workflows have in common.
type process struct {
	State
	kind     any // the workflow's function, for continue-as-new
	mu       workflow.Mutex
	timer    workflow.Future
	cancel   workflow.CancelFunc
	armed    time.Time // real time at which the timer fires
	retry    time.Time // real time before which what failed is not tried again
	failures int       // in a row
	stale    bool      // the row may be ahead of the state
	changed  bool
	finished bool // a run has read its row and found nothing to live for
}

// run is the life of a process: it catches up with its row, carries out commands, takes the steps whose time has come, and ends when the
// row is closed. Where it stands among its steps is in the row.
func run(ctx workflow.Context, kind func(workflow.Context, State) error, s State) error {
	p, err := begin(ctx, kind, s)
	if err != nil {
		return err
	}
	yield(ctx)
	for p.alive(ctx) {
		p.await(ctx)
	}
	return p.end(ctx)
}

// yield lets the command that a run was started with go first: what it answers tells where the row stands, so that nothing is read twice.
func yield(ctx workflow.Context) {
	asked := false
	_ = workflow.Await(ctx, func() bool {
		again := asked
		asked = true
		return again
	})
}

// begin sets the process up to be reached, before anything blocks. A run begins with the row, whatever it was given.
func begin(ctx workflow.Context, kind any, s State) (*process, error) {
	p := &process{State: s, kind: kind, mu: workflow.NewMutex(ctx), stale: true}
	p.Process.ID = workflow.GetInfo(ctx).WorkflowExecution.ID
	wakes := workflow.GetSignalChannel(ctx, SignalWake)
	workflow.Go(ctx, func(ctx workflow.Context) {
		for {
			wakes.Receive(ctx, nil)
			p.stale, p.retry = true, time.Time{}
		}
	})
	if err := workflow.SetQueryHandler(ctx, QueryState, func() (State, error) { return p.State, nil }); err != nil {
		return nil, err
	}
	return p, workflow.SetUpdateHandler(ctx, UpdateDo, p.do)
}

// do is the Update: one command, one local activity; the loop re-arms. An error is not an answer: the command stays open.
func (p *process) do(ctx workflow.Context, command string) (crm.Answer, error) {
	ctx, _ = workflow.NewDisconnectedContext(ctx) // a step that has begun is finished, also when the process is being cancelled
	if err := p.mu.Lock(ctx); err != nil {
		return crm.Answer{}, err
	}
	defer p.mu.Unlock()
	var r crm.Result
	p.stale = false // the answer comes with the row
	if err := workflow.ExecuteLocalActivity(quick(ctx), steps.Apply, command, p.Process.ID, workflow.Now(ctx)).Get(ctx, &r); err != nil {
		p.stale = true // it may have been committed
		return crm.Answer{}, temporal.NewApplicationErrorWithCause("busy", ErrorBusy, err)
	}
	p.finished = false
	p.adopt(r.Process)
	return r.Answer, nil
}

// await waits until there is something to catch up with: a row that may have changed, or a deadline that has come.
func (p *process) await(ctx workflow.Context) {
	switch {
	case p.waits(ctx) || !p.stale && !p.due(ctx):
		p.sleep(ctx)
	default:
		p.locked(ctx, p.catchUp)
	}
}

// sleep ends when there is something to do again.
func (p *process) sleep(ctx workflow.Context) {
	p.rearm(ctx)
	p.changed = false
	_ = workflow.Await(ctx, func() bool {
		return p.changed || p.stale && !p.waits(ctx) || p.timer != nil && p.timer.IsReady() || suggested(ctx)
	})
}

// locked takes one step. When it fails, the next try comes later and without the lock, so that commands are not held up by it.
func (p *process) locked(ctx workflow.Context, step func(workflow.Context) error) {
	if p.mu.Lock(ctx) != nil {
		return
	}
	defer p.mu.Unlock()
	if step(ctx) == nil {
		p.failures, p.retry = 0, time.Time{}
		return
	}
	p.retry = workflow.Now(ctx).Add(min(time.Second<<min(p.failures, 10), 5*time.Minute))
	p.failures++
}

// waits tells whether what failed is not to be tried again yet. A wake-up ends the wait.
func (p *process) waits(ctx workflow.Context) bool { return workflow.Now(ctx).Before(p.retry) }

// catchUp rebuilds the state from the row, after the step of the earliest deadline if that has come. What cannot be done now is tried again:
// the row still says that it is due. A process without a row ends.
func (p *process) catchUp(ctx workflow.Context) error {
	if !p.stale && !p.due(ctx) { // a command came first
		return nil
	}
	p.stale = false
	var row crm.Process
	err := workflow.ExecuteLocalActivity(quick(ctx), steps.CatchUp, p.Process.ID, workflow.Now(ctx)).Get(ctx, &row)
	switch failure := (*temporal.ApplicationError)(nil); {
	case err == nil:
		p.adopt(row)
	case errors.As(err, &failure) && failure.Type() == activities.ErrorNotFound:
		p.finished = true
	default:
		p.stale = true
		return err
	}
	return nil
}

func (p *process) adopt(row crm.Process) {
	if row.Version >= p.Process.Version {
		p.Process, p.changed = row, true
	}
}

// rearm keeps one timer that fires no later than the deadline. One that fires early is set again then, so most commands cost no timer.
func (p *process) rearm(ctx workflow.Context) {
	if p.timer != nil && p.timer.IsReady() {
		p.timer, p.armed = nil, time.Time{}
	}
	at, ok := p.next(ctx)
	if !ok || p.timer != nil && !at.Before(p.armed) {
		return
	}
	if p.timer != nil {
		p.cancel()
	}
	var tctx workflow.Context
	tctx, p.cancel = workflow.WithCancel(ctx)
	p.timer, p.armed = workflow.NewTimer(tctx, max(at.Sub(workflow.Now(ctx)), time.Millisecond)), at
}

// next is the real time at which the process acts by itself: its deadline, or the next try of what failed.
func (p *process) next(ctx workflow.Context) (at time.Time, ok bool) {
	switch {
	case p.waits(ctx):
		return p.retry, true
	case p.Process.Deadline != nil:
		return p.Process.Deadline.Add(-p.Process.Shift), true
	}
	return at, false
}

// now is business time: the engine's, moved by the development clock.
func (p *process) now(ctx workflow.Context) time.Time { return workflow.Now(ctx).Add(p.Process.Shift) }

func (p *process) due(ctx workflow.Context) bool {
	return p.Process.Deadline != nil && !p.Process.Deadline.After(p.now(ctx))
}

// alive tells whether the run goes on. A cancelled context makes timers ready at once: without the check the loop would spin.
func (p *process) alive(ctx workflow.Context) bool {
	return ctx.Err() == nil && !p.finished && (p.stale || !p.Process.Closed) && !suggested(ctx)
}

// end lets handlers finish and goes on in a new run, unless the process is over. A wake-up or command that came meanwhile is not lost: the
// new run begins with the row.
func (p *process) end(ctx workflow.Context) error {
	drain, _ := workflow.NewDisconnectedContext(ctx)
	_ = workflow.Await(drain, func() bool { return workflow.AllHandlersFinished(ctx) })
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if (p.finished || p.Process.Closed) && !p.stale {
		return nil
	}
	return workflow.NewContinueAsNewError(ctx, p.kind, p.State)
}

// longest is how many events a run may have before it goes on in a new one; the steps under way then keep it below 2,000 (R12).
const longest = 1800

// suggested tells whether it is time for a new run, by the engine's measure or ours.
func suggested(ctx workflow.Context) bool {
	info := workflow.GetInfo(ctx)
	return info.GetContinueAsNewSuggested() || info.GetCurrentHistoryLength() >= longest
}
