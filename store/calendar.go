package store

import (
	"context"
	"time"

	"leadtocash/crm"
)

// officeOpens is the local time of day at which things that are due on a day come: office hours, and never within a clock change.
const officeOpens = crm.Clock(9 * 60)

// Morning is the instant at which a day's deadlines come.
func Morning(d crm.Date, zone *time.Location) time.Time {
	at, _ := d.At(officeOpens, zone)
	return at.UTC()
}

// due sets a deadline of a process that an edit changed, and wakes it to arm its timer. A process that has ended has none.
func (e *edit) due(ctx context.Context, process, kind, key string, at time.Time) error {
	if _, err := e.q.Exec(ctx, `insert into deadline (process, kind, key, due_at) select id, $2, $3, $4 from process where id = $1 and not closed
		on conflict (process, kind, key) do update set due_at = excluded.due_at`, process, kind, key, at.UTC().Truncate(time.Microsecond)); err != nil {
		return err
	}
	return e.wake(ctx, process)
}

// undue drops a deadline; a timer that fires for it finds nothing due.
func (e *edit) undue(ctx context.Context, process, kind, key string) error {
	_, err := e.q.Exec(ctx, `delete from deadline where process = $1 and kind = $2 and key = $3`, process, kind, key)
	return err
}

// wake has a process read its row after the commit.
func (e *edit) wake(ctx context.Context, process string) error {
	_, err := e.q.Exec(ctx, insertWake, e.cause+"/"+process, process, time.Duration(0))
	return err
}

// tooEarly refuses a date that is yet to come.
func tooEarly(pointer string, d, today crm.Date) error {
	if d.After(today) {
		return crm.FieldErrors{crm.Problem("in_the_future").At(pointer)}
	}
	return nil
}
