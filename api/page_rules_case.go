package api

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"

	"leadtocash/crm"
	"leadtocash/rules"
	"leadtocash/store"
)

// casePart is where cases are added: from a deal as it stands, or by hand.
type casePart struct {
	Deals   []option
	Asks    []option
	Answers []option // empty: the answer is typed
	Fields  []fieldGroup
	Rows    []int
	ByHand  bool // a case of this kind can be given field by field
	Form    form
}

// caseRows is how many fields a case that is made by hand is given.
const caseRows = 5

func (r *request) casePart(p *draftPage) (*casePart, error) {
	c := &casePart{Fields: r.fieldGroups(p.Kind), ByHand: p.Kind != crm.RuleDunning, Form: p.Form}
	for i := range caseRows {
		c.Rows = append(c.Rows, i)
	}
	for _, q := range p.Set.Questions() {
		c.Asks = append(c.Asks, option{q, r.askName(p.Set, q)})
	}
	if _, add := opens(p.Kind); add {
		for _, a := range []crm.Ruling{crm.Allowed, crm.Refused, crm.NotEvaluated} {
			c.Answers = append(c.Answers, option{string(a), r.say("bench.answer." + string(a))})
		}
	}
	if p.Kind == crm.RulePipeline || p.Kind == crm.RuleOrder || p.Kind == crm.RuleApproval {
		deals, err := r.store.TriableDeals(r.ctx(), store.ScopeOf(r.user, crm.MayReadOpportunity))
		if err != nil {
			return nil, err
		}
		for _, d := range deals {
			c.Deals = append(c.Deals, option{string(d.ID), d.Customer + " – " + d.Name})
		}
	}
	return c, nil
}

// formDraftCase adds a case to a draft: from a deal, or from fields that were typed.
func formDraftCase(r *request) error {
	d, set, f, err := r.draftEdit()
	if err != nil {
		return err
	}
	if set == nil {
		return r.showDraft(d, draftPage{View: "text"})
	}
	c := rules.Case{Name: clean(f.Value("name"), maxName), Ask: f.Value("ask"), Expect: f.Value("expect"), Given: map[string]string{}}
	if id := optionalID(f.Value("deal")); id != "" {
		if c, err = r.caseOfDeal(set, id, c.Ask, c.Name); err != nil {
			return err
		}
	} else {
		f.known("name", "expect")
		r.needed(&f, "name", "expect")
		for i := range caseRows {
			path := f.Value("g-" + strconv.Itoa(i))
			if path != "" {
				c.Given[path] = r.plainRow(editorRow{Field: path, Value: f.Value("w-" + strconv.Itoa(i))}).Value
			}
		}
	}
	if len(set.Questions()) == 1 {
		c.Ask = ""
	}
	var source []byte
	if !f.Failed() {
		var found rules.Problems
		source, found = rules.AddCase(d.Kind, []byte(d.Source), c)
		f.other = append(f.other, problemTexts(r.ruleProblems(found))...)
	}
	if f.Failed() {
		return r.showDraft(d, draftPage{View: "cases", Form: f.refusedAs("source", d.Source)})
	}
	d.Source = string(source) // behind what others saved meanwhile: a case takes nothing away
	return r.saveDraft(d, values(), "cases", "?view=cases")
}

// caseOfDeal makes a case of a deal as it stands now, that expects what the rules answer.
func (r *request) caseOfDeal(set *rules.Set, id crm.ID, ask, name string) (rules.Case, error) {
	deal, err := r.store.DealPage(r.ctx(), store.ScopeOf(r.user, crm.MayReadOpportunity), id)
	if err != nil {
		return rules.Case{}, err
	}
	facts, err := r.store.Facts(r.ctx(), id)
	if err != nil {
		return rules.Case{}, err
	}
	if !slices.Contains(set.Questions(), ask) {
		ask = set.Questions()[0]
	}
	if name == "" {
		name = r.say("bench.case_of", "Deal", deal.Name, "Ask", r.askName(set, ask))
	}
	return rules.CaseOf(set, freeName(set, name), ask, &facts), nil
}

// freeName is the name, with a number when a case is called so already.
func freeName(set *rules.Set, name string) string {
	free := name
	for n := 2; slices.ContainsFunc(set.Cases(), func(c rules.Case) bool { return c.Name == free }); n++ {
		free = fmt.Sprintf("%s (%d)", name, n)
	}
	return free
}

// formCaseOfDeal makes a case of the deal that is looked at, in the person's own latest draft of the pipeline, else in a new one (N9).
func formCaseOfDeal(r *request) error {
	f, err := r.posted()
	if err != nil {
		return err
	}
	deal, err := parseID(f.Value("deal"))
	if err != nil {
		return err
	}
	d, err := r.ownDraft(crm.RulePipeline)
	if err != nil {
		return err
	}
	set, found := rules.Parse(d.Kind, []byte(d.Source))
	if len(found) > 0 {
		return r.showDraft(d, draftPage{View: "text"})
	}
	c, err := r.caseOfDeal(set, deal, f.Value("to"), "")
	if err != nil {
		return err
	}
	source, found := rules.AddCase(d.Kind, []byte(d.Source), c)
	if len(found) > 0 {
		f.other = problemTexts(r.ruleProblems(found))
		return r.showDraft(d, draftPage{View: "cases", Form: f.refusedAs("source", d.Source)})
	}
	d.Source = string(source)
	return r.saveDraft(d, values(), "cases", "?view=cases")
}

