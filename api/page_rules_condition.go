package api

import (
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"

	"leadtocash/crm"
	"leadtocash/rules"
	"leadtocash/store"
)

// formCondition writes a condition of a draft, or takes it out. Where somebody saved meanwhile nothing is written: what was typed is shown on
// the text as it is by now, and can be sent again.
func formCondition(r *request) error {
	d, set, f, err := r.draftEdit()
	if err != nil {
		return err
	}
	if set == nil {
		return r.showDraft(d, draftPage{View: "text"})
	}
	if f.Value("do") == "remove" {
		return r.dropCondition(d, f)
	}
	e := r.emptyEditor(d.Kind, f.Value("where"), f.Value("condition"))
	c, shape := r.readCondition(e, &f, set)
	if f.Failed() {
		return r.conditionAgain(d, set, e, f, nil)
	}
	if seenVersion(f) != d.Version {
		f.status = http.StatusPreconditionFailed
		return r.conditionAgain(d, set, e, f, &staleView{d.EditorName, d.UpdatedAt})
	}
	source, found := rules.PutCondition(d.Kind, []byte(d.Source), e.Where, c)
	if len(found) > 0 {
		f.other = append(f.other, problemTexts(r.ruleProblems(found))...)
		return r.conditionAgain(d, set, e, f, nil)
	}
	if e.New && f.Value("cases") == "true" {
		source = r.withCases(d.Kind, source, e.Where, c, shape)
	}
	d.Source = string(source)
	return r.saveDraft(d, values(), "form", "#s-"+e.Where)
}

func (r *request) dropCondition(d store.RuleDraft, f form) error {
	source, found := rules.DropCondition(d.Kind, []byte(d.Source), f.Value("where"), f.Value("condition"))
	if len(found) > 0 {
		f.other = append(f.other, problemTexts(r.ruleProblems(found))...)
		return r.showDraft(d, draftPage{Form: f.refusedAs("source", d.Source)})
	}
	d.Source, d.Version = string(source), seenVersion(f)
	return r.saveDraft(d, values(), "form", "#s-"+f.Value("where"))
}

// conditionAgain shows the form of a condition once more, with what was typed.
func (r *request) conditionAgain(d store.RuleDraft, set *rules.Set, e *conditionEditor, f form, stale *staleView) error {
	if e.Form = f; stale == nil {
		f.status = http.StatusUnprocessableEntity
	}
	p := draftPage{Form: f, Set: set, RuleDraft: d, Stale: stale}
	r.draftSections(&p)
	for i := range p.Sections {
		if p.Sections[i].ID == e.Where {
			p.Sections[i].Editor = e
			e.of(d, p.Sections[i].Name)
		}
	}
	return r.showDraft(d, p)
}

func problemTexts(problems []ruleProblem) (out []string) {
	for _, p := range problems {
		out = append(out, p.Text)
	}
	return out
}

// refusedAs is the form with a value as it is stored.
func (f form) refusedAs(name, value string) form {
	f.values[name], f.status = value, http.StatusUnprocessableEntity
	return f
}

// readCondition reads the form of a condition; what is wrong stands beside its row.
func (r *request) readCondition(e *conditionEditor, f *form, set *rules.Set) (rules.Condition, rules.Form) {
	c := rules.Condition{ID: e.ID, Label: map[string]string{}}
	for _, l := range languageChoices {
		if text := clean(f.Value("label."+l.Code), maxName); text != "" {
			c.Label[l.Code] = text
		}
	}
	var shape rules.Form
	if text := f.Value("source"); text != "" && !f.Sent("f-0-0") {
		c.Source, e.Text = text, true
		if found := rules.CheckExpression(text); len(found) > 0 {
			f.blame("source", strings.Join(problemTexts(r.ruleProblems(found)), " "))
		}
	} else {
		shape, c.Source = r.readRows(e, f)
	}
	if e.New {
		c.ID = freeID(set.Asked(question(set.Kind(), e.Where)), c, shape)
	}
	return c, shape
}

// readRows reads the rows that have a field, and keeps them in the form.
func (r *request) readRows(e *conditionEditor, f *form) (rules.Form, string) {
	var shape rules.Form
	var groups [][]editorRow
	for i := range formHeight {
		var group []rules.FormRow
		var rows []editorRow
		for j := range formWidth {
			at := fmt.Sprintf("%d-%d", i, j)
			row := editorRow{Field: f.Value("f-" + at), Op: f.Value("o-" + at), Value: f.Value("v-" + at)}
			if row.Field == "" {
				continue
			}
			rows, group = append(rows, row), append(group, r.plainRow(row))
		}
		if len(group) > 0 {
			shape, groups = append(shape, group), append(groups, rows)
		}
	}
	source, found := shape.Source()
	for _, p := range found {
		var i, j int
		if n, _ := fmt.Sscanf(p.Path, "groups[%d][%d]", &i, &j); n == 2 {
			groups[i][j].Wrong = r.ruleProblems(rules.Problems{p})[0].Text
		}
		f.other = append(f.other, r.ruleProblems(rules.Problems{p})[0].Text)
	}
	e.spare(groups)
	return shape, source
}

// plainRow is a row as rules have it: decimals with a point.
func (r *request) plainRow(row editorRow) rules.FormRow {
	out := rules.FormRow{Field: row.Field, Op: row.Op, Value: row.Value}
	switch row.Op {
	case opYes:
		out.Op, out.Value = rules.OpIs, "true"
	case opNo:
		out.Op, out.Value = rules.OpIs, "false"
	}
	if f, ok := crm.FieldAt(row.Field); ok && numeric(f.Type) {
		if plain, err := r.words().PlainNumber(row.Value); err == nil {
			out.Value = plain
		}
	}
	return out
}

var notInID = regexp.MustCompile(`[^a-z0-9]+`)

// freeID is an id for a new condition: after its field, else its label, and a number when that is taken.
func freeID(have []rules.Condition, c rules.Condition, shape rules.Form) string {
	name := c.Label["en"]
	if len(shape) > 0 {
		_, name, _ = strings.Cut(shape[0][0].Field, ".")
	}
	name = strings.Trim(notInID.ReplaceAllString(strings.ToLower(name), "_"), "_")
	if name = clip(name, 24); name == "" || name[0] < 'a' {
		name = "condition"
	}
	id := name
	for n := 2; slices.ContainsFunc(have, func(h rules.Condition) bool { return h.ID == id }); n++ {
		id = fmt.Sprintf("%s_%d", name, n)
	}
	return id
}
