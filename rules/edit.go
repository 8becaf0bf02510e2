package rules

import (
	"fmt"
	"slices"
	"strings"

	"github.com/goccy/go-yaml/ast"

	"leadtocash/crm"
)

// PutCondition writes a condition into a text of rules and leaves the rest as its author wrote it, comments included. where is the key of a
// stage, "checks" of an order, "alarm" or "close" of a project, the moment of a kind that has moments: there the condition with the same id is replaced, or a new one stands behind
// the others. In scoring, assignment, approval and nurture, where the id is the key of a rule, level or track, its condition is written; where
// is not needed. The result compiles, or the problems tell why not.
func PutCondition(kind crm.RuleKind, src []byte, where string, c Condition) ([]byte, Problems) {
	where, within := splitWhere(kind, where)
	return edit(kind, src, within, func(e *editor) bool {
		if list := keyedList(kind); list != "" {
			return e.putWhen(e.list(e.section, list), c)
		}
		owner, name := e.owner(kind, where)
		return owner != nil && e.putCondition(owner, name, c)
	})
}

// DropCondition takes a condition out of a text of rules; where as for PutCondition. A rule, level or track keeps standing and always holds.
func DropCondition(kind crm.RuleKind, src []byte, where, id string) ([]byte, Problems) {
	where, within := splitWhere(kind, where)
	return edit(kind, src, within, func(e *editor) bool {
		owner, name, key := e.section, keyedList(kind), "key"
		if name == "" {
			owner, name = e.owner(kind, where)
			key = "id"
		}
		if owner == nil {
			return false
		}
		list := e.list(owner, name)
		i := e.entryOf(list, key, id)
		switch {
		case i < 0:
			return false
		case key == "key":
			return e.dropKey(list.Values[i], "when")
		case len(list.Values) == 1:
			return e.dropKey(owner, name)
		}
		e.replace(e.lines(list, i), nil)
		return true
	})
}

// AddCase writes an example behind the others of a text.
func AddCase(kind crm.RuleKind, src []byte, c Case) ([]byte, Problems) {
	ask, within := splitWhere(kind, c.Ask)
	c.Ask = ask
	return edit(kind, src, within, func(e *editor) bool {
		if list := e.list(e.section, "cases"); list != nil {
			e.insert(e.lines(list, len(list.Values)-1).to, c.lines(dash(list)))
			return true
		}
		indent := strings.Repeat(" ", at(e.section).column-1)
		e.insert(e.end(e.section), append([]string{indent + "cases:"}, c.lines(indent+"  ")...))
		return true
	})
}

// PutCase writes an example in the place of the one with the same name, or behind the others when there is none.
func PutCase(kind crm.RuleKind, src []byte, c Case) ([]byte, Problems) {
	there := false
	asked, plain := c, c
	var within string
	plain.Ask, within = splitWhere(kind, c.Ask)
	c = plain
	out, problems := edit(kind, src, within, func(e *editor) bool {
		list := e.list(e.section, "cases")
		i := e.entryOf(list, "name", c.Name)
		if there = i >= 0; !there || flows(list) {
			return !there
		}
		old, written := e.lines(list, i), c.lines(dash(list))
		e.replace(old, slices.Insert(written, 1, remarks(e.text[old.from:old.to])...))
		return true
	})
	if !there && len(problems) == 0 {
		return AddCase(kind, src, asked)
	}
	return out, problems
}

// keyedList is the list whose entries have one condition each.
func keyedList(kind crm.RuleKind) string {
	switch kind {
	case crm.RuleScoring, crm.RuleAssignment:
		return "rules"
	case crm.RuleApproval:
		return "levels"
	case crm.RuleNurture:
		return "tracks"
	}
	return ""
}

// editor changes whole lines of a text by the places of its nodes.
type editor struct {
	*reader
	section ast.Node // what stands under the kind
	text    []string
}

// span is a range of lines, counted from 0; to is behind the last.
type span struct{ from, to int }

// splitQuestion takes "pipeline/stage" apart; a stage of the default pipeline stands alone.
func splitQuestion(question string) (stage, pipeline string) {
	if p, s, other := strings.Cut(question, "/"); other {
		return s, p
	}
	return question, ""
}

// splitWhere is splitQuestion for pipelines; the places of other kinds stand in one text.
func splitWhere(kind crm.RuleKind, where string) (place, pipeline string) {
	if kind == crm.RulePipeline {
		return splitQuestion(where)
	}
	return where, ""
}

