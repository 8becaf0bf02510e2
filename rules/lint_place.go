package rules

import (
	"slices"
	"strconv"

	"github.com/goccy/go-yaml/ast"

	"leadtocash/crm"
)

// LintDocument reads a rule file and lints every set in it; findings have their line and column. With problems nothing is linted.
func LintDocument(src []byte) (Findings, Problems) {
	doc, problems := ParseDocument(src)
	if len(problems) > 0 {
		return nil, problems
	}
	var out Findings
	for _, k := range crm.RuleKinds() {
		if part, there := doc[k]; there {
			out = append(out, part.Set.Lint()...)
		}
	}
	out.locate(src)
	return out, nil
}

// LintSource lints the text of one set, as Parse reads it; findings have their line and column. With problems nothing is linted.
func LintSource(kind crm.RuleKind, src []byte) (Findings, Problems) {
	set, problems := Parse(kind, src)
	if len(problems) > 0 {
		return nil, problems
	}
	out := set.Lint()
	out.locate(src)
	return out, nil
}

// locate gives findings their places in the text of the file, which has been read without a problem before.
func (fs Findings) locate(src []byte) {
	r, root := newReader(src)
	if root == nil {
		return
	}
	places := map[crm.RuleKind]map[string]lintPlace{}
	for _, k := range crm.RuleKinds() {
		places[k] = map[string]lintPlace{}
		r.placeSection(childOf(root, string(k)), places[k])
		r.placeMoments(k, childOf(root, string(k)), places[k])
	}
	for i := range fs {
		if p, ok := places[fs[i].Kind][fs[i].Where]; ok {
			s := p.of(fs[i].at)
			fs[i].Line, fs[i].Column = s.line, s.column
		}
	}
}

// lintPlace is where a condition stands, or what has none.
type lintPlace struct {
	spot
	source *scalar
}

// of is the place of a character of the condition, which is kept without the blanks before it.
func (p lintPlace) of(offset int) spot {
	if p.source == nil {
		return p.spot
	}
	runes := []rune(p.source.text)
	for len(runes) > 0 && slices.Contains([]rune(" \t\n"), runes[0]) {
		runes, offset = runes[1:], offset+1
	}
	return p.source.spot(place([]rune(p.source.text), offset))
}

// placeSection finds the stages, lists and conditions of one kind under the names that findings use.
func (r *reader) placeSection(section ast.Node, into map[string]lintPlace) {
	for _, p := range r.writtenPipelines(section) {
		for _, n := range entriesOf(childOf(p.node, "stages")) {
			stage := r.wordOf(childOf(n, "key"))
			if p.key != "" {
				stage = p.key + "/" + stage
			}
			into[stage] = lintPlace{spot: at(n)}
			r.placeConditions(stage, childOf(n, "enter"), into)
		}
	}
	for _, list := range []string{"checks", "alarm", "close"} {
		r.placeConditions(list, childOf(section, list), into)
	}
	for _, list := range []string{"rules", "levels", "tracks"} {
		for _, n := range entriesOf(childOf(section, list)) {
			r.placeWhen(list+"."+r.wordOf(childOf(n, "key")), n, childOf(n, "when"), into)
		}
	}
}

func (r *reader) placeConditions(list string, conditions ast.Node, into map[string]lintPlace) {
	for i, n := range entriesOf(conditions) {
		id, when := strconv.Itoa(i+1), n
		if w := childOf(n, "when"); w != nil {
			when = w
			if key := r.wordOf(childOf(n, "id")); key != "" {
				id = key
			}
		}
		r.placeWhen(list+"."+id, n, when, into)
	}
}

func (r *reader) placeWhen(where string, n, when ast.Node, into map[string]lintPlace) {
	p := lintPlace{spot: at(n)}
	if when != nil {
		if s, ok := r.scalarOf(when); ok {
			p.source = &s
		}
	}
	into[where] = p
}

func (r *reader) wordOf(n ast.Node) string {
	if n == nil {
		return ""
	}
	s, _ := r.scalarOf(n)
	return s.text
}

// childOf finds a key of a mapping; nil when it is not there.
func childOf(n ast.Node, key string) ast.Node {
	var all []*ast.MappingValueNode
	switch m := n.(type) {
	case *ast.MappingNode:
		all = m.Values
	case *ast.MappingValueNode:
		all = []*ast.MappingValueNode{m}
	}
	for _, v := range all {
		if k, ok := v.Key.(*ast.StringNode); ok && k.Value == key {
			return v.Value
		}
	}
	return nil
}

func entriesOf(n ast.Node) []ast.Node {
	if s, ok := n.(*ast.SequenceNode); ok {
		return s.Values
	}
	return nil
}
