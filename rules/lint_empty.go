package rules

import (
	"slices"
	"strings"

	"github.com/expr-lang/expr/ast"

	"leadtocash/crm"
)

// unguarded finds dates that are ordered or counted from although they may be empty there: the condition is then not evaluated.
func (l *linter) unguarded(r *reading, before []*reading) {
	var held []*formula
	for _, b := range before {
		if !b.broken {
			held = append(held, b.yes)
		}
	}
	told := map[string]bool{}
	r.view.reached(r.view.root, held, func(n ast.Node, held []*formula) {
		for _, d := range orderedDates(n) {
			p := path(d)
			if fieldAt(p).Type != crm.TypeDate || told[p] || !mayBeEmpty(l.set.kind, p) || emptyHere(l.set.kind, r.where, p) || !possible(append(slices.Clone(held), is(p, numberSet{none: true}))...) {
				continue
			}
			told[p] = true
			from, _ := r.view.span(n)
			l.find(LintUnguardedDate, LintWarning, r.where, from, map[string]string{"clause": r.view.expression.text(n), "name": clauseName(r.where), "field": p},
				p+" may be empty, and then the condition cannot be evaluated and refuses; write filled("+p+") before it")
		}
	})
}

// reached visits the comparisons of a condition with what must hold before each of them is judged.
func (v *view) reached(n ast.Node, held []*formula, visit func(ast.Node, []*formula)) {
	switch n := n.(type) {
	case *ast.UnaryNode:
		v.reached(n.Node, held, visit)
		return
	case *ast.BinaryNode:
		left := v.judge(n.Left)
		switch n.Operator {
		case "and", "&&":
			v.reached(n.Left, held, visit)
			v.reached(n.Right, append(slices.Clone(held), left.yes), visit)
			return
		case "or", "||":
			v.reached(n.Left, held, visit)
			v.reached(n.Right, append(slices.Clone(held), left.no), visit)
			return
		}
	}
	visit(n, held)
}

// orderedDates are the dates that a comparison orders or counts from.
func orderedDates(n ast.Node) (out []ast.Node) {
	switch n := n.(type) {
	case *ast.BinaryNode:
		if strings.ContainsAny(n.Operator, "<>") {
			for _, side := range []ast.Node{n.Left, n.Right} {
				if fieldAt(path(side)).Type == crm.TypeDate {
					out = append(out, side)
				}
			}
		}
	case *ast.CallNode:
		if id, ok := n.Callee.(*ast.IdentifierNode); ok && !slices.Contains(answering, id.Value) {
			out = append(out, n.Arguments...)
		}
	}
	for _, c := range children(n) {
		out = append(out, orderedDates(c)...)
	}
	return out
}

// emptyPasses finds comparisons by != and not in that an empty field passes, where that opens the gate.
func (l *linter) emptyPasses(r *reading, list []*reading, self int) {
	var others []*formula
	for i, o := range list {
		if i != self && !o.broken {
			others = append(others, o.yes)
		}
	}
	r.view.differences(r.view.root, false, func(n *ast.BinaryNode, p string, pass bool) {
		empty := r.view.empty(p)
		if !mayBeEmpty(l.set.kind, p) || emptyHere(l.set.kind, r.where, p) || !possible(r.view.judge(n).turned(!pass).yes, empty) {
			return
		}
		with, without := r.view.suppose(n, pass), r.view.suppose(n, !pass)
		if !possible(append(slices.Clone(others), empty, with.yes, without.fails())...) {
			return
		}
		from, _ := r.view.span(n)
		l.find(LintNullable, LintWarning, r.where, from, map[string]string{"clause": r.view.expression.text(n), "name": clauseName(r.where), "field": p},
			"an empty "+p+" passes "+quoted(r.view.expression.text(n))+"; write filled("+p+") and before it, or list what is allowed")
	})
}

// differences visits the comparisons of a field with something fixed that ask it to be different; pass is the answer with which they do.
func (v *view) differences(n ast.Node, negated bool, visit func(n *ast.BinaryNode, field string, pass bool)) {
	switch n := n.(type) {
	case *ast.UnaryNode:
		v.differences(n.Node, !negated, visit)
	case *ast.BinaryNode:
		field, other := path(n.Left), n.Right
		if field == "" && n.Operator != "in" {
			field, other = path(n.Right), n.Left
		}
		switch n.Operator {
		case "and", "&&", "or", "||":
			v.differences(n.Left, negated, visit)
			v.differences(n.Right, negated, visit)
			return
		case "!=", "==", "in":
			t := fieldAt(field).Type
			if _, fixed := v.constant(other); fixed && (n.Operator == "!=") != negated && (t == crm.TypeText || t == crm.TypeDate) {
				visit(n, field, !negated)
			}
		}
	}
}

// suppose is the condition with the answer of one comparison given.
func (v *view) suppose(n ast.Node, answer bool) judgement {
	v.given[n] = v.constantTruth(answer)
	defer delete(v.given, n)
	return v.judge(v.root)
}

// empty says that a text or date field holds nothing.
func (v *view) empty(p string) *formula {
	if fieldAt(p).Type == crm.TypeDate {
		return is(p, numberSet{none: true})
	}
	return is(p, v.textsOf(p).meet(oneText("")))
}
