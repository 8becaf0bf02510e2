package rules

import (
	"fmt"
	"regexp/syntax"
	"strconv"
	"strings"

	"github.com/expr-lang/expr/ast"
)

// typeChecker judges every part of an expression and collects all problems; expr's own checker would stop at the first.
type typeChecker struct {
	*expression
	inLoop   bool
	patterns int
}

// check demands that the whole expression is true or false.
func (x *expression) check() {
	c := &typeChecker{expression: x}
	if t := c.typeOf(x.root); t != tNone && t != tBool {
		from, _ := x.span(x.root)
		c.add(from, CodeTypeMismatch, map[string]string{"expected": "bool", "found": string(t)},
			"a condition must be true or false, this is "+string(t))
	}
	x.settle()
}

func (c *typeChecker) typeOf(n ast.Node) typ {
	switch n := n.(type) {
	case *ast.BoolNode:
		return tBool
	case *ast.StringNode:
		return tText
	case *ast.IntegerNode, *ast.FloatNode:
		return tNumber
	case *ast.IdentifierNode:
		return c.name(n)
	case *ast.MemberNode:
		return c.member(n)
	case *ast.PointerNode:
		if n.Name != "" || !c.inLoop {
			return c.forbid(n, "#"+n.Name, "use # inside any, all, none, one, count")
		}
		return tText
	case *ast.UnaryNode:
		return c.unary(n)
	case *ast.BinaryNode:
		return c.binary(n)
	case *ast.ArrayNode:
		return c.array(n)
	case *ast.BuiltinNode:
		return c.call(n, n.Name, n.Arguments)
	case *ast.CallNode:
		if id, ok := n.Callee.(*ast.IdentifierNode); ok {
			return c.call(n, id.Value, n.Arguments)
		}
		return c.forbid(n, "method call", "")
	case *ast.NilNode:
		return c.forbid(n, "nil", "use filled(field)")
	}
	return c.forbid(n, constructName(n), "")
}

// constructName is what people call a part of expr that rules do not have.
func constructName(n ast.Node) string {
	switch n.(type) {
	case *ast.SliceNode:
		return "[:]"
	case *ast.MapNode, *ast.PairNode:
		return "{}"
	case *ast.ConditionalNode:
		return "?"
	case *ast.SequenceNode:
		return ";"
	}
	return strings.TrimSuffix(strings.TrimPrefix(fmt.Sprintf("%T", n), "*ast."), "Node")
}

func (c *typeChecker) forbid(n ast.Node, name, hint string) typ {
	c.refuse(map[string]bool{}, n.Location().From, CodeConstructNotAllowed, name, hint)
	return tNone
}

func (c *typeChecker) mismatch(at int, left, right typ) typ {
	if left != tNone && right != tNone {
		c.add(at, CodeTypeMismatch, map[string]string{"left": string(left), "right": string(right)},
			fmt.Sprintf("%s and %s do not go together here", left, right))
	}
	return tNone
}

func (c *typeChecker) name(n *ast.IdentifierNode) typ {
	if c.cart != nil {
		return c.onlyQuantities(n.Location().From, n.Value)
	}
	if n.Value == "account" {
		return c.customGroup(n.Location().From, n.Value)
	}
	if group := vocabulary.groups[n.Value]; group != nil {
		c.add(n.Location().From, CodeUnknownName, map[string]string{"name": n.Value, "did_you_mean": n.Value + "." + group[0]},
			n.Value+" is a group of fields; name a field of it, as in "+n.Value+"."+group[0])
		return tNone
	}
	return c.unknown(n.Location().From, n.Value, suggestRoot(n.Value))
}

func (c *typeChecker) unknown(at int, name, near string) typ {
	p := Problem{Params: map[string]string{"name": name}, Text: "there is no " + name}.didYouMean(near)
	c.add(at, CodeUnknownName, p.Params, p.Text)
	return tNone
}

func (c *typeChecker) member(n *ast.MemberNode) typ {
	property, ok := n.Property.(*ast.StringNode)
	if !ok {
		return c.forbid(n, "[ ]", "use any, all or in")
	}
	if c.cart != nil {
		from, to := c.span(n)
		return c.onlyQuantities(from, string(c.runes[from:to]))
	}
	if p := customPath(n); p != "" {
		return c.customMember(property.Location().From, p)
	}
	root, ok := n.Node.(*ast.IdentifierNode)
	if !ok {
		if t := c.typeOf(n.Node); t == tNone {
			return tNone
		}
		return c.unknown(property.Location().From, property.Value, "")
	}
	group := vocabulary.groups[root.Value]
	if property.Value == "custom" && (group != nil || root.Value == "account") {
		return c.customGroup(property.Location().From, root.Value)
	}
	if group == nil {
		return c.unknown(root.Location().From, root.Value, suggestRoot(root.Value))
	}
	if f, ok := vocabulary.fields[root.Value+"."+property.Value]; ok {
		return typ(f.Type)
	}
	return c.unknown(property.Location().From, property.Value, nearest(property.Value, group))
}

