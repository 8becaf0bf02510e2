package rules

import (
	"maps"

	"github.com/goccy/go-yaml/ast"
	"github.com/shopspring/decimal"

	"leadtocash/crm"
)

// Approval is one step of an approval route: a person with the role must approve.
type Approval struct {
	Key   string
	Name  map[string]string // by language
	Role  crm.Role
	Limit decimal.NullDecimal // the most that the role may approve alone, in the order's currency, without tax; not valid: no limit
}

type approvalLevel struct {
	Approval
	when *condition // nil: always
}

func (r *reader) approval(e entry) (out []approvalLevel) {
	keys := r.mapping(e.value, "", "levels", "cases")
	if keys != nil && keys["levels"].absent() {
		r.missing(e.at, "", "levels")
	}
	seen := map[string]spot{}
	for i, n := range r.list(keys["levels"], maxEntries) {
		out = append(out, r.approvalLevel(n, indexed("levels", i), seen))
	}
	return out
}

func (r *reader) approvalLevel(n ast.Node, byIndex string, seen map[string]spot) (l approvalLevel) {
	keys, path := r.keyed(n, "levels", byIndex, "key", "name", "role", "limit", "when")
	if keys == nil {
		return l
	}
	l.Key = r.key(keys["key"], at(n), path, seen)
	l.Name = r.names(keys["name"], at(n), path, "name", true)
	l.Role = oneOf(r, keys["role"], crm.Roles()...)
	if keys["role"].absent() {
		r.missing(at(n), path, "role")
	}
	if !keys["limit"].absent() {
		l.Limit = decimal.NewNullDecimal(r.money(keys["limit"]))
	}
	if l.when = r.when(keys["when"], l.Key); l.when != nil {
		l.when.label = l.Name
	}
	return l
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
