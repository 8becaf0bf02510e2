// Package worker carries the processes: it registers workflows and activities, relays wake-ups, runs the clock of the chase and keeps one
// deliverer alive for each channel. Any number of workers may run; each of these things happens once all the same.
package worker

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"leadtocash/activities"
	"leadtocash/workflows"

	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/worker"
	"golang.org/x/sync/errgroup"
)

// Config is what a worker runs with.
type Config struct {
	Temporal client.Client
	Steps    *activities.Steps
	// ChaseCron says when overdue invoices are chased: five fields, or CRON_TZ=… before them. Keep it outside 02:00-03:00 local time, which
	// clock changes skip or double.
	ChaseCron string
	Log       *slog.Logger
	// ReadFile reads the text of a file of the archive for the search, bounded in time and memory; nil: files are found by their titles only.
	ReadFile func(mediaType string, file []byte) (string, error)
}

// stopTimeout is how long a stopping worker lets tasks finish.
const stopTimeout = 10 * time.Second

// Run works until the context ends.
func Run(ctx context.Context, c Config) error {
	schedule, err := ParseCron(c.ChaseCron)
	if err != nil {
		return err
	}
	w := New(c.Temporal, c.Steps)
	if err := w.Start(); err != nil {
		return fmt.Errorf("worker: %w", err)
	}
	defer w.Stop()
	c.Log.Info("worker started", "queue", workflows.TaskQueue)
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error { return relay(ctx, c) })
	g.Go(func() error { return courier(ctx, c) })
	g.Go(func() error { return shadow(ctx, c) })
	g.Go(func() error { return response(ctx, c) })
	g.Go(func() error { return rank(ctx, c) })
	g.Go(func() error { return approval(ctx, c) })
	g.Go(func() error { return archive(ctx, c) })
	g.Go(func() error { return morning(ctx, c) })
	g.Go(func() error { return chase(ctx, c, schedule) })
	g.Go(func() error { return dispatch(ctx, c) })
	return g.Wait()
}

// New registers everything a worker can do.
func New(c client.Client, steps *activities.Steps) worker.Worker {
	w := worker.New(c, workflows.TaskQueue, worker.Options{
		MaxConcurrentWorkflowTaskPollers: 4,
		WorkerStopTimeout:                stopTimeout,
	})
	Register(w, steps)
	return w
}

// Register names the workflows and activities; the replayer needs the same.
func Register(w worker.Registry, steps *activities.Steps) {
	for _, f := range []any{workflows.Lead, workflows.Opportunity, workflows.Contract, workflows.Collection, workflows.Import, workflows.Case, workflows.RuleMigration, workflows.ChaseOverdue, workflows.Dispatch} {
		w.RegisterWorkflow(f)
	}
	if steps != nil {
		w.RegisterActivity(steps)
	}
}

// drain takes what is due as long as there is some, and pauses when there was none, until the context ends or taking fails.
func drain(ctx context.Context, pause time.Duration, take func() (taken int, err error)) error {
	for ctx.Err() == nil {
		n, err := take()
		if err != nil {
			return err
		}
		if n > 0 {
			continue
		}
		select {
		case <-ctx.Done():
		case <-time.After(pause):
		}
	}
	return nil
}

// again repeats f until the context ends, waiting a little after each failure: what it needs may be down for now.
func again(ctx context.Context, log *slog.Logger, what string, f func(context.Context) error) error {
	for pause := 100 * time.Millisecond; ctx.Err() == nil; {
		begin := time.Now()
		err := f(ctx)
		if ctx.Err() != nil {
			break
		}
		if err != nil {
			log.Warn(what+" failed; trying again", "error", err.Error())
		}
		if time.Since(begin) > time.Minute {
			pause = 100 * time.Millisecond
		}
		select {
		case <-ctx.Done():
		case <-time.After(pause):
		}
		pause = min(2*pause, 2*time.Second)
	}
	return nil
}