// edit lets a change be made on a text that compiles, within one of its pipelines where it has several, and demands that the result compiles
// too.
func edit(kind crm.RuleKind, src []byte, pipeline string, change func(*editor) bool) ([]byte, Problems) {
	if _, problems := Parse(kind, src); len(problems) > 0 {
		return nil, problems
	}
	r, root := newReader(src)
	e := &editor{reader: r}
	for _, l := range r.lines {
		e.text = append(e.text, string(l))
	}
	e.section = e.sectionOf(valueOf(root, string(kind)), pipeline)
	if m, ok := e.section.(*ast.MappingNode); !ok || m.IsFlowStyle || !change(e) {
		return nil, Problems{{Kind: kind, Line: 1, Column: 1, Code: CodeConstructNotAllowed, Params: map[string]string{"name": "{…}"}, Text: "this place of the text can only be edited as text"}}
	}
	out := []byte(strings.TrimRight(strings.Join(e.text, "\n"), "\n") + "\n")
	if _, problems := Parse(kind, out); len(problems) > 0 {
		return nil, problems
	}
	return out, nil
}

// sectionOf is what stands under a kind, or the pipeline that is meant.
func (e *editor) sectionOf(section ast.Node, pipeline string) ast.Node {
	if _, several := section.(*ast.SequenceNode); !several && pipeline == "" {
		return section
	}
	for _, p := range e.writtenPipelines(section) {
		if pipeline == p.key || pipeline == p.own {
			return p.node
		}
	}
	return nil
}

// valueOf is the value of a key of a mapping; nil when there is none.
func valueOf(n ast.Node, key string) ast.Node {
	if v := pairOf(n, key); v != nil {
		return v.Value
	}
	return nil
}

func pairOf(n ast.Node, key string) *ast.MappingValueNode {
	var values []*ast.MappingValueNode
	switch m := n.(type) {
	case *ast.MappingNode:
		values = m.Values
	case *ast.MappingValueNode:
		values = []*ast.MappingValueNode{m}
	}
	for _, v := range values {
		if k, ok := v.Key.(*ast.StringNode); ok && k.Value == key {
			return v
		}
	}
	return nil
}

// owner is the mapping that holds a list of conditions, and the list's name in it.
func (e *editor) owner(kind crm.RuleKind, where string) (ast.Node, string) {
	switch {
	case kind == crm.RulePipeline:
		stages := e.list(e.section, "stages")
		if i := e.entryOf(stages, "key", where); i >= 0 {
			return stages.Values[i], "enter"
		}
	case slices.Contains(momentsOf[kind], where):
		return e.section, where
	case kind == crm.RuleHandOff:
		if key, end := SplitHandOff(where); end == EndInputs || end == EndOutputs {
			return e.handOffOwner(key), end
		}
	case kind == crm.RuleOrder, kind == crm.RuleProject && (where == "alarm" || where == "close"):
		if kind == crm.RuleOrder {
			where = "checks"
		}
		return e.section, where
	}
	return nil, ""
}

func (e *editor) list(owner ast.Node, name string) *ast.SequenceNode {
	s, _ := valueOf(owner, name).(*ast.SequenceNode)
	if s == nil || len(s.Values) == 0 {
		return nil
	}
	return s
}

// entryOf is the place of the entry that is called so; -1 when there is none.
func (e *editor) entryOf(list *ast.SequenceNode, key, name string) int {
	if list == nil {
		return -1
	}
	return slices.IndexFunc(list.Values, func(n ast.Node) bool {
		s, ok := e.scalarOf(valueOf(n, key))
		return ok && s.text == name
	})
}

// flows tells whether a node is written with brackets.
func flows(n ast.Node) bool {
	switch n := n.(type) {
	case *ast.MappingNode:
		return n.IsFlowStyle
	case *ast.SequenceNode:
		return n.IsFlowStyle
	}
	return false
}

// indentOf is how many blanks a line begins with; a blank line or a comment has none of its own.
func indentOf(line string) (n int, own bool) {
	rest := strings.TrimLeft(line, " ")
	return len(line) - len(rest), rest != "" && rest[0] != '#'
}

// dash is the blanks before the entries of a list.
func dash(list *ast.SequenceNode) string { return strings.Repeat(" ", list.Start.Position.Column-1) }

// end is the line behind the last one that belongs to what begins at the node's line with the node's indentation.
func (e *editor) end(n ast.Node) int {
	first := at(n)
	return e.behind(first.line-1, first.column-1)
}

// behind is the line behind what begins in a line and is indented at least so far.
func (e *editor) behind(from, indent int) int {
	last := from + 1
	for i := from + 1; i < len(e.text); i++ {
		n, own := indentOf(e.text[i])
		if own && n < indent {
			break
		}
		if own {
			last = i + 1
		}
	}
	return last
}

// lines are those of an entry of a list, without comments that stand before it.
func (e *editor) lines(list *ast.SequenceNode, i int) span {
	from := at(list.Values[i]).line - 1
	return span{from, e.behind(from, list.Start.Position.Column)}
}

func (e *editor) replace(s span, with []string) {
	e.text = slices.Replace(e.text, s.from, s.to, with...)
}

// remarks are the comments among lines.
func remarks(lines []string) (out []string) {
	for _, l := range lines {
		if strings.HasPrefix(strings.TrimSpace(l), "#") {
			out = append(out, l)
		}
	}
	return out
}

