package api

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"leadtocash/crm"
	"leadtocash/rules"
	"leadtocash/store"
)

// ruleFindings is all that is known about a text of rules without asking any deal: what keeps it from being a rule set, what its cases
// answer, what they leave unproved, and what the linter has against it.
type ruleFindings struct {
	Problems rules.Problems
	Cases    []rules.CaseResult
	Gaps     []rules.Gap
	Lint     rules.Findings
	Set      *rules.Set // nil with problems
}

// Failed are the cases that are answered otherwise than their author expects. While there is one, the text cannot be activated.
func (f ruleFindings) Failed() []rules.CaseResult { return rules.Failed(f.Cases) }

// inspect finds out about a text.
func inspect(kind crm.RuleKind, source string) (f ruleFindings) {
	if len(source) > maxSource {
		f.Problems = rules.Problems{{Kind: kind, Line: 1, Column: 1, Code: rules.CodeTooLong, Params: map[string]string{"max": fmt.Sprint(rules.MaxFileBytes)}, Text: "the text is too long"}}
		return f
	}
	if f.Set, f.Problems = rules.Parse(kind, []byte(source)); len(f.Problems) > 0 {
		return f
	}
	f.Cases = f.Set.Test()
	f.Gaps, _ = rules.Coverage(kind, []byte(source)) // it parses: it just did
	f.Lint, _ = rules.LintSource(kind, []byte(source))
	return f
}

// errNoTrial says that rules of a kind decide nothing that deals have before them.
var errNoTrial = errors.New("rules of this kind are not tried on deals")

// try runs a candidate over all open deals and over the steps of past wins and losses, against the version that is active now (N2).
func (r *request) try(kind crm.RuleKind, candidate *rules.Set) (report rules.Report, err error) {
	if !slices.Contains(rules.Triable(), kind) {
		return report, errNoTrial
	}
	present, err := r.rules(kind)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return report, err
	}
	standing, err := r.store.StandingExceptions(r.ctx(), kind)
	if err != nil {
		return report, err
	}
	report = rules.Simulate(candidate, present, func(yield func(*rules.Trial) bool) {
		for t, failed := range r.trialsOf(kind) {
			if err = failed; err != nil {
				return
			}
			x := TrialOf(kind, candidate, t)
			if x == nil {
				continue
			}
			if x.State == crm.OpportunityOpen {
				x.Excepted = standing[x.Deal][x.Ask]
			}
			if !yield(x) {
				return
			}
		}
	})
	return report, err
}

// keepReport writes a trial of a draft beside it.
func (r *request) keepReport(d store.RuleDraft, report rules.Report) error {
	text, err := json.Marshal(report)
	if err != nil {
		return err
	}
	return r.store.SaveRuleReport(r.ctx(), d.ID, d.Source, text)
}
