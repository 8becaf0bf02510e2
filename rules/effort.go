package rules

import (
	"regexp/syntax"
	"strconv"
	"unicode/utf8"

	"github.com/expr-lang/expr/ast"

	"leadtocash/crm"
)

// MaxSteps bounds the work of evaluating one expression on whatever facts, counted when it is written. A step is about ten
// nanoseconds: an instruction of expr's machine, or eight bytes of a text that are looked at.
//
// expr's memory budget alone bounds no work: it counts the entries of the lists that are made, and a loop over a field makes none. The
// steps are bounded because a rule has no jump back but in any, all, none, one, count; these are not nested and run over at most 1,000
// entries; and what one instruction takes is bounded by the sizes of its values, which begin within the bounds of fields and of the
// expression's own length. So the tree tells the most that there can be, and what is more than MaxSteps is refused.
const MaxSteps = 10_000_000

// maxStepsTogether bounds the conditions of one list, as of a gate, which are all judged. To explain a refusal takes each one's steps
// twice at most: as a whole, and by its clauses.
const maxStepsTogether = 3 * MaxSteps

const (
	nodeSteps    = 6         // instructions that a part compiles to, at most
	loopSteps    = 20        // instructions around a loop's body
	scanned      = 1.0 / 8   // a byte that is looked at: a text's length, blanks, contains
	matched      = 1.0 / 128 // a byte that is compared with another
	mapped       = 4.0       // a byte in capitals or small letters
	grown        = 1.5       // a text's size in capitals or small letters
	patternPlace = 3         // a character at one place of a pattern
	textBytes    = 4 * MaxTextLength
	numberSize   = 120    // digits of a field between its greatest and smallest exponent
	digitPairs   = 1000.0 // of a multiplication or division in a step
	listRead     = 100    // a list's bounds are checked
	calendaring  = 10_000 // holidays are sorted
)

// effort grows with the length of a loop's entry: always + each × bytes of #.
type effort struct{ always, each float64 }

func (e effort) plus(o effort) effort                { return effort{e.always + o.always, e.each + o.each} }
func (e effort) times(f float64) effort              { return effort{e.always * f, e.each * f} }
func (e effort) over(entries, bytes float64) float64 { return e.always*entries + e.each*bytes }

// least is the effort of what ends with the shorter of two texts.
func least(a, b effort) effort {
	if a.each > 0 || b.each == 0 && a.always < b.always {
		return a
	}
	return b
}

// meter adds up the steps of an expression that has passed the type checker.
type meter struct {
	*expression
	inLoop bool
	over   bool // it has told that there are too many
}

// measure refuses an expression that may take too many steps, and notes how many there may be.
func (x *expression) measure() {
	m := &meter{expression: x}
	steps, _ := m.part(x.root)
	x.steps = steps.always
	m.limit(x.root, x.steps)
}

func (m *meter) limit(n ast.Node, steps float64) {
	if steps > MaxSteps && !m.over {
		m.over = true
		from, _ := m.span(n)
		m.add(from, CodeTooComplex, map[string]string{"max": strconv.Itoa(MaxSteps)}, "this may take too much work on long texts and lists")
	}
}

// part gives the steps of a part, and the size of what it gives: bytes of a text or of all entries of a list, digits of a number.
func (m *meter) part(n ast.Node) (steps, size effort) {
	steps.always = nodeSteps
	switch n := n.(type) {
	case *ast.StringNode:
		size.always = float64(len(n.Value))
	case *ast.IntegerNode, *ast.FloatNode:
		size.always = MaxNumberLength
	case *ast.PointerNode:
		size.each = 1
	case *ast.MemberNode:
		return m.field(n)
	case *ast.UnaryNode:
		inner, of := m.part(n.Node)
		return steps.plus(inner), of
	case *ast.PredicateNode:
		return m.part(n.Node)
	case *ast.ArrayNode:
		for _, e := range n.Nodes {
			s, of := m.part(e)
			steps, size = steps.plus(s), size.plus(of)
		}
	case *ast.BinaryNode:
		return m.binary(n)
	case *ast.BuiltinNode:
		return m.call(n, n.Name, n.Arguments)
	case *ast.CallNode:
		return m.call(n, n.Callee.(*ast.IdentifierNode).Value, n.Arguments)
	}
	return steps, size
}

