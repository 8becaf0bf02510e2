package rules

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/shopspring/decimal"

	"leadtocash/crm"
)

// G4: nothing empty, endless or oversized opens a gate.
func TestNothingFailsOpen(t *testing.T) {
	t.Parallel()
	tests := []struct {
		src     string
		change  func(*crm.Facts)
		result  crm.Ruling
		problem string
	}{
		{"ratio(deal.amount, deal.cost) > 1", nil, crm.NotEvaluated, ProblemDivisionByZero},
		{"ratio(0, deal.cost) <= 1", nil, crm.NotEvaluated, ProblemDivisionByZero},
		{"deal.close_date < process.today", nil, crm.NotEvaluated, ProblemEmptyDate},
		{"not (deal.close_date > process.today)", nil, crm.NotEvaluated, ProblemEmptyDate},
		{"days_since(deal.close_date) > 30", nil, crm.NotEvaluated, ProblemEmptyDate},
		{"days_until(deal.close_date) < 30", nil, crm.NotEvaluated, ProblemEmptyDate},
		{"deal.close_date == deal.close_date", nil, crm.Allowed, ""},
		{"deal.close_date != process.today", nil, crm.Allowed, ""},
		{"filled(deal.close_date) and deal.close_date < process.today", nil, crm.Refused, ""},
		{"filled(deal.cost) and ratio(deal.amount, deal.cost) > 1", nil, crm.Refused, ""},
		{"deal.budget and ratio(deal.amount, deal.cost) > 1", nil, crm.Refused, ""},
		{"ratio(deal.amount, deal.cost) > 1 and deal.budget", nil, crm.NotEvaluated, ProblemDivisionByZero},
		{"ratio(deal.amount, deal.cost) > 1 or true", nil, crm.NotEvaluated, ProblemDivisionByZero},
		{"true or ratio(deal.amount, deal.cost) > 1", nil, crm.Allowed, ""},
		{"not filled(deal.cost) or ratio(deal.amount, deal.cost) > 1", nil, crm.Allowed, ""},
		{"len(deal.tags) < 5000", func(f *crm.Facts) { f.Deal.Tags = make([]string, MaxListLength+1) }, crm.NotEvaluated, ProblemOutOfBounds},
		{"none(deal.tags, # == \"x\")", func(f *crm.Facts) { f.Deal.Tags = []string{strings.Repeat("y", maxListBytes+1)} }, crm.NotEvaluated, ProblemOutOfBounds},
		{"deal.name != \"x\"", func(f *crm.Facts) { f.Deal.Name = strings.Repeat("è", MaxTextLength+1) }, crm.NotEvaluated, ProblemOutOfBounds},
		{"deal.name != \"x\"", func(f *crm.Facts) { f.Deal.Name = strings.Repeat("è", MaxTextLength) }, crm.Allowed, ""},
		{"deal.amount > 1", func(f *crm.Facts) { f.Deal.Amount = decimal.New(1, 2_000_000_000) }, crm.NotEvaluated, ProblemOutOfBounds},
		{"deal.amount < 1", func(f *crm.Facts) { f.Deal.Amount = decimal.New(1, -2_000_000_000) }, crm.NotEvaluated, ProblemOutOfBounds},
		{"0.1 + 0.2 == 0.3", nil, crm.Allowed, ""},
		{"9223372036854775807 + 1 > 0", nil, crm.Allowed, ""},
		{"deal.amount > 50000.10", func(f *crm.Facts) { f.Deal.Amount = dec("50000.10") }, crm.Refused, ""},
		{"deal.amount > 50000.10", func(f *crm.Facts) { f.Deal.Amount = dec("50000.1000000001") }, crm.Allowed, ""},
		{"deal.amount == 1_000.50", func(f *crm.Facts) { f.Deal.Amount = dec("1000.5") }, crm.Allowed, ""},
		{"deal.amount in [1, 2.50]", func(f *crm.Facts) { f.Deal.Amount = dec("2.5") }, crm.Allowed, ""},
		{"process.today not in [date(\"2026-12-25\")]", nil, crm.Allowed, ""},
		{"len(deal.need) == 10 and count(deal.tags, # != \"\") == 2", nil, crm.Allowed, ""},
		{"abs(-3) == 3 and min(1, 2, 0.5) == 0.5 and max(deal.cost, 2) == 2 and -1 < +1", nil, crm.Allowed, ""},
		{"lower(upper(trim(\" è \"))) == \"è\" and \"fair\" in deal.tags and one(deal.tags, # matches \"^fa\")", nil, crm.Allowed, ""},
		{"days_since(date(\"1900-01-01\")) == 46345 and days_until(date(\"2999-12-31\")) == 355421", nil, crm.Allowed, ""},
		{"count(deal.tags, # in [\"a\",\"b\",\"c\",\"d\",\"e\",\"f\",\"g\",\"h\",\"i\",\"j\",\"k\",\"l\"]) == 0", func(f *crm.Facts) { f.Deal.Tags = make([]string, MaxListLength) }, crm.Allowed, ""},
		{"days_until(quote.valid_until) == 29 and days_since(date(\"2026-11-01\")) == 20", nil, crm.Allowed, ""},
	}
	for _, tt := range tests {
		f := ready()
		f.Deal.CloseDate, f.Deal.Budget = crm.Date{}, false
		if tt.change != nil {
			tt.change(&f)
		}
		v, problems := Try(tt.src, f)
		if len(problems) > 0 {
			t.Errorf("%s: %v", tt.src, problems)
			continue
		}
		problem := ""
		for _, c := range v.Clauses {
			problem += c.Problem
		}
		if v.Result != tt.result || problem != tt.problem {
			t.Errorf("%s: %s %q, want %s %q", tt.src, v.Result, problem, tt.result, tt.problem)
		}
	}
}

func TestUnknownStageRefuses(t *testing.T) {
	t.Parallel()
	p := shippedSet(t, crm.RulePipeline)
	v := p.Gate("nowhere", ready())
	if v.Allowed() || v.Result != crm.NotEvaluated || v.Clauses[0].Problem != ProblemUnknownStage {
		t.Errorf("%+v", v)
	}
	f := ready()
	if p.Allows("nowhere", &f) {
		t.Error("a stage that does not exist lets deals in")
	}
}

// A broken clause is not hidden by an unmet one that has nothing to do with it.
func TestUnrelatedRefusalDoesNotHideABrokenClause(t *testing.T) {
	t.Parallel()
	set, problems := Parse(crm.RuleOrder, []byte(`order:
  checks:
    - {id: vat, when: filled(customer.vat)}
    - {id: margin, when: "ratio(deal.cost, deal.amount) < 0.8"}
    - {id: amount, when: filled(deal.amount)}
    - {id: again, when: "ratio(deal.cost, deal.amount) < 0.9"}
`))
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	v := set.Checklist(crm.Facts{})
	want := map[string]crm.Outcome{"checklist.vat": crm.Unmet, "checklist.margin": crm.Unknown, "checklist.amount": crm.Unmet, "checklist.again": crm.NotReached}
	if diff := cmp.Diff(want, outcomes(v)); diff != "" || v.Result != crm.NotEvaluated {
		t.Errorf("%s\n%s", v.Result, diff)
	}
}
