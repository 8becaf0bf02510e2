package store

import (
	"maps"
	"slices"
)

// Column is a field by which a list is filtered, and sorted unless FilterOnly.
type Column struct {
	Name       string
	Kind       string   // the SQL type: text, uuid, numeric, date, timestamptz, boolean
	Operators  []string // eq and others
	FilterOnly bool
}

// Columns describes the fields of the list.
func (l List[T]) Columns() []Column {
	out := make([]Column, len(l.columns))
	for i, c := range l.columns {
		kind := c.kind
		if kind == kindWithin {
			kind = "uuid"
		}
		out[i] = Column{c.name, kind, slices.Sorted(maps.Keys(operatorsOf(c.kind))), c.filter}
	}
	return out
}

// kindWithin is the kind of a filter by an id that a row may have several of: its sql are the ids of the rows that have @id.
const kindWithin = "within"

// operatorsOf are the comparisons that a type of column takes.
func operatorsOf(kind string) map[string]string {
	switch kind {
	case "text":
		return map[string]string{"eq": "=", "has": "ilike"}
	case "list":
		return map[string]string{"has": "?"}
	case kindWithin:
		return map[string]string{"eq": "in"}
	}
	return map[string]string{"eq": "=", "gte": ">=", "lte": "<="}
}
