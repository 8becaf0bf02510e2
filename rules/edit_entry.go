package rules

import (
	"slices"

	"github.com/goccy/go-yaml/ast"

	"leadtocash/crm"
)

// HasEntries tells whether the conditions of a kind belong to entries with a key and a name, one each: rules of scoring and assignment, levels
// of approval, tracks. always tells whether an entry may go without a condition: it then applies to all.
func HasEntries(kind crm.RuleKind) (entries, always bool) {
	return keyedList(kind) != "", keyedList(kind) != "" && kind != crm.RuleScoring
}

// entryForm says of the entries of a list that a form changes as a whole how they are known, when one is as it was, and how one is written; old is
// the entry as it stands in the text, nil for a new one.
type entryForm[T any] struct {
	key   func(T) string
	same  func(a, b T) bool
	lines func(indent string, entry T, old ast.Node) []string
}

// putEntries writes a list of the section; the lines of an entry that stays, with the comment above it, go where it goes.
func putEntries[T any](e *editor, name string, was, is []T, f entryForm[T]) bool {
	list := e.list(e.section, name)
	switch {
	case len(is) == 0:
		return e.putKey(e.section, name, []string{name + ": []"})
	case list == nil:
		lines := []string{name + ":"}
		for _, entry := range is {
			lines = append(lines, f.lines("  ", entry, nil)...)
		}
		return e.putKey(e.section, name, lines)
	case flows(list):
		return false
	}
	from, end := e.withRemarks(list, 0).from, e.lines(list, len(list.Values)-1).to
	var lines []string
	for _, entry := range is {
		i := e.entryOf(list, "key", f.key(entry))
		if i < 0 {
			lines = append(lines, f.lines(dash(list), entry, nil)...)
			continue
		}
		s := e.withRemarks(list, i)
		kept := e.text[s.from:s.to]
		if slices.ContainsFunc(was, func(w T) bool { return f.same(w, entry) }) {
			lines = append(lines, kept...)
			continue
		}
		lines = append(append(lines, remarks(kept)...), f.lines(dash(list), entry, list.Values[i])...)
	}
	e.replace(span{from, end}, lines)
	return true
}
