package rules

import (
	"slices"
	"strings"

	"github.com/goccy/go-yaml/ast"

	"leadtocash/crm"
)

// block is a part of a text that has a name of its own: a key, or an entry of a list by its key, id or name, with the lines that it stands in.
// A nil block is one that is not there.
type block struct {
	name     string
	value    string   // what it says, whatever its spelling
	lead     []string // comments and blank lines above it
	head     []string // its lines; those above its kids when it has any
	kids     []*block
	indent   int
	list     bool   // its kids are entries of a list
	entry    bool   // it is one, which begins with a dash
	standard string // of the whole: the default pipeline
	tail     []string
}

// says tells whether two blocks mean the same.
func (b *block) says(other *block) bool {
	if b == nil || other == nil {
		return b == other
	}
	return b.value == other.value
}

// opens tells whether what stands in the block can be merged one by one.
func (b *block) opens() bool { return b != nil && b.kids != nil }

// emptied is a list without its entries.
func (b *block) emptied() *block {
	c := *b
	c.kids = nil
	return &c
}

func (b *block) kid(name string) *block {
	if b == nil {
		return nil
	}
	if i := slices.IndexFunc(b.kids, func(k *block) bool { return k.name == name }); i >= 0 {
		return b.kids[i]
	}
	return nil
}

func (b *block) names() (out []string) {
	if b == nil {
		return nil
	}
	for _, k := range b.kids {
		out = append(out, k.name)
	}
	return out
}

// among are the names that all of the blocks have, in this one's order.
func (b *block) among(all ...*block) (out []string) {
	for _, n := range b.names() {
		if !slices.ContainsFunc(all, func(o *block) bool { return o.kid(n) == nil }) {
			out = append(out, n)
		}
	}
	return out
}

// shown is the block as it is written, at the left margin.
func (b *block) shown() string {
	if b == nil {
		return ""
	}
	c := *b
	c.lead = nil
	return strings.Join(c.written(0), "\n")
}

// written are the lines of the block at an indentation.
func (b *block) written(indent int) []string {
	out := moved(b.lead, indent-b.indent)
	head := moved(b.head, indent-b.indent)
	if b.kids == nil {
		return append(out, head...)
	}
	out = append(out, head...)
	inner := indent + b.kids[0].indent - b.indent
	for i, k := range b.kids {
		lines := k.written(inner)
		if b.entry && i == 0 {
			lines[len(k.lead)] = strings.Repeat(" ", indent) + "-" + lines[len(k.lead)][indent+1:]
		}
		out = append(out, lines...)
	}
	return out
}

// moved shifts lines to the right, or to the left as far as they have blanks.
func moved(lines []string, by int) []string {
	out := make([]string, len(lines))
	for i, l := range lines {
		switch blanks := len(l) - len(strings.TrimLeft(l, " ")); {
		case by > 0 && l != "":
			l = strings.Repeat(" ", by) + l
		case by < 0:
			l = l[min(-by, blanks):]
		}
		out[i] = l
	}
	return out
}

// readBlocks takes a text apart that compiles.
func readBlocks(kind crm.RuleKind, src []byte) *block {
	r, root := newReader(src)
	e := &editor{reader: r}
	for _, l := range r.lines {
		e.text = append(e.text, string(l))
	}
	section := pairOf(root, string(kind))
	whole := e.pair(section, 0)
	whole.name = ""
	_, last := e.reach(section)
	whole.tail = e.text[last:]
	if kind == crm.RulePipeline {
		whole.standard = r.defaultPipeline(section.Value)
		if _, several := section.Value.(*ast.SequenceNode); !several { // its paths begin like those of a list
			whole.standard = ""
		}
	}
	return whole
}

// pair is the block of a key, which begins behind the line that is given.
func (e *editor) pair(v *ast.MappingValueNode, behind int) *block {
	from, to := e.reach(v)
	b := &block{name: v.Key.String(), value: e.saying(v.Value), lead: e.text[behind:from], head: e.text[from:to], indent: at(v).column - 1}
	e.open(b, v.Value, from)
	return b
}

// reach is the first line of a key or entry and the line behind its last.
func (e *editor) reach(n ast.Node) (from, to int) {
	from = at(n).line - 1
	to = e.behind(from, at(n).column)
	if v, ok := n.(*ast.MappingValueNode); ok {
		if list, ok := v.Value.(*ast.SequenceNode); ok && !list.IsFlowStyle && len(list.Values) > 0 { // its dashes may stand under the key
			to = max(to, e.lines(list, len(list.Values)-1).to)
		}
	}
	return from, to
}

// open takes apart what stands under a key.
func (e *editor) open(b *block, value ast.Node, line int) {
	switch n := value.(type) {
	case *ast.MappingNode:
		if !n.IsFlowStyle && len(n.Values) > 0 && at(n).line-1 > line {
			b.head, b.kids = e.text[line:line+1], e.pairs(n.Values, line+1)
		}
	case *ast.MappingValueNode:
		if at(n).line-1 > line {
			b.head, b.kids = e.text[line:line+1], e.pairs([]*ast.MappingValueNode{n}, line+1)
		}
	case *ast.SequenceNode:
		if names := e.entryNames(n); names != nil && n.Start.Position.Line-1 > line {
			b.head, b.list = e.text[line:line+1], true
			behind := line + 1
			for i, name := range names {
				b.kids = append(b.kids, e.item(n, i, name, behind, b.name == "cases"))
				behind = e.lines(n, i).to
			}
		}
	}
}

func (e *editor) pairs(values []*ast.MappingValueNode, behind int) (out []*block) {
	for _, v := range values {
		out = append(out, e.pair(v, behind))
		_, behind = e.reach(v)
	}
	return out
}

// item is the block of an entry of a list. A condition or a case is one whole.
func (e *editor) item(list *ast.SequenceNode, i int, name string, behind int, whole bool) *block {
	n, s := list.Values[i], e.lines(list, i)
	b := &block{name: name, value: e.saying(n), lead: e.text[behind:s.from], head: e.text[s.from:s.to], indent: list.Start.Position.Column - 1, entry: true}
	m, ok := n.(*ast.MappingNode)
	if !ok || m.IsFlowStyle || whole || pairOf(m, "id") != nil {
		return b
	}
	b.kids = e.pairs(m.Values, s.from)
	first := b.kids[0]
	first.head = slices.Clone(first.head) // without its dash, which is the entry's
	first.head[0] = strings.Replace(first.head[0], "-", " ", 1)
	b.head = nil
	return b
}

// entryNames are the names of the entries of a list that all have one of their own; nil when it is no such list.
func (e *editor) entryNames(list *ast.SequenceNode) (out []string) {
	if list.IsFlowStyle {
		return nil
	}
	for _, v := range list.Values {
		name := e.nameOf(v)
		if name == "" || slices.Contains(out, name) {
			return nil
		}
		out = append(out, name)
	}
	return out
}

// saying is all that stands under a node with its places, so that two that mean the same are equal.
func (e *editor) saying(n ast.Node) string {
	var all writings
	e.flatten(n, "", &all)
	slices.SortStableFunc(all, func(a, b written) int { return strings.Compare(a.path, b.path) })
	var b strings.Builder
	for _, w := range all {
		b.WriteString(w.path + "\x00" + w.text + "\x00")
	}
	return b.String()
}
