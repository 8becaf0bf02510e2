package rules

import (
	"reflect"

	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/builtin"
	"github.com/expr-lang/expr/checker"
	"github.com/expr-lang/expr/compiler"
	"github.com/expr-lang/expr/conf"
	"github.com/expr-lang/expr/file"
	"github.com/expr-lang/expr/parser"
	"github.com/expr-lang/expr/vm"

	"leadtocash/crm"
)

// program compiles one part of a checked expression. Numbers and dates go through our exact operations; texts, truth
// values and loops stay expr's own. The tree is built anew, so that parts can be compiled one by one.
func (x *expression) program(n ast.Node) (*vm.Program, error) {
	config := &conf.Config{Expect: reflect.Bool, ShortCircuit: true, Functions: operationsFor(n), Builtins: builtins}
	tree := &parser.Tree{Node: x.lower(n), Source: file.NewSource(x.source)}
	if _, err := checker.Check(tree, config); err != nil {
		return nil, err
	}
	return compiler.Compile(tree, config)
}

// builtins are the functions of expr's own that rules keep; the compiler knows no others.
var builtins = func() conf.FunctionsTable {
	all := conf.FunctionsTable{}
	for _, name := range []string{"len", "lower", "upper", "trim", "any", "all", "none", "one", "count"} {
		all[name] = builtin.Builtins[builtin.Index[name]]
	}
	return all
}()

func (x *expression) lower(n ast.Node) ast.Node {
	m := x.lowered(n)
	m.SetLocation(n.Location())
	return m
}

func (x *expression) lowered(n ast.Node) ast.Node {
	switch n := n.(type) {
	case *ast.IntegerNode, *ast.FloatNode:
		at := n.Location()
		d, err := literal(string(x.runes[at.From:at.To]))
		if err != nil {
			panic(err) // the checker has read it before
		}
		return &ast.ConstantNode{Value: d}
	case *ast.StringNode:
		return &ast.StringNode{Value: n.Value}
	case *ast.BoolNode:
		return &ast.BoolNode{Value: n.Value}
	case *ast.MemberNode:
		return x.lowerField(n)
	case *ast.PointerNode:
		return &ast.PointerNode{}
	case *ast.PredicateNode:
		return &ast.PredicateNode{Node: x.lower(n.Node)}
	case *ast.ArrayNode:
		return x.lowerArray(n)
	case *ast.UnaryNode:
		return x.lowerUnary(n)
	case *ast.BinaryNode:
		return x.lowerBinary(n)
	case *ast.BuiltinNode:
		return x.lowerCall(n.Name, n.Arguments)
	case *ast.CallNode:
		return x.lowerCall(n.Callee.(*ast.IdentifierNode).Value, n.Arguments)
	}
	panic("unknown part of a rule")
}

func (x *expression) lowerAll(nodes []ast.Node) []ast.Node {
	out := make([]ast.Node, len(nodes))
	for i, n := range nodes {
		out[i] = x.lower(n)
	}
	return out
}

// lowerArray makes a list of literal texts a constant, so that it is not built anew for each entry of a loop.
func (x *expression) lowerArray(n *ast.ArrayNode) ast.Node {
	texts := make([]string, 0, len(n.Nodes))
	for _, e := range n.Nodes {
		if s, ok := e.(*ast.StringNode); ok {
			texts = append(texts, s.Value)
		}
	}
	if len(texts) == len(n.Nodes) {
		return &ast.ConstantNode{Value: texts}
	}
	return &ast.ArrayNode{Nodes: x.lowerAll(n.Nodes)}
}

func operation(name string, args ...ast.Node) ast.Node {
	return &ast.CallNode{Callee: &ast.IdentifierNode{Value: name}, Arguments: args}
}

func (x *expression) lowerUnary(n *ast.UnaryNode) ast.Node {
	switch n.Operator {
	case "-":
		return operation("negative", x.lower(n.Node))
	case "+":
		return x.lower(n.Node)
	}
	return &ast.UnaryNode{Operator: "not", Node: x.lower(n.Node)}
}

