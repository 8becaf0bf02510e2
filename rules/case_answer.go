package rules

import (
	"slices"
	"strconv"
	"strings"

	"leadtocash/crm"
)

// CaseResult is what a set answers to one of its cases.
type CaseResult struct {
	Case
	Line    int // of the case in the set's text
	Passed  bool
	Got     string      // as in Case.Expect
	GotBy   []string    // as in Case.By
	Verdict crm.Verdict // how it came to it; without clauses where a kind has none
}

// Cases lists the examples of the set in the order of the file.
func (s *Set) Cases() []Case { return slices.Clone(s.cases) }

// Test asks the set all its cases (N9).
func (s *Set) Test() []CaseResult {
	out := make([]CaseResult, 0, len(s.cases))
	for _, c := range s.cases {
		out = append(out, s.test(c))
	}
	return out
}

// Failed lists the results that are not as expected.
func Failed(results []CaseResult) (out []CaseResult) {
	for _, r := range results {
		if !r.Passed {
			out = append(out, r)
		}
	}
	return out
}

func (s *Set) test(c Case) CaseResult {
	r := CaseResult{Case: c, Line: c.line}
	r.Got, r.Verdict = s.answer(c)
	r.GotBy = refusing(r.Verdict, c.Ask)
	r.Passed = r.Got == c.expected(s.kind) && (c.By == nil || slices.Equal(c.By, r.GotBy))
	return r
}

// answer asks the set what the case asks.
func (s *Set) answer(c Case) (string, crm.Verdict) {
	switch s.kind {
	case crm.RulePipeline:
		v := s.Gate(c.Ask, c.facts)
		return string(v.Result), v
	case crm.RuleOrder:
		v := s.Checklist(c.facts)
		return string(v.Result), v
	case crm.RuleProject:
		v := s.Closing(c.facts)
		if c.Ask == "alarm" {
			v = s.Alarm(c.facts)
		}
		return string(v.Result), v
	case crm.RuleApproval:
		return s.routed(c)
	case crm.RuleScoring:
		score, v := s.Score(c.facts)
		return strconv.Itoa(score), v
	case crm.RuleAssignment:
		found, v := s.Assign(c.facts)
		if len(found) == 0 {
			return none, v
		}
		return found[0].Key, v
	case crm.RuleNurture:
		if found := s.Fitting(c.facts); len(found) > 0 {
			return found[0].Key, crm.Verdict{}
		}
	case crm.RuleDunning:
		if level, due := s.DunningFor(c.facts).Due(c.late.days, c.late.letters, c.late.open); due {
			return level.Key, crm.Verdict{}
		}
	}
	if momentsOf[s.kind] != nil {
		v := s.At(c.Ask, c.facts)
		return string(v.Result), v
	}
	return none, crm.Verdict{}
}

func (s *Set) routed(c Case) (string, crm.Verdict) {
	route, v := s.Route(c.facts)
	if !v.Allowed() {
		return string(v.Result), v
	}
	keys := make([]string, len(route))
	for i, a := range route {
		keys[i] = a.Key
	}
	return strings.Join(keys, ", "), v
}

// expected is what the case expects, in the form in which answers are given.
func (c Case) expected(kind crm.RuleKind) string {
	if kind != crm.RuleApproval {
		return c.Expect
	}
	parts := strings.Split(c.Expect, ",")
	for i := range parts {
		parts[i] = strings.TrimSpace(parts[i])
	}
	return strings.Join(parts, ", ")
}

// refusing are the ids of the conditions that stand in the way, or ring in an alarm, each once and sorted.
func refusing(v crm.Verdict, ask string) []string {
	clauses := v.Failing()
	if v.Key == "alarm" {
		clauses = slices.DeleteFunc(slices.Clone(v.Clauses), func(c crm.Clause) bool { return c.Outcome != crm.Met })
	}
	if !gating(v.Kind) {
		return nil
	}
	var out []string
	for _, c := range clauses {
		out = append(out, conditionOf(c.ID, v.Key))
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// gating tells whether a kind answers by allowing and refusing.
func gating(kind crm.RuleKind) bool {
	return kind == crm.RulePipeline || kind == crm.RuleOrder || kind == crm.RuleProject || momentsOf[kind] != nil
}

// conditionOf is the id of the condition of a clause: vat for send.vat#2.
func conditionOf(clause, key string) string {
	id, _, _ := strings.Cut(strings.TrimPrefix(clause, key+"."), "#")
	return id
}

// answerable refuses a case that can never pass: an expectation that the kind does not have, or conditions that are not there.
func (r *reader) answerable(s *Set, c *Case, keys map[string]entry) {
	allowed := s.answers()
	for _, part := range strings.Split(c.Expect, ",") {
		part = strings.TrimSpace(part)
		if allowed != nil && part != "" && !slices.Contains(allowed, part) {
			p := Problem{Params: map[string]string{"value": part, "allowed": strings.Join(allowed, ", ")}, Text: quoted(part) + " is no answer; there are " + strings.Join(allowed, ", ")}.
				didYouMean(nearest(part, allowed))
			r.add(keys["expect"].at, keys["expect"].path, CodeInvalidValue, p.Params, p.Text)
		}
	}
	if n, err := strconv.Atoi(c.Expect); s.kind == crm.RuleScoring && c.Expect != "" && (err != nil || n < 0 || n > 100) {
		r.add(keys["expect"].at, keys["expect"].path, CodeInvalidValue, map[string]string{"value": c.Expect, "allowed": "0 to 100"}, quoted(c.Expect)+" is no score from 0 to 100")
	}
	var ids []string
	for _, condition := range s.asked(c.Ask) {
		ids = append(ids, condition.id)
	}
	for _, by := range c.By {
		if !slices.Contains(ids, by) {
			p := Problem{Params: map[string]string{"name": by}, Text: "there is no condition " + quoted(by) + " in what is asked"}.didYouMean(nearest(by, ids))
			r.add(keys["by"].at, keys["by"].path, CodeUnknownName, p.Params, p.Text)
		}
	}
}

// answers lists what a set can answer; nil when it is a number.
func (s *Set) answers() (out []string) {
	if gating(s.kind) {
		return []string{string(crm.Allowed), string(crm.Refused), string(crm.NotEvaluated)}
	}
	switch s.kind {
	case crm.RuleApproval:
		for _, l := range s.approval {
			out = append(out, l.Key)
		}
		return append(out, string(crm.NotEvaluated))
	case crm.RuleAssignment:
		for _, a := range s.assign {
			out = append(out, a.Key)
		}
	case crm.RuleNurture:
		for _, t := range s.tracks {
			out = append(out, t.Key)
		}
	case crm.RuleDunning:
		for _, p := range s.Policies() {
			for _, l := range p.Levels {
				if !slices.Contains(out, l.Key) {
					out = append(out, l.Key)
				}
			}
		}
	case crm.RuleScoring:
		return nil
	}
	return append(out, none)
}

// asked lists the conditions that a question reads.
func (s *Set) asked(question string) []*condition {
	switch s.kind {
	case crm.RulePipeline:
		st, _ := s.Stage(question)
		return st.enter
	case crm.RuleProject:
		if question == "alarm" {
			return s.project.alarm
		}
		return s.project.close
	}
	if momentsOf[s.kind] != nil {
		return s.moments[question]
	}
	return s.conditions()
}
