package api

import (
	"strconv"

	"leadtocash/crm"
	"leadtocash/store"
)

// calendarBody is the whole working calendar: what it does not hold is no more.
type calendarBody struct {
	Zone     opt[string]         `json:"zone" doc:"required;text=An IANA name: Europe/Rome. All dates are dates of this zone."`
	Hours    opt[[]dayHoursBody] `json:"hours" doc:"required;text=A day without any is free. At most 4 a day, without overlap."`
	Holidays opt[[]holidayBody]  `json:"holidays" doc:"required;most=5000;text=Each day once in a country."`
}

// dayHoursBody are working hours of a day of the week.
type dayHoursBody struct {
	Day  string `json:"day" doc:"required;enum=weekday"`
	From string `json:"from" doc:"required;text=As the clocks show it: 09:00."`
	To   string `json:"to" doc:"required;text=After from; 24:00 ends the day."`
}

// holidayBody is a day on which nobody works, or the end of one.
type holidayBody struct {
	Date     crm.Date `json:"date" doc:"required"`
	Name     string   `json:"name" doc:"required;max=200"`
	Country  string   `json:"country" doc:"text=Where it holds, ISO 3166, two capital letters; empty: everywhere."`
	FreeFrom string   `json:"free_from" doc:"text=Work ends at this time; empty: the whole day is free."`
}

// calendarRecord is the working calendar as it is set.
type calendarRecord struct {
	Zone     string
	Hours    []dayHoursRecord
	Holidays []holidayRecord
	Version  int
}

type dayHoursRecord struct{ Day, From, To string }

type holidayRecord struct {
	Date                    crm.Date
	Name, Country, FreeFrom string
	FullDay                 bool
}

func calendarView(s crm.CalendarSetting) calendarRecord {
	out := calendarRecord{Zone: s.Zone, Version: s.Version, Hours: []dayHoursRecord{}, Holidays: []holidayRecord{}}
	for _, h := range s.Hours {
		out.Hours = append(out.Hours, dayHoursRecord{crm.DayKey(h.Day), h.From.String(), h.To.String()})
	}
	for _, h := range s.Holidays {
		v := holidayRecord{Date: h.OnDate, Name: h.Name, Country: h.Country, FullDay: h.FreeFrom == 0}
		if !v.FullDay {
			v.FreeFrom = h.FreeFrom.String()
		}
		out.Holidays = append(out.Holidays, v)
	}
	return out
}

func getCalendar(r *request) error {
	s, err := r.store.CalendarSetting(r.ctx())
	if err != nil {
		return err
	}
	return r.record(calendarView(s), s.Version)
}

// putCalendar replaces the working calendar (S086). Deadlines that are set stay as they are; those set from now on follow it.
func putCalendar(r *request) error {
	t, err := r.settingTarget()
	if err != nil {
		return err
	}
	var b calendarBody
	if err := r.decode(&b); err != nil {
		return err
	}
	next, err := b.setting()
	if err != nil {
		return err
	}
	s, err := r.store.EditCalendar(r.ctx(), t, func(s *crm.CalendarSetting) error {
		*s = next
		return nil
	})
	if err != nil {
		return err
	}
	return r.record(calendarView(s), s.Version)
}

// settingTarget is who changes a setting, on which version of it.
func (r *request) settingTarget() (store.Target, error) {
	version, err := r.version()
	return store.Target{Actor: r.user.ID, Version: version}, err
}

func (b calendarBody) setting() (s crm.CalendarSetting, err error) {
	var c check
	s.Zone = b.Zone.Value
	c.required("/zone", &s.Zone, maxName)
	if !b.Hours.Set {
		c.fail("/hours", "required", nil)
	}
	if !b.Holidays.Set {
		c.fail("/holidays", "required", nil)
	}
	for i, h := range b.Hours.Value {
		at := "/hours/" + strconv.Itoa(i)
		day := crm.ParseDay(h.Day)
		if day < 0 {
			c.oneOf(at+"/day", h.Day, crm.Days()...)
			if h.Day == "" {
				c.fail(at+"/day", "required", nil)
			}
		}
		s.Hours = append(s.Hours, crm.DayHours{Day: day, Hours: crm.Hours{From: c.clock(at+"/from", h.From), To: c.clock(at+"/to", h.To)}})
	}
	for i, h := range b.Holidays.Value {
		at := "/holidays/" + strconv.Itoa(i)
		if h.Date.IsZero() {
			c.fail(at+"/date", "required", nil)
		}
		c.required(at+"/name", &h.Name, maxName)
		c.country(at+"/country", &h.Country)
		day := crm.Holiday{OnDate: h.Date, Name: h.Name, Country: h.Country}
		if h.FreeFrom != "" {
			day.FreeFrom = c.clock(at+"/free_from", h.FreeFrom)
		}
		s.Holidays = append(s.Holidays, day)
	}
	return s, c.err()
}

// clock reads a time of day.
func (c *check) clock(pointer, text string) crm.Clock {
	if text == "" {
		c.fail(pointer, "required", nil)
		return 0
	}
	t, err := crm.ParseClock(text)
	c.add(pointer, err)
	return t
}
