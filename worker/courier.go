package worker

import (
	"context"
	"errors"
	"fmt"
	"time"

	"leadtocash/crash"
	"leadtocash/crm"
	"leadtocash/store"
	"leadtocash/workflows"

	"go.temporal.io/api/serviceerror"
	"go.temporal.io/sdk/client"
)

// courierPause is how long the courier waits when no command is kept: they are rare.
const courierPause = 500 * time.Millisecond

// courier brings commands to their processes that came while the engine was away (B127). It waits for answers, so it is apart from the relay,
// which must not; one courier works at a time over all workers.
func courier(ctx context.Context, c Config) error {
	return again(ctx, c.Log, "courier", func(ctx context.Context) error {
		k, err := c.Steps.Store.OpenCourier(ctx)
		if err != nil {
			return err
		}
		defer k.Close(context.WithoutCancel(ctx))
		return drain(ctx, courierPause, func() (int, error) { return Deliver(ctx, c.Temporal, k) })
	})
}

// Deliver sends the kept commands that are due, the oldest first, and tells how many were answered. One whose process cannot carry it out now
// is put off; when the engine is away none is tried any more.
func Deliver(ctx context.Context, c client.Client, from *store.Courier) (answered int, err error) {
	kept, err := from.Kept(ctx)
	if err != nil {
		return 0, err
	}
	for _, k := range kept {
		err := send(ctx, c, k)
		if _, away := errors.AsType[*serviceerror.Unavailable](err); away {
			return answered, fmt.Errorf("%s: %w", k.Process, err)
		}
		if err != nil {
			if err := from.Later(ctx, k); err != nil {
				return answered, err
			}
			continue
		}
		if err := from.Delivered(ctx, k); err != nil {
			return answered, err
		}
		answered++
	}
	return answered, nil
}

func send(ctx context.Context, c client.Client, k store.Kept) error {
	kind, _ := crm.SplitProcessID(k.Process)
	if k.Answered || workflows.Of(kind) == nil {
		return nil
	}
	ctx, stop := context.WithTimeout(ctx, 10*time.Second)
	defer stop()
	crash.At("courier.before")
	_, err := workflows.Send(ctx, c, k.Process, k.Command, k.Sends)
	crash.At("courier.after")
	return err
}