func (c *typeChecker) unary(n *ast.UnaryNode) typ {
	t := c.typeOf(n.Node)
	want := tBool
	if n.Operator == "-" || n.Operator == "+" {
		want = tNumber
	}
	if t == tNone || t.base() == want {
		return want
	}
	c.add(n.Location().From, CodeTypeMismatch, map[string]string{"expected": string(want), "found": string(t)},
		fmt.Sprintf("%s needs %s, this is %s", n.Operator, want, t))
	return tNone
}

func (c *typeChecker) binary(n *ast.BinaryNode) typ {
	l, r := c.typeOf(n.Left), c.typeOf(n.Right)
	at := n.Location().From
	result, fits := operatorTypes(n.Operator, l.base(), r.base())
	if result == tNone {
		c.refuse(map[string]bool{}, at, CodeOperatorNotAllowed, n.Operator, "")
		return tNone
	}
	if n.Operator == "matches" {
		return c.pattern(n, l)
	}
	if !fits && l != tNone && r != tNone {
		c.mismatch(at, l, r)
		return tNone
	}
	return result
}

// operatorTypes tells what an operator gives, and whether it takes these two types.
func operatorTypes(op string, l, r typ) (result typ, fits bool) {
	switch op {
	case "and", "or", "&&", "||":
		return tBool, l == tBool && r == tBool
	case "==", "!=":
		return tBool, l == r && (l == tBool || l == tNumber || l == tText || l == tDate)
	case "<", "<=", ">", ">=":
		return tBool, l == r && (l == tNumber || l == tDate)
	case "+", "-", "*":
		return tNumber, l == tNumber && r == tNumber
	case "in":
		return tBool, l == tText && r == tList || l == tNumber && r == tNumbers || l == tDate && r == tDates
	case "contains", "startsWith", "endsWith":
		return tBool, l == tText && r == tText
	case "matches":
		return tBool, true
	}
	return tNone, false
}

func (c *typeChecker) pattern(n *ast.BinaryNode, l typ) typ {
	s, ok := n.Right.(*ast.StringNode)
	at := n.Right.Location().From
	switch {
	case !ok:
		from, _ := c.span(n.Right)
		c.add(from, CodePatternMustBeFixed, nil, "the pattern of matches must be a text in quotes")
	case len(s.Value) > MaxPatternLength:
		c.add(at, CodeTooLong, map[string]string{"max": strconv.Itoa(MaxPatternLength)}, "the pattern is too long; the most is 200 characters")
	default:
		c.regular(at, s.Value)
	}
	if l != tNone && l != tText {
		c.mismatch(n.Location().From, l, tText)
	}
	return tBool
}

// regular judges a pattern. Its cost is its size times the text's, so the size after expansion is limited, and how many
// there are.
func (c *typeChecker) regular(at int, pattern string) {
	tree, err := syntax.Parse(pattern, syntax.Perl)
	if err != nil {
		c.add(at, CodeInvalidValue, map[string]string{"value": pattern}, "the pattern cannot be read: "+err.Error())
		return
	}
	steps := maxPatternSteps + 1
	if program, err := syntax.Compile(tree.Simplify()); err == nil {
		steps = len(program.Inst)
	}
	if c.patterns++; steps > maxPatternSteps || c.patterns > maxPatterns {
		c.add(at, CodeTooComplex, map[string]string{"max": strconv.Itoa(maxPatternSteps)}, "the pattern repeats too much, or there are more than 5 patterns")
	}
}

func (c *typeChecker) array(n *ast.ArrayNode) typ {
	first := tNone
	for _, e := range n.Nodes {
		switch t := c.typeOf(e).base(); {
		case t == tNone:
			return tNone
		case first == tNone:
			first = t
		case first != t:
			from, _ := c.span(e)
			return c.mismatch(from, first, t)
		}
	}
	switch first {
	case tText:
		return tList
	case tNumber:
		return tNumbers
	case tDate:
		return tDates
	}
	c.add(n.Location().From, CodeInvalidValue, map[string]string{"value": "[]"}, "a list must hold texts, numbers or dates")
	return tNone
}
