package api

import (
	"cmp"
	"net/http"

	"leadtocash/rules"
)

// ruleFindingsRecord is all that is known about a text without asking any deal.
type ruleFindingsRecord struct {
	Activatable bool          `doc:"text=It can be used and every case passes."`
	Problems    []ruleMistake `doc:"text=What keeps it from being a rule set; while there is one, nothing else is told."`
	Cases       []ruleCase
	Gaps        []ruleGap  `doc:"text=What no case would notice."`
	Lint        []ruleLint `doc:"text=What can be used and hardly says what its author means."`
}

type ruleMistake struct {
	Line, Column int
	Path         string
	Code         string
	Params       map[string]string
	Text         string
}

type ruleCase struct {
	Name   string
	Line   int
	Ask    string
	Given  map[string]string
	Expect string
	By     []string
	Passed bool
	Got    string
	GotBy  []string
}

type ruleGap struct {
	Ask, Condition, Source string
	Kind                   string `doc:"enum=gap_kind"`
	Mutant                 string `doc:"text=Of a survivor: the condition with one thing changed."`
	Was, Is                string
}

type ruleLint struct {
	Code         string
	Severity     string `doc:"enum=lint_severity"`
	Where        string
	Line, Column int
	Params       map[string]string
	Text         string
}

func (r *request) findingsRecord(f ruleFindings) ruleFindingsRecord {
	out := ruleFindingsRecord{Activatable: len(f.Problems) == 0 && len(f.Failed()) == 0, Problems: []ruleMistake{}, Cases: []ruleCase{}, Gaps: []ruleGap{}, Lint: []ruleLint{}}
	for i, p := range ruleItems("/source", f.Problems) {
		was := f.Problems[i]
		out.Problems = append(out.Problems, ruleMistake{was.Line, was.Column, was.Path, was.Code, orEmpty(was.Params), r.T("error."+p.Code, p.Figures())})
	}
	for _, c := range f.Cases {
		out.Cases = append(out.Cases, ruleCase{c.Name, c.Line, c.Ask, orEmpty(c.Given), c.Expect, c.By, c.Passed, c.Got, c.GotBy})
	}
	for _, g := range f.Gaps {
		out.Gaps = append(out.Gaps, ruleGap{g.Ask, g.Condition, g.Source, string(g.Kind), g.Mutant, g.Was, g.Is})
	}
	for _, l := range f.Lint {
		out.Lint = append(out.Lint, ruleLint{l.Code, string(l.Severity), l.Where, l.Line, l.Column, orEmpty(l.Params), cmp.Or(r.T("lint."+l.Code, l.Params), l.Text)})
	}
	return out
}

func orEmpty(m map[string]string) map[string]string {
	if m == nil {
		return map[string]string{}
	}
	return m
}

// postRuleFindings finds out about a draft: mistakes, cases, gaps and what the linter says (N9).
func postRuleFindings(r *request) error {
	d, err := r.ruleDraft()
	if err != nil {
		return err
	}
	return r.JSON(http.StatusOK, r.view(r.findingsRecord(inspect(d.Kind, d.Source))))
}

// failedCases is the refusal of a text whose cases do not all pass.
func failedCases(failed []rules.CaseResult) Problem {
	p := refusal("cases_failed")
	for _, c := range failed {
		ps := params{"name": c.Name, "line": c.Line, "expect": c.Expect, "got": c.Got}
		if len(c.By) > 0 {
			ps["by"] = c.By
		}
		if len(c.GotBy) > 0 {
			ps["got_by"] = c.GotBy
		}
		p.Errors = append(p.Errors, invalid("/source", "case_failed", ps))
	}
	return p
}
