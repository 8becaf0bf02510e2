package rules

import (
	"strings"
	"testing"

	"leadtocash/crm"

	"github.com/shopspring/decimal"
)

const policies = `
dunning:
  grace_days: 3
  levels:
    - {key: first, name: First, days: 7}
  policies:
    - key: public
      name: Public authorities
      when: customer.class == "public"
      grace_days: 30
      levels:
        - {key: late, name: Late, days: 45}
    - key: risky
      name: Risk
      when: receivables.open > 1000 and receivables.broken_promises > 0
      levels:
        - {key: at_once, name: At once, days: 1}
  cases:
    - {name: all others, given: {days_late: 8, letters: 0, open: 10}, expect: first}
    - {name: an authority has time, given: {days_late: 44, letters: 0, open: 10, customer.class: public}, expect: none}
    - {name: and then none, given: {days_late: 45, letters: 0, open: 10, customer.class: public}, expect: late}
    - {name: who breaks promises, given: {days_late: 1, letters: 0, open: 10, receivables.open: 1000.01, receivables.broken_promises: 1}, expect: at_once}
    - {name: who breaks none, given: {days_late: 1, letters: 0, open: 10, receivables.open: 1000.01}, expect: none}
    - {name: of little, given: {days_late: 1, letters: 0, open: 10, receivables.open: 1000, receivables.broken_promises: 1}, expect: none}
`

// S091: a debtor's policy is the first whose condition he meets; the chase looks as early as the earliest of them asks; the cases of rules ask for debtors.
func TestPolicyOfADebtor(t *testing.T) {
	t.Parallel()
	set, problems := Parse(crm.RuleDunning, []byte(policies))
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	for _, r := range set.Test() {
		if !r.Passed {
			t.Errorf("%s: %s", r.Name, r.Got)
		}
	}
	if days, ok := set.FirstLook(); !ok || days != 1 {
		t.Errorf("first looked at after %d days", days)
	}
	f := crm.Facts{Receivables: crm.ReceivablesFacts{Open: decimal.NewFromInt(2000), Broken: decimal.NewFromInt(1)}}
	if p := set.DunningFor(f); p.Key != "risky" || p.Levels[0].Key != "at_once" {
		t.Errorf("policy %q", p.Key)
	}
	f.Customer.Class = "public"
	if p := set.DunningFor(f); p.Key != "public" || p.GraceDays != 30 {
		t.Errorf("policy %q", p.Key)
	}
	if all := set.Policies(); len(all) != 3 || all[2].Key != "" || all[1].When.Source == "" {
		t.Errorf("policies %v", all)
	}
	d := set.Dunning()
	d.GraceDays = 4
	if text, problems := PutDunning([]byte(policies), d); len(problems) > 0 || strings.Replace(policies, "  grace_days: 3\n", "  grace_days: 4\n", 1) != string(text) {
		t.Errorf("an edit of the policy of all others touches more:\n%s\n%v", text, problems)
	}
}

// S091: what is wrong with a policy is told with its place.
func TestBadPolicies(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"levels: []\npolicies:\n  - {key: a, name: A, levels: []}":                                                                           "policies.a: missing",
		"levels: []\npolicies:\n  - {key: a, name: A, when: customer.class == 1, levels: []}":                                                "policies.a.when",
		"levels: []\npolicies:\n  - {key: a, name: A, when: customer.new}":                                                                   "policies.a: missing",
		"levels: []\npolicies:\n  - {key: a, name: A, when: customer.new, levels: [], sort: 1}":                                              "unknown_key",
		"levels: []\npolicies:\n  - {key: a, name: A, when: customer.new, levels: [{key: x, name: X, days: 3}, {key: y, name: Y, days: 2}]}": "policies.a.levels.y.days",
	} {
		_, problems := Parse(crm.RuleDunning, []byte("dunning:\n  "+strings.ReplaceAll(text, "\n", "\n  ")))
		found := ""
		for _, p := range problems {
			found += p.Path + ": " + p.Code + "\n"
		}
		if !strings.Contains(found, want) {
			t.Errorf("%s\nfound %s", text, found)
		}
	}
}
