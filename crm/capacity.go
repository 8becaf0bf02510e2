package crm

import (
	"slices"

	"github.com/shopspring/decimal"
)

// WeekHours are how many hours a person has in a week and how many are planned for him (S090).
type WeekHours struct {
	Monday  Date
	Has     decimal.Decimal // by the calendar, less his absences
	Planned decimal.Decimal // hours of his tasks
	Tasks   []ID            // that are planned in it
}

// Over tells whether more is planned than he has.
func (w WeekHours) Over() bool { return w.Planned.GreaterThan(w.Has) }

// Monday is the first day of a date's week.
func (d Date) Monday() Date { return d.AddDays(-(int(d.Weekday()) + 6) % 7) }

// DayHours are the working hours of a date, in 2 decimals.
func (c Calendar) DayHours(d Date) decimal.Decimal {
	minutes := 0
	for _, h := range c.hours(d) {
		minutes += int(h.To - h.From)
	}
	return decimal.NewFromInt(int64(minutes)).DivRound(decimal.NewFromInt(60), 2)
}

// HoursHad are a person's hours of a day by the calendar; none on a day of his absences.
func HoursHad(cal Calendar, absences []Absence, day Date) decimal.Decimal {
	if slices.ContainsFunc(absences, func(a Absence) bool { return !day.Before(a.FirstDay) && !day.After(a.LastDay) }) {
		return decimal.Zero
	}
	return cal.DayHours(day)
}

// Capacity sets what a person has beside what is planned for him, week by week from a Monday on. A task's hours that are not done lie evenly on its
// working days, so over all weeks they come to exactly these; a task without a working day lies on its first day's week.
func Capacity(cal Calendar, from Date, weeks int, absences []Absence, tasks []ProjectTask) ([]WeekHours, error) {
	out := make([]WeekHours, weeks)
	for i := range out {
		out[i].Monday = from.AddDays(7 * i)
		for d := range 7 {
			out[i].Has = out[i].Has.Add(HoursHad(cal, absences, out[i].Monday.AddDays(d)))
		}
	}
	for _, t := range tasks {
		left := t.EffortHours.Mul(hundred.Sub(t.ProgressPercent)).DivRound(hundred, 2)
		if !left.IsPositive() {
			continue
		}
		first, parts, err := spreadHours(cal, t, left)
		if err != nil {
			return nil, err
		}
		for n, hours := range parts {
			if i := first.AddDays(7*n).DaysSince(from) / 7; hours.IsPositive() && !first.AddDays(7*n).Before(from) && i < weeks {
				out[i].Planned, out[i].Tasks = out[i].Planned.Add(hours), append(out[i].Tasks, t.ID)
			}
		}
	}
	return out, nil
}

// spreadHours divides hours onto the weeks of a task by its working days in them; the first week is that of its first day.
func spreadHours(cal Calendar, t ProjectTask, hours decimal.Decimal) (first Date, parts []decimal.Decimal, err error) {
	first = t.StartDate.Monday()
	weights := make([]decimal.Decimal, t.EndDate.Monday().DaysSince(first)/7+1)
	for d := t.StartDate; !d.After(t.EndDate); d = d.AddDays(1) {
		if cal.IsWorkingDay(d) {
			i := d.Monday().DaysSince(first) / 7
			weights[i] = weights[i].Add(decimal.NewFromInt(1))
		}
	}
	if decimal.Sum(decimal.Zero, weights...).IsZero() {
		weights[0] = decimal.NewFromInt(1)
	}
	parts, err = Split(hours, weights, EUR) // in hundredths, as amounts of euros are
	return first, parts, err
}
