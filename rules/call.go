package rules

import (
	"fmt"
	"strconv"

	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/builtin"

	"leadtocash/crm"
)

// call checks a function with its values.
func (c *typeChecker) call(n ast.Node, name string, args []ast.Node) typ {
	f, known := functions[name]
	at := n.Location().From
	if !known {
		return c.noFunction(n, name)
	}
	if len(args) < f.least || len(args) > f.most {
		c.add(at, CodeTypeMismatch, map[string]string{"expected": strconv.Itoa(f.least), "found": strconv.Itoa(len(args)), "name": name},
			fmt.Sprintf("%s takes %d values, not %d", name, f.least, len(args)))
		return tNone
	}
	switch name {
	case "any", "all", "none", "one", "count":
		return c.loop(n, name, args)
	case "date":
		return c.date(at, args[0])
	case "filled":
		if t := c.typeOf(args[0]); t == tNumbers || t == tDates {
			return c.argument(args[0], name, tText, t)
		}
		return tBool
	case "len":
		if t := c.typeOf(args[0]); t != tNone && t != tText && t != tList {
			return c.argument(args[0], name, tText, t)
		}
		return tNumber
	case "lower", "upper", "trim":
		return c.arguments(name, args, tText, tText)
	case "days_since", "days_until":
		return c.arguments(name, args, tDate, tNumber)
	}
	return c.arguments(name, args, tNumber, tNumber)
}

// noFunction tells functions that expr has and rules do not from misspelt ones.
func (c *typeChecker) noFunction(n ast.Node, name string) typ {
	if _, exists := builtin.Index[name]; exists {
		hint := ""
		if name == "now" {
			hint = "use process.today"
		}
		return c.forbid(n, name, hint)
	}
	return c.unknown(n.Location().From, name, nearest(name, functionNames()))
}

func (c *typeChecker) arguments(name string, args []ast.Node, want, result typ) typ {
	for _, a := range args {
		if t := c.typeOf(a); t != tNone && t.base() != want {
			c.argument(a, name, want, t)
		}
	}
	return result
}

func (c *typeChecker) argument(a ast.Node, name string, want, found typ) typ {
	from, _ := c.span(a)
	c.add(from, CodeTypeMismatch, map[string]string{"name": name, "expected": string(want), "found": string(found)},
		fmt.Sprintf("%s needs %s, this is %s", name, want, found))
	return tNone
}

// loop checks any, all, none, one, count over a list of texts. A loop inside a loop multiplies the work and is refused.
func (c *typeChecker) loop(n ast.Node, name string, args []ast.Node) typ {
	result := tBool
	if name == "count" {
		result = tNumber
	}
	if c.inLoop {
		c.add(n.Location().From, CodeNestedLoop, map[string]string{"name": name}, name+" may not stand inside another any, all, none, one or count")
	}
	if t := c.typeOf(args[0]); t != tNone && t != tList {
		c.argument(args[0], name, tList, t)
	}
	body := args[1]
	if p, ok := body.(*ast.PredicateNode); ok {
		body = p.Node
	}
	outer := c.inLoop
	c.inLoop = true
	if t := c.typeOf(body); t != tNone && t != tBool {
		c.argument(body, name, tBool, t)
	}
	c.inLoop = outer
	return result
}

func (c *typeChecker) date(at int, arg ast.Node) typ {
	s, ok := arg.(*ast.StringNode)
	if !ok {
		from, _ := c.span(arg)
		c.add(from, CodeInvalidValue, map[string]string{"value": "date(…)", "allowed": `date("2026-11-21")`}, `date needs a text in quotes, as in date("2026-11-21")`)
		return tNone
	}
	if d, err := crm.ParseDate(s.Value); err != nil || d.IsZero() {
		c.add(s.Location().From, CodeInvalidValue, map[string]string{"value": s.Value, "allowed": "2026-11-21"}, fmt.Sprintf("%q is not a date like 2026-11-21", s.Value))
		return tNone
	}
	return tDate
}
