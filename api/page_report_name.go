package api

import (
	"slices"

	"leadtocash/crm"
	"leadtocash/store"
)

// groupNames are the groups of lost deals in words, by their keys.
func (p *report) groupNames(rows []store.LossCount) (map[string]string, error) {
	names := map[string]string{}
	var keys []string
	for _, x := range rows {
		if _, known := names[x.Key]; !known {
			keys = append(keys, x.Key)
		}
		names[x.Key] = p.groupName(x.Key, x.Name)
	}
	if p.By != "clause" {
		return names, nil
	}
	labels, err := p.store.ClauseLabels(p.ctx(), keys)
	for _, key := range keys {
		names[key] = p.clauseName(key, labels)
	}
	return names, err
}

func (p *report) groupName(key, name string) string {
	switch {
	case p.By == "reason" && key != "":
		return p.lostReason(key)
	case p.By == "source" && key != "":
		return named(p.words(), "source", key)
	case key == "" && p.By == "owner":
		return p.say("col.nobody")
	case key == "":
		return p.say("report.none_of_it")
	case name == "":
		return key
	}
	return name
}

// clauseName is a clause as it was worded last, with its id where it has no label.
func (p *report) clauseName(key string, labels map[string]crm.Clause) string {
	if c, known := labels[key]; known {
		if text := c.Text(p.language); text != "" {
			return text
		}
	}
	return key
}

// sort puts what lost most first.
func (p *lossPage) sort() {
	slices.SortStableFunc(p.Rows, func(a, b lossRow) int { return b.Lost.N - a.Lost.N })
}