// field reads a field; in a loop its bounds have been checked before.
func (m *meter) field(n ast.Node) (steps, size effort) {
	steps.always = nodeSteps
	check := 0.0
	f, _ := placeOf(path(n))
	switch f.Type {
	case crm.TypeText:
		size.always, check = textBytes, textBytes*scanned
	case crm.TypeList:
		size.always, check = maxListBytes, listRead
	case crm.TypeMoney, crm.TypeNumber, crm.TypePercent:
		size.always = numberSize
	}
	if !m.inLoop {
		steps.always += check
	}
	return steps, size
}

func (m *meter) binary(n *ast.BinaryNode) (steps, size effort) {
	left, l := m.part(n.Left)
	right, r := m.part(n.Right)
	steps = effort{always: nodeSteps}.plus(left).plus(right)
	switch n.Operator {
	case "matches":
		characters := effort{l.always / utf8.UTFMax, l.each} // a text that long in bytes has long characters
		steps = steps.plus(characters.times(patternPlace * m.patternSize(n.Right)))
		m.limit(n, steps.always)
	case "contains":
		steps = steps.plus(l.plus(r).times(scanned))
	case "in":
		steps = steps.plus(effort{always: MaxListLength}).plus(r.times(matched)).plus(l.times(matched))
	case "==", "!=", "<", "<=", ">", ">=", "startsWith", "endsWith":
		if m.kind(n.Left) == tNumber {
			return steps.plus(effort{always: l.always * r.always / digitPairs}), size
		}
		steps = steps.plus(least(l, r).times(matched))
	case "+", "-", "*":
		return steps.plus(effort{always: l.always * r.always / digitPairs}), l.plus(r)
	}
	return steps, size
}

// patternSize is the number of places in a pattern.
func (m *meter) patternSize(n ast.Node) float64 {
	tree, err := syntax.Parse(n.(*ast.StringNode).Value, syntax.Perl)
	if err != nil {
		return maxPatternSteps
	}
	program, err := syntax.Compile(tree.Simplify())
	if err != nil {
		return maxPatternSteps
	}
	return float64(len(program.Inst))
}

func (m *meter) call(n ast.Node, name string, args []ast.Node) (steps, size effort) {
	steps.always = nodeSteps
	switch name {
	case "any", "all", "none", "one", "count":
		return m.loop(n, args)
	}
	var biggest, all effort
	for _, a := range args {
		s, of := m.part(a)
		steps, all = steps.plus(s), all.plus(of)
		biggest = effort{max(biggest.always, of.always), max(biggest.each, of.each)}
	}
	switch name {
	case "lower", "upper":
		return steps.plus(all.times(mapped)), all.times(grown)
	case "trim":
		return steps.plus(all.times(scanned)), all
	case "same_text":
		_, l := m.part(args[0])
		_, r := m.part(args[1])
		return steps.plus(all.times(scanned)).plus(least(l, r).times(mapped)), size
	case "filled", "len":
		return steps.plus(all.times(scanned)), effort{always: MaxNumberLength}
	case "working_days_between":
		return steps.plus(effort{always: calendaring}), effort{always: MaxNumberLength}
	case "ratio":
		return steps.plus(effort{always: all.always * all.always / digitPairs}), all.plus(effort{always: ratioPlaces})
	}
	return steps.plus(all.times(scanned)), biggest
}

// loop runs its body for each entry of a list, which the type checker has never let stand in another loop.
func (m *meter) loop(n ast.Node, args []ast.Node) (steps, size effort) {
	list, bytes := m.part(args[0])
	m.inLoop = true
	body, _ := m.part(args[1])
	m.inLoop = false
	for _, f := range fieldsOf(args[1]) { // their bounds are checked once, before the loop
		if f.Type == crm.TypeText {
			list.always += textBytes * scanned
		}
		list.always += listRead
	}
	steps.always = nodeSteps + list.always + body.plus(effort{always: loopSteps}).over(MaxListLength, bytes.always)
	m.limit(n, steps.always)
	return steps, effort{always: MaxNumberLength}
}
