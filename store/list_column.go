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
		if kind == manyIDs {
			kind = "uuid"
		}
		out[i] = Column{c.name, kind, slices.Sorted(maps.Keys(operatorsOf(c.kind))), c.filter}
	}
	return out
}

// manyIDs is the type of a filter by one of the ids that a record has in an array.
const manyIDs = "uuid[]"

// operatorsOf are the comparisons that a type of column takes.
func operatorsOf(kind string) map[string]string {
	switch kind {
	case "text":
		return map[string]string{"eq": "=", "has": "ilike"}
	case "list":
		return map[string]string{"has": "?"}
	case manyIDs:
		return map[string]string{"eq": "@>"}
	}
	return map[string]string{"eq": "=", "gte": ">=", "lte": "<="}
}
