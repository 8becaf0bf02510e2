package api

import (
	"strings"

	"leadtocash/crm"
	"leadtocash/rules"
)

// ruleSections takes a set apart for reading: stages, checks, moments, approval levels or dunning levels.
func (r *request) ruleSections(set *rules.Set) []ruleSection {
	var out []ruleSection
	switch set.Kind() {
	case crm.RulePipeline:
		for _, q := range set.Questions() {
			s, _ := set.Stage(q)
			note := worded(s.Guidance, r.language, "")
			if s.Retired() {
				note = r.say("bench.stage_retired", "To", r.askName(set, set.Question(pipelineAt(set, q).Key(), s.RetiredTo)))
			}
			out = append(out, ruleSection{q, r.askName(set, q), note, written(r.conditions(set.Gate(q, crm.Facts{})), set.Asked(q))})
		}
	case crm.RuleProject:
		for _, list := range []struct {
			key string
			v   crm.Verdict
		}{{"alarm", set.Alarm(crm.Facts{})}, {"close", set.Closing(crm.Facts{})}} {
			out = append(out, ruleSection{list.key, r.say("bench.where." + list.key), r.say("bench.where." + list.key + "_hint"), written(r.conditions(list.v), set.Asked(list.key))})
		}
	case crm.RuleOrder:
		out = append(out, ruleSection{"checks", r.say("rules.checks"), r.say("rules.checks_hint"), written(r.conditions(set.Checklist(crm.Facts{})), set.Asked(string(crm.RuleOrder)))})
	case crm.RuleApproval:
		s := ruleSection{ID: "levels", Name: r.say("rules.levels"), Note: r.say("rules.levels_hint")}
		for _, l := range set.Levels() {
			s.Conditions = append(s.Conditions, ruleCondition{ID: l.Key, Text: worded(l.Name, r.language, l.Key), Source: l.When.Source, Note: r.levelNote(l)})
		}
		out = append(out, s)
	case crm.RuleScoring:
		s := ruleSection{ID: "rules", Name: r.say("rules.scoring"), Note: r.say("rules.scoring_hint", "At", set.Scoring().ConvertAt, "Days", set.Scoring().HalveAfter)}
		for _, p := range set.Points() {
			s.Conditions = append(s.Conditions, ruleCondition{ID: p.ID, Text: worded(p.Label, r.language, p.ID), Source: p.Source, Note: r.say("rules.points", "N", p.Points)})
		}
		out = append(out, s)
	case crm.RuleAssignment:
		s := ruleSection{ID: "rules", Name: r.say("rules.assignment"), Note: r.say("rules.assignment_hint")}
		for _, a := range set.Assignments() {
			s.Conditions = append(s.Conditions, r.always(ruleCondition{ID: a.Key, Text: worded(a.Name, r.language, a.Key), Source: a.When.Source}))
		}
		out = append(out, s)
	case crm.RuleNurture:
		for _, t := range set.Tracks() {
			s := ruleSection{ID: t.Key, Name: worded(t.Name, r.language, t.Key)}
			s.Conditions = append(s.Conditions, r.always(ruleCondition{ID: t.Key, Text: r.say("bench.track_fits"), Source: t.When.Source}))
			for _, touch := range t.Touches {
				s.Conditions = append(s.Conditions, ruleCondition{Text: r.say("mail." + touch.Mail + ".subject"), Note: r.say("rules.track_days", "N", touch.Days), Source: touch.Key})
			}
			out = append(out, s)
		}
	case crm.RuleDunning:
		for _, p := range set.Policies() {
			s := ruleSection{ID: "levels", Name: r.say("rules.dunning"), Note: r.say("rules.dunning_hint", "N", p.GraceDays)}
			if p.Key != "" {
				s.ID, s.Name = p.Key, worded(p.Name, r.language, p.Key)
				s.Conditions = append(s.Conditions, r.always(ruleCondition{ID: p.Key, Text: r.say("rules.debtor_policy"), Source: p.When.Source}))
			}
			for _, l := range p.Levels {
				s.Conditions = append(s.Conditions, ruleCondition{Text: worded(l.Name, r.language, l.Key), Note: r.say("rules.after_days", "N", l.Days), Source: l.Key})
			}
			out = append(out, s)
		}
	}
	for _, m := range set.Moments() {
		name, note := r.momentName(set, m)
		out = append(out, ruleSection{m, name, note, written(r.conditions(set.At(m, crm.Facts{})), set.Asked(m))})
	}
	return out
}

// always says of an entry without a condition that it applies to all.
func (r *request) always(c ruleCondition) ruleCondition {
	if c.Source == "" {
		c.Note = r.say("bench.always")
	}
	return c
}

func (r *request) conditions(v crm.Verdict) []ruleCondition {
	var out []ruleCondition
	group := ""
	for _, c := range v.Clauses {
		if c.Group != "" && c.Group == group && len(out) > 0 {
			out[len(out)-1].Source += " or " + c.Source
			continue
		}
		group = c.Group
		id, _, _ := strings.Cut(strings.TrimPrefix(c.ID, v.Key+"."), "#")
		if n := len(out); n > 0 && out[n-1].ID == id { // a condition of several parts that all must hold
			out[n-1].Source += " and " + c.Source
			if len(c.Label) == 0 {
				out[n-1].Text += ", " + r.words().Clause(c, "")
			}
			continue
		}
		rc := ruleCondition{ID: id, Text: r.words().Clause(c, ""), Source: c.Source}
		if len(c.FixBy) > 0 {
			rc.Note = r.say("gate.fix_by", "Roles", r.roleNames(c.FixBy))
		}
		out = append(out, rc)
	}
	return out
}

// written gives conditions of several parts the expression that their author wrote.
func written(shown []ruleCondition, all []rules.Condition) []ruleCondition {
	for i, c := range shown {
		for _, w := range all {
			if w.ID == c.ID {
				shown[i].Source = w.Source
			}
		}
	}
	return shown
}

// momentName is what a moment of a set is called, and what its conditions are for.
func (r *request) momentName(set *rules.Set, moment string) (name, note string) {
	at := "bench.at." + string(set.Kind()) + "."
	key, end := rules.SplitHandOff(moment)
	h, ok := set.HandOff(key)
	if end == "" || !ok {
		return r.say(at + moment), r.say(at + moment + "_hint")
	}
	return r.say(at+end, "Name", worded(h.Name, r.language, key)),
		r.say(at+end+"_hint", "From", named(r.words(), "department", string(h.From)), "To", named(r.words(), "department", string(h.To)))
}
