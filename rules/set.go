package rules

import (
	_ "embed" // for the shipped rules
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/goccy/go-yaml/ast"

	"leadtocash/crm"
)

//go:embed default.yaml
var shipped []byte

// Default is the rule file that ships with the product: all kinds, with texts in all languages.
func Default() []byte { return slices.Clone(shipped) }

// Set is a compiled rule set of one kind. It never changes and may be used by many goroutines at once.
type Set struct {
	kind      crm.RuleKind
	version   int
	pipeline  pipeline
	pipelines []*Set // all of a list of pipelines, this one among them
	checks    []*condition
	approval  []approvalLevel
	escalate  crm.Role // of a route: who decides where nobody is left
	dunning   Dunning
	policies  []debtorPolicy // of some debtors, before the one of all
	scoring   Scoring
	assign    []assignRule
	tracks    []track
	project   project
	moments   map[string][]*condition // of a kind that has moments, by their names
	approveBy crm.Role
	handOffs  []HandOff
	cases     []Case
	owner     string // of the rules: who decides on exceptions; empty: crm.RuleOwner
}

// Kind tells what the set decides.
func (s *Set) Kind() crm.RuleKind { return s.kind }

// Version is the version under which the set was loaded; it stands in every verdict. 0: not stored yet.
func (s *Set) Version() int { return s.version }

// None is a set that decides nothing: what holds where no rules of the kind were ever activated.
func None(kind crm.RuleKind) *Set { return &Set{kind: kind} }

// WithVersion is the same set as the given version.
func (s *Set) WithVersion(version int) *Set {
	c := *s
	c.version = version
	c.pipelines = nil
	for _, p := range s.pipelines {
		c.pipelines = append(c.pipelines, p.WithVersion(version))
	}
	return &c
}

// Parse reads the text of one rule set: a file whose only key is the kind. All problems come at once; with any, there is no set.
func Parse(kind crm.RuleKind, src []byte) (*Set, Problems) {
	r, root := newReader(src)
	r.kind = kind
	if root == nil {
		return nil, r.problems
	}
	if !slices.Contains(crm.RuleKinds(), kind) {
		r.add(spot{1, 1}, "", CodeUnknownName, map[string]string{"name": string(kind)}, "there is no kind of rules "+quoted(string(kind)))
		return nil, r.problems
	}
	section, there := r.mapping(root, "", string(kind))[string(kind)]
	switch {
	case there && !section.absent():
	case len(r.problems) == 0:
		r.missing(spot{1, 1}, "", string(kind))
	}
	if len(r.problems) > 0 && !there {
		return nil, r.problems.sorted()
	}
	set := r.set(kind, section)
	if len(r.problems) > 0 {
		return nil, r.problems.sorted()
	}
	return set, nil
}

// Document is a rule file taken apart: one set for each kind that it holds, with its own part of the text.
type Document map[crm.RuleKind]Part

// Part is the text of one kind, comments included, which Parse reads again, and what it compiles to.
type Part struct {
	Source []byte
	Set    *Set
}

// ParseDocument reads a file that holds rule sets of several kinds, each under its kind. All problems come at once.
func ParseDocument(src []byte) (Document, Problems) {
	r, root := newReader(src)
	if root == nil {
		return nil, r.problems
	}
	names := make([]string, 0, 4)
	for _, k := range crm.RuleKinds() {
		names = append(names, string(k))
	}
	if m, ok := root.(*ast.MappingNode); ok && m.IsFlowStyle {
		r.form(root, "", "one kind a line, not {…}")
		return nil, r.problems
	}
	keys := r.mapping(root, "", names...)
	out := Document{}
	for _, k := range crm.RuleKinds() {
		section, there := keys[string(k)]
		if !there {
			continue
		}
		r.kind = k
		if section.absent() {
			r.missing(section.at, section.path, string(k))
			continue
		}
		out[k] = Part{r.cut(section.at.line), r.set(k, section)}
	}
	if len(r.problems) > 0 {
		return nil, r.problems.sorted()
	}
	return out, nil
}

