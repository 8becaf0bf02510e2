package rules

import (
	"math/big"
	"slices"
)

// interval is a stretch of numbers; an end that is nil has no bound there.
type interval struct {
	low, high         *big.Rat
	lowOpen, highOpen bool // the bound itself is outside
}

func (i interval) empty() bool {
	if i.low == nil || i.high == nil {
		return false
	}
	c := i.low.Cmp(i.high)
	return c > 0 || c == 0 && (i.lowOpen || i.highOpen)
}

// meet is what two stretches share.
func (i interval) meet(j interval) interval {
	if j.low != nil && (i.low == nil || j.low.Cmp(i.low) > 0 || j.low.Cmp(i.low) == 0 && j.lowOpen) {
		i.low, i.lowOpen = j.low, j.lowOpen
	}
	if j.high != nil && (i.high == nil || j.high.Cmp(i.high) < 0 || j.high.Cmp(i.high) == 0 && j.highOpen) {
		i.high, i.highOpen = j.high, j.highOpen
	}
	return i
}

// whole draws the bounds in to the whole numbers between them.
func (i interval) whole() interval {
	one := big.NewInt(1)
	if i.low != nil {
		n := floor(i.low)
		if i.lowOpen || !i.low.IsInt() {
			n.Add(n, one)
		}
		i.low, i.lowOpen = new(big.Rat).SetInt(n), false
	}
	if i.high != nil {
		n := floor(i.high)
		if i.highOpen && i.high.IsInt() {
			n.Sub(n, one)
		}
		i.high, i.highOpen = new(big.Rat).SetInt(n), false
	}
	return i
}

func floor(r *big.Rat) *big.Int { return new(big.Int).Div(r.Num(), r.Denom()) }

// numberSet is a set of numbers, or of dates by their day; none stands for a date that is not set.
type numberSet struct {
	parts []interval
	none  bool
}

var everyNumber = numberSet{parts: []interval{{}}}

// comparedNumbers are the numbers that stand in the relation to n.
func comparedNumbers(op string, n *big.Rat) numberSet {
	switch op {
	case "==":
		return numberSet{parts: []interval{{low: n, high: n}}}
	case "!=":
		return numberSet{parts: []interval{{high: n, highOpen: true}, {low: n, lowOpen: true}}}
	case "<":
		return numberSet{parts: []interval{{high: n, highOpen: true}}}
	case "<=":
		return numberSet{parts: []interval{{high: n}}}
	case ">":
		return numberSet{parts: []interval{{low: n, lowOpen: true}}}
	}
	return numberSet{parts: []interval{{low: n}}}
}

// meet is what two sets share.
func (s numberSet) meet(other valueSet) valueSet {
	o := other.(numberSet)
	out := numberSet{none: s.none && o.none}
	for _, a := range s.parts {
		for _, b := range o.parts {
			if i := a.meet(b); !i.empty() {
				out.parts = append(out.parts, i)
			}
		}
	}
	return out
}

func (s numberSet) void() bool { return !s.none && len(s.parts) == 0 }

// whole keeps the whole numbers.
func (s numberSet) whole() numberSet {
	out := numberSet{none: s.none}
	for _, i := range s.parts {
		if i = i.whole(); !i.empty() {
			out.parts = append(out.parts, i)
		}
	}
	return out
}

// later are the numbers that a value of the set can still become when it never falls.
func (s numberSet) later() numberSet {
	out := numberSet{none: s.none}
	if len(s.parts) == 0 {
		return out
	}
	least := slices.MinFunc(s.parts, func(a, b interval) int {
		switch {
		case a.low == nil || b.low == nil:
			return boolOrder(a.low != nil, b.low != nil)
		case a.low.Cmp(b.low) != 0:
			return a.low.Cmp(b.low)
		}
		return boolOrder(a.lowOpen, b.lowOpen)
	})
	out.parts = []interval{{low: least.low, lowOpen: least.lowOpen}}
	return out
}

func boolOrder(a, b bool) int {
	switch {
	case a == b:
		return 0
	case b:
		return -1
	}
	return 1
}
