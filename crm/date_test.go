package crm

import (
	"testing"
	"time"
)

// M6: the first instant of a date, also where midnight does not exist or comes twice.
func TestStartInEveryDayOfManyZones(t *testing.T) {
	t.Parallel()
	for _, name := range []string{
		"UTC", "Europe/Rome", "Europe/Madrid", "Europe/Warsaw", "America/New_York", "America/Havana", "America/Santiago",
		"America/Asuncion", "America/Sao_Paulo", "Asia/Beirut", "Africa/Cairo", "Atlantic/Azores", "Australia/Lord_Howe", "Asia/Tehran", "Asia/Amman",
	} {
		zone, err := time.LoadLocation(name)
		if err != nil {
			t.Fatal(err)
		}
		for d := NewDate(2009, 1, 1); d.Year() < 2030; d = d.AddDays(1) {
			s := d.StartIn(zone)
			if DateOf(s, zone) != d || !DateOf(s.Add(-1), zone).Before(d) {
				t.Errorf("%s in %s starts at %s", d, name, s.In(zone))
			}
		}
	}
}

// M8: 31 January + 1 month is the last of February.
func TestAddMonths(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		date   string
		months int
		want   string
	}{
		{"2026-01-31", 1, "2026-02-28"},
		{"2028-01-31", 1, "2028-02-29"},
		{"2028-02-29", 12, "2029-02-28"},
		{"2028-02-29", 48, "2032-02-29"},
		{"2026-03-31", -1, "2026-02-28"},
		{"2026-01-31", -2, "2025-11-30"},
		{"2026-11-21", 0, "2026-11-21"},
		{"2026-08-31", 6, "2027-02-28"},
		{"2026-12-15", 1, "2027-01-15"},
	} {
		d, err := ParseDate(c.date)
		if err != nil {
			t.Fatal(err)
		}
		if got := d.AddMonths(c.months); got.String() != c.want {
			t.Errorf("%s %+d months: %s, want %s", c.date, c.months, got, c.want)
		}
	}
}

func TestParseDateRefusals(t *testing.T) {
	t.Parallel()
	for _, s := range []string{"2027-02-29", "2026-13-01", "2026-1-1", "21.11.2026", "1899-12-31", "3000-01-01", "today", "2026-11-21T00:00:00Z"} { // B050
		if _, err := ParseDate(s); codeOf(t, err).Code != "invalid_date" {
			t.Errorf("%q: %v", s, err)
		}
	}
}