// ownDraft is the draft on which the person works, or a new one of the active version.
func (r *request) ownDraft(kind crm.RuleKind) (store.RuleDraft, error) {
	drafts, err := r.store.RuleDrafts(r.ctx(), kind)
	if err != nil {
		return store.RuleDraft{}, err
	}
	for _, d := range drafts {
		if d.Author == string(r.user.ID) {
			return d, nil
		}
	}
	active, err := r.activeVersion(kind)
	if err != nil {
		return store.RuleDraft{}, err
	}
	source, err := r.store.RuleSource(r.ctx(), kind, active)
	if err != nil {
		return store.RuleDraft{}, errors.Join(err, errors.New("no rules to begin a draft with"))
	}
	return r.store.BeginRuleDraft(r.ctx(), store.RuleDraft{ID: store.NewID(), Kind: kind, Source: source, Author: string(r.user.ID)})
}

// withCases writes two examples beside a new condition: one in which all of its place is met, and one in which only it is not. Where an
// example cannot be made of it, the text stays as it is.
func (r *request) withCases(kind crm.RuleKind, source []byte, where string, c rules.Condition, shape rules.Form) []byte {
	set, found := rules.Parse(kind, source)
	if len(found) > 0 || len(shape) == 0 || len(shape[0]) != 1 {
		return source
	}
	ask := question(kind, where)
	var facts crm.Facts
	facts.Process.Today = crm.NewDate(2026, 1, 1)
	for _, other := range set.Asked(ask) {
		if rows, simple := rules.FormOf(other.Source); simple && other.ID != c.ID {
			for _, g := range rows {
				meet(&facts, g[0], true)
			}
		}
	}
	source = stillMet(kind, source, set, ask, shape)
	label := worded(c.Label, r.language, r.words().FieldName(shape[0][0].Field))
	for _, met := range []bool{true, false} {
		for i, g := range shape {
			meet(&facts, g[0], met || i > 0)
		}
		key := "bench.case_unmet"
		if met {
			key = "bench.case_met"
		}
		next, found := rules.AddCase(kind, source, rules.CaseOf(set, freeName(set, r.say(key, "Label", label)), ask, &facts))
		if len(found) == 0 {
			source = next
		}
	}
	return source
}

// stillMet fills what a new condition reads in the cases of its place that fail by it, so that they go on to say what they said.
func stillMet(kind crm.RuleKind, source []byte, set *rules.Set, ask string, shape rules.Form) []byte {
	for _, failed := range rules.Failed(set.Test()) {
		if failed.Ask != ask {
			continue
		}
		var facts crm.Facts
		facts.Process.Today = crm.NewDate(2026, 1, 1)
		for path, text := range failed.Given {
			_ = rules.SetFact(&facts, path, text) // it was read from the text
		}
		c := failed.Case
		if c.Given = maps.Clone(c.Given); len(set.Questions()) == 1 {
			c.Ask = ""
		}
		for _, g := range shape {
			meet(&facts, g[0], true)
			c.Given[g[0].Field] = rules.Fact(&facts, g[0].Field)
		}
		if next, found := rules.PutCase(kind, source, c); len(found) == 0 {
			source = next
		}
	}
	return source
}

// meet gives a field a value with which a row holds, or does not.
func meet(f *crm.Facts, row rules.FormRow, holds bool) {
	field, _ := crm.FieldAt(row.Field)
	for _, v := range samples(field, row.Value) {
		was := rules.Fact(f, row.Field)
		if rules.SetFact(f, row.Field, v) != nil {
			continue
		}
		source, found := rules.Form{{row}}.Source()
		if verdict, wrong := rules.Try(source, *f); len(found) == 0 && len(wrong) == 0 && verdict.Allowed() == holds {
			return
		}
		_ = rules.SetFact(f, row.Field, was) // it was read from there
	}
}

// samples are values worth trying: the one that the row names, its neighbours, and nothing.
func samples(f crm.Field, value string) []string {
	switch {
	case numeric(f.Type):
		out := []string{value, "1", "0", "100000", "-1"}
		if n, err := strconv.ParseFloat(value, 64); err == nil {
			out = append(out, strconv.FormatFloat(n+1, 'f', -1, 64), strconv.FormatFloat(n-1, 'f', -1, 64))
		}
		return out
	case f.Type == crm.TypeDate:
		out := []string{value, "2026-01-15", "2025-12-15", "", "2030-01-01", "2020-01-01"}
		return out
	case f.Type == crm.TypeBool:
		return []string{"true", "false"}
	}
	first := value
	for i, c := range value {
		if c == ',' {
			first = value[:i]
			break
		}
	}
	return []string{first, "", "example", value + "x"}
}
