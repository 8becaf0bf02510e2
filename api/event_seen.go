package api

import (
	"maps"
	"strings"
)

// costFigures are the names under which entries about a project hold what it costs us and what we earn on it.
var costFigures = []string{"budget", "amount", "cost", "margin", "percent", "estimate", "deviation", "project_changes"}

// seenEvent gives the figures of a timeline's entry that the person may see (B089): no costs for those who have no use for them, and what an
// hour cost for those only who manage projects or money. Entries that are about nothing else are not told at all.
func (r *request) seenEvent(code string, data map[string]any) (seen map[string]any, told bool) {
	if !strings.HasPrefix(code, "project.") {
		return data, true
	}
	var hidden []string
	switch {
	case !r.user.Sees("project.budget"):
		if strings.HasPrefix(code, "project.alarm") {
			return nil, false
		}
		hidden = costFigures
	case !r.seesRates() && strings.HasPrefix(code, "project.time"):
		hidden = []string{"amount"}
	case !r.seesRates():
		hidden = []string{"project_changes"}
	}
	if len(hidden) == 0 {
		return data, true
	}
	seen = maps.Clone(data)
	for _, name := range hidden {
		delete(seen, name)
	}
	return seen, true
}
