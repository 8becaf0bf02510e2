package api

import (
	"strconv"
	"time"

	"leadtocash/crm"
	"leadtocash/store"
)

// serviceLevelsBody is what new cases are promised; a priority that is left out keeps what it promises.
type serviceLevelsBody struct {
	Levels []serviceLevelBody `json:"levels" doc:"required;most=4;text=Each priority at most once."`
}

// serviceLevelBody is what a priority promises, in minutes of working time.
type serviceLevelBody struct {
	Priority      string `json:"priority" doc:"required;enum=case_priority"`
	AnswerMinutes *int   `json:"answer_minutes" doc:"required;min=1;top=120000"`
	SolveMinutes  *int   `json:"solve_minutes" doc:"required;min=1;top=120000;text=Not less than answer_minutes."`
}

// serviceLevelsRecord is what cases are promised, the most urgent first.
type serviceLevelsRecord struct {
	Levels  []serviceLevelRecord
	Version int
}

type serviceLevelRecord struct {
	Priority                    crm.Priority
	AnswerMinutes, SolveMinutes int
}

func serviceLevelsView(l store.ServiceLevels) serviceLevelsRecord {
	out := serviceLevelsRecord{Version: l.Version, Levels: []serviceLevelRecord{}}
	for _, v := range l.Levels {
		out.Levels = append(out.Levels, serviceLevelRecord{v.Priority, int(v.Answer.Minutes()), int(v.Solve.Minutes())})
	}
	return out
}

func getServiceLevels(r *request) error {
	l, err := r.store.ServiceLevels(r.ctx())
	if err != nil {
		return err
	}
	return r.record(serviceLevelsView(l), l.Version)
}

// putServiceLevels changes what new cases are promised (S086); an open case keeps its promise.
func putServiceLevels(r *request) error {
	t, err := r.settingTarget()
	if err != nil {
		return err
	}
	var b serviceLevelsBody
	if err := r.decode(&b); err != nil {
		return err
	}
	next, place, err := b.levels()
	if err != nil {
		return err
	}
	l, err := r.store.EditServiceLevels(r.ctx(), t, func(levels []crm.ServiceLevel) error {
		for i, l := range levels {
			if n, ok := next[l.Priority]; ok {
				levels[i] = n
			}
		}
		return atPlaces(levels, place)
	})
	if err != nil {
		return err
	}
	return r.record(serviceLevelsView(l), l.Version)
}

// levels reads the body, and where in it each priority stands.
func (b serviceLevelsBody) levels() (next map[crm.Priority]crm.ServiceLevel, place map[crm.Priority]string, err error) {
	var c check
	next, place = map[crm.Priority]crm.ServiceLevel{}, map[crm.Priority]string{}
	if len(b.Levels) == 0 {
		c.fail("/levels", "required", nil)
	}
	minutes := func(pointer string, n *int) time.Duration {
		if n == nil {
			c.fail(pointer, "required", nil)
			return time.Minute
		}
		c.between(pointer, *n, 1, int(crm.MaxPromise.Minutes()))
		return time.Duration(*n) * time.Minute
	}
	for i, l := range b.Levels {
		at, p := "/levels/"+strconv.Itoa(i), crm.Priority(l.Priority)
		if l.Priority == "" {
			c.fail(at+"/priority", "required", nil)
		}
		c.oneOf(at+"/priority", l.Priority, crm.Priorities()...)
		if _, twice := next[p]; twice {
			c.fail(at+"/priority", "already_used", nil)
		}
		next[p], place[p] = crm.ServiceLevel{Priority: p, Answer: minutes(at+"/answer_minutes", l.AnswerMinutes), Solve: minutes(at+"/solve_minutes", l.SolveMinutes)}, at
	}
	return next, place, c.err()
}

// atPlaces checks the levels and tells what is wrong where the caller wrote it.
func atPlaces(levels []crm.ServiceLevel, place map[crm.Priority]string) error {
	var errs crm.FieldErrors
	for _, l := range levels {
		for _, e := range l.Check() {
			errs = append(errs, crm.FieldError{Pointer: place[l.Priority] + e.Pointer, Code: e.Code, Params: e.Params})
		}
	}
	return errs.Err()
}
