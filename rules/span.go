package rules

import (
	"math"
	"strings"

	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/parser/lexer"
)

// extend widens from and to until they hold every token that the tree of the part names. Brackets leave no node behind.
func extend(n ast.Node, from, to *int) {
	if at := n.Location(); at.To > at.From {
		*from, *to = min(*from, at.From), max(*to, at.To)
	}
	for _, child := range children(n) {
		extend(child, from, to)
	}
}

// children are the parts of a part, for the nodes that rules may have.
func children(n ast.Node) []ast.Node {
	switch n := n.(type) {
	case *ast.UnaryNode:
		return []ast.Node{n.Node}
	case *ast.BinaryNode:
		return []ast.Node{n.Left, n.Right}
	case *ast.MemberNode:
		return []ast.Node{n.Node, n.Property}
	case *ast.BuiltinNode:
		return n.Arguments
	case *ast.CallNode:
		return append([]ast.Node{n.Callee}, n.Arguments...)
	case *ast.PredicateNode:
		return []ast.Node{n.Node}
	case *ast.ArrayNode:
		return n.Nodes
	}
	return nil
}

// balance takes in the brackets that open or close within the tokens first to last but not both.
func (x *expression) balance(first, last int) (int, int) {
	open, missing := 0, 0 // brackets still open at the end; closing ones without their opening
	for _, t := range x.tokens[first : last+1] {
		if t.Kind != lexer.Bracket {
			continue
		}
		switch {
		case isBracket(t.Value, "([{"):
			open++
		case open > 0:
			open--
		default:
			missing++
		}
	}
	for depth := 0; missing > 0 && first > 0; {
		first--
		switch t := x.tokens[first]; {
		case t.Kind == lexer.Bracket && isBracket(t.Value, ")]}"):
			depth++
		case t.Kind == lexer.Bracket && depth > 0:
			depth--
		case t.Kind == lexer.Bracket:
			missing--
		}
	}
	for depth := 0; open > 0 && last < len(x.tokens)-1; {
		last++
		switch t := x.tokens[last]; {
		case t.Kind == lexer.Bracket && isBracket(t.Value, "([{"):
			depth++
		case t.Kind == lexer.Bracket && depth > 0:
			depth--
		case t.Kind == lexer.Bracket:
			open--
		}
	}
	return first, last
}

// text is the source of a part.
func (x *expression) text(n ast.Node) string {
	from, to := x.span(n)
	return string(x.runes[from:to])
}

// span is the text of a part: from its first to behind its last character, with the brackets that belong to it.
func (x *expression) span(n ast.Node) (from, to int) {
	from, to = math.MaxInt, 0
	extend(n, &from, &to)
	first, last := -1, -1
	for i, t := range x.tokens {
		if t.From >= from && first < 0 {
			first = i
		}
		if t.To <= to {
			last = i
		}
	}
	if first < 0 || last < first {
		return max(0, min(from, len(x.runes))), len(x.runes)
	}
	first, last = x.balance(first, last)
	return x.tokens[first].From, x.tokens[last].To
}

func isBracket(value, set string) bool { return value != "" && strings.Contains(set, value) }
