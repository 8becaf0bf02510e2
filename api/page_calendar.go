package api

import (
	"strconv"
	"strings"
	"time"

	"leadtocash/crm"
	"leadtocash/store"
)

// calendarPage is where sales operations set when the company works.
type calendarPage struct {
	settingPage
	Zone       string
	Zones      []string
	Days       []weekdayRow
	Holidays   []holidayRow
	Year       int
	Countries  []option
	HolidayNew form
}

// weekdayRow is a day of the week with the fields of its hours.
type weekdayRow struct {
	Key   string
	Spans []spanFields
	Text  string // for readers
}

type spanFields struct{ From, To timeField }

// timeField is the field of a time of day.
type timeField struct{ Name, ID, Label, Value, Error string }

// holidayRow is a holiday as the list of a year shows it.
type holidayRow struct {
	crm.Holiday
	Day    string // of the week
	Until  string // when work ends; empty: the whole day is free
	Effect string // why it changes nothing; empty: it does
}

// spansShown is how many times a day work may begin on the page, if the calendar has not more.
const spansShown = 2

// commonZones are offered; every IANA zone is taken.
var commonZones = []string{"Europe/Rome", "Europe/Madrid", "Europe/Warsaw", "Europe/Berlin", "Europe/Paris", "Europe/London", "Europe/Lisbon", "Atlantic/Canary", "UTC"}

func pageCalendar(r *request) error { return showCalendar(r, form{}, form{}) }

// showCalendar shows the calendar with the forms of the week and of a new holiday as they were sent.
func showCalendar(r *request, week, holiday form) error {
	s, err := r.store.CalendarSetting(r.ctx())
	if err != nil {
		return err
	}
	e, err := r.store.LegalEntity(r.ctx())
	if err != nil {
		return err
	}
	today, err := r.today()
	if err != nil {
		return err
	}
	p := calendarPage{Zone: s.Zone, Zones: commonZones, Year: today.Year(), HolidayNew: holiday}
	if p.settingPage, err = r.settingPage(store.SettingCalendar, s.Version, week, r.calendarPart); err != nil {
		return err
	}
	year := r.gin.Query("year")
	if year == "" {
		year = strings.SplitN(holiday.Value("date"), "-", 2)[0]
	}
	if y, err := strconv.Atoi(year); err == nil && y >= 2000 && y <= 2100 {
		p.Year = y
	}
	if !week.Failed() {
		p.Form = values("zone", s.Zone)
	}
	p.Days = r.weekRows(s, week)
	p.Holidays = r.holidayRows(s, p.Year, e.Country)
	p.Countries = []option{{"", r.say("calendar.everywhere")}}
	if e.Country != "" {
		p.Countries = append(p.Countries, option{e.Country, e.Country})
	}
	return r.show(max(week.Status(), holiday.Status()), "calendar", r.say("calendar.title"), p)
}

func (r *request) weekRows(s crm.CalendarSetting, f form) []weekdayRow {
	var out []weekdayRow
	for _, key := range crm.Days() {
		row, n := weekdayRow{Key: key}, 0
		for _, h := range s.Hours {
			if crm.DayKey(h.Day) == key {
				row.Spans = append(row.Spans, r.span(f, key, n, h.From.String(), h.To.String()))
				row.Text += " " + h.From.String() + "–" + h.To.String()
				n++
			}
		}
		for ; n < spansShown; n++ {
			row.Spans = append(row.Spans, r.span(f, key, n, "", ""))
		}
		out = append(out, row)
	}
	return out
}

func (r *request) span(f form, day string, n int, from, to string) spanFields {
	name, label := day+"."+strconv.Itoa(n), []any{"Day", r.say("weekday." + day), "N", n + 1}
	return spanFields{
		typedTime(f, name+".from", r.say("calendar.opens", label...), from),
		typedTime(f, name+".to", r.say("calendar.closes", label...), to),
	}
}

// typedTime shows what the person typed when it was refused, else what is stored.
func typedTime(f form, name, label, stored string) timeField {
	if f.Failed() {
		stored = f.Value(name)
	}
	return timeField{Name: name, ID: fieldID(name), Label: label, Value: stored, Error: f.wrong[name]}
}

func (r *request) holidayRows(s crm.CalendarSetting, year int, country string) []holidayRow {
	var out []holidayRow
	working := map[time.Weekday]bool{}
	for _, h := range s.Hours {
		working[h.Day] = true
	}
	for _, h := range s.Holidays {
		if h.OnDate.Year() != year {
			continue
		}
		row := holidayRow{Holiday: h, Day: r.say("weekday." + crm.DayKey(h.OnDate.Weekday()))}
		if h.FreeFrom > 0 {
			row.Until = h.FreeFrom.String()
		}
		switch {
		case h.Country != "" && h.Country != country:
			row.Effect = r.say("calendar.elsewhere")
		case !working[h.OnDate.Weekday()]:
			row.Effect = r.say("calendar.free_anyway")
		}
		out = append(out, row)
	}
	return out
}

