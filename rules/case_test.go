package rules

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"leadtocash/crm"
)

const caseRules = `order:
  checks:
    - id: total
      when: order.total > 1000 and order.total < 5000.10
    - id: vat
      when: filled(customer.vat) or customer.country not in ["IT"]
    - id: day
      when: filled(order.delivery_date) and order.delivery_date >= date("2026-02-01")
  cases:
    - name: all there
      given: {order.total: 1500.25, customer.vat: IT1, order.delivery_date: 2026-02-01}
      expect: allowed
    - name: nothing
      expect: refused
      by: [total, vat, day]
`

// caseRules lets everything pass where no country is given: the second case is wrong on purpose.
func TestCasesAreAsked(t *testing.T) {
	t.Parallel()
	s, problems := Parse(crm.RuleOrder, []byte(caseRules))
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	results := s.Test()
	if len(results) != 2 || !results[0].Passed || results[1].Passed {
		t.Fatalf("%+v", results)
	}
	if r := results[1]; r.Got != "refused" || !cmp.Equal(r.GotBy, []string{"day", "total"}) || r.Line != 13 {
		t.Errorf("%s by %v in line %d", r.Got, r.GotBy, r.Line)
	}
	if failed := Failed(results); len(failed) != 1 || failed[0].Name != "nothing" {
		t.Errorf("%+v", failed)
	}
}

// N9: every kind answers its cases; a wrong expectation fails.
func TestCasesOfEveryKind(t *testing.T) {
	t.Parallel()
	for kind, cases := range map[crm.RuleKind]string{
		crm.RuleScoring: `
    - {name: a stranger, expect: 0}
    - {name: a fair, given: {lead.source: fair, lead.country: IT, lead.email: a@b.example, lead.phone: "+39 02 1"}, expect: 45}`,
		crm.RuleAssignment: `
    - {name: Spain, given: {lead.country: ES}, expect: south}
    - {name: Italy, given: {lead.country: IT}, expect: anybody}`,
		crm.RuleNurture: `
    - {name: warm, given: {lead.score: 30}, expect: warm}
    - {name: cold, given: {lead.score: 29.99}, expect: cold}`,
		crm.RulePipeline: `
    - {name: no need, ask: timing, given: {contact.email: a@b.example}, expect: refused, by: [need]}
    - {name: all, ask: timing, given: {contact.phone: "1", deal.need: a line}, expect: allowed}`,
		crm.RuleOrder: `
    - {name: nothing, expect: refused}`,
		crm.RuleApproval: `
    - {name: small, given: {order.total: 1000, order.margin_percent: 60}, expect: manager}`,
		crm.RuleDunning: `
    - {name: early, given: {days_late: 1, letters: 0, open: 100}, expect: none}
    - {name: due, given: {days_late: 8, letters: 0, open: 100}, expect: reminder}`,
		crm.RuleProject: `
    - {name: thin, ask: alarm, given: {project.margin_percent: 1, project.revenue: 1000}, expect: refused}
    - {name: not done, ask: close, given: {project.progress_percent: 10}, expect: refused}`,
	} {
		t.Run(string(kind), func(t *testing.T) {
			t.Parallel()
			doc, _ := ParseDocument(Default())
			src := bare(string(doc[kind].Source)) + "\n  cases:" + cases + "\n"
			s, problems := Parse(kind, []byte(src))
			if len(problems) > 0 {
				t.Fatal(problems)
			}
			for _, r := range s.Test() {
				if !r.Passed {
					t.Errorf("%s: %s by %v instead of %s by %v", r.Name, r.Got, r.GotBy, r.Expect, r.By)
				}
			}
			for i := range s.cases {
				s.cases[i].Expect = "something else"
			}
			if failed := Failed(s.Test()); len(failed) != len(s.cases) {
				t.Errorf("%d of %d wrong cases fail", len(failed), len(s.cases))
			}
		})
	}
}

// bare is a rule text without the cases that it ships with.
func bare(src string) string {
	text, _, _ := strings.Cut(src, "\n  cases:\n")
	return strings.TrimRight(text, "\n")
}

