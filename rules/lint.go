package rules

import (
	"cmp"
	"slices"
	"strings"

	"leadtocash/crm"
)

// The codes of findings. They are stable: the texts "lint.<code>" say them in all languages. All may have the params clause (the source
// that is meant) and name (of the condition, rule or level).
const (
	LintUnfillable    = "unfillable"          // params: field
	LintContradiction = "contradiction"       // params: other, other_clause: what it contradicts; none: itself or all before it
	LintAlwaysTrue    = "always_true"         // no value can fail it
	LintRedundant     = "redundant"           // params: other, other_clause: what demands more
	LintDuplicate     = "duplicate_condition" // params: other
	LintDeadEnd       = "dead_end"            // params: stage; reason: entry, won, stuck, unreachable; other: the gates that are never passed
	LintNullable      = "nullable_not_equal"  // params: field
	LintUnguardedDate = "unguarded_date"      // params: field
	LintUnknownValue  = "unknown_value"       // params: field, value, allowed, did_you_mean
	LintUnreachable   = "unreachable_rule"    // params: reason: never, before, limit; other: the rule in its way
	LintEmptyHere     = "empty_here"          // params: field
	LintWithinGrace   = "within_grace"        // params: days, grace
	LintRetired       = "retired_field"       // params: field
)

// Severity tells whether a rule set with the finding cannot do what it says, or only may not mean what it says.
type Severity string

// The severities.
const (
	LintError   Severity = "error"
	LintWarning Severity = "warning"
)

// Finding is something in a rule set that can be read and used, but hardly says what its author meant.
type Finding struct {
	Kind     crm.RuleKind      `json:"kind"`
	Code     string            `json:"code"`
	Where    string            `json:"where"` // stage or list, and condition: send.vat, repeat/send.vat, checks.delivery, levels.manager; a stage alone: send
	Line     int               `json:"line,omitempty"`
	Column   int               `json:"column,omitempty"` // in characters, from 1; 0: not known, as Lint does not see the text of the file
	Severity Severity          `json:"severity"`
	Params   map[string]string `json:"params"`
	Text     string            `json:"text"` // in English, with what to do

	at int // the clause in its condition, in characters
}

// Findings is everything that was found, in the order of the rule set.
type Findings []Finding

// Errors tells whether one of them is an error.
func (fs Findings) Errors() bool {
	return slices.ContainsFunc(fs, func(f Finding) bool { return f.Severity == LintError })
}

// Lint looks for what the reader cannot call wrong, because each condition is right for itself: what contradicts, never ends, never or
// always holds. It proves what it says; where the search grows too long or a condition is too intricate it says nothing.
func (s *Set) Lint() (all Findings) {
	for _, p := range s.pipelines {
		for _, f := range p.Lint() {
			f.Where = s.Question(p.Key(), f.Where)
			all = append(all, f)
		}
	}
	if s.pipelines != nil {
		return all
	}
	l := &linter{set: s, odd: map[string][]string{}}
	l.values()
	l.retired()
	switch s.kind {
	case crm.RulePipeline:
		l.pipeline()
	case crm.RuleOrder:
		l.gate(l.list("checks", s.checks, nil), "checks")
	case crm.RuleProject:
		l.gate(l.list("close", s.project.close, nil), "close")
		alarms := l.list("alarm", s.project.alarm, nil)
		l.duplicates(alarms)
		for _, a := range alarms {
			l.gate([]*reading{a}, "")
		}
	case crm.RuleApproval:
		l.approval()
	case crm.RuleScoring:
		l.scoring()
	case crm.RuleAssignment:
		l.assignment()
	case crm.RuleNurture:
		for _, t := range s.tracks {
			l.rule("tracks."+t.Key, t.when)
		}
	case crm.RuleDunning:
		l.dunning()
	}
	for _, m := range s.Moments() {
		l.gate(l.list(m, s.moments[m], nil), m)
	}
	order := l.places()
	slices.SortStableFunc(l.findings, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(order[a.Where], order[b.Where]), cmp.Compare(a.at, b.at), cmp.Compare(a.Code, b.Code))
	})
	return l.findings
}

// linter collects the findings of one set.
type linter struct {
	set      *Set
	odd      map[string][]string // see view
	findings Findings
}

func (l *linter) find(code string, severity Severity, where string, at int, params map[string]string, text string) {
	l.findings = append(l.findings, Finding{Kind: l.set.kind, Code: code, Where: where, Severity: severity, Params: params, Text: text, at: at})
}

// placed is a condition with the place under which findings name it.
type placed struct {
	where     string
	condition *condition
}

// placed lists all conditions of the set with their places.
func (s *Set) placed() (out []placed) {
	add := func(list, key string, c *condition) {
		if c != nil {
			out = append(out, placed{join(list, key), c})
		}
	}
	for _, st := range s.pipeline.stages {
		for _, c := range st.enter {
			add(st.Key, c.id, c)
		}
	}
	for _, c := range s.checks {
		add("checks", c.id, c)
	}
	for _, c := range s.project.alarm {
		add("alarm", c.id, c)
	}
	for _, c := range s.project.close {
		add("close", c.id, c)
	}
	for _, m := range s.Moments() {
		for _, c := range s.moments[m] {
			add(m, c.id, c)
		}
	}
	for _, a := range s.approval {
		add("levels", a.Key, a.when)
	}
	for _, p := range s.scoring.rules {
		add("rules", p.when.id, p.when)
	}
	for _, a := range s.assign {
		add("rules", a.Key, a.when)
	}
	for _, t := range s.tracks {
		add("tracks", t.Key, t.when)
	}
	return out
}

// places numbers the places of the set in the order of the file, for sorting; a stage comes before its conditions.
func (l *linter) places() map[string]int {
	order := map[string]int{}
	for _, st := range l.set.pipeline.stages {
		order[st.Key] = len(order) + 1
		for _, c := range st.enter {
			order[st.Key+"."+c.id] = len(order) + 1
		}
	}
	for _, p := range l.set.placed() {
		if order[p.where] == 0 {
			order[p.where] = len(order) + 1
		}
	}
	return order
}

func clauseName(where string) string { return where[strings.LastIndexByte(where, '.')+1:] }
