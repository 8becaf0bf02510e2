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

// conditionEditor is the form of one condition: what it asks as rows of field, operator and value, and what people read.
type conditionEditor struct {
	Draft     crm.ID
	Version   int
	Place     string // where, in words
	Where, ID string
	Text      bool // more is in it than rows can show: it is edited as an expression
	Form      form
	Groups    []editorGroup
	Fields    []fieldGroup
	Ops       []editorOp
	Languages []languageChoice
	New       bool
}

// editorGroup is rows of which one is enough; all groups must hold.
type editorGroup struct{ Rows []editorRow }

type editorRow struct {
	At               string // "0-1": group and row, in the names of the inputs
	Field, Op, Value string
	Wrong            string
}

// fieldGroup is the fields of one record.
type fieldGroup struct {
	Name   string
	Fields []editorField
}

type editorField struct{ Path, Name, Type string }

// editorOp is an operator with the types that it goes with.
type editorOp struct{ Value, Label, Types string }

// formWidth and formHeight are how many rows and groups a condition has at most in a form.
const formWidth, formHeight = 6, 6

// opNames are the names of operators in the keys of texts.
var opNames = map[string]string{
	">": "more", ">=": "least", "<": "less", "<=": "most", "==": "equal", "!=": "other", "in": "in", "not in": "none_of", "contains": "contains", "startsWith": "begins",
	"endsWith": "ends", rules.OpFilled: "filled", rules.OpEmpty: "empty", rules.OpHas: "has", rules.OpHasNot: "has_not", opYes: "yes", opNo: "no",
}

// The two values of yes-or-no fields are operators in the form: nothing is to be typed then.
const opYes, opNo = "is true", "is false"

// opens tells whether conditions of a kind are edited one by one, and adds whether new ones can be put beside them.
func opens(kind crm.RuleKind) (edit, add bool) {
	switch kind {
	case crm.RulePipeline, crm.RuleOrder, crm.RuleProject:
		return true, true
	case crm.RuleApproval, crm.RuleScoring, crm.RuleAssignment:
		return true, false
	}
	return false, false
}

// draftSections are the conditions of the draft with the form that the address opens.
func (r *request) draftSections(p *draftPage) {
	edit, add := opens(p.Kind)
	if p.Sections != nil {
		return // a form that was refused stands in them
	}
	for _, s := range r.ruleSections(p.Set) {
		d := draftSection{ruleSection: s, Opens: edit, Adds: add}
		if q := r.gin.Request.URL.Query(); edit && q.Get("where") == s.ID && q.Has("edit") && r.gin.Request.Method == http.MethodGet {
			d.Editor = r.conditionEditor(p.Set, s.ID, q.Get("edit"))
		}
		d.Editor.of(p.RuleDraft, s.Name)
		p.Sections = append(p.Sections, d)
	}
}

// of says in which draft and at what place the form is open.
func (e *conditionEditor) of(d store.RuleDraft, place string) {
	if e != nil {
		e.Draft, e.Version, e.Place = d.ID, d.Version, place
	}
}

// question is what a place of the form is asked as.
func question(kind crm.RuleKind, where string) string {
	if kind == crm.RulePipeline || kind == crm.RuleProject {
		return where
	}
	return string(kind)
}

// conditionEditor opens a condition, or an empty form for a new one; nil when there is no such condition.
func (r *request) conditionEditor(set *rules.Set, where, id string) *conditionEditor {
	e := r.emptyEditor(set.Kind(), where, id)
	if id == "" {
		e.Form = values("cases", "true")
		e.spare([][]editorRow{{{}}})
		return e
	}
	for _, c := range set.Asked(question(set.Kind(), where)) {
		if c.ID != id {
			continue
		}
		e.Form = values("source", c.Source)
		for l, text := range c.Label {
			e.Form.values["label."+l] = text
		}
		shape, simple := rules.FormOf(c.Source)
		e.Text = !simple
		var groups [][]editorRow
		for _, g := range shape {
			var rows []editorRow
			for _, row := range g {
				rows = append(rows, r.editorRow(row))
			}
			groups = append(groups, rows)
		}
		e.spare(groups)
		return e
	}
	return nil
}

