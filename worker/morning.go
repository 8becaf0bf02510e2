package worker

import (
	"context"
	"time"
)

// morningPause is how long after a pass without work it is looked again whose morning has begun.
const morningPause = time.Minute

// morning mails people of deals that stand still and of documents that expire (S070, S105). Any number of workers may.
func morning(ctx context.Context, c Config) error {
	return again(ctx, c.Log, "morning", func(ctx context.Context) error {
		return drain(ctx, morningPause, func() (int, error) { return c.Steps.FollowMorning(ctx) })
	})
}
