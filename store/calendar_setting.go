package store

import (
	"context"
	"fmt"
	"time"

	"leadtocash/crm"
)

// The questions for a Calendar.
var (
	workingHours = asks(`select weekday, opens, closes from working_hours`)
	holidays     = asks(`select on_date, name, country, free_from from holiday`)
)

// CalendarOf are the questions for Calendar.
func CalendarOf() []Question { return []Question{workingHours, holidays} }

// calendarSetting reads when the company works.
func calendarSetting(ctx context.Context, q querier, e crm.LegalEntity) (crm.CalendarSetting, error) {
	s := crm.CalendarSetting{Zone: e.TimeZone}
	hours, err := askAll[struct{ Weekday, Opens, Closes int }](ctx, q, workingHours)
	if err != nil {
		return s, err
	}
	for _, h := range hours {
		s.Hours = append(s.Hours, crm.DayHours{Day: time.Weekday(h.Weekday), Hours: crm.Hours{From: crm.Clock(h.Opens), To: crm.Clock(h.Closes)}})
	}
	days, err := askAll[struct {
		OnDate        crm.Date
		Name, Country string
		FreeFrom      int
	}](ctx, q, holidays)
	for _, d := range days {
		s.Holidays = append(s.Holidays, crm.Holiday{OnDate: d.OnDate, Name: d.Name, Country: d.Country, FreeFrom: crm.Clock(d.FreeFrom)})
	}
	s.Sort()
	return s, err
}

// calendar is when the legal entity works.
func calendar(ctx context.Context, q querier, e crm.LegalEntity) (crm.Calendar, error) {
	s, err := calendarSetting(ctx, q, e)
	if err != nil {
		return crm.Calendar{}, err
	}
	return s.In(e.Country)
}

// Calendar is when the legal entity works, as it is set now: deadlines that a step sets follow it.
func (tx *Tx) Calendar(ctx context.Context) (crm.Calendar, error) {
	if err := tx.Ahead(ctx, CalendarOf()...); err != nil {
		return crm.Calendar{}, err
	}
	return calendar(ctx, tx.q, tx.Entity)
}

// Calendar is when the company works now.
func (s *Store) Calendar(ctx context.Context) (crm.Calendar, error) {
	e, err := s.LegalEntity(ctx)
	if err != nil {
		return crm.Calendar{}, err
	}
	return calendar(ctx, s.pool, e)
}

// CalendarSetting is the working calendar as it is set, in the order of the week and of the dates.
func (s *Store) CalendarSetting(ctx context.Context) (crm.CalendarSetting, error) {
	e, err := s.LegalEntity(ctx)
	if err != nil {
		return crm.CalendarSetting{}, err
	}
	version, err := settingVersion(ctx, s.pool, SettingCalendar, "")
	if err != nil {
		return crm.CalendarSetting{}, err
	}
	out, err := calendarSetting(ctx, s.pool, e)
	out.Version = version
	return out, err
}

// EditCalendar changes when the company works. Deadlines set from now on follow it; those that are set stay.
// Errors: those of crm.CalendarSetting.Check, Stale.
func (s *Store) EditCalendar(ctx context.Context, t Target, apply func(*crm.CalendarSetting) error) (out crm.CalendarSetting, err error) {
	version, err := s.editSetting(ctx, SettingCalendar, t, func(e *edit) (map[string]change, error) {
		before, err := calendarSetting(ctx, e.q, e.entity)
		if err != nil {
			return nil, err
		}
		if out, err = calendarSetting(ctx, e.q, e.entity); err != nil {
			return nil, err
		}
		if err := apply(&out); err != nil {
			return nil, err
		}
		if err := out.Check(); err != nil {
			return nil, err
		}
		out.Sort()
		changes := compare(calendarTexts(before), calendarTexts(out))
		if len(changes) == 0 {
			return nil, nil
		}
		return changes, e.saveCalendar(ctx, out)
	})
	out.Version = version
	return out, err
}

func (e *edit) saveCalendar(ctx context.Context, s crm.CalendarSetting) error {
	if _, err := e.q.Exec(ctx, `update legal_entity set time_zone = $2 where id = $1 and time_zone <> $2`, e.entity.ID, s.Zone); err != nil {
		return err
	}
	if _, err := e.q.Exec(ctx, `delete from working_hours`); err != nil {
		return err
	}
	for _, h := range s.Hours {
		if _, err := e.q.Exec(ctx, `insert into working_hours (weekday, opens, closes) values ($1, $2, $3)`, int(h.Day), int(h.From), int(h.To)); err != nil {
			return err
		}
	}
	dates, names, countries, free := make([]string, len(s.Holidays)), make([]string, len(s.Holidays)), make([]string, len(s.Holidays)), make([]int, len(s.Holidays))
	for i, h := range s.Holidays {
		dates[i], names[i], countries[i], free[i] = h.OnDate.String(), h.Name, h.Country, int(h.FreeFrom)
	}
	if _, err := e.q.Exec(ctx, `delete from holiday`); err != nil {
		return err
	}
	_, err := e.q.Exec(ctx, `insert into holiday (on_date, name, country, free_from) select * from unnest($1::date[], $2::text[], $3::text[], $4::int[])`, dates, names, countries, free)
	return err
}

// calendarTexts is a calendar by what its history calls things: "zone", "monday", "2026-12-25 IT".
func calendarTexts(s crm.CalendarSetting) map[string]string {
	out := map[string]string{"zone": s.Zone}
	for _, h := range s.Hours {
		day := crm.DayKey(h.Day)
		if out[day] != "" {
			out[day] += ", "
		}
		out[day] += h.From.String() + "–" + h.To.String()
	}
	for _, h := range s.Holidays {
		key, text := h.OnDate.String(), h.Name
		if h.Country != "" {
			key += " " + h.Country
		}
		if h.FreeFrom > 0 {
			text = fmt.Sprintf("%s (%s)", h.Name, h.FreeFrom)
		}
		out[key] = text
	}
	return out
}
