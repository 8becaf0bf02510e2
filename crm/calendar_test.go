package crm

import (
	"bufio"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func mustCalendar(t *testing.T, zone string, week Week, holidays ...Date) Calendar {
	t.Helper()
	c, err := NewCalendar(zone, week, holidays)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func mustDate(t *testing.T, s string) Date {
	t.Helper()
	d, err := ParseDate(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

var office = OfficeWeek(Hours{9 * 60, 13 * 60}, Hours{14 * 60, 18 * 60})

// M8: over 200 dates of it, es and pl, worked out apart from this code: months' ends, weekends and each country's holidays.
// A row is: country, date, months to add, the date reached, the working day on or after it.
func TestDueDatesTable(t *testing.T) {
	t.Parallel()
	f, err := os.Open("testdata/due_dates.txt")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	holidays, rows := map[string][]Date{}, 0
	for s := bufio.NewScanner(f); s.Scan(); {
		r := strings.Fields(s.Text())
		if len(r) > 2 && r[1] == "holidays" {
			for _, d := range r[2:] {
				holidays[r[0]] = append(holidays[r[0]], mustDate(t, d))
			}
			continue
		}
		if len(r) != 5 {
			continue
		}
		rows++
		months, err := strconv.Atoi(r[2])
		if err != nil {
			t.Fatal(err)
		}
		got := mustDate(t, r[1]).AddMonths(months)
		c := mustCalendar(t, "Europe/Rome", office, holidays[r[0]]...)
		if got.String() != r[3] || c.NextWorkingDay(got).String() != r[4] {
			t.Errorf("%s: got %s and %s", s.Text(), got, c.NextWorkingDay(got))
		}
	}
	if rows < 200 {
		t.Errorf("%d rows", rows)
	}
}

func TestAddWorkingHours(t *testing.T) {
	t.Parallel()
	nights := OfficeWeek(Hours{0, 6 * 60})
	nights[time.Saturday], nights[time.Sunday] = nights[time.Monday], nights[time.Monday]
	rome := mustCalendar(t, "Europe/Rome", office, NewDate(2026, 12, 25))
	night := mustCalendar(t, "Europe/Rome", nights)
	york := mustCalendar(t, "America/New_York", office)
	for _, c := range []struct {
		name     string
		calendar Calendar
		from     string
		d        time.Duration
		want     string
	}{
		{"within a morning", rome, "2026-11-20T09:00:00+01:00", time.Hour, "2026-11-20T10:00:00+01:00"},
		{"over lunch", rome, "2026-11-20T12:00:00+01:00", 2 * time.Hour, "2026-11-20T15:00:00+01:00"},
		{"to the end of the day", rome, "2026-11-20T17:00:00+01:00", time.Hour, "2026-11-20T18:00:00+01:00"},
		{"over the weekend", rome, "2026-11-20T17:30:00+01:00", time.Hour, "2026-11-23T09:30:00+01:00"},
		{"from a Saturday", rome, "2026-11-21T10:00:00+01:00", time.Hour, "2026-11-23T10:00:00+01:00"},
		{"over Christmas", rome, "2026-12-24T17:00:00+01:00", 2 * time.Hour, "2026-12-28T10:00:00+01:00"},
		{"nothing, in hours", rome, "2026-11-20T10:30:00+01:00", 0, "2026-11-20T10:30:00+01:00"},
		{"nothing, at night", rome, "2026-11-20T22:30:00+01:00", 0, "2026-11-23T09:00:00+01:00"},
		{"less than nothing", rome, "2026-11-20T10:30:00+01:00", -time.Hour, "2026-11-20T10:30:00+01:00"},
		{"over the change to summer time", rome, "2026-03-27T17:00:00+01:00", 2 * time.Hour, "2026-03-30T10:00:00+02:00"},
		{"over the change to winter time", rome, "2026-10-23T17:00:00+02:00", 2 * time.Hour, "2026-10-26T10:00:00+01:00"},
		{"a night of five hours", night, "2026-03-28T23:00:00+01:00", 6 * time.Hour, "2026-03-30T01:00:00+02:00"},
		{"a night of seven hours", night, "2026-10-24T23:00:00+02:00", 7 * time.Hour, "2026-10-25T06:00:00+01:00"},
		{"40 hours are five days", rome, "2026-11-16T09:00:00+01:00", 40 * time.Hour, "2026-11-20T18:00:00+01:00"},
		{"the zone decides", york, "2026-11-20T09:00:00+01:00", time.Hour, "2026-11-20T10:00:00-05:00"},
	} {
		from, err := time.Parse(time.RFC3339, c.from)
		if err != nil {
			t.Fatal(err)
		}
		if got := c.calendar.AddWorkingHours(from, c.d).In(c.calendar.Zone()).Format(time.RFC3339); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

// Adding in two goes is adding at once, and time never runs backwards, across clock changes too.
func TestAddWorkingHoursInParts(t *testing.T) {
	t.Parallel()
	calendars := []Calendar{
		mustCalendar(t, "Europe/Warsaw", office, NewDate(2026, 11, 11)),
		mustCalendar(t, "America/Santiago", OfficeWeek(Hours{0, endOfDay})),
		mustCalendar(t, "UTC", office),
	}
	rapid.Check(t, func(t *rapid.T) {
		c := rapid.SampledFrom(calendars).Draw(t, "calendar")
		at := time.Unix(rapid.Int64Range(1767225600, 1830297600).Draw(t, "at"), 0)
		a := time.Duration(rapid.Int64Range(0, 1e4).Draw(t, "a")) * time.Minute
		b := time.Duration(rapid.Int64Range(0, 1e4).Draw(t, "b")) * time.Minute
		first := c.AddWorkingHours(at, a)
		whole := c.AddWorkingHours(at, a+b)
		if first.Before(at) || whole.Before(first) || b > 0 && !c.AddWorkingHours(first, b).Equal(whole) {
			t.Fatalf("%s + %s = %s, + %s = %s", at, a, first, b, whole)
		}
	})
}

func TestAddWorkingDays(t *testing.T) {
	t.Parallel()
	c := mustCalendar(t, "Europe/Rome", office, NewDate(2026, 12, 8), NewDate(2026, 12, 25))
	for _, r := range []struct {
		from string
		n    int
		want string
	}{
		{"2026-12-04", 0, "2026-12-04"},
		{"2026-12-05", 0, "2026-12-07"},
		{"2026-12-04", 2, "2026-12-09"},
		{"2026-12-24", 1, "2026-12-28"},
	} {
		if got := c.AddWorkingDays(mustDate(t, r.from), r.n); got.String() != r.want {
			t.Errorf("%s + %d: %s, want %s", r.from, r.n, got, r.want)
		}
	}
}

func TestCalendarRefusals(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		zone string
		week Week
		want string
	}{
		"zone":     {"Europe/Roma", office, "/zone: unknown_zone"},
		"no zone":  {"", office, "/zone: unknown_zone"},
		"no hours": {"UTC", Week{}, "/week: required"},
		"backward": {"UTC", Week{}.with(Hours{600, 540}), "/week/1/0: before_start"},
		"overlap":  {"UTC", Week{}.with(Hours{540, 720}, Hours{700, 800}), "/week/1/1: before_start"},
		"too late": {"UTC", Week{}.with(Hours{540, 1500}), "/week/1/0: before_start"},
	} {
		_, err := NewCalendar(c.zone, c.week, nil)
		if err == nil || !strings.HasPrefix(err.Error(), c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func (w Week) with(h ...Hours) Week {
	w[time.Monday] = h
	return w
}

// B053: a local time in the gap does not exist; the nearest is the end of the gap.
func TestAt(t *testing.T) {
	t.Parallel()
	rome, err := time.LoadLocation("Europe/Rome")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		date, clock, want string
		exists            bool
	}{
		{"2026-03-29", "01:59", "2026-03-29T01:59:00+01:00", true},
		{"2026-03-29", "02:00", "2026-03-29T03:00:00+02:00", false},
		{"2026-03-29", "02:30", "2026-03-29T03:00:00+02:00", false},
		{"2026-03-29", "03:00", "2026-03-29T03:00:00+02:00", true},
		{"2026-10-25", "02:30", "2026-10-25T02:30:00+02:00", true},
		{"2026-10-25", "03:00", "2026-10-25T03:00:00+01:00", true},
		{"2026-10-25", "24:00", "2026-10-26T00:00:00+01:00", true},
	} {
		clock, err := ParseClock(c.clock)
		if err != nil {
			t.Fatal(err)
		}
		at, exists := mustDate(t, c.date).At(clock, rome)
		if got := at.In(rome).Format(time.RFC3339); got != c.want || exists != c.exists {
			t.Errorf("%s %s: %s %t, want %s %t", c.date, c.clock, got, exists, c.want, c.exists)
		}
	}
	for _, s := range []string{"", "9:00", "24:01", "12:60", "-1:00", "ab:cd", "12:00:00"} {
		if _, err := ParseClock(s); codeOf(t, err).Code != "invalid_time" {
			t.Errorf("%q: %v", s, err)
		}
	}
}
