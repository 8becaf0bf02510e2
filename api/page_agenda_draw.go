package api

import (
	"fmt"
	"slices"
	"time"

	"leadtocash/crm"
	"leadtocash/store"
)

// agendaDay is a day of a calendar: what stands above its hours, when work is off, and the engagements with their places.
type agendaDay struct {
	Date    crm.Date
	Name    string // of the day of the week
	Label   string
	URL     string
	Today   bool
	Other   bool // of another month than the one that is shown
	Free    bool // nobody works
	Marks   []agendaMark
	Off     []agendaSpan
	Events  []agendaEvent
	More    int // that the month has no room for
	NowLine string
}

// agendaMark is a line above the hours.
type agendaMark struct{ Tone, Text, URL string }

// agendaSpan is a part of a day without work, or that a clock change skips, in classes of rows.
type agendaSpan struct{ Class string }

// agendaEvent is an engagement on one day.
type agendaEvent struct {
	store.AgendaItem
	Key     string // of the element
	Class   string // row, length and lane
	Tone    string
	Time    string
	Start   string // as the clocks show it, for moves
	Movable bool
	Against []string // what stands against it
	from    int      // minutes after midnight
	length  int
	lane    int
}

// monthRoom is how many engagements a day of a month shows.
const monthRoom = 4

// drawAgenda puts what a calendar holds into days.
func (r *request) drawAgenda(p *agendaPage, a agenda, first, last crm.Date) error {
	cal, err := a.Work.In(a.Country)
	if err != nil {
		return err
	}
	w := r.words()
	against := r.agendaAgainst(a, cal)
	for d := first; !d.After(last); d = d.AddDays(1) {
		day := &agendaDay{Date: d, Name: r.say("weekday." + crm.DayKey(d.Weekday())), Label: w.Date(d), Today: d == a.today, Free: !cal.IsWorkingDay(d), Other: p.View == "month" && d.OnDay(1) != p.Date.OnDay(1)}
		day.URL = "/calendar?view=day&date=" + d.String()
		if p.Who != "" {
			day.URL += "&who=" + p.Who
		}
		day.Marks = r.agendaMarks(a, d)
		day.Events = r.agendaEvents(a, d, p.May, p.Who != "", against)
		p.Days = append(p.Days, day)
	}
	p.Title = w.Date(first)
	if last != first {
		p.Title += " – " + w.Date(last)
	}
	if p.View == "month" {
		p.Title = fmt.Sprintf("%02d/%d", p.Date.Time().Month(), p.Date.Year())
		for i := 0; i < len(p.Days); i += 7 {
			p.Weeks = append(p.Weeks, p.Days[i:i+7])
		}
		for _, day := range p.Days[:7] {
			p.Weekdays = append(p.Weekdays, day.Name)
		}
		for _, day := range p.Days {
			if len(day.Events) > monthRoom {
				day.More, day.Events = len(day.Events)-monthRoom, day.Events[:monthRoom]
			}
		}
		return nil
	}
	p.hours(a, cal)
	return nil
}

// hours finds the hours that are shown, working ones and those with engagements, and places everything by quarters of an hour.
func (p *agendaPage) hours(a agenda, cal crm.Calendar) {
	from, to := 8, 18
	for _, day := range p.Days {
		for _, h := range cal.HoursOn(day.Date) {
			from, to = min(from, int(h.From)/60), max(to, (int(h.To)+59)/60)
		}
		for _, e := range day.Events {
			from, to = min(from, e.from/60), max(to, (e.from+e.length+59)/60)
		}
	}
	p.First = from
	for h := from; h < to; h++ {
		p.Hours = append(p.Hours, crm.Clock(h*60).String())
	}
	row := func(minute int) int { return (min(max(minute, from*60), to*60) - from*60) / 15 }
	for _, day := range p.Days {
		lanes(day.Events)
		for i, e := range day.Events {
			day.Events[i].Class = fmt.Sprintf("t%d d%d %s", row(e.from), max(2, row(e.from+e.length+14)-row(e.from)), e.Class)
		}
		end := from * 60
		for _, h := range append(slices.Clone(cal.HoursOn(day.Date)), crm.Hours{From: crm.Clock(to * 60), To: crm.Clock(to * 60)}) {
			if n := row(int(h.From)) - row(end); n > 0 {
				day.Off = append(day.Off, agendaSpan{fmt.Sprintf("off t%d d%d", row(end), n)})
			}
			end = int(h.To)
		}
		day.gap(a.zone, row)
		if now := a.now.In(a.zone); day.Today && now.Hour() >= from && now.Hour() < to {
			day.NowLine = fmt.Sprintf("t%d", row(now.Hour()*60+now.Minute()))
		}
	}
}

// gap marks the time that a clock change skips.
func (d *agendaDay) gap(zone *time.Location, row func(int) int) {
	if d.Date.AddDays(1).StartIn(zone).Sub(d.Date.StartIn(zone)) >= 24*time.Hour {
		return
	}
	first, n := -1, 0
	for q := range 96 {
		if _, exists := d.Date.At(crm.Clock(q*15), zone); !exists {
			if first < 0 {
				first = q * 15
			}
			n += 15
		}
	}
	if rows := row(first+n) - row(first); n > 0 && rows > 0 {
		d.Off = append(d.Off, agendaSpan{fmt.Sprintf("off gap t%d d%d", row(first), rows)})
	}
}

