package api

import (
	"strconv"
	"time"

	"leadtocash/crm"
	"leadtocash/store"
)

// moment reads a local date and time as browsers send it, in the zone of the legal entity.
func (r *request) moment(f *form, name string) time.Time {
	at, err := time.ParseInLocation("2006-01-02T15:04", f.Value(name), r.srv.screens().zone())
	if err != nil || at.Year() < 1900 || at.Year() > 2999 {
		f.blame(name, r.errorText(crm.Problem("invalid_date", "example", "2026-11-21 15:00")))
		return time.Time{}
	}
	return at.UTC()
}

// formEngagement plans an activity, or logs one that has happened when it has an outcome (S019, S093).
func formEngagement(r *request) error {
	return dealForm(r, "activities", "engagement_saved", func(f *form, t store.Target) error {
		r.needed(f, "subject")
		due := time.Time{}
		if f.Value("outcome") == "" || f.Value("due_at") != "" {
			due = r.moment(f, "due_at")
		} else {
			now, err := r.now()
			if err != nil {
				return err
			}
			due = now
		}
		if f.Failed() {
			return nil
		}
		_, err := r.store.PlanEngagement(r.ctx(), t, crm.Engagement{
			ID: store.NewID(), Kind: oneOfOr(f.Value("kind"), crm.EngagementKinds()), OpportunityID: t.ID,
			Subject: clean(f.Value("subject"), 200), DueAt: due, Outcome: known(f.Value("outcome"), crm.EngagementOutcomes()), Note: f.Value("note"),
		})
		if err == nil && f.Value("next") == "" && f.Value("outcome") != "" {
			err = r.nextMorning(f)
		}
		if err != nil || f.Value("next") == "" {
			return err
		}
		return r.planNext(f, t)
	})
}

// nextIn are the days after which the next step may be planned by one choice; 0 plans none.
var nextIn = []string{"0", "1", "3", "7"}

// nextMorning puts the next step on the morning of the working day so many days from now, where a number of days was chosen.
func (r *request) nextMorning(f *form) error {
	days, err := strconv.Atoi(known(f.Value("next_in"), nextIn[1:]))
	if err != nil {
		return nil // none was chosen
	}
	today, err := r.today()
	if err != nil {
		return err
	}
	zone := r.srv.screens().zone()
	at := store.Morning(today.AddDays(days), zone).In(zone)
	for at.Weekday() == time.Saturday || at.Weekday() == time.Sunday {
		at = at.AddDate(0, 0, 1)
	}
	f.values["next"] = at.Format("2006-01-02T15:04")
	return nil
}

// planNext plans the step after one that was just logged.
func (r *request) planNext(f *form, t store.Target) error {
	due := r.moment(f, "next")
	if f.Failed() {
		return nil
	}
	_, err := r.store.PlanEngagement(r.ctx(), t, crm.Engagement{
		ID: store.NewID(), Kind: oneOfOr(f.Value("kind"), crm.EngagementKinds()), OpportunityID: t.ID,
		Subject: clean(f.Value("subject"), 200), DueAt: due,
	})
	return err
}

// formEngagementDone takes the short answer after an activity (S094) and may plan the next one.
func formEngagementDone(r *request) error {
	item, err := r.id("item")
	if err != nil {
		return err
	}
	return dealForm(r, "activities", "engagement_done", func(f *form, t store.Target) error {
		outcome := known(f.Value("outcome"), crm.EngagementOutcomes())
		if outcome == "" {
			f.blame("outcome", r.say("form.required"))
			return nil
		}
		out := store.EngagementOutcome{Outcome: outcome, Note: f.Value("note")}
		if f.Value("next") != "" {
			due := r.moment(f, "next")
			out.Next = &crm.Engagement{Kind: oneOfOr(f.Value("kind"), crm.EngagementKinds()), Subject: clean(f.Value("subject"), 200), DueAt: due}
		}
		if f.Failed() {
			return nil
		}
		t.ID, t.Version = item, 0
		_, err := r.store.EndEngagement(r.ctx(), t, out)
		return err
	})
}

// known is the value if the list has it, else nothing.
func known(v string, list []string) string {
	for _, l := range list {
		if l == v {
			return v
		}
	}
	return ""
}

// oneOfOr is the value if the list has it, else the list's first.
func oneOfOr(v string, list []string) string {
	if k := known(v, list); k != "" {
		return k
	}
	return list[0]
}
