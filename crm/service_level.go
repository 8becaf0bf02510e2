package crm

import "time"

// ServiceLevel is what a priority promises, in working time of the legal entity.
type ServiceLevel struct {
	Priority Priority
	Answer   time.Duration // until somebody has answered
	Solve    time.Duration // until it is solved, waiting for the customer not counted
}

// MaxPromise bounds a promise: a year of office hours.
const MaxPromise = 2000 * time.Hour

// Check tells what is wrong with a level: out_of_range at /answer_minutes and /solve_minutes (one minute to MaxPromise), and
// before_start when it is to be solved before it is answered.
func (l ServiceLevel) Check() FieldErrors {
	var errs FieldErrors
	for pointer, d := range map[string]time.Duration{"/answer_minutes": l.Answer, "/solve_minutes": l.Solve} {
		if d < time.Minute || d > MaxPromise {
			errs.Add(pointer, Problem("out_of_range", "min", "1", "max", "120000"))
		}
	}
	if len(errs) == 0 && l.Solve < l.Answer {
		errs.Add("/solve_minutes", Problem("solved_before_answered"))
	}
	return errs
}
