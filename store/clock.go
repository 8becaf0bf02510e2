package store

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"
)

// ErrClockBack refuses to turn business time back: deadlines that came cannot come again.
var ErrClockBack = errors.New("the clock only moves forward")

// MoveClock moves business time forward by whole seconds, in development and tests, and wakes every open process to arm its timers anew.
// It gives business time minus real time.
func (s *Store) MoveClock(ctx context.Context, by time.Duration) (shift time.Duration, err error) {
	if by < 0 {
		return 0, ErrClockBack
	}
	err = s.short(ctx, func(tx pgx.Tx) error {
		var seconds int64
		if err := tx.QueryRow(ctx, `update business_clock set shift_seconds = shift_seconds + $1 returning shift_seconds`, int64(by.Seconds())).Scan(&seconds); err != nil {
			return err
		}
		shift = time.Duration(seconds) * time.Second
		_, err := tx.Exec(ctx, `insert into outbox (id, process, due_at) select 'clock/' || $1::bigint || '/' || id, id, now() from process where not closed
			on conflict do nothing`, seconds)
		return err
	})
	return shift, err
}