// agendaMarks are what stands above the hours of a day: holidays, clock changes, who is away, what is due.
func (r *request) agendaMarks(a agenda, d crm.Date) (out []agendaMark) {
	if h, free := a.Work.HolidayOn(d, a.Country); free {
		out = append(out, agendaMark{"", h.Name, ""})
	}
	switch length := d.AddDays(1).StartIn(a.zone).Sub(d.StartIn(a.zone)); {
	case length < 24*time.Hour:
		out = append(out, agendaMark{"warn", r.say("agenda.forward"), ""})
	case length > 24*time.Hour:
		out = append(out, agendaMark{"warn", r.say("agenda.back"), ""})
	}
	for _, b := range a.Absences {
		if !d.Before(b.FirstDay) && !d.After(b.LastDay) {
			out = append(out, agendaMark{"warn", r.say("agenda.away", "Name", b.Name), ""})
		}
	}
	for _, h := range a.Dues {
		if crm.DateOf(h.DueAt, a.zone) == d {
			out = append(out, agendaMark{"wait", r.say("agenda.due", "Number", h.Number, "Deal", h.Deal, "Time", r.words().Clock(h.DueAt, a.zone)), "/handoffs/" + string(h.ID)})
		}
	}
	return out
}

// agendaEvents are the engagements of a day, by their time; one that goes on over midnight stands on each of its days.
func (r *request) agendaEvents(a agenda, d crm.Date, may, several bool, against map[crm.ID][]string) (out []agendaEvent) {
	start, end := d.StartIn(a.zone), d.AddDays(1).StartIn(a.zone)
	for _, i := range a.items {
		from, until := i.DueAt, i.Until()
		if !from.Before(end) || !until.After(start) {
			continue
		}
		e := agendaEvent{AgendaItem: i, Key: "e-" + string(i.ID) + "-" + d.String(), Time: r.clockSpan(from, until, a.zone), Against: against[i.ID], Start: from.In(a.zone).Format("2006-01-02T15:04")}
		e.Movable = may && i.DoneAt == nil && !from.Before(start)
		if from.Before(start) {
			from = start
		}
		if until.After(end) {
			until = end
		}
		local := from.In(a.zone)
		e.from = local.Hour()*60 + local.Minute()
		e.length = min(int(until.Sub(from)/time.Minute), 24*60-e.from)
		switch {
		case i.CancelledAt != nil:
			e.Tone = "gone"
		case i.DoneAt != nil:
			e.Tone = "done"
		case i.Until().Before(a.now):
			e.Tone = "late"
		default:
			e.Tone = "plan"
		}
		if !i.Binds() {
			e.Tone += " task"
		}
		if !several {
			e.Owner = ""
		}
		out = append(out, e)
	}
	return out
}

// clockSpan writes from when until when; of a time that comes twice the zone's abbreviation tells which.
func (r *request) clockSpan(from, until time.Time, zone *time.Location) string {
	clock := func(t time.Time) string {
		local := t.In(zone)
		text := r.words().Clock(t, zone)
		for _, other := range []time.Duration{-time.Hour, time.Hour} {
			if t.Add(other).In(zone).Format("15:04") == local.Format("15:04") {
				return text + " " + local.Format("MST")
			}
		}
		return text
	}
	return clock(from) + "–" + clock(until)
}

// lanes puts engagements that overlap beside each other, at most four; the class says which part of the width each has.
func lanes(events []agendaEvent) {
	for i := 0; i < len(events); {
		end, j, used := 0, i, []int{}
		for ; j < len(events) && (j == i || events[j].from < end); j++ {
			e := &events[j]
			length := max(e.length, 30)
			if e.lane = slices.IndexFunc(used, func(until int) bool { return until <= e.from }); e.lane < 0 {
				e.lane, used = len(used), append(used, 0)
			}
			used[e.lane], end = e.from+length, max(end, e.from+length)
		}
		n := min(len(used), 4)
		for ; i < j; i++ {
			events[i].Class = fmt.Sprintf("k%d%d", n, min(events[i].lane, n-1)+1)
		}
	}
}

// agendaAgainst says of each planned engagement what stands against it: the person's other ones, his absence, and working hours.
func (r *request) agendaAgainst(a agenda, cal crm.Calendar) map[crm.ID][]string {
	out := map[crm.ID][]string{}
	note := func(id crm.ID, kind, subject string) {
		if text := r.say("agenda.note."+kind, "Subject", subject); !slices.Contains(out[id], text) {
			out[id] = append(out[id], text)
		}
	}
	for n, i := range a.items {
		if i.DoneAt != nil {
			continue
		}
		for _, o := range a.items[n+1:] { // in the order of their beginning
			if !o.DueAt.Before(i.Until()) {
				break
			}
			if o.OwnerID == i.OwnerID && o.DoneAt == nil && i.Binds() && o.Binds() {
				note(i.ID, crm.ConflictOverlap, o.Subject)
				note(o.ID, crm.ConflictOverlap, i.Subject)
			}
		}
		for _, b := range a.Absences {
			if b.UserID == i.OwnerID && !crm.DateOf(i.DueAt, a.zone).Before(b.FirstDay) && !crm.DateOf(i.DueAt, a.zone).After(b.LastDay) {
				note(i.ID, crm.ConflictAbsent, "")
			}
		}
		for _, c := range a.Work.OffHours(cal, i.Engagement, a.Country) {
			note(i.ID, c.Kind, c.Subject)
		}
	}
	return out
}
