package crm

import "time"

// Snooze lets a deal rest: it does not count as stale before a day (S070). It ends by itself, on that day or when the deal moves on.
type Snooze struct {
	OpportunityID ID
	Until         Date // the first day on which it counts again
	Reason        string
	ByID          ID
	At            time.Time
}

// SnoozeDays is for how many days a deal may rest at most.
const SnoozeDays = 180

// Check tells what is wrong with a snooze that is set on a day. Errors: required, in_the_past, out_of_range.
func (s Snooze) Check(today Date) error {
	var errs FieldErrors
	switch {
	case s.Until.IsZero():
		errs.Add("/until", Problem("required"))
	case !s.Until.After(today):
		errs.Add("/until", Problem("in_the_past"))
	case s.Until.After(today.AddDays(SnoozeDays)):
		errs.Add("/until", Problem("out_of_range", "max", today.AddDays(SnoozeDays).String()))
	}
	if s.Reason == "" {
		errs.Add("/reason", Problem("required"))
	}
	return errs.Err()
}

// Stale tells whether a deal that entered its stage at since has stood there for more than so many days; 0 days: never. Its last planned activity counts as
// life, until it is as long past.
func Stale(since time.Time, planned *time.Time, allowed int, now time.Time) bool {
	if planned != nil && planned.After(since) {
		since = *planned
	}
	return allowed > 0 && now.Sub(since) >= time.Duration(allowed+1)*24*time.Hour
}
