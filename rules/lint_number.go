package rules

import (
	"maps"
	"math/big"
	"slices"
	"strings"

	"github.com/expr-lang/expr/ast"

	"leadtocash/crm"
)

// sum is a number or date of an expression as a sum of quantities, each with its factor, and a fixed part. Dates count in days.
type sum struct {
	factors map[string]*big.Rat
	fixed   *big.Rat
	needs   []need // what must be so for the sum to have a value at all
}

// need is something without which a part cannot be evaluated: a date that is set, a divisor that is not 0.
type need struct{ met, unmet *formula }

func fixedSum(r *big.Rat) sum { return sum{factors: map[string]*big.Rat{}, fixed: r} }

func (a sum) plus(b sum, factor *big.Rat) sum {
	out := sum{factors: maps.Clone(a.factors), fixed: new(big.Rat).Add(a.fixed, new(big.Rat).Mul(b.fixed, factor)), needs: slices.Concat(a.needs, b.needs)}
	for name, f := range b.factors {
		f = new(big.Rat).Mul(f, factor)
		if old := out.factors[name]; old != nil {
			f.Add(f, old)
		}
		if out.factors[name] = f; f.Sign() == 0 {
			delete(out.factors, name)
		}
	}
	return out
}

var (
	plusOne  = big.NewRat(1, 1)
	minusOne = big.NewRat(-1, 1)
)

// number reads a number or a date. What cannot be taken apart becomes a quantity under its own text.
func (v *view) number(n ast.Node) sum {
	switch n := n.(type) {
	case *ast.IntegerNode, *ast.FloatNode:
		at := n.Location()
		if d, err := literal(string(v.runes[at.From:at.To])); err == nil {
			return fixedSum(d.Rat())
		}
	case *ast.UnaryNode:
		if n.Operator == "-" {
			return fixedSum(new(big.Rat)).plus(v.number(n.Node), minusOne)
		}
		return v.number(n.Node)
	case *ast.BinaryNode:
		return v.arithmetic(n)
	case *ast.MemberNode:
		return v.numberField(path(n))
	case *ast.BuiltinNode:
		return v.numberCall(n, n.Name, n.Arguments)
	case *ast.CallNode:
		return v.numberCall(n, n.Callee.(*ast.IdentifierNode).Value, n.Arguments)
	}
	return v.quantity(n.String(), numberSet{parts: everyNumber.parts}, false)
}

func (v *view) arithmetic(n *ast.BinaryNode) sum {
	l, r := v.number(n.Left), v.number(n.Right)
	switch {
	case n.Operator == "+":
		return l.plus(r, plusOne)
	case n.Operator == "-":
		return l.plus(r, minusOne)
	case len(l.factors) == 0:
		return sum{factors: map[string]*big.Rat{}, fixed: new(big.Rat), needs: l.needs}.plus(r, l.fixed)
	case len(r.factors) == 0:
		return sum{factors: map[string]*big.Rat{}, fixed: new(big.Rat), needs: r.needs}.plus(l, r.fixed)
	}
	out := v.quantity(n.String(), everyNumber, false)
	out.needs = slices.Concat(l.needs, r.needs)
	return out
}

// quantity is a number that is not taken apart further.
func (v *view) quantity(name string, can numberSet, whole bool) sum {
	v.ranges[name] = numberRange{can, whole}
	return sum{factors: map[string]*big.Rat{name: plusOne}, fixed: new(big.Rat)}
}

func (v *view) numberField(name string) sum {
	can, whole := v.numbersOf(name)
	return v.quantity(name, can, whole)
}

// numbersOf is what a field can hold.
func (v *view) numbersOf(name string) (numberSet, bool) {
	f, n := fieldAt(name), natures[name]
	if f.Type == crm.TypeDate {
		return numberSet{parts: []interval{{low: dayOf("1900-01-01"), high: dayOf("2999-12-31")}}, none: mayBeEmpty(v.kind, name)}, true
	}
	return numberSet{parts: []interval{{low: n.least, high: n.most}}}, n.whole
}

