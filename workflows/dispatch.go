package workflows

import (
	"time"

	"go.temporal.io/sdk/workflow"
)

// Dispatch delivers what leaves the house by one channel, for ever (design: effects). The effects and their outcomes are rows; this only
// keeps exactly one deliverer alive, on whichever worker.
func Dispatch(ctx workflow.Context, channel string) error {
	for ctx.Err() == nil && !suggested(ctx) {
		if err := workflow.ExecuteActivity(delivery(ctx), steps.Deliver, channel).Get(ctx, nil); err != nil {
			_ = workflow.Sleep(ctx, time.Second) // whatever it was, the channel's letters do not wait for a person
		}
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return workflow.NewContinueAsNewError(ctx, Dispatch, channel)
}

// DispatchID names the deliverer of a channel.
func DispatchID(channel string) string { return "dispatch-" + channel }
