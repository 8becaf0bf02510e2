package activities

import (
	"context"
	"errors"
	"fmt"
	"time"

	"leadtocash/crash"
	"leadtocash/store"

	"go.temporal.io/sdk/activity"
)

// Channel is one way out of the house. Send returns what the other side said of the effect; e.Again tells that an earlier attempt's outcome
// is unknown, so that it has to be asked for before anything is sent. Errors are Permanent, Unknown, or worth another try.
type Channel interface {
	Send(ctx context.Context, e store.Effect) (outcome string, err error)
}

// Permanent is an error that no further try cures: the effect is parked for a person.
type Permanent struct{ error }

// Withdrawn is why an effect is not sent any more: what it was about has gone.
type Withdrawn string

func (w Withdrawn) Error() string { return string(w) }

// Unknown is an error after which the effect may or may not have arrived.
type Unknown struct{ error }

// The pace of a deliverer.
const (
	batch      = 20                     // effects claimed at once
	lease      = 30 * time.Second       // after which a claimed effect is tried again, its outcome unknown
	attempt    = 10 * time.Second       // for one try
	idle       = 200 * time.Millisecond // between two looks when nothing was due
	watchTime  = 10 * time.Minute       // after which the activity returns, to leave a short history
	heartbeats = time.Second
)

// Deliver sends the effects of one channel as they come due, for some minutes. It says every second that it lives, so that another worker
// takes its place when this one dies; what it had claimed then is asked for after the lease.
func (s *Steps) Deliver(ctx context.Context, channel string) error {
	way, ok := s.Channels[channel]
	if !ok {
		return fmt.Errorf("this worker has no channel %q", channel)
	}
	ctx, stop := context.WithTimeout(ctx, watchTime)
	defer stop()
	go beat(ctx)
	for {
		effects, err := s.Store.Claim(ctx, channel, batch, lease)
		if err != nil && ctx.Err() == nil {
			return typed(err)
		}
		for _, e := range effects {
			if err := s.try(ctx, way, e); err != nil {
				return typed(err)
			}
		}
		pause := idle
		if len(effects) > 0 {
			pause = 0
		}
		select {
		case <-ctx.Done():
			if errors.Is(ctx.Err(), context.DeadlineExceeded) {
				return nil
			}
			return ctx.Err()
		case <-activity.GetWorkerStopChannel(ctx):
			return errors.New("this worker stops: another goes on")
		case <-time.After(pause):
		}
	}
}

func beat(ctx context.Context) {
	tick := time.NewTicker(heartbeats)
	defer tick.Stop()
	for {
		activity.RecordHeartbeat(ctx)
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// try makes one attempt and writes its outcome; the outcome is written even while the worker stops.
func (s *Steps) try(ctx context.Context, way Channel, e store.Effect) error {
	tctx, stop := context.WithTimeout(context.WithoutCancel(ctx), attempt)
	defer stop()
	crash.At("send.before")
	outcome, err := way.Send(tctx, e)
	crash.At("send.after")
	wctx, stop := context.WithTimeout(context.WithoutCancel(ctx), attempt)
	defer stop()
	_, permanent := errors.AsType[Permanent](err)
	_, unknown := errors.AsType[Unknown](err)
	withdrawn, dropped := errors.AsType[Withdrawn](err)
	switch {
	case err == nil:
		return s.Store.Sent(wctx, e, outcome)
	case dropped:
		return s.Store.Withdrawn(wctx, e, string(withdrawn))
	case permanent:
		return s.Store.Parked(wctx, e, err.Error())
	default:
		return s.Store.Failed(wctx, e, err.Error(), unknown)
	}
}
