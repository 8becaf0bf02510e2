package worker

import (
	"context"
	"time"
)

// Pauses of the archive: between files when there were none to be read, and between looks for documents that expire.
const (
	readingPause = 2 * time.Second
	expiryPause  = time.Minute
)

// archive has new files read for the search and tells of documents that expire. Any number of workers may.
func archive(ctx context.Context, c Config) error {
	return again(ctx, c.Log, "archive", func(ctx context.Context) error {
		looked := time.Now()
		return drain(ctx, readingPause, func() (int, error) {
			if time.Since(looked) >= expiryPause {
				if _, err := c.Steps.Store.RemindExpiries(ctx); err != nil {
					return 0, err
				}
				looked = time.Now()
			}
			if c.ReadFile == nil {
				return 0, nil
			}
			if some, err := c.Steps.Store.ReadDocument(ctx, c.ReadFile); err != nil || !some {
				return 0, err
			}
			return 1, nil
		})
	})
}
