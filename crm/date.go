package crm

import "time"

// Date is a civil date, without time or zone. The zero Date means "not set" and prints as "".
type Date struct{ t time.Time }

// NewDate gives the date; out-of-range values are normalised as time.Date does.
func NewDate(year int, month time.Month, day int) Date {
	return Date{time.Date(year, month, day, 0, 0, 0, 0, time.UTC)}
}

// DateOf is the date that clocks in the zone show at the instant.
func DateOf(at time.Time, zone *time.Location) Date {
	y, m, d := at.In(zone).Date()
	return NewDate(y, m, d)
}

// ParseDate reads 2026-11-21; the empty text is the zero Date. Years are 1900 to 2999. Errors: invalid_date.
func ParseDate(s string) (Date, error) {
	if s == "" {
		return Date{}, nil
	}
	t, err := time.Parse(time.DateOnly, s)
	if err != nil || t.Year() < 1900 || t.Year() > 2999 {
		return Date{}, Problem("invalid_date", "got", shorten(s, 20), "example", "2026-11-21")
	}
	return Date{t}, nil
}

// IsZero tells whether no date is set.
func (d Date) IsZero() bool { return d.t.IsZero() }

// String prints 2026-11-21, or "" for the zero Date.
func (d Date) String() string {
	if d.IsZero() {
		return ""
	}
	return d.t.Format(time.DateOnly)
}

// AddDays moves the date by days.
func (d Date) AddDays(n int) Date { return Date{d.t.AddDate(0, 0, n)} }

// AddMonths moves the date by months and stays in the month it reaches: 31 January + 1 month is the last of February (M8).
func (d Date) AddMonths(n int) Date {
	first := time.Date(d.t.Year(), d.t.Month()+time.Month(n), 1, 0, 0, 0, 0, time.UTC)
	return Date{first}.OnDay(d.t.Day())
}

// OnDay is the day of the date's month, the last one when the month is shorter.
func (d Date) OnDay(day int) Date {
	y, m, _ := d.t.Date()
	return NewDate(y, m, min(day, NewDate(y, m+1, 0).t.Day()))
}

// Weekday is the day of the week.
func (d Date) Weekday() time.Weekday { return d.t.Weekday() }

// DaysSince counts the days from o to d; negative when o is later.
func (d Date) DaysSince(o Date) int { return int(d.t.Sub(o.t).Hours() / 24) }

// Before tells whether d is earlier than o.
func (d Date) Before(o Date) bool { return d.t.Before(o.t) }

// After tells whether d is later than o.
func (d Date) After(o Date) bool { return d.t.After(o.t) }

// Year is the calendar year.
func (d Date) Year() int { return d.t.Year() }

// Time is midnight UTC of the date, for storage and formatting.
func (d Date) Time() time.Time { return d.t }

// StartIn is the first instant of the date in the zone: midnight, the first of two midnights, or the first moment after a gap (M6).
func (d Date) StartIn(zone *time.Location) time.Time {
	t, _ := d.At(0, zone)
	return t
}

// At is the instant at which clocks in the zone show the time on the date; of two, the first. A time that a clock change skips
// does not exist: then it is the first instant after the gap. 24:00 is the start of the next date.
func (d Date) At(c Clock, zone *time.Location) (at time.Time, exists bool) {
	if c == endOfDay {
		return d.AddDays(1).At(0, zone)
	}
	want := d.t.Add(time.Duration(c) * time.Minute)
	y, m, day := d.t.Date()
	t := time.Date(y, m, day, 0, int(c), 0, 0, zone)
	_, offset := t.Zone()
	shown := t.UTC().Add(time.Duration(offset) * time.Second)
	change, next := t.ZoneBounds()
	switch {
	case shown.Before(want): // in a gap, read by the offset before it
		return next.UTC(), false
	case shown.After(want):
		return change.UTC(), false
	case change.IsZero():
		return t.UTC(), true
	}
	_, offset = change.Add(-1).In(zone).Zone()
	if first := want.Add(-time.Duration(offset) * time.Second); first.Before(change) {
		return first, true
	}
	return t.UTC(), true
}

// MarshalText writes the date as text, so that JSON and YAML hold "2026-11-21".
func (d Date) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads what MarshalText wrote.
func (d *Date) UnmarshalText(b []byte) (err error) {
	*d, err = ParseDate(string(b))
	return err
}