// cut gives the lines of a section, with the comment above it, up to the next one.
func (r *reader) cut(line int) []byte {
	from, to := line-1, line
	for from > 0 && strings.HasPrefix(string(r.lines[from-1]), "#") {
		from--
	}
	for to < len(r.lines) && (len(r.lines[to]) == 0 || strings.ContainsRune(" \t-#", r.lines[to][0])) {
		to++
	}
	for to > line && to < len(r.lines) && len(r.lines[to-1]) > 0 && r.lines[to-1][0] == '#' {
		to-- // the comment above the next section
	}
	var b strings.Builder
	for _, l := range r.lines[from:to] {
		b.WriteString(string(l))
		b.WriteByte('\n')
	}
	return []byte(strings.TrimRight(b.String(), "\n") + "\n")
}

func (r *reader) set(kind crm.RuleKind, section entry) *Set {
	s := &Set{kind: kind}
	section.path = "" // paths begin inside the kind
	switch kind {
	case crm.RulePipeline:
		return r.pipelines(section)
	case crm.RuleOrder:
		s.checks, s.owner = r.order(section)
	case crm.RuleApproval:
		s.approval, s.escalate = r.approval(section)
	case crm.RuleDunning:
		s.dunning, s.policies = r.dunning(section)
	case crm.RuleScoring:
		s.scoring = r.scoring(section)
	case crm.RuleAssignment:
		s.assign = r.assignment(section)
	case crm.RuleNurture:
		s.tracks = r.nurture(section)
	case crm.RuleProject:
		s.project = r.project(section)
	case crm.RuleRequired, crm.RuleContact, crm.RuleDuplicate:
		s.moments, _ = r.moments(kind, section)
	case crm.RulePricing:
		r.pricing(s, section)
	case crm.RuleHandOff:
		r.handOff(s, section)
	}
	r.cases(s, section)
	return s
}

// verdict judges conditions under a key.
func (s *Set) verdict(key, prefix string, conditions []*condition, facts *crm.Facts) crm.Verdict {
	clauses, ruling := judge(conditions, prefix, facts)
	return crm.Verdict{Kind: s.kind, Version: s.version, Key: key, Result: ruling, Clauses: clauses}
}

// unanswerable is the verdict on a question that the set has no answer to. It refuses.
func (s *Set) unanswerable(key, problem string) crm.Verdict {
	return crm.Verdict{
		Kind: s.kind, Version: s.version, Key: key, Result: crm.NotEvaluated,
		Clauses: []crm.Clause{{ID: key, Source: key, Outcome: crm.Unknown, Problem: problem}},
	}
}

// Fields lists the paths of all fields that the set's conditions read, in the order of the field table; custom ones follow.
func (s *Set) Fields() []string {
	read := map[string]bool{}
	for _, c := range s.conditions() {
		for _, f := range c.fields {
			read[f.Path] = true
		}
	}
	var out []string
	for _, p := range allPaths() {
		if read[p] {
			out = append(out, p)
			delete(read, p)
		}
	}
	return append(out, slices.Sorted(maps.Keys(read))...) // retired ones
}

func (s *Set) conditions() (all []*condition) {
	for _, p := range s.pipelines {
		all = append(all, p.conditions()...)
	}
	if s.pipelines != nil {
		return all
	}
	all = slices.Concat(s.checks, s.project.alarm, s.project.close, s.momentsAt())
	for _, st := range s.pipeline.stages {
		all = append(all, st.enter...)
	}
	for _, l := range s.approval {
		if l.when != nil {
			all = append(all, l.when)
		}
	}
	for _, p := range s.policies {
		if p.when != nil {
			all = append(all, p.when)
		}
	}
	for _, p := range s.scoring.rules {
		all = append(all, p.when)
	}
	for _, a := range s.assign {
		if a.when != nil {
			all = append(all, a.when)
		}
	}
	for _, t := range s.tracks {
		if t.when != nil {
			all = append(all, t.when)
		}
	}
	return all
}

func indexed(path string, i int) string { return fmt.Sprintf("%s[%d]", path, i) }
