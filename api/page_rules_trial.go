package api

import (
	"slices"
	"strings"

	"leadtocash/crm"
	"leadtocash/rules"
)

// trialText is a text about a trial, in the words of the kind where it has its own.
func (r *request) trialText(set *rules.Set, name string) string {
	if set != nil {
		if key := "bench." + string(set.Kind()) + "." + name; r.words().Has(key) {
			return r.say(key)
		}
	}
	return r.say("bench." + name)
}

// trialFigures are the numbers of a trial that its kind has.
func (r *request) trialFigures(set *rules.Set, v rules.Report) []reportFigure {
	all := []reportFigure{
		{"", "open", "", v.Open},
		{"", "blocked", "warn", v.Blocked},
		{"", "newly", "bad", v.Newly},
		{"", "freed", "ok", v.Freed},
		{"", "won", "", v.Won},
		{"", "stopped", "bad", v.Stopped},
	}
	if set == nil || set.Kind() != crm.RuleProject { // a project that is closed is not lost
		all = append(all, reportFigure{"", "lost", "", v.Lost}, reportFigure{"", "spared", "ok", v.Spared})
	}
	if set != nil && (set.Kind() == crm.RuleApproval || set.Kind() == crm.RulePricing) {
		all = append(all, reportFigure{"", "rerouted", "warn", v.Rerouted}, reportFigure{"", "past_rerouted", "", v.PastRerouted})
	}
	for i := range all {
		all[i].Label = r.trialText(set, all[i].List)
	}
	return all
}

// routeText says who approves now and who would: the stations of an approval, or who is asked beyond the limits of pricing.
func (r *request) routeText(set *rules.Set, route string) string {
	was, would, _ := strings.Cut(route, ">")
	return r.stations(set, was) + " → " + r.stations(set, would)
}

func (r *request) stations(set *rules.Set, keys string) string {
	if keys == "" {
		return r.say("bench.no_station")
	}
	names := strings.Split(keys, ", ")
	for i, key := range names {
		if set != nil && set.Kind() == crm.RulePricing {
			names[i] = named(r.words(), "role", key)
			continue
		}
		names[i] = r.levelOf(set, key)
	}
	return strings.Join(names, ", ")
}

// levelOf is the name of a level of approval: as the candidate has it, else as the active rules do.
func (r *request) levelOf(set *rules.Set, key string) string {
	active, _ := r.rules(crm.RuleApproval)
	for _, s := range []*rules.Set{set, active} {
		if s == nil {
			continue
		}
		for _, l := range s.Levels() {
			if l.Key == key {
				return worded(l.Name, r.language, key)
			}
		}
	}
	return key
}

// lacks says what rules of a kind have not, and why: a trial, a shadow, exceptions.
func (r *request) lacks(kind crm.RuleKind) (out []string) {
	group := map[crm.RuleKind]string{
		crm.RuleScoring: "lead", crm.RuleAssignment: "lead", crm.RuleNurture: "lead", crm.RuleDunning: "clock", crm.RuleApproval: "route",
		crm.RuleRequired: "entry", crm.RuleContact: "entry", crm.RuleDuplicate: "entry", crm.RuleHandOff: "entry", crm.RulePricing: "limit", crm.RuleProject: "project",
	}[kind]
	for _, part := range []struct {
		name string
		has  []crm.RuleKind
	}{{"trial", rules.Triable()}, {"shadow", rules.Shadowed()}, {"exception", rules.Excepted()}} {
		if !slices.Contains(part.has, kind) {
			out = append(out, r.say("bench.lacks."+part.name+"."+group))
		}
	}
	return out
}
