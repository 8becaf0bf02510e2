package rules

import (
	"slices"
	"strings"

	"leadtocash/crm"
)

// Question is one of several things that a set is asked about a deal at once.
type Question struct {
	Ask   string
	Facts crm.Facts
}

// Triable lists the kinds of rules that are tried on records before they decide, in the order of the process. What the others decide is not on
// its way in any deal: they judge what somebody is about to enter, or the clock.
func Triable() []crm.RuleKind {
	return []crm.RuleKind{crm.RulePipeline, crm.RulePricing, crm.RuleOrder, crm.RuleApproval, crm.RuleProject}
}

// refusingAny names the conditions that refuse any of a trial's questions, each once, and the first question that is refused; the first of all
// when none is.
func (s *Set) refusingAny(x *Trial) (refusing []string, at string) {
	refusing, at = s.refusing(x.Ask, &x.Facts), x.Ask
	for i := range x.Also {
		for _, c := range s.refusing(x.Also[i].Ask, &x.Also[i].Facts) {
			if len(refusing) == 0 {
				at = x.Also[i].Ask
			}
			if !slices.Contains(refusing, c) {
				refusing = append(refusing, c)
			}
		}
	}
	return refusing, at
}

// passesAll tells whether nothing refuses any of a trial's questions.
func (s *Set) passesAll(x *Trial) bool {
	return s.passes(x.Ask, &x.Facts) && !slices.ContainsFunc(x.Also, func(q Question) bool { return !s.passes(q.Ask, &q.Facts) })
}

// gates tells whether the conditions of a question refuse when they are not met. Those of a route, and of an order that is beyond the limits
// of pricing, name approvers; those of an alarm ring when they are met.
func (s *Set) gates(ask string) bool {
	return s.kind != crm.RuleApproval && !(s.kind == crm.RulePricing && ask == MomentApproval) && !(s.kind == crm.RuleProject && ask == alarm)
}

const alarm = "alarm" // what a running project is asked

// unroutable names what keeps a set from an answer to a question that is no gate: of a route why there is none, of an alarm what rings.
func (s *Set) unroutable(f *crm.Facts) (out []string) {
	switch s.kind {
	case crm.RuleApproval:
		_, v := s.Route(*f)
		for _, c := range v.Clauses {
			if c.Outcome == crm.Unknown {
				out = addPlace(out, c.ID)
			}
		}
	case crm.RuleProject:
		for _, c := range s.project.alarm {
			rings, known := c.answer(f)
			if !known {
				_, ruling := judge([]*condition{c}, alarm, f)
				rings = ruling == crm.Allowed
			}
			if rings {
				out = append(out, alarm+"."+c.id)
			}
		}
	}
	return out
}

// addPlace adds the condition of a clause, once: send.vat for send.vat#2.
func addPlace(to []string, clause string) []string {
	id, _, _ := strings.Cut(clause, "#")
	if slices.Contains(to, id) {
		return to
	}
	return append(to, id)
}

// routeOf is who would have to approve the order of a trial, as far as the set has a say: the keys of a route's stations, or the role that the
// limits of pricing ask for beside it.
func (s *Set) routeOf(x *Trial) (route string, asked bool) {
	if s == nil {
		return "", false
	}
	switch s.kind {
	case crm.RuleApproval:
		stations, v := s.Route(x.Facts)
		if !v.Allowed() {
			return "", false
		}
		keys := make([]string, len(stations))
		for i, a := range stations {
			keys[i] = a.Key
		}
		return strings.Join(keys, ", "), true
	case crm.RulePricing:
		switch q := x.about(MomentApproval); {
		case q == nil:
			return "", false
		case s.approveBy != "" && !s.At(MomentApproval, *q).Allowed():
			return string(s.approveBy), true
		}
		return "", true
	}
	return "", false
}

// about finds the facts of a further question; nil when it is not asked.
func (x *Trial) about(ask string) *crm.Facts {
	for i := range x.Also {
		if x.Also[i].Ask == ask {
			return &x.Also[i].Facts
		}
	}
	return nil
}

// approvers counts a deal whose order others would approve, once.
func (s *simulation) approvers(x *Trial) {
	would, asked := s.candidate.routeOf(x)
	was, _ := s.present.routeOf(x)
	if !asked || was == would || s.rerouted {
		return
	}
	s.rerouted = true
	if x.State == crm.OpportunityOpen {
		s.report.Rerouted.add(x)
	} else {
		s.report.PastRerouted.add(x)
	}
	hit := Hit{Deal: x.Deal, State: x.State, Ask: MomentApproval, Owner: x.Owner, Stage: x.Stage, Amount: x.Amount, Route: was + ">" + would}
	if q := x.about(MomentApproval); q != nil {
		hit.Clauses = s.candidate.failing(MomentApproval, q)
	}
	tallyOf(s.route, hit.Route).add(x)
	s.report.Hits = append(s.report.Hits, hit)
}
