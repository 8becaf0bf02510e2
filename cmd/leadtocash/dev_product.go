package main

import (
	"context"
	"fmt"

	"leadtocash/deploy/stack"
)

// productPrograms are the commands that dev keeps running as child processes, in the order of their start.
var productPrograms = []string{}

// migrateDatabase brings the product's tables up to date; it may be repeated.
func migrateDatabase(ctx context.Context, url string) error { return nil }

// peer is a development stand-in for something outside the house (mail, ERP), in the process of dev.
type peer struct {
	name string
	// start serves until stop is called; env tells worker and API where.
	start func(ctx context.Context, s *stack.Stack) (env []string, stop func(), err error)
}

// peers are the stand-ins that dev starts before worker and API.
var peers = []peer{}

// startPeers returns what to tell the programs; the function ends those that were started and is never nil.
func startPeers(ctx context.Context, s *stack.Stack) (env []string, stop func(), err error) {
	var stops []func()
	stop = func() {
		for _, each := range stops {
			each()
		}
	}
	for _, p := range peers {
		more, end, err := p.start(ctx, s)
		if err != nil {
			return env, stop, fmt.Errorf("%s: %w", p.name, err)
		}
		env, stops = append(env, more...), append(stops, end)
	}
	return env, stop, nil
}

// welcome is what a person reads when everything runs.
func welcome(s *stack.Stack) string {
	return fmt.Sprintf("Open %s", origin(s))
}
