package rules

import "leadtocash/crm"

const checklist = "checklist" // what an order's rules are asked

// order reads the checklist of order validation.
func (r *reader) order(e entry) (checks []*condition, owner string) {
	keys := r.mapping(e.value, "", "checks", "owner", "cases")
	if keys != nil && keys["checks"].absent() {
		r.missing(e.at, "", "checks")
	}
	return r.conditions(keys["checks"]), r.owner(keys["owner"])
}

// Checklist judges an order before it goes to approval (S078): every check, with the values it read.
func (s *Set) Checklist(f crm.Facts) crm.Verdict {
	if s.kind != crm.RuleOrder {
		return s.unanswerable(checklist, ProblemNoRules)
	}
	return s.verdict(checklist, checklist, s.checks, &f)
}
