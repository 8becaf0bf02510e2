package crm

import (
	"slices"
	"strconv"
	"time"
)

// Hours are working hours on the wall clock, From before To.
type Hours struct {
	From Clock `json:"from"`
	To   Clock `json:"to"`
}

// Week holds the working hours of each day, Sunday first as in package time. A day without hours is free.
type Week [7][]Hours

// OfficeWeek is Monday to Friday with the same hours.
func OfficeWeek(hours ...Hours) Week {
	var w Week
	for d := time.Monday; d <= time.Friday; d++ {
		w[d] = hours
	}
	return w
}

// Calendar tells when a legal entity works: its zone, its week and its holidays.
type Calendar struct {
	zone     *time.Location
	week     Week
	holidays map[Date]Clock // when the day's work ends; 0: it does not begin
}

// maxHolidays bounds the list: a century of long ones.
const maxHolidays = 5000

// NewCalendar checks and makes a calendar; zone is an IANA name. Errors, at /zone, /week, /holidays: unknown_zone,
// required (no working hours in the week), before_start (hours that end before they begin, or overlap), too_many.
func NewCalendar(zone string, week Week, holidays []Date) (Calendar, error) {
	var errs FieldErrors
	loc, err := time.LoadLocation(zone)
	if err != nil || zone == "" || zone == "Local" {
		errs.Add("/zone", Problem("unknown_zone", "got", shorten(zone, 40)))
	}
	c := Calendar{zone: loc, holidays: make(map[Date]Clock, len(holidays))}
	some := false
	for day, hours := range week {
		hours = slices.Clone(hours)
		slices.SortFunc(hours, func(a, b Hours) int { return int(a.From - b.From) })
		for i, h := range hours {
			some = true
			if h.From < 0 || h.To > endOfDay || h.From >= h.To || i > 0 && h.From < hours[i-1].To {
				errs.Add("/week/"+strconv.Itoa(day)+"/"+strconv.Itoa(i), Problem("before_start"))
			}
		}
		c.week[day] = hours
	}
	if !some {
		errs.Add("/week", Problem("required"))
	}
	if len(holidays) > maxHolidays {
		errs.Add("/holidays", Problem("too_many", "max", strconv.Itoa(maxHolidays)))
	}
	if err := errs.Err(); err != nil {
		return Calendar{}, err
	}
	for _, h := range holidays {
		c.free(h, 0)
	}
	return c, nil
}

// free ends the work of a day at the time, or earlier if it ends earlier already.
func (c Calendar) free(d Date, from Clock) {
	if before, known := c.holidays[d]; !known || from < before {
		c.holidays[d] = from
	}
}

// hours are the working hours of a day, cut where it becomes free.
func (c Calendar) hours(d Date) []Hours {
	hours := c.week[d.Weekday()]
	end, free := c.holidays[d]
	if !free {
		return hours
	}
	var out []Hours
	for _, h := range hours {
		if h.From < end {
			out = append(out, Hours{h.From, min(h.To, end)})
		}
	}
	return out
}

// Zone is the legal entity's time zone.
func (c Calendar) Zone() *time.Location { return c.zone }

// Today is the date that the legal entity's clocks show at the instant.
func (c Calendar) Today(at time.Time) Date { return DateOf(at, c.zone) }

// IsWorkingDay tells whether the date has working hours and is no whole holiday.
func (c Calendar) IsWorkingDay(d Date) bool { return len(c.hours(d)) > 0 }

// NextWorkingDay is the date itself when it is a working day, else the first one after it.
func (c Calendar) NextWorkingDay(d Date) Date {
	for !c.IsWorkingDay(d) {
		d = d.AddDays(1)
	}
	return d
}

// LastWorkingDay is the date itself when it is a working day, else the last one before it.
func (c Calendar) LastWorkingDay(d Date) Date {
	for !c.IsWorkingDay(d) {
		d = d.AddDays(-1)
	}
	return d
}

// AddWorkingDays moves forward by so many working days: 0 is NextWorkingDay, 1 the working day after it.
func (c Calendar) AddWorkingDays(d Date, n int) Date {
	d = c.NextWorkingDay(d)
	for range n {
		d = c.NextWorkingDay(d.AddDays(1))
	}
	return d
}

// AddWorkingHours is the instant at which so much working time has passed since the given one. Working time is what really
// passes between the hours on the wall: a night shift over a clock change is an hour longer or shorter. Nothing (or less) to
// wait for gives the instant itself within working hours, else the moment at which they begin.
func (c Calendar) AddWorkingHours(at time.Time, d time.Duration) time.Time {
	for day := c.NextWorkingDay(c.Today(at)); ; day = c.NextWorkingDay(day.AddDays(1)) {
		for _, h := range c.hours(day) {
			from, to := c.at(day, h.From), c.at(day, h.To)
			if from.Before(at) {
				from = at
			}
			if !to.After(from) {
				continue // over, or swallowed by a clock change
			}
			if length := to.Sub(from); d > length {
				d -= length
				continue
			}
			return from.Add(max(d, 0)).UTC()
		}
	}
}

func (c Calendar) at(d Date, t Clock) time.Time {
	at, _ := d.At(t, c.zone)
	return at
}
