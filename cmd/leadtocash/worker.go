package main

import "context"

type workerCommand struct {
	connectionFlags
}

// Help is the long text of `leadtocash worker --help`.
func (workerCommand) Help() string {
	return "Runs the processes: workflows, activities, the relay of the outbox and the clock. Any number may run side by side."
}

// Run works until ctx ends.
func (w workerCommand) Run(ctx context.Context) error { return work(ctx, w) }

func work(ctx context.Context, w workerCommand) error {
	<-ctx.Done()
	return nil
}
