package rules

import (
	"slices"
	"strings"

	"github.com/expr-lang/expr/ast"

	"leadtocash/crm"
)

// view reads an expression as formulas about quantities.
type view struct {
	*expression
	kind   crm.RuleKind
	stages []string // what deal.stage can be; nil: anything
	ranges map[string]numberRange
	odd    map[string][]string    // texts that a field with a closed list is compared with although they are not on it
	given  map[ast.Node]judgement // parts whose answer is supposed
}

// judgement says when a part is true, when it is false and when it cannot be evaluated.
type judgement struct{ yes, no, unknown *formula }

func (j judgement) not() judgement { return judgement{j.no, j.yes, j.unknown} }

// fails is when the part does not hold: it is false, or cannot be evaluated.
func (j judgement) fails() *formula { return anyOf(j.no, j.unknown) }

// and is judged from the left; what is behind a false part is not reached.
func (j judgement) and(o judgement) judgement {
	return judgement{allOf(j.yes, o.yes), anyOf(j.no, allOf(j.yes, o.no)), anyOf(j.unknown, allOf(j.yes, o.unknown))}
}

func (j judgement) or(o judgement) judgement { return j.not().and(o.not()).not() }

func sure(yes, no *formula) judgement { return judgement{yes, no, never} }

var (
	certain    = sure(always, never)
	impossible = sure(never, always)
)

func (v *view) judge(n ast.Node) judgement {
	if j, ok := v.given[n]; ok {
		return j
	}
	switch n := n.(type) {
	case *ast.BoolNode:
		if n.Value {
			return certain
		}
		return impossible
	case *ast.UnaryNode:
		return v.judge(n.Node).not()
	case *ast.MemberNode:
		return v.opaque(n)
	case *ast.CallNode:
		if n.Callee.(*ast.IdentifierNode).Value == "filled" {
			return v.filled(n.Arguments[0])
		}
	case *ast.BinaryNode:
		switch n.Operator {
		case "and", "&&":
			return v.judge(n.Left).and(v.judge(n.Right))
		case "or", "||":
			return v.judge(n.Left).or(v.judge(n.Right))
		}
		return v.comparison(n)
	}
	return v.opaque(n)
}

// opaque is a part that is only compared with itself.
func (v *view) opaque(n ast.Node) judgement {
	text := n.String()
	j := sure(is(text, isTrue), is(text, isFalse))
	if v.mayFail(n) {
		j.unknown = is(text, isUnknown)
	}
	return j
}

// answering are the functions that always give a value.
var answering = []string{"filled", "date", "len", "lower", "upper", "trim", "abs", "min", "max", "any", "all", "none", "one", "count"}

// mayFail tells whether there may be facts on which a part cannot be evaluated: it orders dates, or calls what does not always answer.
func (v *view) mayFail(n ast.Node) bool {
	switch n := n.(type) {
	case *ast.BuiltinNode:
		if !slices.Contains(answering, n.Name) {
			return true
		}
	case *ast.CallNode:
		if !slices.Contains(answering, n.Callee.(*ast.IdentifierNode).Value) {
			return true
		}
	case *ast.BinaryNode:
		if strings.ContainsAny(n.Operator, "<>") && v.expression.kind(n.Left) == tDate {
			return true
		}
	}
	return slices.ContainsFunc(children(n), v.mayFail)
}

func (v *view) filled(n ast.Node) judgement {
	switch t := v.expression.kind(n); t {
	case tBool:
		return v.judge(n)
	case tText:
		name, can, _, _ := v.textOf(n)
		if name == "" {
			return v.constantTruth(!can.meet(textSet{except: true, nonblank: true}).void())
		}
		some := can.meet(textSet{except: true, nonblank: true})
		return sure(is(name, some), is(name, can.meet(textSet{except: true, blank: true})))
	case tList:
		return v.compareSums(v.listLength(n), "!=")
	case tDate:
		if p := path(n); p != "" {
			can, _ := v.numbersOf(p)
			empty := never
			if can.none {
				empty = is(p, numberSet{none: true})
			}
			return sure(is(p, v.isSet(p)), empty)
		}
		return certain
	}
	return v.compareSums(v.number(n), "!=")
}

