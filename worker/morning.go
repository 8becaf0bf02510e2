package worker

import (
	"context"
	"time"
)

// morningPause is how long after a pass without work it is looked again whose morning has begun.
const morningPause = time.Minute

// morning mails people of deals that stand still and of documents that expire (S070, S105), and My day at the hour that each chose (S092). Any number of
// workers may.
func morning(ctx context.Context, c Config) error {
	return again(ctx, c.Log, "morning", func(ctx context.Context) error {
		return drain(ctx, morningPause, func() (int, error) {
			followed, err := c.Steps.FollowMorning(ctx)
			if err != nil {
				return followed, err
			}
			looked, err := c.Steps.MailDesks(ctx)
			return followed + looked, err
		})
	})
}
