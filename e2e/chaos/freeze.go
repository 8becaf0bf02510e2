package chaos

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// stop is one entry of the schedule of stops.
type stop struct {
	kill
	still time.Duration
}

// stopSchedule spreads stops of 1 to 5 s over the steps, as schedule does with kills.
func stopSchedule(seed uint64, stops, steps int) []stop {
	chance := rand.New(rand.NewPCG(seed, 3))
	out := make([]stop, stops)
	for i, k := range schedule(seed+1, stops, steps) {
		out[i] = stop{k, time.Second + time.Duration(chance.IntN(4000))*time.Millisecond}
	}
	return out
}

// stopAll works through the schedule. Who is being killed is not stopped.
func (h *house) stopAll(ctx context.Context, plan []stop) {
	for i, s := range plan {
		h.awaitSteps(ctx, s.after)
		if ctx.Err() != nil {
			return
		}
		v := h.victim(s.kill)
		h.returning.Go(func() {
			v.busy.Lock() // it may still be on its way back from a kill
			defer v.busy.Unlock()
			h.say("stop %d/%d after %d steps: %s, for %v", i+1, len(plan), h.steps.Load(), v.name, s.still)
			if freeze(v.child.PID(), s.still, ctx.Done()) {
				h.stops.Add(1)
			}
		})
	}
}

// freeze stops a program with all that it started (SIGSTOP) and lets it go on after a while: it is late and does not know it. It tells
// whether there was anything to stop.
func freeze(pid int, d time.Duration, over <-chan struct{}) bool {
	if pid == 0 || syscall.Kill(pid, syscall.SIGSTOP) != nil {
		return false
	}
	frozen := []int{pid}
	for _, child := range childrenOf(pid) { // a stopped parent starts none
		if syscall.Kill(child, syscall.SIGSTOP) == nil {
			frozen = append(frozen, child)
		}
	}
	select {
	case <-time.After(d):
	case <-over:
	}
	for i := len(frozen) - 1; i >= 0; i-- {
		_ = syscall.Kill(frozen[i], syscall.SIGCONT) // it may have been killed meanwhile
	}
	return true
}

// childrenOf lists the processes that a process started, as PostgreSQL has one for each connection.
func childrenOf(pid int) (out []int) {
	stats, _ := filepath.Glob("/proc/[0-9]*/stat") // the pattern is well formed
	for _, file := range stats {
		text, err := os.ReadFile(file)
		if err != nil {
			continue // it has ended
		}
		_, after, ok := strings.Cut(string(text), ") ") // the name may hold anything
		fields := strings.Fields(after)
		if !ok || len(fields) < 2 || fields[1] != fmt.Sprint(pid) {
			continue
		}
		if child, err := strconv.Atoi(filepath.Base(filepath.Dir(file))); err == nil {
			out = append(out, child)
		}
	}
	return out
}
