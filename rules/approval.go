package rules

import (
	"maps"
	"slices"
	"time"

	"github.com/goccy/go-yaml/ast"
	"github.com/shopspring/decimal"

	"leadtocash/crm"
)

// Approval is one level of an approval route.
type Approval struct {
	crm.ApprovalLevel
	Name  map[string]string   // by language
	Limit decimal.NullDecimal // the most that the role may approve alone, in the order's currency, without tax; not valid: no limit
}

type approvalLevel struct {
	Approval
	when *condition // nil: always
	then crm.Role   // who decides too once its time is over, as written; empty: as the route says
}

func (r *reader) approval(e entry) (out []approvalLevel, escalate crm.Role) {
	keys := r.mapping(e.value, "", "levels", "escalate", "cases")
	if keys != nil && keys["levels"].absent() {
		r.missing(e.at, "", "levels")
	}
	seen := map[string]spot{}
	for i, n := range r.list(keys["levels"], maxEntries) {
		out = append(out, r.approvalLevel(n, indexed("levels", i), seen))
	}
	if escalate = oneOf(r, keys["escalate"], crm.Roles()...); escalate == "" {
		escalate = crm.RoleAdmin
	}
	for i := range out {
		if out[i].then = out[i].Escalate; out[i].Escalate == "" {
			out[i].Escalate = escalate
		}
	}
	return out, escalate
}

func (r *reader) approvalLevel(n ast.Node, byIndex string, seen map[string]spot) (l approvalLevel) {
	keys, path := r.keyed(n, "levels", byIndex, "key", "name", "role", "team_lead", "person", "parallel", "need", "within", "escalate", "limit", "when")
	if keys == nil {
		return l
	}
	l.Key = r.key(keys["key"], at(n), path, seen)
	l.Name = r.names(keys["name"], at(n), path, "name", true)
	l.Role = oneOf(r, keys["role"], crm.Roles()...)
	r.deciders(keys, at(n), path, &l.ApprovalLevel)
	if !keys["limit"].absent() {
		l.Limit = decimal.NewNullDecimal(r.money(keys["limit"]))
	}
	if l.when = r.when(keys["when"], l.Key); l.when != nil {
		l.when.label = l.Name
	}
	return l
}

// maxApprovers bounds how many people a level may need.
const maxApprovers = 20

// deciders reads who decides at a level beside the role, how many of them, and how soon.
func (r *reader) deciders(keys map[string]entry, owner spot, path string, l *crm.ApprovalLevel) {
	l.TeamLead, l.Parallel = r.truth(keys["team_lead"]), r.truth(keys["parallel"])
	l.Escalate = oneOf(r, keys["escalate"], crm.Roles()...)
	if person := keys["person"]; !person.absent() {
		s, ok := r.scalarOf(person.value)
		if address, err := crm.CheckEmail(s.text); !ok || err != nil {
			r.form(person.value, person.path, "an e-mail address")
		} else {
			l.Person = address
		}
	}
	switch {
	case keys["person"].absent() && keys["role"].absent():
		r.missing(owner, path, "role")
	case l.Person != "" && (l.Role != "" || l.TeamLead):
		r.form(keys["person"].value, keys["person"].path, "either a person or a role")
	}
	l.Within = time.Duration(r.number(keys["within"], 0, 1000, 2).Mul(decimal.NewFromInt(int64(time.Hour))).IntPart())
	l.Need = 1
	if s, ok := r.scalarOf(keys["need"].value); !keys["need"].absent() && ok && s.text == "all" {
		l.Need = crm.NeedAll
	} else if !keys["need"].absent() {
		l.Need = int(r.number(keys["need"], 1, maxApprovers, 0).IntPart())
	}
	if l.Person != "" && l.Need != 1 {
		r.form(keys["need"].value, keys["need"].path, "1, as one person is named")
	}
}

// Beyond adds the station that the limits of pricing ask for in front of a route, unless it has one of that role already; the verdict is the reason. What
// could not be evaluated asks for it too. The set is of kind pricing; without a role to ask it leaves the route as it is, with an empty verdict.
func (s *Set) Beyond(f crm.Facts, route []crm.ApprovalLevel) ([]crm.ApprovalLevel, crm.Verdict) {
	if s.ApproveBy() == "" {
		return route, crm.Verdict{}
	}
	v := s.At(MomentApproval, f)
	if v.Allowed() || slices.ContainsFunc(route, func(l crm.ApprovalLevel) bool { return l.Role == s.ApproveBy() }) {
		return route, v
	}
	return append([]crm.ApprovalLevel{{Key: string(crm.RulePricing), Role: s.ApproveBy(), Need: 1, Escalate: crm.RoleAdmin}}, route...), v
}

// LevelsOf are the levels of a route without the words.
func LevelsOf(route []Approval) []crm.ApprovalLevel {
	out := make([]crm.ApprovalLevel, len(route))
	for i, a := range route {
		out[i] = a.ApprovalLevel
	}
	return out
}

// Route tells who must approve an order, in order (S079). A level stands in the route when its condition is met. When
// the last of them may not approve the order's total, the next levels are added until one may.
//
// The verdict shows the conditions: met means that the level is needed. Its result is allowed when the route is certain;
// it is not evaluated when a condition could not be evaluated, when nobody may approve the amount, or when the route is
// empty. Then the route must not be used.
func (s *Set) Route(f crm.Facts) ([]Approval, crm.Verdict) {
	v := crm.Verdict{Kind: s.kind, Version: s.version, Key: "route", Result: crm.Allowed}
	needed := make([]bool, len(s.approval))
	last := -1
	for i, l := range s.approval {
		needed[i] = true
		if l.when != nil {
			clauses, ruling := judge([]*condition{l.when}, "route", &f)
			v.Clauses = append(v.Clauses, clauses...)
			needed[i] = ruling != crm.Refused
			if ruling == crm.NotEvaluated {
				v.Result = crm.NotEvaluated
			}
		}
		if needed[i] {
			last = i
		}
	}
	if last < 0 {
		return nil, s.unanswerable("route", ProblemNoRules)
	}
	covered := s.cover(needed, last, f.Order.Total)
	if !covered {
		v.Result = crm.NotEvaluated
		v.Clauses = append(v.Clauses, overLimit(f.Order.Total))
	}
	var route []Approval
	for i, l := range s.approval {
		if needed[i] {
			step := l.Approval
			step.Name = maps.Clone(l.Name)
			route = append(route, step)
		}
	}
	return route, v
}

// cover adds levels behind the last one until one may approve the total.
func (s *Set) cover(needed []bool, last int, total decimal.Decimal) bool {
	if !bounded(total) {
		return false
	}
	for i := last; i < len(s.approval); i++ {
		needed[i] = true
		if l := s.approval[i].Limit; !l.Valid || total.LessThanOrEqual(l.Decimal) {
			return true
		}
	}
	return false
}

func overLimit(total decimal.Decimal) crm.Clause {
	return crm.Clause{
		ID: "route.limit", Source: "order.total", Outcome: crm.Unknown, Problem: ProblemOverLimit,
		Values: []crm.Value{{Field: "order.total", Now: shown(total)}},
	}
}
