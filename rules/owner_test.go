package rules

import (
	"strings"
	"testing"

	"leadtocash/crm"
)

// N1: who decides on exceptions is the gate's owner, else the rule set's, else a sales manager; a word that is none is found when it is written.
func TestOwner(t *testing.T) {
	t.Parallel()
	const stages = `
  stages:
    - {key: one, name: One}
    - {key: two, name: Two, enter: [deal.budget]%s}
    - {key: won, name: Won, kind: won}
    - {key: lost, name: Lost, kind: lost}
`
	for _, c := range []struct{ set, gate, want, problem string }{
		{"", "", "sales_manager", ""},
		{"\n  owner: sales_ops", "", "sales_ops", ""},
		{"\n  owner: sales_ops", ", owner: finance", "finance", ""},
		{"", ", owner: Boss@Example.com", "Boss@example.com", ""},
		{"", ", owner: salesperson", "", CodeInvalidValue},
		{"", ", owner: sales_op", "", CodeInvalidValue},
		{"", ", owner: '@'", "", CodeInvalidValue},
		{"", ", owner: [finance]", "", CodeInvalidValue},
	} {
		set, problems := Parse(crm.RulePipeline, []byte("pipeline:\n  key: p\n  name: P"+c.set+strings.Replace(stages, "%s", c.gate, 1)))
		if c.problem != "" {
			if len(problems) == 0 || problems[0].Code != c.problem {
				t.Errorf("%q: %v", c.gate, problems)
			}
			continue
		}
		if len(problems) > 0 {
			t.Fatalf("%q %q: %v", c.set, c.gate, problems)
		}
		if got := set.Owner("two"); !strings.EqualFold(got, c.want) {
			t.Errorf("%q %q: %s, want %s", c.set, c.gate, got, c.want)
		}
	}
	set, problems := Parse(crm.RuleOrder, []byte("order:\n  checks: [order.total > 0]\n  owner: finance\n"))
	if len(problems) > 0 || set.Owner("checklist") != "finance" {
		t.Errorf("order: %v", problems)
	}
}
