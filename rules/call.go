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
	f, known := functionAt[name]
	at := n.Location().From
	switch {
	case c.cart == nil:
	case name == quantityOf:
		return c.amount(at, args)
	case !numeric(f):
		return c.onlyQuantities(at, name)
	}
	if !known {
		return c.noFunction(n, name)
	}
	if len(args) < f.least || len(args) > f.most {
		c.add(at, CodeTypeMismatch, map[string]string{"expected": f.number(), "found": strconv.Itoa(len(args)), "name": name},
			fmt.Sprintf("%s takes %s values, not %d", name, f.number(), len(args)))
		return tNone
	}
	switch name {
	case "any", "all", "none", "one", "count":
		return c.loop(n, f, args)
	case "date":
		return c.date(at, args[0])
	case "filled":
		if t := c.typeOf(args[0]); t == tNumbers || t == tDates {
			return c.argument(args[0], name, tText, t)
		}
		return f.gives
	case "len":
		if t := c.typeOf(args[0]); t != tNone && t != tText && t != tList {
			return c.argument(args[0], name, tText, t)
		}
		return f.gives
	case "in_quarter":
		c.quarter(args[1:])
	}
	return c.arguments(f, args)
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
	return c.unknown(n.Location().From, name, nearest(name, functionNames))
}

func (c *typeChecker) arguments(f function, args []ast.Node) typ {
	for i, a := range args {
		want := f.takes[min(i, len(f.takes)-1)]
		if t := c.typeOf(a); t != tNone && t.base() != want {
			c.argument(a, f.Name, want, t)
		}
	}
	return f.gives
}

func (c *typeChecker) argument(a ast.Node, name string, want, found typ) typ {
	from, _ := c.span(a)
	c.add(from, CodeTypeMismatch, map[string]string{"name": name, "expected": string(want), "found": string(found)},
		fmt.Sprintf("%s needs %s, this is %s", name, want, found))
	return tNone
}

// loop checks any, all, none, one, count over a list of texts. A loop inside a loop multiplies the work and is refused.
func (c *typeChecker) loop(n ast.Node, f function, args []ast.Node) typ {
	if c.inLoop {
		c.add(n.Location().From, CodeNestedLoop, map[string]string{"name": f.Name}, f.Name+" may not stand inside another any, all, none, one or count")
	}
	if t := c.typeOf(args[0]); t != tNone && t != tList {
		c.argument(args[0], f.Name, tList, t)
	}
	body := args[1]
	if p, ok := body.(*ast.PredicateNode); ok {
		body = p.Node
	}
	outer := c.inLoop
	c.inLoop = true
	if t := c.typeOf(body); t != tNone && t != tBool {
		c.argument(body, f.Name, tBool, t)
	}
	c.inLoop = outer
	return f.gives
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

// quarter refuses a literal that is no quarter of a year.
func (c *typeChecker) quarter(args []ast.Node) {
	for _, a := range args {
		if text, ok := c.constant(a); ok && c.typeOf(a) == tNumber && !isQuarter(text) {
			from, _ := c.span(a)
			c.add(from, CodeInvalidValue, map[string]string{"value": text, "allowed": "1, 2, 3, 4"}, "a quarter is 1, 2, 3 or 4, not "+text)
		}
	}
}
