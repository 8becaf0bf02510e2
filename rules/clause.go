package rules

import (
	"slices"
	"strings"

	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/vm"

	"leadtocash/crm"
)

// clause is one part of a condition that is judged and shown on its own.
type clause struct {
	source     string
	op         string
	needs      string
	needsField string // the field that it compares with, when that is no literal
	fields     []field
	fixBy      []crm.Role
	program    *vm.Program
}

// part is a piece of the tree, with the negation that stands before it.
type part struct {
	node    ast.Node
	negated bool
	whole   ast.Node // the piece with its own "not"; nil when the "not" stands further out
}

// operands splits a condition at "and": each must be true. Each operand is a list of alternatives, split at "or"; most
// have one. "not" is carried inwards, so that not (a or b) gives two operands.
func operands(root ast.Node) [][]part {
	var out [][]part
	for _, p := range split(part{node: root, whole: root}, "and") {
		out = append(out, split(p, "or"))
	}
	return out
}

// split takes a part to pieces at the operator; a negated part splits at the other one (De Morgan).
func split(p part, operator string) []part {
	switch n := p.node.(type) {
	case *ast.UnaryNode:
		if n.Operator == "not" || n.Operator == "!" {
			inner := part{node: n.Node, negated: !p.negated, whole: n}
			if p.negated {
				inner.whole = n.Node // two negations: the piece itself
			}
			return split(inner, operator)
		}
	case *ast.BinaryNode:
		if joins(n.Operator, p.negated) == operator {
			return append(split(piece(n.Left, p.negated), operator), split(piece(n.Right, p.negated), operator)...)
		}
	}
	return []part{p}
}

func piece(n ast.Node, negated bool) part {
	if negated {
		return part{node: n, negated: true}
	}
	return part{node: n, whole: n}
}

// joins tells how the operator joins its sides once the negation is carried inwards; "" when it is no joint.
func joins(operator string, negated bool) string {
	and := operator == "and" || operator == "&&"
	or := operator == "or" || operator == "||"
	switch {
	case and && !negated, or && negated:
		return "and"
	case and, or:
		return "or"
	}
	return ""
}

// clause compiles and describes a part.
func (x *expression) clause(p part) (clause, error) {
	node := p.node
	if p.negated {
		node = &ast.UnaryNode{Operator: "not", Node: p.node}
		node.SetLocation(p.node.Location())
	}
	program, err := x.program(node)
	if err != nil {
		return clause{}, err
	}
	c := clause{program: program, fields: fieldsOf(p.node)}
	if p.whole != nil {
		c.source = x.text(p.whole)
	} else {
		c.source = "not (" + x.text(p.node) + ")"
	}
	x.describe(&c, p)
	c.fixBy = writers(c.fields)
	return c, nil
}

// writers are the roles that may fill at least one of the fields, in the order of the roles.
func writers(fields []field) []crm.Role {
	var out []crm.Role
	for _, r := range crm.Roles() {
		if slices.ContainsFunc(fields, func(f field) bool { return slices.Contains(f.Writers, r) }) {
			out = append(out, r)
		}
	}
	return out
}

// opposite is the comparison that holds when the other does not.
var opposite = map[string]string{
	"==": "!=", "!=": "==", "<": ">=", ">=": "<", ">": "<=", "<=": ">",
	"in": "not in", "contains": "not contains", "startsWith": "not startsWith", "endsWith": "not endsWith", "matches": "not matches",
}

// mirrored is the comparison with its sides exchanged.
var mirrored = map[string]string{"==": "==", "!=": "!=", "<": ">", ">": "<", "<=": ">=", ">=": "<="}

// describe finds the simple forms: a field compared with a literal or another field, filled(field), a field that is true.
func (x *expression) describe(c *clause, p part) {
	switch n := p.node.(type) {
	case *ast.MemberNode:
		c.op, c.needs = "is", "true"
		if p.negated {
			c.needs = "false"
		}
	case *ast.CallNode:
		if id, ok := n.Callee.(*ast.IdentifierNode); ok && id.Value == "filled" && path(n.Arguments[0]) != "" {
			c.op = "filled"
			if p.negated {
				c.op = "empty"
			}
		}
	case *ast.BinaryNode:
		x.compare(c, n)
		if p.negated && c.op != "" {
			c.op = opposite[c.op]
		}
	}
}

func (x *expression) compare(c *clause, n *ast.BinaryNode) {
	left, right := path(n.Left), path(n.Right)
	op, other := n.Operator, n.Right
	if left == "" {
		op, other, left, right = mirrored[n.Operator], n.Left, right, ""
	}
	if left == "" || op == "" || opposite[op] == "" {
		return
	}
	if right != "" {
		c.op, c.needsField = op, right
		return
	}
	if needs, ok := x.constant(other); ok {
		c.op, c.needs = op, needs
	}
}

// constant is the text of a literal: a number as written, a text or date without quotes, a list with commas.
func (x *expression) constant(n ast.Node) (string, bool) {
	switch n := n.(type) {
	case *ast.IntegerNode, *ast.FloatNode:
		return strings.ReplaceAll(x.text(n), "_", ""), true
	case *ast.StringNode:
		return n.Value, true
	case *ast.BoolNode:
		return n.String(), true
	case *ast.UnaryNode:
		text, ok := x.constant(n.Node)
		return n.Operator + text, ok && n.Operator == "-"
	case *ast.BuiltinNode:
		if n.Name == "date" {
			return x.constant(n.Arguments[0])
		}
	case *ast.ArrayNode:
		var all []string
		for _, e := range n.Nodes {
			text, ok := x.constant(e)
			if !ok {
				return "", false
			}
			all = append(all, text)
		}
		return strings.Join(all, ", "), true
	}
	return "", false
}
