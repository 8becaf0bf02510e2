package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"leadtocash/i18n"
	"leadtocash/rules"
)

// brokenRules has a finding of every code.
const brokenRules = `scoring:
  rules:
    - {key: vat, name: V, points: 1, when: filled(lead.vat)}
    - {key: same, name: V, points: 1, when: filled(lead.vat)}
    - {key: state, name: S, points: 1, when: lead.touches < 0}
assignment:
  rules: [{key: all, name: A}, {key: late, name: L}]
pipeline:
  key: p
  name: P
  no_skip: true
  no_backward: true
  entry_stage: a
  stages:
    - {key: old, name: O}
    - {key: a, name: A}
    - key: b
      name: B
      enter:
        - id: country
          when: customer.country == "Italy"
        - quote.state != "refused" and quote.valid_until > process.today
        - deal.amount > 10
        - deal.amount > 5
        - deal.amount > 5 or deal.amount <= 5
        - filled(lead.vat)
    - key: won
      name: W
      kind: won
      enter:
        - customer.new
        - deal.budget
        - not deal.budget
    - {key: lost, name: L, kind: lost}
approval:
  levels:
    - {key: a, name: A, role: sales_manager, limit: 50000}
    - {key: b, name: B, role: finance, limit: 10000}
dunning:
  grace_days: 10
  levels: [{key: a, name: A, days: 7}]
`

var lintCodes = []string{
	rules.LintUnfillable, rules.LintContradiction, rules.LintAlwaysTrue, rules.LintRedundant, rules.LintDuplicate, rules.LintDeadEnd, rules.LintNullable,
	rules.LintUnguardedDate, rules.LintUnknownValue, rules.LintUnreachable, rules.LintEmptyHere, rules.LintWithinGrace,
}

func TestLintCommand(t *testing.T) {
	t.Parallel()
	file := func(text string) string {
		name := filepath.Join(t.TempDir(), "rules.yaml")
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return name
	}
	warning := "order:\n  checks:\n    - customer.country != \"IT\"\n"
	for _, tt := range []struct {
		name, text string
		code       int
		out        string
	}{
		{"good", string(rules.Default()), 0, ""},
		{"warning", warning, 0, ":3:7: warning nullable_not_equal: checks.1: "},
		{"error", brokenRules, 1, ":21:37: error unknown_value: b.country: "},
		{"no rules", "order: {checks: [order.totl > 1]}", 1, "unknown_name: "},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			code, out, said := leadtocash(t, "rules", "lint", file(tt.text))
			if code != tt.code || !strings.Contains(out, tt.out) || tt.out == "" && out != "" || said != "" {
				t.Errorf("exit code %d, out %q, said %q", code, out, said)
			}
		})
	}
	code, out, _ := leadtocash(t, "rules", "lint", "--json", file(warning))
	var got rules.Findings
	if err := json.Unmarshal([]byte(out), &got); err != nil || code != 0 || len(got) != 1 || got[0].Params["field"] != "customer.country" || got[0].Line != 3 {
		t.Errorf("exit code %d, out %q", code, out)
	}
}

// Every finding can be said in every language, with all that its text needs.
func TestLintSpeaksAllLanguages(t *testing.T) {
	t.Parallel()
	texts, err := i18n.New()
	if err != nil {
		t.Fatal(err)
	}
	findings, problems := rules.LintDocument([]byte(brokenRules))
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	for _, code := range lintCodes {
		if !slices.ContainsFunc(findings, func(f rules.Finding) bool { return f.Code == code }) {
			t.Errorf("no finding %s", code)
		}
	}
	for _, f := range findings {
		if f.Line == 0 || f.Column == 0 {
			t.Errorf("%s %s has no place", f.Where, f.Code)
		}
		for _, l := range i18n.Languages() {
			said := texts.For(l).T("lint."+f.Code, f.Params)
			if strings.Contains(said, "{{") || strings.Contains(said, "<no value>") || strings.Contains(said, "  ") {
				t.Errorf("%s: %s", l, said)
			}
		}
	}
	if faults := texts.Faults(); len(faults) > 0 {
		t.Error(faults)
	}
}
