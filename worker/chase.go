package worker

import (
	"context"
	"errors"
	"fmt"
	"time"

	"leadtocash/crash"
	"leadtocash/workflows"

	"github.com/robfig/cron/v3"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/temporal"
)

// ParseCron reads a cron expression of five fields, with an optional CRON_TZ= before them.
func ParseCron(text string) (cron.Schedule, error) {
	s, err := cron.ParseStandard(text)
	if err != nil {
		return nil, fmt.Errorf("the cron expression %q cannot be read: %w", text, err)
	}
	return s, nil
}

// lookBack is how far a worker that starts, or a clock that was moved, looks for a tick that nobody ran. Only the latest is run: one chase
// covers all that is overdue.
const lookBack = 48 * time.Hour

// clockStep is how often business time is read; the development clock may jump.
const clockStep = time.Second

// chase starts the run of each tick of the cron expression in business time. Every worker does so; the tick's id makes it one run.
func chase(ctx context.Context, c Config, schedule cron.Schedule) error {
	var last time.Time
	return again(ctx, c.Log, "chase", func(ctx context.Context) error {
		for ctx.Err() == nil {
			now, err := c.Steps.Store.Now(ctx)
			if err != nil {
				return err
			}
			if now.Before(last) { // the development clock was set back before the company's first day
				last = time.Time{}
			}
			if tick, ok := LastTick(schedule, maxTime(last, now.Add(-lookBack)), now); ok {
				if err := StartChase(ctx, c.Temporal, tick); err != nil {
					return err
				}
				last = tick
			}
			select {
			case <-ctx.Done():
			case <-time.After(clockStep):
			}
		}
		return nil
	})
}

func maxTime(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// LastTick is the latest tick after the first instant and not after the second.
func LastTick(s cron.Schedule, after, until time.Time) (tick time.Time, ok bool) {
	for next := s.Next(after); !next.IsZero() && !next.After(until); next = s.Next(next) {
		tick, ok = next, true
	}
	return tick, ok
}

// StartChase starts the run of a tick, unless somebody did.
func StartChase(ctx context.Context, c client.Client, tick time.Time) error {
	sctx, stop := context.WithTimeout(ctx, 10*time.Second)
	defer stop()
	crash.At("start_chase.before")
	_, err := c.ExecuteWorkflow(sctx, workflows.StartChase(tick), workflows.ChaseOverdue, tick)
	crash.At("start_chase.after")
	if temporal.IsWorkflowExecutionAlreadyStartedError(err) {
		return nil
	}
	return err
}

// dispatch keeps the deliverer of each channel running.
func dispatch(ctx context.Context, c Config) error {
	return again(ctx, c.Log, "dispatch", func(ctx context.Context) error {
		for ctx.Err() == nil {
			for channel := range c.Steps.Channels {
				if err := startDispatch(ctx, c.Temporal, channel); err != nil {
					return err
				}
			}
			select {
			case <-ctx.Done():
			case <-time.After(time.Minute):
			}
		}
		return nil
	})
}

func startDispatch(ctx context.Context, c client.Client, channel string) error {
	sctx, stop := context.WithTimeout(ctx, 10*time.Second)
	defer stop()
	_, err := c.ExecuteWorkflow(sctx, workflows.Start(workflows.DispatchID(channel)), workflows.Dispatch, channel)
	if _, running := errors.AsType[*serviceerror.WorkflowExecutionAlreadyStarted](err); running {
		return nil
	}
	return err
}
