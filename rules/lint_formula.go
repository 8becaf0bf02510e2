package rules

// valueSet is a set of values that one quantity may have.
type valueSet interface {
	meet(valueSet) valueSet
	void() bool
}

// truthSet is a set of answers of a part that is not looked into: yes, no, cannot be evaluated.
type truthSet uint8

const (
	isTrue truthSet = 1 << iota
	isFalse
	isUnknown
)

func (s truthSet) meet(o valueSet) valueSet { return s & o.(truthSet) }

func (s truthSet) void() bool { return s == 0 }

// formula says which values make something so. It is a quantity with its set, or parts that must all hold, or of which one must.
type formula struct {
	name  string // of the quantity; empty: the parts count
	set   valueSet
	any   bool // one part is enough
	parts []*formula
}

var (
	always = &formula{}          // no part must hold
	never  = &formula{any: true} // there is no part that could
)

func is(name string, set valueSet) *formula {
	if set.void() {
		return never
	}
	return &formula{name: name, set: set}
}

func allOf(parts ...*formula) *formula {
	var kept []*formula
	for _, p := range parts {
		switch p {
		case always:
		case never:
			return never
		default:
			kept = append(kept, p)
		}
	}
	return joined(kept, false, always)
}

func anyOf(parts ...*formula) *formula {
	var kept []*formula
	for _, p := range parts {
		switch p {
		case never:
		case always:
			return always
		default:
			kept = append(kept, p)
		}
	}
	return joined(kept, true, never)
}

func joined(parts []*formula, one bool, none *formula) *formula {
	switch len(parts) {
	case 0:
		return none
	case 1:
		return parts[0]
	}
	return &formula{any: one, parts: parts}
}

// renamed is the formula about other quantities; change gives the new name and set.
func (f *formula) renamed(change func(string, valueSet) (string, valueSet)) *formula {
	if f.name != "" {
		name, set := change(f.name, f.set)
		return &formula{name: name, set: set}
	}
	out := &formula{any: f.any, parts: make([]*formula, len(f.parts))}
	for i, p := range f.parts {
		out.parts[i] = p.renamed(change)
	}
	return out
}

// names collects the quantities that the formula speaks of.
func (f *formula) names(into map[string]bool) map[string]bool {
	if f.name != "" {
		into[f.name] = true
	}
	for _, p := range f.parts {
		p.names(into)
	}
	return into
}

// searchSteps bounds the search of possible. What is not decided by then counts as possible: better no word than a false one.
const searchSteps = 20_000

// search looks for values under which formulas hold together.
type search struct {
	known map[string]valueSet
	steps int
}

// possible tells whether the formulas can hold together.
func possible(all ...*formula) bool {
	s := &search{known: map[string]valueSet{}, steps: searchSteps}
	return s.solve(all, nil)
}

// solve takes in the plain parts first and tries alternatives afterwards, so that most of them fail at once.
func (s *search) solve(open, choices []*formula) bool {
	var undo []func()
	defer func() {
		for i := len(undo) - 1; i >= 0; i-- {
			undo[i]()
		}
	}()
	for len(open) > 0 {
		f := open[len(open)-1]
		open = open[:len(open)-1]
		if s.steps--; s.steps < 0 {
			return true
		}
		switch {
		case f.name != "":
			before, seen := s.known[f.name]
			now := f.set
			if seen {
				now = before.meet(now)
			}
			if now.void() {
				return false
			}
			s.known[f.name] = now
			undo = append(undo, func() {
				if delete(s.known, f.name); seen {
					s.known[f.name] = before
				}
			})
		case f.any:
			choices = append(choices[:len(choices):len(choices)], f)
		default:
			open = append(open[:len(open):len(open)], f.parts...)
		}
	}
	if len(choices) == 0 {
		return true
	}
	last := len(choices) - 1
	for _, p := range choices[last].parts {
		if s.solve([]*formula{p}, choices[:last]) {
			return true
		}
	}
	return false
}
