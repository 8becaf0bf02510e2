package api

import (
	"net/http"
	"slices"
	"time"

	"leadtocash/crm"
	"leadtocash/store"
)

// agendaRecord is a calendar (S093).
type agendaRecord struct {
	Zone        string
	From        crm.Date
	Until       crm.Date
	Engagements []store.AgendaItem
	Absences    []store.AgendaAbsence
	Dues        []store.AgendaDue
}

// agendaMost is how many days a calendar may show.
const agendaMost = 62

// agenda is what a calendar shows from a day to another one, in the zone of whoever asks.
type agenda struct {
	store.AgendaDays
	zone  *time.Location
	now   time.Time
	today crm.Date
	items []store.AgendaItem
}

// agendaZone is where the person works.
func (r *request) agendaZone() (*time.Location, error) {
	name, err := r.store.PersonZone(r.ctx(), r.user.ID)
	if err != nil || name == "" {
		return r.srv.screens().zone(), err
	}
	return time.LoadLocation(name)
}

// agenda reads a calendar; person is whose, empty for everybody within reach.
func (r *request) agenda(person crm.ID, zone *time.Location, first, last crm.Date) (a agenda, err error) {
	a.zone = zone
	if a.now, err = r.now(); err != nil {
		return a, err
	}
	a.today = crm.DateOf(a.now, zone)
	sc := store.ScopeOf(r.user, crm.MayReadOpportunity)
	f := store.AgendaFilter{From: first.StartIn(zone), Until: last.AddDays(1).StartIn(zone), Person: person}
	if a.items, err = r.store.Agenda(r.ctx(), sc, store.ScopeOf(r.user, crm.MayReadLead), f); err != nil {
		return a, err
	}
	a.AgendaDays, err = r.store.AgendaDays(r.ctx(), sc, f, r.user.ID, first, last)
	return a, err
}

func getAgenda(r *request) error {
	if err := r.onlyKnows("from", "until", "person"); err != nil {
		return err
	}
	zone, err := r.agendaZone()
	if err != nil {
		return err
	}
	now, err := r.now()
	if err != nil {
		return err
	}
	first, err := r.dayParameter("from", crm.DateOf(now, zone))
	if err != nil {
		return err
	}
	last, err := r.dayParameter("until", first.AddDays(6))
	if err != nil {
		return err
	}
	switch {
	case last.Before(first):
		return wrongParameter("until", "before_start", nil)
	case last.DaysSince(first) >= agendaMost:
		return wrongParameter("until", "out_of_range", params{"min": first.String(), "max": first.AddDays(agendaMost - 1).String()})
	}
	person := r.user.ID
	switch text := r.gin.Query("person"); text {
	case "":
	case "team":
		person = ""
	default:
		if person, err = parseID(text); err != nil {
			return wrongParameter("person", "invalid_id", nil)
		}
	}
	a, err := r.agenda(person, zone, first, last)
	if err != nil {
		return err
	}
	return r.JSON(http.StatusOK, r.view(agendaRecord{
		Zone: zone.String(), From: first, Until: last, Engagements: orNone(a.items), Absences: orNone(a.Absences), Dues: orNone(a.Dues),
	}))
}

// onlyKnows refuses parameters with other names, and those that are given twice.
func (r *request) onlyKnows(allowed ...string) error {
	for name, v := range r.gin.Request.URL.Query() {
		if !slices.Contains(allowed, name) {
			return wrongParameter(name, "unknown_parameter", params{"allowed": allowed})
		}
		if len(v) > 1 {
			return wrongParameter(name, "given_twice", nil)
		}
	}
	return nil
}

// dayParameter reads a day of the query, or gives the one that holds without it.
func (r *request) dayParameter(name string, without crm.Date) (crm.Date, error) {
	text := r.gin.Query(name)
	if text == "" {
		return without, nil
	}
	d, err := crm.ParseDate(text)
	if err != nil || d.Year() < 1900 || d.Year() > 2999 {
		return d, wrongParameter(name, "invalid_date", params{"example": "2027-01-11"})
	}
	return d, nil
}

// orNone is the list, empty where there is none.
func orNone[T any](rows []T) []T {
	if rows == nil {
		return []T{}
	}
	return rows
}
