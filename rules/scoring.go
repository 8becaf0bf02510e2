package rules

import (
	"maps"

	"github.com/goccy/go-yaml/ast"
	"github.com/shopspring/decimal"

	"leadtocash/crm"
)

// Scoring says what a lead is worth (S064): named rules, each with its points.
type Scoring struct {
	ConvertAt  int // score from which on a converted lead becomes an opportunity too (S068)
	HalveAfter int // days without a touch after which the score halves; 0: never
	rules      []points
}

// points is one rule of a scoring.
type points struct {
	points int
	when   *condition
}

// Points is a scoring rule as its author wrote it.
type Points struct {
	Condition
	Points int // from -100 to 100
}

func (r *reader) scoring(e entry) (s Scoring) {
	keys := r.mapping(e.value, "", "convert_at", "halve_after_days", "rules", "cases")
	if keys == nil {
		return s
	}
	s.ConvertAt = int(r.number(keys["convert_at"], 0, 100, 0).IntPart())
	s.HalveAfter = r.days(keys["halve_after_days"])
	if keys["rules"].absent() {
		r.missing(e.at, "", "rules")
	}
	seen := map[string]spot{}
	for i, n := range r.list(keys["rules"], maxConditions) {
		if p := r.points(n, indexed("rules", i), seen); p.when != nil {
			s.rules = append(s.rules, p)
		}
	}
	return s
}

func (r *reader) points(n ast.Node, byIndex string, seen map[string]spot) (p points) {
	keys, path := r.keyed(n, "rules", byIndex, "key", "name", "points", "when")
	if keys == nil {
		return p
	}
	key := r.key(keys["key"], at(n), path, seen)
	name := r.names(keys["name"], at(n), path, "name", true)
	p.points = int(r.number(keys["points"], -100, 100, 0).IntPart())
	p.when = r.when(keys["when"], key)
	for _, needed := range []string{"points", "when"} {
		if keys[needed].absent() {
			r.missing(at(n), path, needed)
		}
	}
	if p.when == nil {
		return p
	}
	p.when.label = name
	for _, f := range p.when.fields {
		if f.Path == "lead.score" {
			r.add(keys["when"].at, keys["when"].path, CodeInvalidValue, map[string]string{"value": f.Path, "allowed": "other fields"}, "a score cannot be made of itself")
		}
	}
	return p
}

// Scoring gives the thresholds; zero ones when the set is no scoring.
func (s *Set) Scoring() Scoring { return s.scoring }

// Points lists the scoring rules in the order of the file.
func (s *Set) Points() []Points {
	out := make([]Points, 0, len(s.scoring.rules))
	for _, p := range s.scoring.rules {
		out = append(out, Points{p.when.described(), p.points})
	}
	return out
}

// Score adds up the points of the rules that a lead meets, from 0 to 100. The verdict shows every rule with its points, one clause a rule;
// one that could not be evaluated gives none, and the verdict is allowed all the same: a lead always has a score.
func (s *Set) Score(f crm.Facts) (int, crm.Verdict) {
	f.Lead.Score = decimal.Zero
	v := crm.Verdict{Kind: s.kind, Version: s.version, Key: "score", Result: crm.Allowed}
	sum := 0
	for _, p := range s.scoring.rules {
		c := p.when.whole(&f)
		c.Points = p.points
		if c.Outcome == crm.Met {
			sum += p.points
		}
		v.Clauses = append(v.Clauses, c)
	}
	return min(max(sum, 0), 100), v
}

// whole judges a condition as one clause, for rules that are shown by their name and not taken apart.
func (c *condition) whole(f *crm.Facts) crm.Clause {
	out := crm.Clause{ID: c.id, Source: c.source, Label: maps.Clone(c.label), Outcome: crm.Unmet}
	for _, field := range c.fields {
		out.Values = append(out.Values, crm.Value{Field: field.Path, Now: shown(field.value(f))})
	}
	if c.holds(f) {
		out.Outcome = crm.Met
		return out
	}
	if clauses, ruling := judge([]*condition{c}, "", f); ruling == crm.NotEvaluated {
		out.Outcome = crm.Unknown
		for _, part := range clauses {
			if part.Problem != "" {
				out.Problem = part.Problem
			}
		}
	}
	return out
}
