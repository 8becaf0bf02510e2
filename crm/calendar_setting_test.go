package crm

import (
	"errors"
	"testing"
	"time"
)

func setting(t *testing.T) CalendarSetting {
	t.Helper()
	return CalendarSetting{
		Zone:  "Europe/Rome",
		Hours: []DayHours{{time.Monday, Hours{9 * 60, 13 * 60}}, {time.Monday, Hours{14 * 60, 18 * 60}}, {time.Tuesday, Hours{9 * 60, 13 * 60}}},
		Holidays: []Holiday{
			{OnDate: mustDate(t, "2026-12-28"), Name: "Half", FreeFrom: 12 * 60},
			{OnDate: mustDate(t, "2026-12-29"), Name: "All", Country: "IT"},
			{OnDate: mustDate(t, "2027-01-04"), Name: "Elsewhere", Country: "PL"},
		},
	}
}

// S086: what is set is what counts: hours, whole and half holidays, those of the company's country and no others.
func TestCalendarOfItsSetting(t *testing.T) {
	t.Parallel()
	s := setting(t)
	if err := s.Check(); err != nil {
		t.Fatal(err)
	}
	cal, err := s.In("IT")
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		from  string
		hours time.Duration
		want  string
	}{
		{"2026-12-28 09:00", 3 * time.Hour, "2026-12-28 12:00"}, // until the half holiday begins
		{"2026-12-28 09:00", 4 * time.Hour, "2027-01-04 10:00"}, // Tuesday is free, the next Monday only in Poland
		{"2026-12-28 12:30", 30 * time.Minute, "2027-01-04 09:30"},
	} {
		if got := cal.AddWorkingHours(at(t, cal.Zone(), tt.from), tt.hours); !got.Equal(at(t, cal.Zone(), tt.want)) {
			t.Errorf("%s and %s: %s, want %s", tt.from, tt.hours, got.In(cal.Zone()), tt.want)
		}
	}
	if got := cal.LastWorkingDay(mustDate(t, "2027-01-03")); got != mustDate(t, "2026-12-28") {
		t.Errorf("the last working day is %s", got)
	}
	if got := cal.WorkingTime(at(t, cal.Zone(), "2026-12-28 00:00"), at(t, cal.Zone(), "2027-01-04 10:00")); got != 4*time.Hour {
		t.Errorf("%s lie between", got)
	}
}

// S086: each mistake in the setting is told at its place.
func TestCalendarSettingRefuses(t *testing.T) {
	t.Parallel()
	for want, spoil := range map[string]func(*CalendarSetting){
		"/zone unknown_zone":                  func(s *CalendarSetting) { s.Zone = "Rome" },
		"/hours required":                     func(s *CalendarSetting) { s.Hours = nil },
		"/hours/1 before_start":               func(s *CalendarSetting) { s.Hours[1].From = 12 * 60 },
		"/hours/2 before_start":               func(s *CalendarSetting) { s.Hours[2].To = s.Hours[2].From },
		"/hours/0/day unknown_value":          func(s *CalendarSetting) { s.Hours[0].Day = 7 },
		"/holidays/1/date already_used":       func(s *CalendarSetting) { s.Holidays[1] = s.Holidays[0] },
		"/holidays/0/date out_of_range":       func(s *CalendarSetting) { s.Holidays[0].OnDate = mustDate(t, "1999-01-01") },
		"/holidays/2/country invalid_country": func(s *CalendarSetting) { s.Holidays[2].Country = "pl" },
	} {
		s := setting(t)
		spoil(&s)
		errs, ok := errors.AsType[FieldErrors](s.Check())
		if !ok || len(errs) != 1 || errs[0].Pointer+" "+errs[0].Code != want {
			t.Errorf("%v, want %s", errs, want)
		}
	}
}