// dayOf numbers the days, so that dates can be compared like numbers.
func dayOf(text string) *big.Rat {
	d, err := crm.ParseDate(text)
	if err != nil {
		return new(big.Rat) // the checker has read it before
	}
	const daySeconds = 24 * 60 * 60
	return big.NewRat(d.Time().Unix()/daySeconds, 1)
}

func (v *view) numberCall(n ast.Node, name string, args []ast.Node) sum {
	switch name {
	case "date":
		return fixedSum(dayOf(args[0].(*ast.StringNode).Value))
	case "days_since", "days_until":
		now := v.numberField("process.today")
		then := v.dated(args[0])
		if name == "days_since" {
			return now.plus(then, minusOne)
		}
		return then.plus(now, minusOne)
	case "len", "count":
		return v.quantity(n.String(), numberSet{parts: []interval{{low: ratZero}}}, true)
	}
	out := v.quantity(n.String(), everyNumber, false)
	for _, a := range args {
		out.needs = append(out.needs, v.number(a).needs...)
	}
	switch name {
	case "abs":
		v.ranges[n.String()] = numberRange{numberSet{parts: []interval{{low: ratZero}}}, false}
	case "min", "max":
	case "ratio":
		if len(args) > 2 {
			break // what it gives for a divisor of 0 is written
		}
		divisor := v.number(args[1])
		out.needs = append(out.needs, need{v.within(divisor, "!="), v.within(divisor, "==")})
	default:
		known := "known " + n.String()
		out.needs = append(out.needs, need{is(known, isTrue), is(known, isFalse)})
	}
	return out
}

// dated reads a date that must be set to be ordered or counted from.
func (v *view) dated(n ast.Node) sum {
	s := v.number(n)
	if p := path(n); p != "" && mayBeEmpty(v.kind, p) {
		s.needs = append(s.needs, need{is(p, v.isSet(p)), is(p, numberSet{none: true})})
	}
	return s
}

func (v *view) isSet(p string) numberSet {
	can, _ := v.numbersOf(p)
	return numberSet{parts: can.parts}
}

// within says that the sum stands in the relation to 0.
func (v *view) within(s sum, op string) *formula {
	names := slices.Sorted(maps.Keys(s.factors))
	if len(names) == 0 {
		if comparedNumbers(op, ratZero).meet(numberSet{parts: []interval{{low: s.fixed, high: s.fixed}}}).void() {
			return never
		}
		return always
	}
	lead := s.factors[names[0]]
	if lead.Sign() < 0 {
		if m := mirrored[op]; m != "" {
			op = m
		}
	}
	bound := new(big.Rat).Quo(new(big.Rat).Neg(s.fixed), lead)
	var name strings.Builder
	can, whole := numberSet{parts: []interval{{low: ratZero, high: ratZero}}}, true
	for i, n := range names {
		factor := new(big.Rat).Quo(s.factors[n], lead)
		r := v.ranges[n]
		can, whole = spread(can, r.can, factor), whole && r.whole && factor.IsInt()
		if i > 0 {
			name.WriteString(" + ")
		}
		if factor.Cmp(plusOne) != 0 {
			name.WriteString(factor.RatString() + "*")
		}
		name.WriteString(n)
	}
	set := comparedNumbers(op, bound).meet(can).(numberSet)
	if whole {
		set = set.whole()
	}
	return is(name.String(), set)
}

// numberRange is what a quantity can be.
type numberRange struct {
	can   numberSet
	whole bool
}

// spread is the stretch of a sum that gets one more part.
func spread(a, b numberSet, factor *big.Rat) numberSet {
	out := interval{}
	x, y := a.parts[0], b.parts[0]
	low, high := y.low, y.high
	if factor.Sign() < 0 {
		low, high = high, low
	}
	if x.low != nil && low != nil {
		out.low = new(big.Rat).Add(x.low, new(big.Rat).Mul(low, factor))
	}
	if x.high != nil && high != nil {
		out.high = new(big.Rat).Add(x.high, new(big.Rat).Mul(high, factor))
	}
	return numberSet{parts: []interval{out}}
}
