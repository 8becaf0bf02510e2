package crm

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Holiday is a day, or the end of one, on which a company does not work.
type Holiday struct {
	OnDate   Date
	Name     string
	Country  string // where it holds, ISO 3166; empty: everywhere
	FreeFrom Clock  // work ends then; 0: the whole day is free
}

// DayHours are working hours of a day of the week.
type DayHours struct {
	Day time.Weekday
	Hours
}

// CalendarSetting is the working calendar as sales operations set it, of which a Calendar is made.
type CalendarSetting struct {
	Zone     string // IANA name
	Hours    []DayHours
	Holidays []Holiday
	Version  int
}

// maxHoursADay bounds how often work begins on a day.
const maxHoursADay = 4

// Check sorts the setting and tells what is wrong with it: what NewCalendar says, and at /holidays/<n>/… date out_of_range and
// already_used (the same day twice in a country), invalid_country; at /hours/<n> too_many, before_start.
func (s *CalendarSetting) Check() error {
	var errs FieldErrors
	if len(s.Hours) == 0 {
		errs.Add("/hours", Problem("required"))
	}
	var days [7]int
	for i, h := range s.Hours {
		at := "/hours/" + strconv.Itoa(i)
		if h.Day < time.Sunday || h.Day > time.Saturday {
			errs.Add(at+"/day", Problem("unknown_value"))
			continue
		}
		if days[h.Day]++; days[h.Day] > maxHoursADay {
			errs.Add(at, Problem("too_many", "max", strconv.Itoa(maxHoursADay)))
		}
		for j, other := range s.Hours {
			if h.From >= h.To || j < i && other.Day == h.Day && h.From < other.To && other.From < h.To {
				errs.Add(at, Problem("before_start"))
				break
			}
		}
	}
	seen := map[string]bool{}
	for i, h := range s.Holidays {
		at := "/holidays/" + strconv.Itoa(i)
		if h.OnDate.Year() < 2000 || h.OnDate.Year() > 2100 {
			errs.Add(at+"/date", Problem("out_of_range", "min", "2000-01-01", "max", "2100-12-31"))
		}
		if !isCountry(h.Country) {
			errs.Add(at+"/country", Problem("invalid_country", "example", "IT"))
		}
		key := h.OnDate.String() + h.Country
		if seen[key] {
			errs.Add(at+"/date", Problem("already_used"))
		}
		seen[key] = true
	}
	if len(errs) > 0 {
		return errs.Err()
	}
	_, err := s.In("")
	return err
}

func isCountry(s string) bool {
	return s == "" || len(s) == 2 && strings.ToUpper(s) == s && s[0] >= 'A' && s[0] <= 'Z' && s[1] >= 'A' && s[1] <= 'Z'
}

// Sort orders the hours by the week and the holidays by date.
func (s *CalendarSetting) Sort() {
	slices.SortFunc(s.Hours, func(a, b DayHours) int {
		return cmp.Or(cmp.Compare((a.Day+6)%7, (b.Day+6)%7), cmp.Compare(a.From, b.From))
	})
	slices.SortFunc(s.Holidays, func(a, b Holiday) int {
		return cmp.Or(a.OnDate.Time().Compare(b.OnDate.Time()), cmp.Compare(a.Country, b.Country))
	})
}

// In is the calendar of a company in the country; errors as NewCalendar's.
func (s CalendarSetting) In(country string) (Calendar, error) {
	var week Week
	for _, h := range s.Hours {
		week[h.Day] = append(week[h.Day], h.Hours)
	}
	c, err := NewCalendar(s.Zone, week, nil)
	if err != nil {
		return c, err
	}
	if len(s.Holidays) > maxHolidays {
		return c, Problem("too_many", "max", strconv.Itoa(maxHolidays)).At("/holidays")
	}
	for _, h := range s.Holidays {
		if h.Country == "" || h.Country == country {
			c.free(h.OnDate, h.FreeFrom)
		}
	}
	return c, nil
}

// dayKeys are the days of the week as machines write them, Sunday first as in package time.
var dayKeys = []string{"sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"}

// Days are the days of the week as machines write them, Monday first.
func Days() []string { return append(slices.Clone(dayKeys[1:]), dayKeys[0]) }

// DayKey writes a day of the week as machines do: "monday".
func DayKey(d time.Weekday) string { return dayKeys[d] }

// ParseDay reads what DayKey writes; -1 for what is no day.
func ParseDay(s string) time.Weekday { return time.Weekday(slices.Index(dayKeys, s)) }
