package api

import (
	"errors"
	"net/http"
	"slices"
	"strings"

	"leadtocash/crm"
	"leadtocash/rules"
	"leadtocash/store"
)

// rulesPage shows what is in force: the stage map left, conditions right, drafts, versions, a form to check a text.
type rulesPage struct {
	Kind       crm.RuleKind
	Kinds      []option
	Active     store.RuleSet
	History    []store.RuleSet
	Drafts     []store.RuleDraft
	Migrations []store.RuleMigration
	Shadows    []store.Shadow // candidates that run or ran beside them
	Sections   []ruleSection
	Fields     []ruleField
	Form       form
	Checked    bool
	Problems   []ruleProblem
	May        bool // write drafts and activate them
	MayReload  bool
}

// ruleSection is a stage with its conditions, or one list of checks or levels.
type ruleSection struct {
	ID, Name, Note string
	Conditions     []ruleCondition
}

// ruleCondition is a condition in words; the id is there where the condition can be edited by itself.
type ruleCondition struct{ ID, Text, Source, Note string }

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
	p := rulesPage{Kind: kind, Form: f, Problems: problems, Checked: checked, May: r.Can(crm.MayWriteRules)}
	p.MayReload = p.May && r.srv.Pages.Desk != nil
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
	if err := r.ruleWork(&p); err != nil {
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
	p.Fields = r.ruleFields()
	return r.show(f.Status(), "rules", r.say("nav.rules"), p)
}

// ruleWork reads the versions of a kind, and for those who may change rules the drafts and migrations.
func (r *request) ruleWork(p *rulesPage) error {
	var err error
	if p.History, err = r.store.RulesHistory(r.ctx(), p.Kind); err != nil || !p.May {
		return err
	}
	if p.Drafts, err = r.store.RuleDrafts(r.ctx(), p.Kind); err != nil {
		return err
	}
	if p.Shadows, err = r.store.Shadows(r.ctx(), p.Kind); err != nil {
		return err
	}
	p.Migrations, err = r.store.RuleMigrations(r.ctx(), p.Kind)
	return err
}

func (r *request) ruleFields() (out []ruleField) {
	for _, fd := range slices.Concat(crm.Fields(), crm.CustomFields()) {
		out = append(out, ruleField{fd.Path, r.words().FieldName(fd.Path), named(r.words(), "field_type", string(fd.Type)), r.roleNames(fd.Writers)})
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
