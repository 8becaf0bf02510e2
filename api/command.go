package api

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"leadtocash/crash"
	"leadtocash/crm"
	"leadtocash/store"
	"leadtocash/workflows"

	"go.temporal.io/api/serviceerror"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/temporal"
)

// Engine is the Commander that brings commands to the durable processes: the command's row first, then an Update that starts the process
// if need be. What makes a command happen once is its row; sending it again is always safe.
type Engine struct {
	store    *store.Store
	temporal client.Client
	patience time.Duration
	acks     chan string
	done     sync.WaitGroup
	stop     context.CancelFunc
}

// The Engine's pace.
const (
	answerWithin = 10 * time.Second // after which the caller is told that the outcome is not known yet
	ackEvery     = 200 * time.Millisecond
	notReadyWait = 50 * time.Millisecond
	keepWithin   = 3 * time.Second
)

// NewEngine makes a Commander; Close ends it.
func NewEngine(s *store.Store, c client.Client) *Engine {
	ctx, stop := context.WithCancel(context.Background())
	e := &Engine{store: s, temporal: c, patience: answerWithin, acks: make(chan string, 1000), stop: stop}
	e.done.Go(func() { e.acknowledge(ctx) })
	return e
}

// Close acknowledges what is left and ends.
func (e *Engine) Close() {
	e.stop()
	e.done.Wait()
}

// Do carries one command to its answer. It can be called again with the same id at any time, on any machine.
func (e *Engine) Do(ctx context.Context, c crm.Command) (crm.Answer, error) {
	known, sends, err := e.store.Accept(ctx, c)
	if err != nil {
		return crm.Answer{}, err
	}
	if known != nil {
		return *known, nil
	}
	caller := ctx
	ctx, stop := context.WithTimeout(ctx, e.patience)
	defer stop()
	answer, err := e.update(ctx, c, sends)
	for is[*serviceerror.WorkflowNotReady](err) && ctx.Err() == nil { // it met a failing task or a continue-as-new: the same Update id is safe
		time.Sleep(notReadyWait)
		answer, err = e.update(ctx, c, sends)
	}
	if err == nil {
		e.heard(c.ID)
		return answer, nil
	}
	return answer, e.told(caller, c, sends, err)
}

// told turns what the engine said into the errors of a Commander. A command that may or may not have reached the engine, or surely has not,
// is kept for the relay, which brings it there when it can; only then the caller is told that it was accepted (B127). Who has gone himself
// is promised nothing.
func (e *Engine) told(ctx context.Context, c crm.Command, sends int, err error) error {
	switch {
	case is[*temporal.ApplicationError](err): // the handler's; Temporal would repeat it under this Update id
		return errors.Join(store.ErrBusy, err, e.store.SendAgain(context.WithoutCancel(ctx), c.ID, sends))
	case is[*serviceerror.ResourceExhausted](err), is[*serviceerror.NamespaceNotFound](err):
		return fmt.Errorf("%w: %w", ErrEngineAway, err)
	case ctx.Err() != nil:
		return fmt.Errorf("%w: %w", ErrOutcomeUnknown, err)
	}
	kctx, stop := context.WithTimeout(context.WithoutCancel(ctx), keepWithin)
	defer stop()
	if kept := e.store.Keep(kctx, c); kept != nil {
		return errors.Join(fmt.Errorf("%w: %w", ErrEngineAway, err), kept)
	}
	return fmt.Errorf("%w: %w", ErrOutcomeUnknown, err)
}

func (e *Engine) update(ctx context.Context, c crm.Command, sends int) (answer crm.Answer, err error) {
	crash.At("update.before")
	answer, err = workflows.Send(ctx, e.temporal, c.Process, c.ID, sends)
	crash.At("update.after")
	return answer, err
}

func is[E error](err error) bool {
	_, ok := errors.AsType[E](err)
	return ok
}

// heard notes that the engine knows of a step. A full channel costs one needless wake-up.
func (e *Engine) heard(command string) {
	select {
	case e.acks <- command:
	default:
	}
}

// acknowledge deletes wake-ups in batches, off the callers' path.
func (e *Engine) acknowledge(ctx context.Context) {
	tick := time.NewTicker(ackEvery)
	defer tick.Stop()
	for ctx.Err() == nil {
		select {
		case <-ctx.Done():
		case <-tick.C:
		}
		ids := make([]string, len(e.acks))
		for i := range ids {
			ids[i] = <-e.acks
		}
		if len(ids) > 0 {
			wctx, stop := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
			_ = e.store.Acknowledge(wctx, ids) // a wake-up that stays costs one signal
			stop()
		}
	}
}