func (r *request) editorRow(row rules.FormRow) editorRow {
	out := editorRow{Field: row.Field, Op: row.Op, Value: row.Value}
	if row.Op == rules.OpIs {
		out.Op, out.Value = rules.OpIs+" "+row.Value, ""
	}
	if f, ok := crm.FieldAt(row.Field); ok && numeric(f.Type) {
		if _, other := crm.FieldAt(row.Value); !other {
			out.Value = strings.Replace(row.Value, ".", decimalMark(r.words()), 1)
		}
	}
	return out
}

func numeric(t crm.FieldType) bool {
	return t == crm.TypeMoney || t == crm.TypeNumber || t == crm.TypePercent
}

// spare gives every group an empty row, and the form an empty group, to be filled without a script.
func (e *conditionEditor) spare(groups [][]editorRow) {
	if len(groups) < formHeight && (len(groups) == 0 || len(groups[len(groups)-1]) > 0 && groups[len(groups)-1][0].Field != "") {
		groups = append(groups, nil)
	}
	e.Groups = nil
	for i, rows := range groups {
		if len(rows) < formWidth && (len(rows) == 0 || rows[len(rows)-1].Field != "") {
			rows = append(slices.Clone(rows), editorRow{})
		}
		for j := range rows {
			rows[j].At = fmt.Sprintf("%d-%d", i, j)
		}
		e.Groups = append(e.Groups, editorGroup{rows})
	}
}

func (r *request) emptyEditor(kind crm.RuleKind, where, id string) *conditionEditor {
	e := &conditionEditor{Where: where, ID: id, New: id == "", Ops: r.editorOps()}
	e.Fields = r.fieldGroups(kind)
	for _, l := range languageChoices { // the reader's own first
		if l.Code == r.language {
			e.Languages = append([]languageChoice{l}, e.Languages...)
		} else {
			e.Languages = append(e.Languages, l)
		}
	}
	return e
}

func (r *request) fieldGroups(kind crm.RuleKind) (out []fieldGroup) {
	for _, f := range r.fieldsOf(kind) {
		group, _, _ := strings.Cut(f.Path, ".")
		if len(out) == 0 || out[len(out)-1].Name != r.say("bench.group."+group) {
			out = append(out, fieldGroup{Name: r.say("bench.group." + group)})
		}
		known, _ := crm.FieldAt(f.Path)
		last := &out[len(out)-1]
		last.Fields = append(last.Fields, editorField{f.Path, f.Name, string(known.Type)})
	}
	return out
}

// editorOps are the operators of all types, each once, with the types that it goes with.
func (r *request) editorOps() (out []editorOp) {
	for _, t := range []crm.FieldType{crm.TypeText, crm.TypeMoney, crm.TypeNumber, crm.TypePercent, crm.TypeDate, crm.TypeBool, crm.TypeList} {
		ops := rules.Operators(t)
		if t == crm.TypeBool {
			ops = []string{opYes, opNo}
		}
		for _, op := range ops {
			i := slices.IndexFunc(out, func(o editorOp) bool { return o.Value == op })
			if i < 0 {
				out, i = append(out, editorOp{op, r.say("bench.op." + opNames[op]), ""}), len(out)
			}
			out[i].Types += " " + string(t)
		}
	}
	return out
}

// formCondition writes a condition of a draft, or takes it out. Where somebody saved meanwhile nothing is written: what was typed is shown on
// the text as it is by now, and can be sent again.
func formCondition(r *request) error {
	d, err := r.draft()
	if err != nil {
		return err
	}
	f, err := r.posted()
	if err != nil {
		return err
	}
	set, found := rules.Parse(d.Kind, []byte(d.Source))
	if len(found) > 0 {
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
