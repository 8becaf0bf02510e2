package crm

import (
	"strings"
	"time"
)

// LocalTime reads what the clocks of a zone show, "2026-03-29T10:30" in "Europe/Rome", and gives the instant. Of an hour that comes
// twice, the first is meant. Errors: unknown_zone, invalid_time, and time_does_not_exist with the nearest time after the gap.
func LocalTime(text, zone string) (time.Time, error) {
	loc, err := time.LoadLocation(zone)
	if err != nil || zone == "" || zone == "Local" {
		return time.Time{}, Problem("unknown_zone", "got", shorten(zone, 40))
	}
	invalid := Problem("invalid_time", "example", "2026-03-29T10:30")
	day, clock, _ := strings.Cut(text, "T")
	d, err := ParseDate(day)
	if err != nil {
		return time.Time{}, invalid
	}
	c, err := ParseClock(clock)
	if err != nil {
		return time.Time{}, invalid
	}
	at, exists := d.At(c, loc)
	if !exists {
		return time.Time{}, Problem("time_does_not_exist", "zone", zone, "nearest", at.In(loc).Format("2006-01-02T15:04"))
	}
	return at, nil
}
