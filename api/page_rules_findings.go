package api

import (
	"maps"
	"slices"
	"strings"

	"leadtocash/crm"
	"leadtocash/rules"
)

// findingsView is what is known about a text, in the reader's language.
type findingsView struct {
	Problems []ruleProblem
	Cases    []caseResultView
	Failed   int
	Gaps     []placedText
	Lint     []placedText
	TextURL  string // of the page where a line can be jumped to
}

// Shown are the cases that somebody has to see: those that are red, and those that the active version does not have.
func (f findingsView) Shown() []caseResultView {
	return slices.DeleteFunc(slices.Clone(f.Cases), func(c caseResultView) bool { return c.Passed && !c.New })
}

// Folded are the others.
func (f findingsView) Folded() []caseResultView {
	return slices.DeleteFunc(slices.Clone(f.Cases), func(c caseResultView) bool { return !c.Passed || c.New })
}

// Ready tells whether the text may become active.
func (f findingsView) Ready() bool { return len(f.Problems) == 0 && f.Failed == 0 }

// caseResultView is a case with what the rules answer to it.
type caseResultView struct {
	Name, Ask    string
	Expect, Got  string
	Passed, New  bool
	Given        []option
	Line         int
	ExpectedText string
	URL          string // of the text, where its line can be jumped to
}

// placedText is a sentence about a place in the text.
type placedText struct {
	Where, Text, Source, Tone string
	Line, Column              int
}

func (r *request) findings(found ruleFindings, url string) findingsView {
	v := findingsView{Problems: r.ruleProblems(found.Problems), Failed: len(found.Failed()), TextURL: url}
	for _, c := range found.Cases {
		line := r.caseResult(found.Set, c)
		line.URL = url
		v.Cases = append(v.Cases, line)
	}
	for _, g := range found.Gaps {
		v.Gaps = append(v.Gaps, placedText{
			Where: r.placeOf(found.Set, g.Ask+"."+g.Condition), Source: g.Source,
			Text: r.say("bench.gap."+string(g.Kind), "Was", g.Was, "Is", g.Is, "Mutant", g.Mutant),
		})
	}
	for _, l := range found.Lint {
		tone := "warn"
		if l.Severity == rules.LintError {
			tone = "bad"
		}
		v.Lint = append(v.Lint, placedText{Where: r.placeOf(found.Set, l.Where), Text: r.lintText(l), Tone: tone, Line: l.Line, Column: l.Column})
	}
	return v
}

// markNew marks the cases that the active version does not have.
func (r *request) markNew(v *findingsView, kind crm.RuleKind, active int) error {
	if active == 0 {
		return nil
	}
	set, err := r.setOf(kind, active)
	if err != nil {
		return err
	}
	known := map[option]bool{}
	for _, c := range set.Cases() {
		known[option{r.askName(set, c.Ask), c.Name}] = true
	}
	for i, c := range v.Cases {
		v.Cases[i].New = !known[option{c.Ask, c.Name}]
	}
	return nil
}

// lintText is a finding in the reader's language, with the fields under the names that the pages give them.
func (r *request) lintText(l rules.Finding) string {
	params := map[string]string{"clause": "", "name": "", "other": "", "other_clause": "", "field": "", "reason": "", "did_you_mean": ""}
	maps.Copy(params, l.Params)
	if !r.words().Has("lint." + l.Code) {
		return l.Text
	}
	return r.say("lint."+l.Code, params)
}

func (r *request) caseResult(set *rules.Set, c rules.CaseResult) caseResultView {
	v := caseResultView{Name: c.Name, Ask: r.askName(set, c.Ask), Passed: c.Passed, Line: c.Line}
	v.Expect, v.Got = r.answerText(set, c.Ask, c.Expect, c.By), r.answerText(set, c.Ask, c.Got, c.GotBy)
	for _, f := range slices.Concat(crm.Fields(), crm.CustomFields()) {
		if text, given := c.Given[f.Path]; given {
			v.Given = append(v.Given, option{r.words().FieldName(f.Path), r.words().Value(f.Path, text, crm.Currency(""))})
		}
	}
	return v
}

// answerText is an answer in words: "refused: VAT number".
func (r *request) answerText(set *rules.Set, ask, answer string, by []string) string {
	text := answer
	if key := "bench.answer." + answer; r.words().Has(key) {
		text = r.say(key)
	}
	if len(by) == 0 {
		return text
	}
	names := make([]string, len(by))
	for i, id := range by {
		names[i] = r.conditionName(set, ask, id)
	}
	return text + ": " + strings.Join(names, "; ")
}

// askName is what is asked, in words: the stage, or the list.
func (r *request) askName(set *rules.Set, ask string) string {
	if ask == rules.MomentNewDeal {
		ask = rules.MomentOpportunity
	}
	if set != nil {
		if s, ok := set.Stage(ask); ok {
			name := worded(s.Name, r.language, ask)
			if key, _, other := strings.Cut(ask, "/"); other {
				name = worded(set.Of(key).Name(), r.language, key) + " · " + name
			}
			return name
		}
	}
	if set != nil && slices.Contains(set.Moments(), ask) {
		name, _ := r.momentName(set, ask)
		return name
	}
	if key := "bench.where." + ask; r.words().Has(key) {
		return r.say(key)
	}
	return named(r.words(), "rule_kind", ask)
}

// conditionName is a condition's label, else what it asks, else its id.
func (r *request) conditionName(set *rules.Set, ask, id string) string {
	if set == nil {
		return id
	}
	question := ask
	if _, stage := set.Stage(ask); !stage && set.Kind() != crm.RuleProject && len(rules.Moments(set.Kind())) == 0 {
		question = string(set.Kind())
	}
	for _, c := range set.Asked(question) {
		if c.ID == id {
			return worded(c.Label, r.language, r.sourceText(c.Source))
		}
	}
	return id
}

// sourceText is a condition without a label in words, part by part.
func (r *request) sourceText(source string) string {
	v, found := rules.Try(source, crm.Facts{})
	if len(found) > 0 {
		return source
	}
	var parts []string
	for _, c := range v.Clauses {
		parts = append(parts, r.words().Clause(c, ""))
	}
	return strings.Join(parts, ", ")
}

// placeOf is a place such as send.vat in words: the stage and the condition.
func (r *request) placeOf(set *rules.Set, where string) string {
	ask, id, found := cutPlace(where)
	if key := "bench.approval." + where; r.words().Has(key) {
		return r.say(key)
	}
	if !found {
		return r.askName(set, where)
	}
	return r.askName(set, ask) + " · " + r.conditionName(set, ask, id)
}

// cutPlace takes send.vat apart.
func cutPlace(where string) (ask, id string, found bool) { return strings.Cut(where, ".") }
