// Package chaos runs the whole product as real processes, kills and stops them and disturbs their network at seeded moments while customers' journeys go through the API, heals
// everything, and then checks that nothing was lost and nothing happened twice: in the database, and in the journals that the mail server
// and the ERP kept of what they really received.
package chaos

import (
	"context"
	"fmt"
	"io"
	"sync"
	"time"

	"leadtocash/crm"
	"leadtocash/deploy/stack"
)

// Config says what to run. The same seed gives the same journeys and the same schedule of kills; what exactly a kill hits differs from run
// to run, since the programs' own timing does.
type Config struct {
	Stack    *stack.Stack // private to this run: it is killed and restarted
	Binary   string       // the product, for its api, worker and migrate commands
	Env      []string     // what its programs are told beside this program's own environment
	Journeys int
	Kills    int // SIGKILL
	Stops    int // SIGSTOP for some seconds
	Faults   int // of the network between a program and PostgreSQL or Temporal
	Seed     uint64
	Out      io.Writer // one line for each blow and for everything that is wrong
}

// The limits of a run; whatever takes longer counts as broken.
const (
	together   = 8               // journeys at once
	stepWithin = 4 * time.Minute // from the first send of a step to its answer
	healWithin = 4 * time.Minute
	quietIn    = 9 * time.Minute // a letter that was refused by chance all the time is tried again after five
)

// dunned is after how many days the clock stands once the journeys are over: who owes is late then, and is written to.
const dunned = 45

// dun moves the clock to late in the morning of the first working day on which letters leave.
func (h *house) dun(ctx context.Context) error {
	now, err := h.store.Now(ctx)
	if err != nil {
		return err
	}
	entity, err := h.store.LegalEntity(ctx)
	if err != nil {
		return err
	}
	zone, err := time.LoadLocation(entity.TimeZone)
	if err != nil {
		return err
	}
	calendar, err := h.store.Calendar(ctx)
	if err != nil {
		return err
	}
	morning := calendar.NextWorkingDay(crm.DateOf(now, zone).AddDays(dunned)).StartIn(zone).Add(11 * time.Hour)
	_, err = h.store.MoveClock(ctx, morning.Sub(now))
	return err
}

// Report is what came of a run.
type Report struct {
	Seed     uint64
	Kills    int
	Stops    int
	Faults   int
	Journeys int
	Right    int      // journeys whose end is as it must be and of which no invariant is broken
	Lost     int      // what was acknowledged, or had to happen, and is not there
	Doubled  int      // what is there more often than it was asked for
	Wrong    []string // every finding, with ids
	Answers  map[string]int
	Mails    int // distinct Message-IDs that arrived
	Resent   int // arrivals of a Message-ID that had arrived before; mail cannot be exactly once (R7)
	Refused  int // requests that were refused in the end, to see that they change nothing
	Looks    int // records that some role was shown or not
	Shown    int // sums of pages that were compared with the rows
	Replayed int // steps of which a second send was answered as the first
	Took     map[string]time.Duration
}

// Blows tells what else than kills hit the product.
func (r Report) Blows() string {
	return fmt.Sprintf("besides: %d stops of 1-5 s, %d network faults (cut, latency, reset)", r.Stops, r.Faults)
}

// Checks tells how much was looked at in the end.
func (r Report) Checks() string {
	return fmt.Sprintf("%d mails by Message-ID, %d arrived again; %d steps repeated, %d refused, %d looks by role, %d sums of pages; %v",
		r.Mails, r.Resent, r.Replayed, r.Refused, r.Looks, r.Shown, r.Took)
}

// Line is the run's last line.
func (r Report) Line() string {
	return fmt.Sprintf("chaos: seed=%d kills=%d journeys=%d right=%d lost=%d doubled=%d", r.Seed, r.Kills, r.Journeys, r.Right, r.Lost, r.Doubled)
}

// OK tells whether all is as it must be.
func (r Report) OK() bool {
	return r.Right == r.Journeys && r.Lost == 0 && r.Doubled == 0 && len(r.Wrong) == 0
}

// Run plays the journeys under the schedule of kills and checks what is left. An error means that the run itself could not be made.
func Run(ctx context.Context, c Config) (Report, error) {
	h, err := open(ctx, c)
	if err != nil {
		return Report{}, err
	}
	defer h.close()
	begin := time.Now()
	took := map[string]time.Duration{}
	lap := func(what string) {
		took[what] = time.Since(begin).Round(100 * time.Millisecond)
		begin = time.Now()
	}
	journeys := h.play(ctx)
	lap("journeys")
	if err := h.heal(ctx); err != nil {
		return Report{}, err
	}
	if err := h.dun(ctx); err != nil {
		return Report{}, err
	}
	h.awaitQuiet(ctx) // what does not come to rest is found by the audit
	lap("quiet")
	a := newAudit(h, journeys)
	a.report.Took = took
	err = a.run(ctx)
	lap("checks")
	said := h.grievances()
	for _, line := range loudest(said, 12) {
		h.say("logged %d times: %s", said[line], line)
	}
	return a.report, err
}

// play runs the journeys, some at a time, while kills, stops and network faults come by their schedules.
func (h *house) play(ctx context.Context) []*journey {
	journeys := make([]*journey, h.Journeys)
	steps := h.Journeys * stepsOfJourney
	var blows sync.WaitGroup
	blows.Go(func() { h.killAll(ctx, schedule(h.Seed, h.Kills, steps)) })
	blows.Go(func() { h.stopAll(ctx, stopSchedule(h.Seed, h.Stops, steps)) })
	blows.Go(func() { h.faultAll(ctx, faultSchedule(h.Seed, h.Faults, steps)) })
	places := make(chan struct{}, together)
	var all sync.WaitGroup
	for n := range journeys {
		journeys[n] = newJourney(h, n)
		journeys[n].way = wayOf(h.Seed, n)
		places <- struct{}{}
		all.Go(func() {
			defer func() { <-places }()
			journeys[n].run(ctx)
		})
	}
	all.Wait()
	h.over.Store(true)
	blows.Wait()
	return journeys
}
