package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
	"time"

	"leadtocash/deploy/stack"
)

// hurryOnSecondSignal kills what takes its time to stop when a person asks again. PostgreSQL is always stopped in
// order, and what was acknowledged is safe in it. The returned function ends the watch.
func hurryOnSecondSignal(ctx context.Context, s *stack.Stack) (stop func()) {
	again, done := make(chan os.Signal, 1), make(chan struct{})
	go func() {
		select {
		case <-ctx.Done():
		case <-done:
			return
		}
		time.Sleep(300 * time.Millisecond) // some callers send the same signal to the process and to its group
		signal.Notify(again, os.Interrupt, syscall.SIGTERM)
		for {
			select {
			case <-again:
				say("Stopping at once.")
				s.Hurry()
			case <-done:
				signal.Stop(again)
				return
			}
		}
	}()
	return func() { close(done) }
}
