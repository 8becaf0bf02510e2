package api

import (
	"fmt"
	"net/http"
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
	Entry     bool // the condition of a rule, level or track, which has a name of its own
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
	case crm.RuleApproval, crm.RuleScoring, crm.RuleAssignment, crm.RuleNurture:
		return true, false
	}
	return len(rules.Moments(kind)) > 0, len(rules.Moments(kind)) > 0
}

// draftSections are the conditions of the draft with the form that the address opens.
func (r *request) draftSections(p *draftPage) {
	edit, add := opens(p.Kind)
	entries, always := rules.HasEntries(p.Kind)
	if p.Sections != nil {
		return // a form that was refused stands in them
	}
	for _, s := range r.ruleSections(p.Set) {
		d := draftSection{ruleSection: s, Opens: edit, Adds: add, Always: always}
		if q := r.gin.Request.URL.Query(); edit && q.Get("where") == s.ID && q.Has("edit") && r.gin.Request.Method == http.MethodGet {
			d.Editor = r.conditionEditor(p.Set, s.ID, q.Get("edit"))
			if i := slices.IndexFunc(s.Conditions, func(c ruleCondition) bool { return c.ID == q.Get("edit") && c.Source == "" }); d.Editor == nil && entries && i >= 0 {
				d.Editor = r.firstEditor(p.Kind, s.ID, q.Get("edit"))
			}
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
	if kind == crm.RulePipeline || kind == crm.RuleProject || len(rules.Moments(kind)) > 0 {
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

// firstEditor opens an empty form for an entry that has applied to all so far.
func (r *request) firstEditor(kind crm.RuleKind, where, id string) *conditionEditor {
	e := r.emptyEditor(kind, where, id)
	e.Form = values()
	e.spare([][]editorRow{{{}}})
	return e
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
	e.Entry, _ = rules.HasEntries(kind)
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
