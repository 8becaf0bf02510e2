package worker

import (
	"context"
	"errors"
	"fmt"
	"time"

	"leadtocash/crash"
	"leadtocash/store"
	"leadtocash/workflows"

	"go.temporal.io/api/serviceerror"
	"go.temporal.io/sdk/client"
)

// relayPause is how long the relay waits when nothing was due.
const relayPause = 100 * time.Millisecond

// relay tells processes to read their rows, starting them if need be: after a capture, and wherever the direct way to the engine was lost.
// One relay works at a time over all workers.
func relay(ctx context.Context, c Config) error {
	return again(ctx, c.Log, "relay", func(ctx context.Context) error {
		r, err := c.Steps.Store.OpenRelay(ctx)
		if err != nil {
			return err
		}
		defer r.Close(context.WithoutCancel(ctx))
		return drain(ctx, relayPause, func() (int, error) { return Relay(ctx, c.Temporal, r) })
	})
}

// Relay delivers the wake-ups that are due, one signal a process, and tells how many processes it woke. A process that cannot be signalled
// holds up no other; when the engine is away none is tried any more.
func Relay(ctx context.Context, c client.Client, r *store.Relay) (woken int, err error) {
	due, err := r.Due(ctx)
	if err != nil {
		return 0, err
	}
	var failed []error
	for _, w := range due {
		crash.At("wake.before")
		err := wake(ctx, c, w)
		crash.At("wake.after")
		if err != nil {
			failed = append(failed, fmt.Errorf("%s: %w", w.Process, err))
			if away(err) {
				break
			}
			continue
		}
		if err := r.Woken(ctx, w.IDs); err != nil {
			return woken, err
		}
		woken++
	}
	return woken, errors.Join(failed...)
}

// wake signals a process, starting it if need be. A kind that has no workflow has nothing to hear, and a process that is over needs no new
// run: only one that has not heard of its end.
func wake(ctx context.Context, c client.Client, w store.Waking) error {
	workflow := workflows.Of(w.Kind())
	if workflow == nil {
		return nil
	}
	ctx, stop := context.WithTimeout(ctx, 10*time.Second)
	defer stop()
	if w.Closed {
		err := c.SignalWorkflow(ctx, w.Process, "", workflows.SignalWake, nil)
		if _, over := errors.AsType[*serviceerror.NotFound](err); over {
			return nil
		}
		return err
	}
	_, err := c.SignalWithStartWorkflow(ctx, w.Process, workflows.SignalWake, nil, workflows.Start(w.Process), workflow, workflows.State{})
	return err
}

// away tells whether the engine itself did not answer.
func away(err error) bool {
	_, unavailable := errors.AsType[*serviceerror.Unavailable](err)
	_, late := errors.AsType[*serviceerror.DeadlineExceeded](err)
	return unavailable || late || errors.Is(err, context.DeadlineExceeded)
}