func (e *editor) insert(before int, lines []string) { e.text = slices.Insert(e.text, before, lines...) }

// putCondition writes a condition into a list of its owner, which may not be there yet.
func (e *editor) putCondition(owner ast.Node, name string, c Condition) bool {
	list := e.list(owner, name)
	switch {
	case flows(owner) || list != nil && flows(list):
		return false
	case list == nil:
		indent := strings.Repeat(" ", at(owner).column-1)
		if pair := pairOf(owner, name); pair != nil { // there without a value
			e.insert(at(pair).line, c.lines(indent+"  "))
			return true
		}
		e.insert(e.end(owner), append([]string{indent + name + ":"}, c.lines(indent+"  ")...))
		return true
	}
	if i := e.entryOf(list, "id", c.ID); i >= 0 {
		old, written := e.lines(list, i), c.lines(dash(list))
		e.replace(old, slices.Insert(written, 1, remarks(e.text[old.from:old.to])...))
		return true
	}
	e.insert(e.lines(list, len(list.Values)-1).to, c.lines(dash(list)))
	return true
}

// putWhen writes the condition of an entry that is known by its key.
func (e *editor) putWhen(list *ast.SequenceNode, c Condition) bool {
	i := e.entryOf(list, "key", c.ID)
	if i < 0 || flows(list.Values[i]) {
		return false
	}
	entry := list.Values[i]
	indent := strings.Repeat(" ", at(entry).column-1)
	line := indent + "when: " + scalarText(c.Source)
	if pair := pairOf(entry, "when"); pair != nil {
		from := at(pair).line - 1
		if from == at(entry).line-1 { // it stands behind the dash
			line = e.text[from][:at(pair).column-1] + strings.TrimLeft(line, " ")
		}
		e.replace(span{from, e.behind(from, at(entry).column)}, []string{line})
		return true
	}
	e.insert(e.end(entry), []string{line})
	return true
}

// dropKey takes a key with its value out of a mapping; not one that stands behind a dash.
func (e *editor) dropKey(owner ast.Node, name string) bool {
	pair := pairOf(owner, name)
	if pair == nil || flows(owner) || at(pair) == at(owner) && owner != e.section {
		return false
	}
	from := at(pair).line - 1
	e.replace(span{from, e.behind(from, at(owner).column)}, nil)
	return true
}

// lines writes a condition as an entry of a list.
func (c Condition) lines(indent string) []string {
	out := []string{indent + "- id: " + c.ID, indent + "  when: " + scalarText(c.Source)}
	for _, l := range Languages {
		if c.Label[l] == "" {
			continue
		}
		if len(out) == 2 {
			out = append(out, indent+"  label:")
		}
		out = append(out, indent+"    "+l+": "+scalarText(c.Label[l]))
	}
	return out
}

// lines writes a case as an entry of a list.
func (c Case) lines(indent string) []string {
	out := []string{indent + "- name: " + scalarText(c.Name)}
	if c.Ask != "" {
		out = append(out, indent+"  ask: "+c.Ask)
	}
	if len(c.Given) > 0 {
		out = append(out, indent+"  given:")
		for _, k := range known(c.Given) {
			out = append(out, fmt.Sprintf("%s    %s: %s", indent, k, scalarText(c.Given[k])))
		}
	}
	out = append(out, indent+"  expect: "+scalarText(c.Expect))
	if len(c.By) > 0 {
		out = append(out, indent+"  by: ["+strings.Join(c.By, ", ")+"]")
	}
	return out
}

// oneLine keeps a text on one line.
var oneLine = strings.NewReplacer("\r\n", " ", "\n", " ", "\r", " ", "\t", " ")

// scalarText writes a text so that YAML reads the same text.
func scalarText(s string) string {
	plain := s != "" && strings.TrimSpace(s) == s && !strings.ContainsAny(s[:1], "-?:,[]{}#&*!|>'\"%@`") && !strings.Contains(s, ": ") && !strings.Contains(s, " #") &&
		!strings.HasSuffix(s, ":") && !strings.ContainsAny(s, "\n\t")
	if plain && !slices.Contains([]string{"null", "Null", "NULL", "~"}, s) {
		return s
	}
	return "'" + strings.ReplaceAll(oneLine.Replace(s), "'", "''") + "'"
}

// CaseOf makes a case of a deal as it is: what the asked conditions read of it, and what they answer.
func CaseOf(s *Set, name, ask string, f *crm.Facts) Case {
	c := Case{Name: name, Ask: ask, Given: map[string]string{}, facts: *f}
	for _, condition := range s.asked(ask) {
		for _, field := range condition.fields {
			if text := Fact(f, field.Path); text != "" {
				c.Given[field.Path] = text
			}
		}
	}
	var v crm.Verdict
	c.Expect, v = s.answer(c)
	if c.By = refusing(v, ask); len(s.questions()) == 1 {
		c.Ask = ""
	}
	return c
}
