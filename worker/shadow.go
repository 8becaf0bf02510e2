package worker

import (
	"context"
	"time"
)

// shadowPause is how long candidates of rules wait for new steps to be asked about.
const shadowPause = 2 * time.Second

// shadow asks candidates of rules about the steps that were taken (N10), beside everything else: nothing waits for them. Several workers do not
// meet: each passes over the candidates that another has. On its way it has new versions compiled before a step needs them.
func shadow(ctx context.Context, c Config) error {
	return again(ctx, c.Log, "shadow", func(ctx context.Context) error {
		return drain(ctx, shadowPause, func() (int, error) {
			if err := c.Steps.WarmRules(ctx); err != nil {
				return 0, err
			}
			return c.Steps.FollowShadows(ctx)
		})
	})
}
