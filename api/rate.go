package api

import (
	"math"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// rates holds how often each caller may do a thing. It is kept per process: a flood meets it on each machine.
type rates struct {
	now    func() time.Time
	mu     sync.Mutex
	places map[string]*place
}

type place struct {
	limiter *rate.Limiter
	last    time.Time
}

// maxPlaces bounds the memory that a flood from many addresses can take.
const maxPlaces = 50_000

func newRates(now func() time.Time) *rates { return &rates{now: now, places: map[string]*place{}} }

// take uses up one try of the caller; wait is how long until the next one when there is none left.
func (r *rates) take(caller string, perSecond float64, burst int) (wait time.Duration, ok bool) {
	now := r.now()
	r.mu.Lock()
	defer r.mu.Unlock()
	p := r.places[caller]
	if p == nil {
		r.sweep(now)
		p = &place{limiter: rate.NewLimiter(rate.Limit(perSecond), burst)}
		r.places[caller] = p
	}
	p.last = now
	if p.limiter.AllowN(now, 1) {
		return 0, true
	}
	missing := 1 - p.limiter.TokensAt(now)
	return time.Duration(math.Ceil(missing/perSecond)) * time.Second, false
}

// sweep forgets callers that have been quiet, all of them if that does not help.
func (r *rates) sweep(now time.Time) {
	if len(r.places) < maxPlaces {
		return
	}
	for caller, p := range r.places {
		if now.Sub(p.last) > 10*time.Minute {
			delete(r.places, caller)
		}
	}
	if len(r.places) >= maxPlaces {
		clear(r.places)
	}
}