// What a case gets wrong is told with its place and the nearest name.
func TestWrongCases(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ text, path, code, meant string }{
		{"{expect: allowed}", "cases[0]", CodeMissing, ""},
		{"{name: a}", "cases[0]", CodeMissing, ""},
		{"{name: a, expect: alowed}", "cases[0].expect", CodeInvalidValue, "allowed"},
		{"{name: a, expect: refused, by: [vatt]}", "cases[0].by", CodeUnknownName, "vat"},
		{"{name: a, expect: refused, given: {customer.vta: x}}", "cases[0].given.customer.vta", CodeUnknownKey, "customer.vat"},
		{"{name: a, expect: refused, given: {order.total: many}}", "cases[0].given.order.total", CodeInvalidValue, ""},
		{"{name: a, expect: refused, given: {order.delivery_date: 2026-02-30}}", "cases[0].given.order.delivery_date", CodeInvalidValue, ""},
		{"{name: a, expect: refused, given: {deal.budget: perhaps}}", "cases[0].given.deal.budget", CodeInvalidValue, ""},
		{"{name: a, expect: refused, given: {deal.tags: {a: b}}}", "cases[0].given.deal.tags", CodeInvalidValue, ""},
		{"{name: a, expects: refused}", "cases[0].expects", CodeUnknownKey, "expect"},
	} {
		head, _, _ := strings.Cut(caseRules, "  cases:\n")
		_, problems := Parse(crm.RuleOrder, []byte(head+"  cases:\n    - "+c.text+"\n"))
		found := false
		for _, p := range problems {
			found = found || p.Path == c.path && p.Code == c.code && p.Params["did_you_mean"] == c.meant && p.Line == 10
		}
		if !found {
			t.Errorf("%s: %+v", c.text, problems)
		}
	}
	twice := caseRules + "    - {name: nothing, expect: refused}\n"
	if _, problems := Parse(crm.RuleOrder, []byte(twice)); len(problems) != 1 || problems[0].Code != CodeDuplicate {
		t.Errorf("a name twice: %v", problems)
	}
}

// Every field that a rule may read can be given, and is read back as it was written.
func TestFactsAreWrittenAndRead(t *testing.T) {
	t.Parallel()
	sample := map[crm.FieldType]string{
		crm.TypeText: "a text", crm.TypeMoney: "1500.25", crm.TypeNumber: "7", crm.TypePercent: "-12.5", crm.TypeDate: "2026-02-28",
		crm.TypeBool: "true", crm.TypeList: "one, two",
	}
	for _, field := range crm.Fields() {
		var f crm.Facts
		if got := Fact(&f, field.Path); got != "" {
			t.Errorf("%s is %q when it is empty", field.Path, got)
		}
		want := sample[field.Type]
		if err := SetFact(&f, field.Path, want); err != nil {
			t.Errorf("%s: %v", field.Path, err)
		}
		if got := Fact(&f, field.Path); got != want {
			t.Errorf("%s is %q instead of %q", field.Path, got, want)
		}
		if err := SetFact(&f, field.Path, ""); err != nil || Fact(&f, field.Path) != "" {
			t.Errorf("%s cannot be emptied: %v", field.Path, err)
		}
	}
	var f crm.Facts
	if SetFact(&f, "deal.nothing", "1") == nil || Fact(&f, "deal.nothing") != "" {
		t.Error("a field that does not exist can be written")
	}
}

func gapLines(gaps []Gap) (out []string) {
	for _, g := range gaps {
		out = append(out, strings.TrimSpace(fmt.Sprint(g.Condition, " ", g.Kind, " ", g.Was, " ", g.Is)))
	}
	return out
}

// N9: what the cases do not prove is listed; a case for each hole closes it.
func TestCoverage(t *testing.T) {
	t.Parallel()
	head, _, _ := strings.Cut(caseRules, "  cases:\n")
	few := head + `  cases:
    - {name: good, given: {order.total: 1500, customer.vat: IT1, order.delivery_date: 2026-02-01}, expect: allowed}
    - {name: no number, given: {order.total: 1500, customer.country: IT, order.delivery_date: 2026-02-01}, expect: refused, by: [vat]}
`
	gaps, problems := Coverage(crm.RuleOrder, []byte(few))
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	want := []string{"total never_unmet", "vat survivor or and", "day never_unmet"}
	if diff := cmp.Diff(want, gapLines(gaps)); diff != "" {
		t.Error(diff)
	}
	whole := few + `    - {name: small, given: {order.total: 1000, customer.vat: IT1, order.delivery_date: 2026-02-01}, expect: refused, by: [total]}
    - {name: just more, given: {order.total: 1001, customer.vat: IT1, order.delivery_date: 2026-02-01}, expect: allowed}
    - {name: just less, given: {order.total: 5000.09, customer.vat: IT1, order.delivery_date: 2026-02-01}, expect: allowed}
    - {name: much, given: {order.total: 5000.10, customer.vat: IT1, order.delivery_date: 2026-02-01}, expect: refused, by: [total]}
    - {name: abroad, given: {order.total: 1500, customer.country: PL, order.delivery_date: 2026-02-01}, expect: allowed}
    - {name: early, given: {order.total: 1500, customer.vat: IT1, order.delivery_date: 2026-01-31}, expect: refused, by: [day]}
    - {name: no day, given: {order.total: 1500, customer.vat: IT1}, expect: refused, by: [day]}
    - {name: finer, given: {order.total: 1000.50, customer.vat: IT1, order.delivery_date: 2026-02-02}, expect: allowed}
`
	if gaps, problems = Coverage(crm.RuleOrder, []byte(whole)); len(problems) > 0 {
		t.Fatal(problems)
	}
	if left := gapLines(gaps); len(left) > 0 {
		t.Errorf("still reported:\n%s", strings.Join(left, "\n"))
	}
}
