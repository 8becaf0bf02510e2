package api

import (
	"time"

	"leadtocash/crm"
	"leadtocash/store"
)

// leadClock is a lead's response clock in words: how much working time is left, or how late it is.
type leadClock struct {
	Text string
	Due  time.Time
	Tone string
}

// clocks are the response clocks of leads as a list shows them, by lead.
func (r *request) clocks(leads []crm.ID) (map[crm.ID]leadClock, error) {
	found, err := r.store.LeadClocks(r.ctx(), leads)
	if err != nil || len(found) == 0 {
		return nil, err
	}
	now, err := r.now()
	if err != nil {
		return nil, err
	}
	calendar, err := r.store.Calendars(r.ctx())
	if err != nil {
		return nil, err
	}
	out := map[crm.ID]leadClock{}
	for id, c := range found {
		cal, err := calendar(c.Zone)
		if err != nil {
			return nil, err
		}
		out[id] = r.clockText(c, cal, now)
	}
	return out, nil
}

// clockText puts a clock into words; its colour says no more than they do.
func (r *request) clockText(c store.LeadClock, cal crm.Calendar, now time.Time) leadClock {
	v := leadClock{Due: *c.DueAt}
	left := func(from, to time.Time) string { return store.HoursText(cal.WorkingTime(from, to)) }
	switch {
	case c.InTime():
		v.Text, v.Tone = r.say("response.in_time"), "ok"
	case c.ActedAt != nil:
		v.Text = r.say("response.was_late")
	case !c.Open():
		v.Text = named(r.words(), "response_state", string(c.State))
	case c.Overdue(now):
		v.Text, v.Tone = r.say("response.overdue_by", "Time", left(*c.DueAt, now)), "bad"
	case c.RemindAt != nil && !c.RemindAt.After(now):
		v.Text, v.Tone = r.say("response.left", "Time", left(now, *c.DueAt)), "warn"
	default:
		v.Text, v.Tone = r.say("response.left", "Time", left(now, *c.DueAt)), "act"
	}
	return v
}

// responseView is a time that a lead was given to somebody, and how soon he got in touch (S066).
type responseView struct {
	OwnerID     crm.ID     `json:"owner_id"`
	AssignedAt  time.Time  `json:"assigned_at"`
	State       string     `json:"state"`
	Minutes     int        `json:"target_minutes"`
	DueAt       *time.Time `json:"due_at"`
	ActedAt     *time.Time `json:"acted_at"`
	Act         string     `json:"act"`
	UsedMinutes *int       `json:"used_minutes"`
	InTime      *bool      `json:"in_time"`
	Round       int        `json:"round"`
	RemindedAt  *time.Time `json:"reminded_at"`
	MissedAt    *time.Time `json:"missed_at"`
	EscalatedAt *time.Time `json:"escalated_at"`
	PassedTo    *crm.ID    `json:"passed_to"`
}

func responseViews(rows []store.ResponseRow) []responseView {
	out := []responseView{}
	for _, r := range rows {
		v := responseView{
			OwnerID: r.OwnerID, AssignedAt: r.AssignedAt.UTC(), State: string(r.State), Minutes: r.Minutes, DueAt: r.DueAt, ActedAt: r.ActedAt, Act: r.Act, Round: r.Round,
			RemindedAt: r.RemindedAt, MissedAt: r.MissedAt, EscalatedAt: r.EscalatedAt,
		}
		if r.UsedSeconds != nil {
			used := *r.UsedSeconds / 60
			v.UsedMinutes = &used
		}
		if r.ActedAt != nil || r.MissedAt != nil {
			inTime := r.InTime()
			v.InTime = &inTime
		}
		if r.PassedTo != "" {
			v.PassedTo = &r.PassedTo
		}
		out = append(out, v)
	}
	return out
}
