// Command run is `make chaos`: it starts a private copy of the whole product, kills, stops and cuts off its parts at seeded moments under full journeys, and
// says whether anything was lost or happened twice.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"os/signal"
	"slices"
	"syscall"

	"leadtocash/deploy/stack"
	"leadtocash/e2e/chaos"
)

func main() {
	journeys := flag.Int("journeys", 100, "lead-to-cash journeys")
	kills := flag.Int("kills", 20, "kills over worker, api, Temporal and PostgreSQL")
	stops := flag.Int("stops", -1, "stops of 1-5 s (SIGSTOP) of the same; -1: half as many as kills")
	faults := flag.Int("faults", -1, "cuts, delays and resets of their network; -1: half as many as kills")
	seed := flag.Uint64("seed", 0, "repeats a schedule (the programs' own timing still differs); 0: a random one")
	binary := flag.String("binary", "bin/leadtocash", "the product")
	flag.Parse()
	if *seed == 0 {
		*seed = rand.Uint64N(1_000_000) + 1
	}
	for _, n := range []*int{stops, faults} {
		if *n < 0 {
			*n = (*kills + 1) / 2
		}
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	r, err := run(ctx, chaos.Config{Binary: *binary, Journeys: *journeys, Kills: *kills, Stops: *stops, Faults: *faults, Seed: *seed, Out: os.Stderr})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	show(r)
	if !r.OK() {
		os.Exit(1)
	}
}

func run(ctx context.Context, c chaos.Config) (r chaos.Report, err error) {
	if c.Journeys < 1 || c.Kills < 0 {
		return r, errors.New("there must be a journey, and kills cannot be negative")
	}
	c.Stack, err = stack.Temporary(ctx, stack.Config{Say: func(line string) { fmt.Fprintln(os.Stderr, line) }}.WithEnvironment())
	if err != nil {
		return r, err
	}
	defer func() { err = errors.Join(err, c.Stack.Remove()) }()
	return chaos.Run(ctx, c)
}

// show ends with the one line that counts.
func show(r chaos.Report) {
	for _, what := range slices.Sorted(maps.Keys(r.Answers)) {
		fmt.Printf("%6d × %s\n", r.Answers[what], what)
	}
	fmt.Println(r.Checks())
	for _, w := range r.Wrong {
		fmt.Println("WRONG", w)
	}
	fmt.Println(r.Blows())
	fmt.Println(r.Line())
}
