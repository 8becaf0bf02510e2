package worker

import (
	"context"
	"time"
)

// approvalPause is how long after a pass without work the orders that wait for approval are looked at again.
const approvalPause = 5 * time.Second

// approval looks after orders that wait for approval (S079). Any number of workers may.
func approval(ctx context.Context, c Config) error {
	return again(ctx, c.Log, "approval", func(ctx context.Context) error {
		return drain(ctx, approvalPause, func() (int, error) { return c.Steps.FollowApprovals(ctx) })
	})
}
