package rules

import (
	"slices"
	"strings"

	"github.com/expr-lang/expr/ast"
)

// textOf reads a text: the quantity with what it can be, or a constant as a set of one. change is what is done to the field's value.
func (v *view) textOf(n ast.Node) (name string, can textSet, change func(string) string, constant bool) {
	same := func(s string) string { return s }
	switch n := n.(type) {
	case *ast.StringNode:
		return "", oneText(n.Value), same, true
	case *ast.MemberNode:
		return path(n), v.textsOf(path(n)), same, false
	case *ast.BuiltinNode:
		f := map[string]func(string) string{"lower": strings.ToLower, "upper": strings.ToUpper, "trim": strings.TrimSpace}[n.Name]
		if f == nil {
			break
		}
		inner, can, before, constant := v.textOf(n.Arguments[0])
		list := make([]string, len(can.list))
		for i, t := range can.list {
			list[i] = f(t)
		}
		if can.list = list; inner != "" {
			inner = n.String()
		}
		return inner, can, func(s string) string { return f(before(s)) }, constant
	}
	return n.String(), everyText, same, false
}

// textsOf is what a field can hold.
func (v *view) textsOf(p string) textSet {
	n := natureOf(p)
	switch {
	case p == "deal.stage" && v.stages != nil:
		return oneText(slices.Concat(v.stages, v.odd[p])...)
	case n.closed != nil:
		list := slices.Concat(n.closed, v.odd[p])
		if mayBeEmpty(v.kind, p) {
			list = append(list, "")
		}
		return oneText(list...)
	case !mayBeEmpty(v.kind, p):
		return textSet{except: true, nonblank: true}
	}
	return everyText
}

func (v *view) compareTexts(n *ast.BinaryNode) judgement {
	l, canLeft, _, fixedLeft := v.textOf(n.Left)
	r, canRight, _, fixedRight := v.textOf(n.Right)
	equality := n.Operator == "==" || n.Operator == "!="
	switch {
	case equality && fixedRight && !fixedLeft:
		return v.amongTexts(n.Left, []ast.Node{n.Right}).turned(n.Operator == "!=")
	case equality && fixedLeft && !fixedRight:
		return v.amongTexts(n.Right, []ast.Node{n.Left}).turned(n.Operator == "!=")
	case equality && fixedLeft:
		return v.constantTruth((canLeft.list[0] == canRight.list[0]) == (n.Operator == "=="))
	case equality && l == r:
		return v.constantTruth(n.Operator == "==")
	case equality:
		name := min(l, r) + " == " + max(l, r)
		return sure(is(name, isTrue), is(name, isFalse)).turned(n.Operator == "!=")
	case fixedRight && fixedLeft:
		return v.constantTruth(trait{op: n.Operator, with: canRight.list[0]}.of(canLeft.list[0]))
	case fixedRight:
		x := trait{op: n.Operator, with: canRight.list[0]}
		yes, no := everyText, everyText
		yes.traits = []trait{x}
		x.not = true
		no.traits = []trait{x}
		return sure(is(l, canLeft.meet(yes)), is(l, canLeft.meet(no)))
	}
	return v.opaque(n)
}

func (j judgement) turned(turn bool) judgement {
	if turn {
		return j.not()
	}
	return j
}

// amongTexts judges a text against fixed ones. One that the text can never be, such as capitals in lower(…), is left out.
func (v *view) amongTexts(n ast.Node, list []ast.Node) judgement {
	name, can, change, constant := v.textOf(n)
	var open []judgement
	var fixed []string
	for _, e := range list {
		switch _, c, _, ok := v.textOf(e); {
		case !ok:
			open = append(open, v.compareTexts(&ast.BinaryNode{Operator: "==", Left: n, Right: e}))
		case change(c.list[0]) == c.list[0]:
			fixed = append(fixed, c.list[0])
		}
	}
	out := sure(is(name, can.meet(oneText(fixed...))), is(name, can.meet(notText(fixed...))))
	if constant {
		out = v.constantTruth(slices.Contains(fixed, can.list[0]))
	}
	for _, o := range open {
		out = judgement{anyOf(out.yes, o.yes), allOf(out.no, o.no), never}
	}
	return out
}
