package bench

import (
	"context"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// Load is what a number of clients did in a time.
type Load struct {
	Done  int             // journeys
	Steps []time.Duration // of each command
	Took  time.Duration   // until the last journey that had begun was over
	Rate  float64         // steps per second while every client was at work: without the first quarter of the time, and the ends of the last journeys
}

// PerSecond is the rate of n things in the load's time.
func (l Load) PerSecond(n int) float64 { return float64(n) / l.Took.Seconds() }

// Percentile is the time within which so many percent of the steps were done.
func (l Load) Percentile(p int) time.Duration {
	if len(l.Steps) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(l.Steps))
	return sorted[min(len(sorted)*p/100, len(sorted)-1)]
}

// drive has the clients begin one journey after the other for the time given.
func drive(ctx context.Context, clients int, during time.Duration, journey func(ctx context.Context, step func(time.Duration)) error) (Load, error) {
	var (
		l     Load
		mu    sync.Mutex
		wg    sync.WaitGroup
		first atomic.Pointer[error]
		begin = time.Now()
		ramp  = during / 4 // clients that begin at once do the same at the same time
		inner atomic.Int64
	)
	for range clients {
		wg.Go(func() {
			for first.Load() == nil && ctx.Err() == nil && time.Since(begin) < during {
				var steps []time.Duration
				if err := journey(ctx, func(d time.Duration) {
					steps = append(steps, d)
					if at := time.Since(begin); at >= ramp && at < during {
						inner.Add(1)
					}
				}); err != nil {
					first.CompareAndSwap(nil, &err)
					return
				}
				mu.Lock()
				l.Done, l.Steps = l.Done+1, append(l.Steps, steps...)
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	l.Took, l.Rate = time.Since(begin), float64(inner.Load())/(during-ramp).Seconds()
	if err := first.Load(); err != nil {
		return l, *err
	}
	return l, ctx.Err()
}

// journeys drives whole journeys.
func (w *World) journeys(ctx context.Context, clients int, during time.Duration) (Load, error) {
	return drive(ctx, clients, during, func(ctx context.Context, step func(time.Duration)) error {
		j := &Journey{Store: w.Store, Engine: w.Engine, Key: "c" + key(), Step: func(_ string, d time.Duration) { step(d) }}
		return j.Run(ctx)
	})
}