// calendarPart is the name of a part of the calendar in its history.
func (r *request) calendarPart(name string) string {
	date, country, _ := strings.Cut(name, " ")
	if d, err := crm.ParseDate(date); err == nil {
		return strings.TrimSpace(r.words().Date(d) + " " + country)
	}
	if crm.ParseDay(name) >= 0 {
		return r.say("weekday." + name)
	}
	return r.say("calendar." + name)
}

// formCalendar saves the zone and the hours of the week.
func formCalendar(r *request) error {
	f, err := r.posted()
	if err != nil {
		return err
	}
	r.needed(&f, "zone")
	hours := r.readHours(&f)
	return r.saveSetting(f, "/settings/calendar", func(t store.Target) error {
		_, err := r.store.EditCalendar(r.ctx(), t, func(s *crm.CalendarSetting) error {
			s.Zone, s.Hours = f.Value("zone"), hours
			return nil
		})
		return err
	}, func(f form) error { return showCalendar(r, f, form{}) })
}

// readHours reads the fields of the week; hours that end before they begin, or begin before those above them end, are blamed.
func (r *request) readHours(f *form) (out []crm.DayHours) {
	for _, key := range crm.Days() {
		var end crm.Clock
		for n := range 4 {
			from, to := key+"."+strconv.Itoa(n)+".from", key+"."+strconv.Itoa(n)+".to"
			if f.Value(from) == "" && f.Value(to) == "" {
				continue
			}
			h := crm.Hours{From: r.clock(f, from), To: r.clock(f, to)}
			if f.wrong[from] == "" && f.wrong[to] == "" && (h.From >= h.To || h.From < end) {
				f.blame(from, r.errorText(crm.Problem("before_start")))
			}
			end = h.To
			out = append(out, crm.DayHours{Day: crm.ParseDay(key), Hours: h})
		}
	}
	if len(out) == 0 && !f.Failed() {
		f.blame(crm.Days()[0]+".0.from", r.say("calendar.no_hours"))
	}
	return out
}

// clock reads a time of day; "9:00" and "9" are taken for 09:00.
func (r *request) clock(f *form, name string) crm.Clock {
	text := strings.Replace(f.Value(name), ".", ":", 1)
	if !strings.Contains(text, ":") && text != "" {
		text += ":00"
	}
	if strings.IndexByte(text, ':') == 1 {
		text = "0" + text
	}
	t, err := crm.ParseClock(text)
	if err != nil {
		f.blame(name, r.errorText(err))
	}
	return t
}

// formHoliday adds a holiday.
func formHoliday(r *request) error {
	f, err := r.posted()
	if err != nil {
		return err
	}
	r.needed(&f, "date", "name")
	h := crm.Holiday{Name: clean(f.Value("name"), maxName), Country: strings.ToUpper(f.Value("country"))}
	if f.Value("date") != "" {
		h.OnDate = r.date(&f, "date")
	}
	if f.Value("free_from") != "" {
		h.FreeFrom = r.clock(&f, "free_from")
	}
	return r.saveSetting(f, "/settings/calendar?year="+strconv.Itoa(h.OnDate.Year())+"#holidays", func(t store.Target) error {
		_, err := r.store.EditCalendar(r.ctx(), t, func(s *crm.CalendarSetting) error {
			for _, known := range s.Holidays {
				if known.OnDate == h.OnDate && known.Country == h.Country {
					return crm.Problem("already_used").At("/date")
				}
			}
			if y := h.OnDate.Year(); y < 2000 || y > 2100 {
				return crm.Problem("out_of_range", "min", "2000-01-01", "max", "2100-12-31").At("/date")
			}
			s.Holidays = append(s.Holidays, h)
			return nil
		})
		return err
	}, func(f form) error { return showCalendar(r, form{}, f) })
}

// formHolidayRemove takes a holiday off the calendar; one that is gone already is no mistake.
func formHolidayRemove(r *request) error {
	f, err := r.posted()
	if err != nil {
		return err
	}
	day := r.date(&f, "date")
	return r.saveSetting(f, "/settings/calendar?year="+strconv.Itoa(day.Year())+"#holidays", func(t store.Target) error {
		t.Version = 0
		_, err := r.store.EditCalendar(r.ctx(), t, func(s *crm.CalendarSetting) error {
			kept := s.Holidays[:0]
			for _, h := range s.Holidays {
				if h.OnDate != day || h.Country != f.Value("country") {
					kept = append(kept, h)
				}
			}
			s.Holidays = kept
			return nil
		})
		return err
	}, func(f form) error { return showCalendar(r, form{}, f) })
}
