package crm

import (
	"errors"
	"testing"
	"time"
)

// B053: what clocks show is read in its zone; a time that the clock change skips is refused with the nearest.
func TestLocalTime(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ text, zone, want, code, nearest string }{
		{"2026-03-29T10:30", "Europe/Rome", "2026-03-29T08:30:00Z", "", ""},
		{"2026-03-29T02:30", "Europe/Rome", "", "time_does_not_exist", "2026-03-29T03:00"},
		{"2026-10-25T02:30", "Europe/Rome", "2026-10-25T00:30:00Z", "", ""}, // twice: the first
		{"2026-11-21T24:00", "UTC", "2026-11-22T00:00:00Z", "", ""},
		{"2026-11-21T10:00", "Mars/Olympus", "", "unknown_zone", ""},
		{"2026-11-21T10:00", "Local", "", "unknown_zone", ""},
		{"2026-11-21T10:00", "", "", "unknown_zone", ""},
		{"2026-02-29T10:00", "UTC", "", "invalid_time", ""},
		{"2026-11-21 10:00", "UTC", "", "invalid_time", ""},
		{"2026-11-21T10:00:00", "UTC", "", "invalid_time", ""},
		{"", "UTC", "", "invalid_time", ""},
	} {
		at, err := LocalTime(c.text, c.zone)
		var e FieldError
		errors.As(err, &e)
		if e.Code != c.code || e.Params["nearest"] != c.nearest || c.want != "" && at.Format(time.RFC3339) != c.want {
			t.Errorf("%s in %q: %v, %v", c.text, c.zone, at, err)
		}
	}
}
