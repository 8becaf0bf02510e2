package rules

import (
	"fmt"
	"slices"
	"sync"

	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/vm"
	"github.com/shopspring/decimal"

	"leadtocash/crm"
)

// Constraint is what must hold between the products of a document (S072): a condition over how many units of each there are, as in
// qty("PANEL") >= 2 * qty("PUMP"). It reads nothing else, so that it is asked wherever lines are, and has the limits of all rules.
type Constraint struct {
	Codes   []string // of the products that it names, in the order of the text
	x       *expression
	program *vm.Program
}

// cart is what an expression over quantities may name.
type cart struct {
	near  func(code string) (known bool, nearest string)
	named []*ast.StringNode
}

// unnoted checks parts again, which notes nothing.
func (c *cart) unnoted() *cart {
	if c == nil {
		return nil
	}
	return &cart{}
}

// quantityOf is the one function of such an expression; those over numbers stand beside it.
const quantityOf = "qty"

// ReadConstraint compiles a constraint's text. Near tells whether there is a product of a code, and else the one that was likely meant; without it each code is
// known.
func ReadConstraint(src string, near func(code string) (known bool, nearest string)) (c *Constraint, found Problems) {
	x := &expression{source: src, runes: []rune(src), cart: &cart{near: near}}
	if x.parse(); len(x.problems) > 0 {
		return nil, x.problems
	}
	defer func() {
		if r := recover(); r != nil {
			x.add(0, CodeSyntax, nil, fmt.Sprintf("cannot be compiled: %v", r))
			c, found = nil, x.problems
		}
	}()
	c = &Constraint{x: x}
	slices.SortFunc(x.cart.named, func(a, b *ast.StringNode) int { return a.Location().From - b.Location().From })
	for _, n := range x.cart.named {
		c.Codes = append(c.Codes, n.Value)
	}
	if len(c.Codes) == 0 {
		x.add(0, CodeMissing, map[string]string{"name": quantityOf}, `no product is named, as in qty("PUMP")`)
		return nil, x.problems
	}
	var err error
	if c.program, err = x.program(x.root); err != nil {
		x.add(0, CodeSyntax, map[string]string{"message": err.Error()}, "cannot be compiled: "+err.Error())
		return nil, x.problems
	}
	return c, nil
}

// Coded is the text with other codes of its products.
func (c *Constraint) Coded(code func(string) string) string {
	out, at := "", 0
	for _, n := range c.x.cart.named {
		place := n.Location()
		out += string(c.x.runes[at:place.From]) + crm.QuotedCode(code(n.Value))
		at = place.To
	}
	return out + string(c.x.runes[at:])
}

// Holds asks it; what cannot be evaluated does not hold.
func (c *Constraint) Holds(quantity func(code string) decimal.Decimal) bool {
	yes, err := run(c.program, quantity)
	return err == nil && yes
}

// amount checks qty("PUMP"): a product's code, written as it is.
func (c *typeChecker) amount(at int, args []ast.Node) typ {
	if len(args) != 1 {
		c.add(at, CodeTypeMismatch, map[string]string{"expected": "1", "found": fmt.Sprint(len(args)), "name": quantityOf}, "qty takes 1 value")
		return tNone
	}
	s, ok := args[0].(*ast.StringNode)
	if !ok {
		from, _ := c.span(args[0])
		c.add(from, CodeInvalidValue, map[string]string{"value": "qty(…)", "allowed": `qty("PUMP")`}, `qty needs a product's code in quotes, as in qty("PUMP")`)
		return tNone
	}
	c.cart.named = append(c.cart.named, s)
	if c.cart.near != nil {
		if known, nearest := c.cart.near(s.Value); !known {
			p := Problem{Params: map[string]string{"name": s.Value}, Text: "there is no product " + s.Value}.didYouMean(nearest)
			c.add(s.Location().From, CodeUnknownName, p.Params, p.Text)
		}
	}
	return tNumber
}

// onlyQuantities refuses what an expression over quantities cannot read.
func (c *typeChecker) onlyQuantities(at int, name string) typ {
	known := []string{quantityOf}
	for _, f := range functionNames {
		if numeric(functionAt[f]) {
			known = append(known, f)
		}
	}
	p := Problem{Params: map[string]string{"name": name}, Text: "a constraint reads quantities only, as in qty(\"PUMP\"); it knows no " + name}.didYouMean(nearest(name, known))
	c.add(at, CodeUnknownName, p.Params, p.Text)
	return tNone
}

// numeric tells whether a function makes a number of numbers.
func numeric(f function) bool {
	for _, t := range f.takes {
		if t != tNumber {
			return false
		}
	}
	return f.gives == tNumber && len(f.takes) > 0
}

// Nearest is the known code that was likely meant; empty: none is near.
func Nearest(code string, known []string) string {
	best, least := "", len(code)/3+2
	if len(code) > 64 {
		return ""
	}
	for _, k := range known {
		if d := distance(code, k); d < least {
			best, least = k, d
		}
	}
	return best
}

// readTexts are the constraints that were asked for, compiled once; what is written in the catalogue is some hundreds.
var readTexts = struct {
	sync.Mutex
	known map[string]*Constraint
}{known: map[string]*Constraint{}}

const mostTexts = 5000

// constraintHolds asks a text that was checked when it was written; one that cannot be read does not hold.
func constraintHolds(text string, quantity func(code string) decimal.Decimal) bool {
	readTexts.Lock()
	c, known := readTexts.known[text]
	readTexts.Unlock()
	if !known {
		c, _ = ReadConstraint(text, nil)
		readTexts.Lock()
		if len(readTexts.known) >= mostTexts {
			clear(readTexts.known)
		}
		readTexts.known[text] = c
		readTexts.Unlock()
	}
	return c != nil && c.Holds(quantity)
}

func init() { crm.ReadConstraints(constraintHolds) }
