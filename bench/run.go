package bench

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Options say what to measure and how long.
type Options struct {
	Clients []int  // at once; each number is a measurement of its own
	Only    string // begin of the names that are wanted; empty: all
	Quick   bool   // shorter, for a first look: the figures vary more
}

// Result is one figure.
type Result struct {
	Name  string  `json:"name"`
	Value float64 `json:"value"`
	Unit  string  `json:"unit"` // 1/s, ms, KiB, or 1 for a share
}

func (o Options) wants(names ...string) bool {
	return slices.ContainsFunc(names, func(n string) bool { return strings.HasPrefix(n, o.Only) || strings.HasPrefix(o.Only, n) })
}

// during is how long one measurement drives its clients.
func (o Options) during() time.Duration {
	if o.Quick {
		return 3 * time.Second
	}
	return 15 * time.Second
}

// ratioClients is with how many clients journeys are compared with the engine alone.
const ratioClients = 8

// Run measures and gives each result to say as soon as it is there.
func Run(ctx context.Context, s Servers, o Options, say func(Result)) (err error) {
	if err := Rules(o, say); err != nil {
		return err
	}
	if err := ranges(o, say); err != nil {
		return err
	}
	if o.wants("journey/", "step/") {
		if err := process(ctx, s, o, say); err != nil {
			return err
		}
	}
	if o.wants("import/") {
		if err := imports(ctx, s, o, say); err != nil {
			return err
		}
	}
	if err := leads(ctx, s, o, say); err != nil {
		return err
	}
	if strings.HasPrefix(o.Only, "query/ageing") {
		return ageing(ctx, s, say)
	}
	if strings.HasPrefix(o.Only, "chase") {
		return chase(ctx, s, say)
	}
	if o.wants("report/") {
		if err := reports(ctx, s, o, say); err != nil {
			return err
		}
	}
	if o.wants("query/", "page/", "rules/try/", "rules/try-prices/") {
		return queries(ctx, s, o, say)
	}
	return nil
}

// process measures journeys on a world of their own.
func process(ctx context.Context, s Servers, o Options, say func(Result)) error {
	w, err := NewWorld(ctx, s)
	if err != nil {
		return err
	}
	defer w.Close()
	if _, err := w.journeys(ctx, 2, 2*time.Second); err != nil { // warm: caches, plans, pollers
		return err
	}
	for _, n := range o.Clients {
		names := []string{fmt.Sprint("journey/clients=", n), fmt.Sprint("step/p50/clients=", n), fmt.Sprint("step/p99/clients=", n)}
		if !o.wants(names...) {
			continue
		}
		l, err := w.journeys(ctx, n, o.during())
		if err != nil {
			return err
		}
		say(Result{names[0], l.PerSecond(l.Done), "1/s"})
		say(Result{names[1], ms(l.Percentile(50)), "ms"})
		say(Result{names[2], ms(l.Percentile(99)), "ms"})
	}
	if !o.wants("step/engine-ratio") {
		return nil
	}
	share, err := ratio(ctx, w, ratioClients, 12, o.during()/3)
	if err != nil {
		return err
	}
	say(Result{"step/engine-ratio", share, "1"})
	return nil
}

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
