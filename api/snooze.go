package api

import (
	"net/http"

	"leadtocash/crm"
	"leadtocash/store"
)

// snoozeBody lets a deal rest (S070).
type snoozeBody struct {
	Until  crm.Date `json:"until" doc:"text=The first day on which it counts again; at most 180 days ahead."`
	Reason string   `json:"reason" doc:"max=10000"`
}

// rests tells whether an open deal may rest on a day: it does not count as stale, and that is no accident.
func rests(d store.Card, today crm.Date) bool {
	return d.State == crm.OpportunityOpen && d.SnoozedUntil.After(today)
}

func putSnooze(r *request) error {
	t, err := r.target()
	if err != nil {
		return err
	}
	if _, err := store.Opportunities.Record(r.ctx(), r.store, t.Scope, t.ID); err != nil {
		return err
	}
	var b snoozeBody
	if err := r.decode(&b); err != nil {
		return err
	}
	var k check
	k.required("/reason", &b.Reason, maxText)
	if b.Until.IsZero() {
		k.fail("/until", "required", nil)
	}
	if err := k.err(); err != nil {
		return err
	}
	z, err := r.store.Snooze(r.ctx(), t, crm.Snooze{Until: b.Until, Reason: b.Reason})
	if err != nil {
		return err
	}
	return r.JSON(http.StatusOK, r.view(z))
}

func deleteSnooze(r *request) error {
	t, err := r.target()
	if err != nil {
		return err
	}
	if err := r.store.Wake(r.ctx(), t); err != nil {
		return err
	}
	return r.NoContent()
}

// formSnooze lets a deal rest until a day.
func formSnooze(r *request) error {
	return dealForm(r, "main", "deal_rests", func(f *form, t store.Target) error {
		r.needed(f, "until", "why")
		until := r.date(f, "until")
		if f.Failed() {
			return nil
		}
		_, err := r.store.Snooze(r.ctx(), t, crm.Snooze{Until: until, Reason: clean(f.Value("why"), maxText)})
		return err
	})
}

// formWake ends the rest of a deal.
func formWake(r *request) error {
	return dealForm(r, "main", "deal_woken", func(_ *form, t store.Target) error { return r.store.Wake(r.ctx(), t) })
}