func (x *expression) lowerBinary(n *ast.BinaryNode) ast.Node {
	l := x.lower(n.Left)
	kind := x.kind(n.Left)
	if n.Operator == "in" && kind == tText {
		return x.lowerIn(n)
	}
	if kind != tNumber && kind != tDate {
		return &ast.BinaryNode{Operator: n.Operator, Left: l, Right: x.lower(n.Right)}
	}
	if n.Operator == "in" {
		return operation(string(kind)+" in", append([]ast.Node{l}, x.lowerAll(n.Right.(*ast.ArrayNode).Nodes)...)...)
	}
	return operation(string(kind)+" "+n.Operator, l, x.lower(n.Right))
}

// lowerIn looks a text up in a list. A list with fields in it is made for each evaluation, by expr and within the memory budget.
func (x *expression) lowerIn(n *ast.BinaryNode) ast.Node {
	list := x.pointer(n.Right)
	if _, ok := list.(*ast.ArrayNode); ok {
		return &ast.BinaryNode{Operator: "in", Left: x.lower(n.Left), Right: list}
	}
	return operation("text in", x.pointer(n.Left), list)
}

// lowerField reads a field: numbers and dates as our operations take them, the others as expr does.
func (x *expression) lowerField(n ast.Node) ast.Node {
	how := "value "
	if kind := x.kind(n); kind == tNumber || kind == tDate {
		how = "field "
	}
	if x.inLoop {
		how = "checked " + how
	}
	return read(how + path(n))
}

// pointer is a part for our own operations, which read fields without copying them.
func (x *expression) pointer(n ast.Node) ast.Node {
	p := path(n)
	switch {
	case p == "":
		return x.lower(n)
	case x.inLoop:
		return read("checked field " + p)
	}
	return read("field " + p)
}

// lowerLoop checks the bounds of all fields in the body before the loop, not for each entry: they come with the list, as values that
// nobody looks at.
func (x *expression) lowerLoop(loop string, args []ast.Node) ast.Node {
	list := x.lower(args[0])
	if fields := fieldsOf(args[1]); len(fields) > 0 {
		all := []ast.Node{list}
		for _, f := range fields {
			all = append(all, read("field "+f.Path))
		}
		name := "first"
		if _, made := list.(*ast.ArrayNode); made {
			name = "first made"
		}
		list = operation(name, all...)
	}
	x.inLoop = true
	body := x.lower(args[1])
	x.inLoop = false
	return &ast.BuiltinNode{Name: loop, Arguments: []ast.Node{list, body}}
}

func read(name string) ast.Node { return operation(name, &ast.IdentifierNode{Value: "$env"}) }

func (x *expression) lowerCall(name string, args []ast.Node) ast.Node {
	switch name {
	case quantityOf:
		return operation("quantity of", &ast.IdentifierNode{Value: "$env"}, &ast.StringNode{Value: args[0].(*ast.StringNode).Value})
	case "date":
		d, err := crm.ParseDate(args[0].(*ast.StringNode).Value)
		if err != nil {
			panic(err) // the checker has read it before
		}
		return &ast.ConstantNode{Value: d}
	case "days_since":
		return operation("days", x.lower(args[0]), process("today"))
	case "days_until":
		return operation("days", process("today"), x.lower(args[0]))
	case "filled":
		return operation(name, x.pointer(args[0]))
	case "same_text":
		return operation(name, x.pointer(args[0]), x.pointer(args[1]))
	case "in_quarter":
		if len(args) == 1 {
			return operation("same quarter", x.lower(args[0]), process("today"))
		}
	case "working_days_between":
		return operation("working days", x.lower(args[0]), x.lower(args[1]), process("holidays"))
	case "ratio":
		if len(args) == 3 {
			name = "ratio or"
		}
	case "len":
		return operation("number of", &ast.BuiltinNode{Name: name, Arguments: x.lowerAll(args)})
	case "count":
		return operation("number of", x.lowerLoop(name, args))
	case "any", "all", "none", "one":
		return x.lowerLoop(name, args)
	case "lower", "upper", "trim":
		return &ast.BuiltinNode{Name: name, Arguments: x.lowerAll(args)}
	}
	return operation(name, x.lowerAll(args)...)
}

// process reads the date of the decision, or the holidays. Rules never ask a clock (G5).
func process(name string) ast.Node { return read("field process." + name) }

// kind is the type of a part that has passed the check.
func (x *expression) kind(n ast.Node) typ {
	c := &typeChecker{expression: &expression{source: x.source, runes: x.runes, tokens: x.tokens, cart: x.cart.unnoted()}, inLoop: true}
	return c.typeOf(n).base()
}
