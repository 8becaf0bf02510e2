package api

import (
	"errors"
	"net/http"
	"strings"
	"time"

	"leadtocash/crm"
	"leadtocash/rules"
	"leadtocash/store"
)

// rulesPage shows what is in force: the stage map left, conditions right, versions, a form to check a text.
type rulesPage struct {
	Kind      crm.RuleKind
	Kinds     []option
	Active    store.RuleSet
	History   []store.RuleSet
	Sections  []ruleSection
	Fields    []ruleField
	Form      form
	Checked   bool
	Problems  []ruleProblem
	MayReload bool
	Now       time.Time
}

// ruleSection is a stage with its conditions, or one list of checks or levels.
type ruleSection struct {
	ID, Name, Note string
	Conditions     []ruleCondition
}

type ruleCondition struct{ Text, Source, Note string }

type ruleField struct{ Path, Name, Type, Writers string }

type ruleProblem struct {
	Line, Column int
	Path, Text   string
}

func pageRules(r *request) error {
	kind := ruleKind(r.gin.Query("kind"))
	return showRules(r, kind, form{}, nil, false)
}

func ruleKind(text string) crm.RuleKind {
	for _, k := range crm.RuleKinds() {
		if string(k) == text {
			return k
		}
	}
	return crm.RulePipeline
}

func showRules(r *request, kind crm.RuleKind, f form, problems []ruleProblem, checked bool) error {
	p := rulesPage{Kind: kind, Form: f, Problems: problems, Checked: checked, MayReload: r.Can(crm.MayWriteRules) && r.srv.Pages.Desk != nil}
	for _, k := range crm.RuleKinds() {
		p.Kinds = append(p.Kinds, option{string(k), named(r.words(), "rule_kind", string(k))})
	}
	active, err := r.store.ActiveRules(r.ctx())
	if err != nil {
		return err
	}
	for _, a := range active {
		if a.Kind == kind {
			p.Active = a
		}
	}
	if p.History, err = r.store.RulesHistory(r.ctx(), kind); err != nil {
		return err
	}
	if p.Active.Version > 0 {
		set, err := r.rules(kind)
		if err != nil {
			return err
		}
		p.Sections = r.ruleSections(set)
		if f.values == nil {
			p.Form = values("source", p.Active.Source)
		}
	}
	for _, fd := range crm.Fields() {
		p.Fields = append(p.Fields, ruleField{fd.Path, r.words().FieldName(fd.Path), named(r.words(), "field_type", string(fd.Type)), r.roleNames(fd.Writers)})
	}
	return r.show(f.Status(), "rules", r.say("nav.rules"), p)
}

// ruleSections takes a set apart for reading: stages, checks, approval levels or dunning levels.
func (r *request) ruleSections(set *rules.Set) []ruleSection {
	var out []ruleSection
	switch set.Kind() {
	case crm.RulePipeline:
		for _, s := range set.Stages() {
			out = append(out, ruleSection{s.Key, worded(s.Name, r.language, s.Key), worded(s.Guidance, r.language, ""), r.conditions(set.Gate(s.Key, crm.Facts{}))})
		}
	case crm.RuleOrder:
		out = append(out, ruleSection{"checks", r.say("rules.checks"), r.say("rules.checks_hint"), r.conditions(set.Checklist(crm.Facts{}))})
	case crm.RuleApproval:
		_, v := set.Route(crm.Facts{})
		out = append(out, ruleSection{"levels", r.say("rules.levels"), r.say("rules.levels_hint"), r.conditions(v)})
	case crm.RuleScoring:
		s := ruleSection{ID: "rules", Name: r.say("rules.scoring"), Note: r.say("rules.scoring_hint", "At", set.Scoring().ConvertAt, "Days", set.Scoring().HalveAfter)}
		for _, p := range set.Points() {
			s.Conditions = append(s.Conditions, ruleCondition{Text: worded(p.Label, r.language, p.ID), Source: p.Source, Note: r.say("rules.points", "N", p.Points)})
		}
		out = append(out, s)
	case crm.RuleAssignment:
		s := ruleSection{ID: "rules", Name: r.say("rules.assignment"), Note: r.say("rules.assignment_hint")}
		for _, a := range set.Assignments() {
			s.Conditions = append(s.Conditions, ruleCondition{Text: worded(a.Name, r.language, a.Key), Source: a.When.Source})
		}
		out = append(out, s)
	case crm.RuleNurture:
		for _, t := range set.Tracks() {
			s := ruleSection{ID: t.Key, Name: worded(t.Name, r.language, t.Key), Note: t.When.Source}
			for _, touch := range t.Touches {
				s.Conditions = append(s.Conditions, ruleCondition{Text: r.say("mail." + touch.Mail + ".subject"), Note: r.say("rules.track_days", "N", touch.Days), Source: touch.Key})
			}
			out = append(out, s)
		}
	case crm.RuleDunning:
		s := ruleSection{ID: "levels", Name: r.say("rules.dunning"), Note: r.say("rules.dunning_hint", "N", set.Dunning().GraceDays)}
		for _, l := range set.Dunning().Levels {
			s.Conditions = append(s.Conditions, ruleCondition{Text: worded(l.Name, r.language, l.Key), Note: r.say("rules.after_days", "N", l.Days), Source: l.Key})
		}
		out = append(out, s)
	}
	return out
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
		rc := ruleCondition{Text: r.words().Clause(c, ""), Source: c.Source}
		if len(c.FixBy) > 0 {
			rc.Note = r.say("gate.fix_by", "Roles", r.roleNames(c.FixBy))
		}
		out = append(out, rc)
	}
	return out
}

// formRulesCheck checks a text and changes nothing: every problem with its place and the nearest known name.
func formRulesCheck(r *request) error {
	f, err := r.posted()
	if err != nil {
		return err
	}
	source := strings.ReplaceAll(r.gin.Request.PostForm.Get("source"), "\r\n", "\n")
	f.values["source"] = source
	kind := ruleKind(f.Value("kind"))
	_, found := rules.Parse(kind, []byte(source))
	problems := r.ruleProblems(found)
	if len(problems) > 0 {
		f.status = http.StatusUnprocessableEntity
	}
	return showRules(r, kind, f, problems, true)
}

func (r *request) ruleProblems(found rules.Problems) []ruleProblem {
	out := make([]ruleProblem, 0, len(found))
	for _, p := range found {
		text := p.Text
		if key := "error." + p.Code; r.language != "en" && r.words().Has(key) {
			text = r.say(key, p.Params)
		}
		out = append(out, ruleProblem{p.Line, p.Column, p.Path, text})
	}
	return out
}

// formRulesReload activates the rule file. A file with mistakes changes nothing.
func formRulesReload(r *request) error {
	if r.srv.Pages.Desk == nil {
		return store.ErrNotFound
	}
	err := r.srv.Pages.Desk.ReloadRules(r.ctx(), string(r.user.ID))
	if found, ok := errors.AsType[rules.Problems](err); ok {
		f := form{status: http.StatusUnprocessableEntity, other: []string{r.say("rules.not_reloaded")}}
		return showRules(r, crm.RulePipeline, f, r.ruleProblems(found), true)
	}
	if err != nil {
		return err
	}
	return r.said("rules_reloaded", "/rules")
}
