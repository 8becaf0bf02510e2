package rules

import (
	"maps"
	"slices"
	"strings"

	"github.com/goccy/go-yaml/ast"

	"leadtocash/crm"
)

// Strategy says how one of several people is chosen.
type Strategy string

// The strategies.
const (
	LeastBusy  Strategy = "least_busy"  // who has the fewest leads in hand; among equals, whose turn it is
	RoundRobin Strategy = "round_robin" // whose last lead lies longest back
)

// Assignment is one rule that gives leads to people (S066). Without team and users all salespeople are meant.
type Assignment struct {
	Key      string
	Name     map[string]string // by language
	Team     string            // name of a team; those below it are meant too
	Users    []string          // e-mail addresses
	Strategy Strategy
	Cap      int // the most leads in hand that a person gets by it; 0: no limit
}

type assignRule struct {
	Assignment
	when *condition // nil: always
}

func (r *reader) assignment(e entry) (out []assignRule) {
	keys := r.mapping(e.value, "", "rules", "cases")
	if keys != nil && keys["rules"].absent() {
		r.missing(e.at, "", "rules")
	}
	seen := map[string]spot{}
	for i, n := range r.list(keys["rules"], maxEntries) {
		out = append(out, r.assignRule(n, indexed("rules", i), seen))
	}
	return out
}

func (r *reader) assignRule(n ast.Node, byIndex string, seen map[string]spot) (a assignRule) {
	keys, path := r.keyed(n, "rules", byIndex, "key", "name", "when", "team", "users", "strategy", "cap")
	if keys == nil {
		return a
	}
	a.Key = r.key(keys["key"], at(n), path, seen)
	a.Name = r.names(keys["name"], at(n), path, "name", true)
	a.Team = r.word(keys["team"])
	for _, u := range r.list(keys["users"], maxEntries) {
		if s, ok := r.scalarOf(u); ok && strings.Contains(s.text, "@") {
			a.Users = append(a.Users, strings.ToLower(strings.TrimSpace(s.text)))
		} else {
			r.form(u, keys["users"].path, "e-mail addresses")
		}
	}
	if a.Strategy = oneOf(r, keys["strategy"], LeastBusy, RoundRobin); a.Strategy == "" {
		a.Strategy = LeastBusy
	}
	a.Cap = int(r.number(keys["cap"], 0, 100_000, 0).IntPart())
	if a.when = r.when(keys["when"], a.Key); a.when != nil {
		a.when.label = a.Name
	}
	return a
}

// word reads a text of one line; absent gives the empty one.
func (r *reader) word(e entry) string {
	if e.absent() {
		return ""
	}
	s, ok := r.scalarOf(e.value)
	if !ok || strings.Contains(s.text, "\n") {
		r.form(e.value, e.path, "a text")
	}
	return strings.TrimSpace(s.text)
}

// Assignments lists the rules in their order, each with its condition; its source is empty when the rule always applies.
func (s *Set) Assignments() []AssignmentRule {
	out := make([]AssignmentRule, 0, len(s.assign))
	for _, a := range s.assign {
		rule := AssignmentRule{Assignment: a.copied()}
		if a.when != nil {
			rule.When = a.when.described()
		}
		out = append(out, rule)
	}
	return out
}

// AssignmentRule is a rule with its condition.
type AssignmentRule struct {
	Assignment
	When Condition
}

func (a assignRule) copied() Assignment {
	c := a.Assignment
	c.Name, c.Users = maps.Clone(a.Name), slices.Clone(a.Users)
	return c
}

// Assign lists the rules that apply to a lead, in their order: the first under which somebody is free gives the lead away. The verdict
// shows each condition: met means that the rule applies. A condition that could not be evaluated does not apply.
func (s *Set) Assign(f crm.Facts) ([]Assignment, crm.Verdict) {
	v := crm.Verdict{Kind: s.kind, Version: s.version, Key: "assign", Result: crm.Allowed}
	var out []Assignment
	for _, a := range s.assign {
		if a.when != nil {
			c := a.when.whole(&f)
			v.Clauses = append(v.Clauses, c)
			if c.Outcome != crm.Met {
				continue
			}
		}
		out = append(out, a.copied())
	}
	return out, v
}
