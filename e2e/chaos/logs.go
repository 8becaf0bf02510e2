package chaos

import (
	"os"
	"regexp"
	"slices"
	"strings"
)

// changing is what differs between two log lines of the same kind.
var changing = regexp.MustCompile(`(time|request_id|RequestID|RunID|WorkflowID|EventID|Attempt|WorkerID|UpdateID|TaskID)=("[^"]*"|\S+)|[0-9a-f]{8}-[0-9a-f-]{27}|:[0-9]{4,5}\b|[0-9]{2,}`)

// grievances are the kinds of errors and crashes that the product's programs logged, each once with how often.
func (h *house) grievances() map[string]int {
	out := map[string]int{}
	for _, kind := range []string{"api", "worker"} {
		for _, v := range h.victims[kind] {
			text, err := os.ReadFile(h.Stack.LogFile(v.name))
			if err != nil {
				continue
			}
			for line := range strings.Lines(string(text)) {
				if strings.Contains(line, "level=ERROR") || strings.HasPrefix(line, "panic:") || strings.HasPrefix(line, "fatal error:") {
					out[kind+": "+strings.TrimSpace(changing.ReplaceAllString(line, "…"))]++
				}
			}
		}
	}
	return out
}

// loudest lists the grievances that came up most.
func loudest(all map[string]int, n int) []string {
	lines := make([]string, 0, len(all))
	for line := range all {
		lines = append(lines, line)
	}
	slices.SortFunc(lines, func(a, b string) int {
		if all[a] != all[b] {
			return all[b] - all[a]
		}
		return strings.Compare(a, b)
	})
	return lines[:min(n, len(lines))]
}
