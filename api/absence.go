package api

import (
	"net/http"

	"leadtocash/crm"
	"leadtocash/store"
)

// absenceBody is a time in which somebody is given no leads by the rules.
type absenceBody struct {
	UserID   crm.ID   `json:"user_id" doc:"text=Who is away; left out: the caller."`
	FirstDay crm.Date `json:"first_day" doc:"required"`
	LastDay  crm.Date `json:"last_day" doc:"required;text=It is in it too; at most 366 days."`
	Note     string   `json:"note" doc:"max=200"`
}

// absenceList is who is away from today on.
type absenceList struct {
	Data []store.AbsenceLine `json:"data"`
}

// absenceScope is whose absences the person keeps: those of whom he may give leads to, else his own.
func (r *request) absenceScope() store.Scope {
	sc := store.ScopeOf(r.user, crm.MayAssignLead)
	if sc.Reach == crm.ReachNone {
		sc.Reach = crm.ReachOwn
	}
	return sc
}

func getAbsences(r *request) error {
	today, err := r.today()
	if err != nil {
		return err
	}
	rows, err := r.store.Absences(r.ctx(), r.absenceScope(), today)
	if err != nil {
		return err
	}
	if rows == nil {
		rows = []store.AbsenceLine{}
	}
	return r.JSON(http.StatusOK, r.view(absenceList{rows}))
}

func postAbsence(r *request) error {
	var b absenceBody
	if err := r.decode(&b); err != nil {
		return err
	}
	a, err := r.absence(b)
	if err != nil {
		return err
	}
	today, err := r.today()
	if err != nil {
		return err
	}
	find := func(id crm.ID) (store.AbsenceLine, error) {
		return r.store.Absence(r.ctx(), r.absenceScope(), id, today)
	}
	return made(r, find, func(id crm.ID) (store.AbsenceLine, error) {
		a.ID = id
		if err := r.store.AddAbsence(r.ctx(), r.absenceScope(), r.user.ID, a); err != nil {
			return store.AbsenceLine{}, err
		}
		return find(id)
	}, func(line store.AbsenceLine) error { return r.JSON(http.StatusCreated, r.view(line)) })
}

// absence checks the body.
func (r *request) absence(b absenceBody) (crm.Absence, error) {
	var c check
	c.id("/user_id", &b.UserID)
	c.line("/note", &b.Note, maxName)
	if b.FirstDay.IsZero() {
		c.fail("/first_day", "required", nil)
	}
	if b.LastDay.IsZero() {
		c.fail("/last_day", "required", nil)
	} else if !b.FirstDay.IsZero() {
		switch {
		case b.LastDay.Before(b.FirstDay):
			c.fail("/last_day", "before_start", nil)
		case b.LastDay.DaysSince(b.FirstDay) >= crm.MaxAbsence:
			c.fail("/last_day", "out_of_range", params{"max": crm.MaxAbsence})
		}
	}
	if b.UserID == "" {
		b.UserID = r.user.ID
	}
	return crm.Absence{UserID: b.UserID, FirstDay: b.FirstDay, LastDay: b.LastDay, Note: b.Note}, c.err()
}

func deleteAbsence(r *request) error {
	id, err := r.id("id")
	if err != nil {
		return err
	}
	if err := r.store.DropAbsence(r.ctx(), r.absenceScope(), r.user.ID, id); err != nil {
		return err
	}
	return r.NoContent()
}

// absencesPage is who is away, and the form for another one.
type absencesPage struct {
	Rows   []store.AbsenceLine
	People []option
	Form   form
}

func pageAbsences(r *request) error { return showAbsences(r, values("user_id", string(r.user.ID))) }

func showAbsences(r *request, f form) error {
	today, err := r.today()
	if err != nil {
		return err
	}
	p := absencesPage{Form: f}
	if p.Rows, err = r.store.Absences(r.ctx(), r.absenceScope(), today); err != nil {
		return err
	}
	people, err := r.store.PeopleToGive(r.ctx(), r.absenceScope())
	if err != nil {
		return err
	}
	p.People = chosen("", people)
	return r.show(f.Status(), "absences", r.say("absence.title"), p)
}

func formAbsence(r *request) error {
	f, err := r.posted()
	if err != nil {
		return err
	}
	r.needed(&f, "user_id", "first_day", "last_day")
	if f.Failed() {
		return showAbsences(r, f)
	}
	b := absenceBody{UserID: optionalID(f.Value("user_id")), FirstDay: r.date(&f, "first_day"), LastDay: r.date(&f, "last_day"), Note: clean(f.Value("note"), maxName)}
	if f.Failed() {
		return showAbsences(r, f)
	}
	a, err := r.absence(b)
	if err == nil {
		a.ID = store.NewID()
		err = r.store.AddAbsence(r.ctx(), r.absenceScope(), r.user.ID, a)
	}
	if p, ok := err.(Problem); ok {
		for _, i := range p.Errors {
			f.blame((*i.Pointer)[1:], r.say("error."+i.Code, i.Figures()))
		}
		return showAbsences(r, f)
	}
	if err = r.judge(&f, err); err != nil {
		return err
	}
	if f.Failed() {
		return showAbsences(r, f)
	}
	return r.said("saved", "/absences")
}

func formAbsenceDrop(r *request) error {
	id, err := r.id("id")
	if err != nil {
		return err
	}
	if err := r.store.DropAbsence(r.ctx(), r.absenceScope(), r.user.ID, id); err != nil {
		return err
	}
	return r.said("removed", "/absences")
}
