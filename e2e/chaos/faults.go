package chaos

import (
	"context"
	"math/rand/v2"
	"time"
)

// trouble is one entry of the schedule of network faults.
type trouble struct {
	after int // so many steps of all journeys
	link  int
	fault fault
	lasts time.Duration
}

// faultSchedule spreads network faults over the steps; every kind comes up in turn.
func faultSchedule(seed uint64, n, steps int) []trouble {
	chance := rand.New(rand.NewPCG(seed, 4))
	out := make([]trouble, n)
	for i := range out {
		out[i] = trouble{
			after: int((float64(i) + chance.Float64()) * float64(steps) * 0.95 / float64(n)),
			link:  chance.IntN(1000), fault: faults[i%len(faults)],
			lasts: time.Second + time.Duration(chance.IntN(3000))*time.Millisecond,
		}
	}
	return out
}

// faultAll works through the schedule.
func (h *house) faultAll(ctx context.Context, plan []trouble) {
	for i, t := range plan {
		h.awaitSteps(ctx, t.after)
		if ctx.Err() != nil {
			return
		}
		l := h.links[t.link%len(h.links)]
		h.returning.Go(func() {
			l.busy.Lock() // one fault at a time
			defer l.busy.Unlock()
			h.say("fault %d/%d after %d steps: %s, %s for %v", i+1, len(plan), h.steps.Load(), l.name, t.fault, t.lasts)
			l.fail(t.fault, t.lasts, ctx.Done())
			h.faulted.Add(1)
		})
	}
}
