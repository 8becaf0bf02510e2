package rules

import "leadtocash/crm"

// project holds the two decisions about the delivery of a contract.
type project struct {
	alarm []*condition
	close []*condition
}

func (r *reader) project(e entry) (p project) {
	keys := r.mapping(e.value, "", "alarm", "close", "cases")
	if keys == nil {
		return p
	}
	if keys["close"].absent() {
		r.missing(e.at, "", "close")
	}
	return project{r.conditions(keys["alarm"]), r.conditions(keys["close"])}
}

// Alarm tells what is alarming about a project (S083). Here a clause that is met is one that rings: the verdict is allowed when none
// does, refused when some do, and not evaluated when one could not be judged and none rings.
func (s *Set) Alarm(f crm.Facts) crm.Verdict {
	v := crm.Verdict{Kind: s.kind, Version: s.version, Key: "alarm", Result: crm.Allowed}
	for _, c := range s.project.alarm {
		clauses, ruling := judge([]*condition{c}, "alarm", &f)
		v.Clauses = append(v.Clauses, clauses...)
		switch {
		case ruling == crm.Allowed:
			v.Result = crm.Refused
		case ruling == crm.NotEvaluated && v.Result == crm.Allowed:
			v.Result = crm.NotEvaluated
		}
	}
	return v
}

// Closing judges whether a project may be closed (S085): every condition, with the values it read.
func (s *Set) Closing(f crm.Facts) crm.Verdict {
	if s.kind != crm.RuleProject {
		return s.unanswerable("close", ProblemNoRules)
	}
	return s.verdict("close", "close", s.project.close, &f)
}
