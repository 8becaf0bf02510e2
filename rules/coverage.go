package rules

import (
	"slices"

	"leadtocash/crm"
)

// Gap is something about a condition that no case of its set would notice (N9).
type Gap struct {
	Ask       string // what is asked, as in Case.Ask
	Condition string // its id
	Source    string
	Kind      GapKind
	Mutant    string // of a survivor: the condition with one thing changed
	Was, Is   string // what was changed in it
}

// GapKind says what is missing.
type GapKind string

// The kinds of gaps.
const (
	NeverUnmet GapKind = "never_unmet" // no case sees the condition not hold
	NeverMet   GapKind = "never_met"   // no case sees it hold
	Survivor   GapKind = "survivor"    // an operator or constant can be changed without any case failing
)

// Coverage finds what the cases of a set's text leave unproved. Problems tell why the text is no rule set.
func Coverage(kind crm.RuleKind, src []byte) ([]Gap, Problems) {
	s, problems := Parse(kind, src) // a set of its own: its conditions are exchanged one by one
	if len(problems) > 0 {
		return nil, problems
	}
	var out []Gap
	for _, question := range s.questions() {
		if s.retired(question) {
			continue // nothing asks its gate any more
		}
		for _, c := range s.asked(question) {
			out = append(out, s.gaps(question, c)...)
		}
	}
	return out, nil
}

func (s *Set) gaps(question string, c *condition) (out []Gap) {
	gap := Gap{Ask: question, Condition: c.id, Source: c.source}
	met, unmet := s.sees(question, c)
	if !met {
		gap.Kind = NeverMet
		out = append(out, gap)
	}
	if !unmet {
		gap.Kind = NeverUnmet
		out = append(out, gap)
	}
	if len(out) > 0 { // all its mutants would survive: one line says it
		return out
	}
	passed := s.passed(question)
	for _, m := range mutants(c.source) {
		other, problems := compileCondition(c.id, m.source)
		if len(problems) > 0 {
			continue // no rule any more
		}
		other.label = c.label
		original := *c
		*c = *other
		survives := slices.Equal(passed, s.passed(question)) && !(s.kind == crm.RuleApproval && s.differs(question, &original, c))
		*c = original
		if survives {
			gap.Kind, gap.Mutant, gap.Was, gap.Is = Survivor, m.source, m.was, m.is
			out = append(out, gap)
		}
	}
	return out
}

// sees tells whether the cases of a question see a condition hold, and not hold.
func (s *Set) sees(question string, c *condition) (met, unmet bool) {
	for _, k := range s.cases {
		if k.Ask == question {
			holds := c.holds(&k.facts)
			met, unmet = met || holds, unmet || !holds
		}
	}
	return met, unmet
}

// differs tells whether a case tells two conditions of a level apart. Its route may not: the limits of the levels before ask for it too.
func (s *Set) differs(question string, a, b *condition) bool {
	return slices.ContainsFunc(s.cases, func(k Case) bool { return k.Ask == question && a.holds(&k.facts) != b.holds(&k.facts) })
}

// passed are the cases of a question that are answered as expected, by their place.
func (s *Set) passed(question string) (out []int) {
	for i, k := range s.cases {
		if k.Ask == question && s.test(k).Passed {
			out = append(out, i)
		}
	}
	return out
}
