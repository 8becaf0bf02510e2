package rules

import (
	"strings"

	"github.com/expr-lang/expr/ast"
)

// reading is a condition as the linter sees it.
type reading struct {
	where  string
	source string
	view   *view
	judgement
	operands []operand
	broken   bool // what is wrong with it makes other findings worthless
}

// operand is one of the parts of a condition that must all hold, with its alternatives.
type operand struct {
	judgement
	parts  []part
	each   []judgement
	source string
	at     int
}

// list reads the conditions of a list.
func (l *linter) list(key string, conditions []*condition, stages []string) []*reading {
	out := make([]*reading, 0, len(conditions))
	for _, c := range conditions {
		out = append(out, l.read(join(key, c.id), c, stages))
	}
	return out
}

// read takes a condition apart. Its source has passed the checks before.
func (l *linter) read(where string, c *condition, stages []string) *reading {
	v := &view{
		expression: parseExpression(c.source), kind: l.set.kind, stages: stages, ranges: map[string]numberRange{}, odd: l.odd,
		given: map[ast.Node]judgement{},
	}
	r := &reading{where: where, source: c.source, view: v, judgement: v.judge(v.root)}
	for _, parts := range operands(v.root) {
		r.operands = append(r.operands, v.operand(parts))
	}
	return r
}

func (v *view) operand(parts []part) operand {
	o := operand{parts: parts, judgement: impossible}
	var sources []string
	for i, p := range parts {
		j := v.judge(p.node).turned(p.negated)
		o.each = append(o.each, j)
		o.judgement = o.judgement.or(j)
		shown, source := p.node, "not ("+v.text(p.node)+")"
		if p.whole != nil {
			shown, source = p.whole, v.text(p.whole)
		}
		from, _ := v.span(shown)
		if i == 0 {
			o.at = from
		}
		sources = append(sources, source)
	}
	o.source = strings.Join(sources, " or ")
	return o
}

// canonical is the source without its blanks, for comparing.
func (x *expression) canonical() string {
	var b strings.Builder
	for _, t := range x.tokens {
		b.WriteString(t.String() + " ")
	}
	return b.String()
}
