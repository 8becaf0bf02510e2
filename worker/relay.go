package worker

import (
	"context"
	"time"

	"leadtocash/store"
	"leadtocash/workflows"

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
		for ctx.Err() == nil {
			n, err := Relay(ctx, c.Temporal, r)
			if err != nil {
				return err
			}
			if n > 0 {
				continue
			}
			select {
			case <-ctx.Done():
			case <-time.After(relayPause):
			}
		}
		return nil
	})
}

// Relay delivers the wake-ups that are due, one signal a process, and tells how many processes it woke.
func Relay(ctx context.Context, c client.Client, r *store.Relay) (int, error) {
	due, err := r.Due(ctx)
	if err != nil {
		return 0, err
	}
	for _, w := range due {
		workflow := workflows.Of(w.Kind())
		if workflow != nil {
			sctx, stop := context.WithTimeout(ctx, 10*time.Second)
			_, err := c.SignalWithStartWorkflow(sctx, w.Process, workflows.SignalWake, nil, workflows.Start(w.Process), workflow, workflows.State{})
			stop()
			if err != nil {
				return 0, err
			}
		}
		if err := r.Woken(ctx, w.IDs); err != nil {
			return 0, err
		}
	}
	return len(due), nil
}
