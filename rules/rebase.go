package rules

import (
	"slices"
	"strings"

	"leadtocash/crm"
)

// The sides of a conflict.
const (
	SideActive = "active"
	SideDraft  = "draft"
)

// Conflict is a clause that a draft and the active version both changed since the version that the draft was begun on, and not to the same.
// The texts are as they are written; an empty one is gone, or was not there.
type Conflict struct {
	Path                string // where: stages.send.enter.vat; "(order)" at its end: the order of a list
	Base, Active, Draft string
	Choice              string // SideActive, SideDraft; empty: nobody has chosen
}

// Rebased is a draft with the changes of the active version.
type Rebased struct {
	Source    []byte     // what nobody chose is as in the draft
	Conflicts []Conflict // in the order of the draft
}

// Open is how many conflicts nobody has decided.
func (r Rebased) Open() (n int) {
	for _, c := range r.Conflicts {
		if c.Choice == "" {
			n++
		}
	}
	return n
}

// Rebase brings what changed from base to active into a draft that was begun on base, clause by clause: a condition, a case, a name, a limit.
// What only one side changed is taken from it, with its comments; what both changed is a conflict, unless to the same. choices are sides by the
// path of a conflict. A draft begun before there was a version has no base. A problem tells of a text that cannot be read, or that the whole
// does not compile although both sides do.
func Rebase(kind crm.RuleKind, base, active, draft []byte, choices map[string]string) (Rebased, Problems) {
	var sides [3]*block
	for i, src := range [][]byte{base, active, draft} {
		if i == 0 && len(src) == 0 {
			continue
		}
		if _, problems := Parse(kind, src); len(problems) > 0 {
			return Rebased{}, problems
		}
		sides[i] = readBlocks(kind, src)
	}
	m := &merger{choices: choices, standard: sides[2].standard}
	if sides[1].standard != m.standard {
		m.standard = ""
	}
	whole := m.merge("", sides[0], sides[1], sides[2])
	out := Rebased{Source: []byte(strings.TrimRight(strings.Join(append(whole.written(0), sides[2].tail...), "\n"), "\n") + "\n"), Conflicts: m.conflicts}
	_, problems := Parse(kind, out.Source)
	return out, problems
}

type merger struct {
	choices   map[string]string
	standard  string // the default pipeline, which paths leave out
	conflicts []Conflict
}

// merge is what becomes of a block; nil when it is gone.
func (m *merger) merge(path string, base, active, draft *block) *block {
	switch {
	case active.says(draft), active.says(base):
		return draft
	case draft.says(base):
		return active
	case active.opens() && draft.opens() && active.list == draft.list && (base == nil || base.list == draft.list):
		return m.kids(path, base, active, draft)
	case base.opens() && base.list && active == nil && draft.opens() && draft.list: // a list from which all was taken
		return m.kids(path, base, draft.emptied(), draft)
	case base.opens() && base.list && draft == nil && active.opens() && active.list:
		return m.kids(path, base, active, active.emptied())
	}
	if m.chosen(path, base.shown(), active.shown(), draft.shown()) == SideActive {
		return active
	}
	return draft
}

// chosen notes a conflict and gives the side that was chosen.
func (m *merger) chosen(path, base, active, draft string) string {
	if m.standard != "" {
		path = strings.TrimPrefix(path, m.standard+".")
	}
	if path == "" {
		path = "(all)"
	}
	c := Conflict{Path: path, Base: base, Active: active, Draft: draft}
	if side := m.choices[path]; side == SideActive || side == SideDraft {
		c.Choice = side
	}
	m.conflicts = append(m.conflicts, c)
	return c.Choice
}

// kids merges what stands in a block, one by one.
func (m *merger) kids(path string, base, active, draft *block) *block {
	out := *draft
	out.kids = nil
	for _, name := range m.order(path, base, active, draft) {
		if kid := m.merge(join(path, name), base.kid(name), active.kid(name), draft.kid(name)); kid != nil {
			out.kids = append(out.kids, kid)
		}
	}
	if out.list && out.kids == nil {
		return nil
	}
	return &out
}

// order is that of the draft, with what only the active side has behind what it stands behind there; when only the active side moved entries
// of a list, it is the other way round.
func (m *merger) order(path string, base, active, draft *block) []string {
	first, second := draft, active
	if draft.list && base != nil {
		both := func(x *block) []string { return x.among(base, active, draft) }
		switch {
		case slices.Equal(both(active), both(base)) || slices.Equal(both(active), both(draft)):
		case slices.Equal(both(draft), both(base)):
			first, second = active, draft
		case m.chosen(join(path, "(order)"), strings.Join(base.names(), ", "), strings.Join(active.names(), ", "), strings.Join(draft.names(), ", ")) == SideActive:
			first, second = active, draft
		}
	}
	out := first.names()
	before := ""
	for _, name := range second.names() {
		if !slices.Contains(out, name) {
			out = slices.Insert(out, slices.Index(out, before)+1, name)
		}
		before = name
	}
	return out
}
