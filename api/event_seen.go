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
	data = r.seenOwn(code, data)
	if strings.HasPrefix(code, "risk.") {
		return data, r.user.Sees("project.budget")
	}
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

// seenOwn takes out what an entry tells of fields of the company's own that the person may not see (S054).
func (r *request) seenOwn(code string, data map[string]any) map[string]any {
	record, _, _ := strings.Cut(code, ".")
	out := data
	for _, list := range []string{"changes", "changed"} {
		changes, ok := data[list].(map[string]any)
		if !ok {
			continue
		}
		seen := maps.Clone(changes)
		maps.DeleteFunc(seen, func(name string, _ any) bool {
			return strings.HasPrefix(name, "custom.") && !r.user.Sees(record+"."+name)
		})
		if len(seen) < len(changes) {
			out = maps.Clone(out)
			out[list] = seen
		}
	}
	if code != "fields.filled" {
		return out
	}
	out = maps.Clone(out)
	maps.DeleteFunc(out, func(path string, _ any) bool {
		return strings.Contains(path, ".custom.") && !r.user.Sees(strings.Replace(path, "deal.", "opportunity.", 1))
	})
	return out
}
