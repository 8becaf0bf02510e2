package chaos

import (
	"context"
	"fmt"
	"math/rand/v2"
	"time"
)

// kill is one entry of the schedule.
type kill struct {
	after int    // so many steps of all journeys
	kind  string // worker, api, Temporal or PostgreSQL
	which int    // of those of the kind
	down  time.Duration
}

// kinds of victims. Each is killed at least once when there are as many kills as kinds.
var kinds = []string{"worker", "api", "Temporal", "PostgreSQL"}

// schedule spreads the kills over the steps of all journeys, one at a random place in each of as many equal stretches.
func schedule(seed uint64, kills, steps int) []kill {
	chance := rand.New(rand.NewPCG(seed, 1))
	out := make([]kill, kills)
	for i := range out {
		kind := kinds[i%len(kinds)]
		if i >= len(kinds) { // workers hold the most that can be lost
			kind = []string{"worker", "worker", "api", "api", "Temporal", "PostgreSQL"}[chance.IntN(6)]
		}
		out[i].kind = kind
	}
	chance.Shuffle(kills, func(i, k int) { out[i], out[k] = out[k], out[i] })
	for i := range out {
		out[i].after = int((float64(i) + chance.Float64()) * float64(steps) * 0.95 / float64(kills))
		out[i].which = chance.IntN(2)
		out[i].down = time.Duration(chance.IntN(1500)) * time.Millisecond
	}
	return out
}

// stalled is after how long without its steps a kill is due all the same.
const stalled = 15 * time.Second

// killAll works through the schedule; each victim is started again after a while, beside the next kills.
func (h *house) killAll(ctx context.Context, plan []kill) {
	for i, k := range plan {
		h.awaitSteps(ctx, k.after)
		if ctx.Err() != nil {
			return
		}
		v := h.victim(k)
		h.say("kill %d/%d after %d steps: %s, down for %v", i+1, len(plan), h.steps.Load(), v.name, k.down)
		v.busy.Lock() // it may still be on its way back from an earlier kill
		v.child.Kill()
		h.kills.Add(1)
		h.returning.Go(func() {
			defer v.busy.Unlock()
			select {
			case <-time.After(k.down):
			case <-ctx.Done():
			}
			rctx, stop := context.WithTimeout(ctx, healWithin)
			defer stop()
			if err := v.child.Restart(rctx); err != nil { // it may need another victim; the supervision starts it again
				h.say("%s is not back yet: %v", v.name, err)
			}
		})
	}
}

// awaitSteps waits until so many steps are done, or until there is no point in waiting any more.
func (h *house) awaitSteps(ctx context.Context, steps int) {
	for end := time.Now().Add(stalled); time.Now().Before(end) && ctx.Err() == nil && !h.over.Load(); time.Sleep(10 * time.Millisecond) {
		if int(h.steps.Load()) >= steps {
			return
		}
	}
}

func (h *house) victim(k kill) *victim {
	of := h.victims[k.kind]
	if len(of) == 0 {
		panic(fmt.Sprintf("there is no %s to kill", k.kind))
	}
	return of[k.which%len(of)]
}