func (v *view) constantTruth(yes bool) judgement {
	if yes {
		return certain
	}
	return impossible
}

// listLength is the quantity under which len of a list goes as well.
func (v *view) listLength(n ast.Node) sum {
	return v.quantity((&ast.BuiltinNode{Name: "len", Arguments: []ast.Node{n}}).String(), numberSet{parts: []interval{{low: ratZero}}}, true)
}

// compareSums judges a sum against 0, where everything that it needs is there.
func (v *view) compareSums(s sum, op string) judgement {
	j := sure(v.within(s, op), v.within(s, opposite[op]))
	for i := len(s.needs) - 1; i >= 0; i-- {
		n := s.needs[i]
		j = judgement{allOf(n.met, j.yes), allOf(n.met, j.no), anyOf(n.unmet, allOf(n.met, j.unknown))}
	}
	return j
}

func (v *view) comparison(n *ast.BinaryNode) judgement {
	switch t := v.expression.kind(n.Left); {
	case n.Operator == "in":
		return v.among(n, t)
	case t == tBool:
		l, r := v.judge(n.Left), v.judge(n.Right)
		same := judgement{
			anyOf(allOf(l.yes, r.yes), allOf(l.no, r.no)), anyOf(allOf(l.yes, r.no), allOf(l.no, r.yes)), anyOf(l.unknown, r.unknown),
		}
		if n.Operator == "!=" {
			return same.not()
		}
		return same
	case t == tNumber:
		return v.compareSums(v.number(n.Left).plus(v.number(n.Right), minusOne), n.Operator)
	case t == tDate && (n.Operator == "==" || n.Operator == "!="):
		same := v.sameDay(n.Left, n.Right)
		if n.Operator == "!=" {
			return same.not()
		}
		return same
	case t == tDate:
		return v.compareSums(v.dated(n.Left).plus(v.dated(n.Right), minusOne), n.Operator)
	}
	return v.compareTexts(n)
}

// sameDay judges equality of dates, which an empty one has too.
func (v *view) sameDay(a, b ast.Node) judgement {
	set, empty := always, []*formula{}
	for _, n := range []ast.Node{a, b} {
		none, some := never, always
		if p := path(n); p != "" {
			some = is(p, v.isSet(p))
			if mayBeEmpty(v.kind, p) {
				none = is(p, numberSet{none: true})
			}
		}
		set, empty = allOf(set, some), append(empty, none)
	}
	difference := v.number(a).plus(v.number(b), minusOne)
	bothEmpty := allOf(empty[0], empty[1])
	oneEmpty := anyOf(allOf(empty[0], v.setDay(b)), allOf(empty[1], v.setDay(a)))
	return sure(anyOf(bothEmpty, allOf(set, v.within(difference, "=="))), anyOf(oneEmpty, allOf(set, v.within(difference, "!="))))
}

// setDay says that a date is set.
func (v *view) setDay(n ast.Node) *formula {
	if p := path(n); p != "" {
		return is(p, v.isSet(p))
	}
	return always
}

// among judges "in": a value in a list that is written out, or a text in a list of the facts.
func (v *view) among(n *ast.BinaryNode, t typ) judgement {
	list, written := n.Right.(*ast.ArrayNode)
	if !written {
		j := v.opaque(n)
		some := v.compareSums(v.listLength(n.Right), "!=")
		return judgement{allOf(j.yes, some.yes), j.no, j.unknown}
	}
	if t == tText {
		return v.amongTexts(n.Left, list.Nodes)
	}
	out := impossible
	for _, e := range list.Nodes {
		one := v.comparison(&ast.BinaryNode{Operator: "==", Left: n.Left, Right: e})
		out = judgement{anyOf(out.yes, one.yes), allOf(out.no, one.no), anyOf(out.unknown, one.unknown)}
	}
	return out
}
