package rules

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"leadtocash/crm"
)

// S091: whatever policies a form gives, in whatever order, the text says them afterwards; one that stays keeps its lines and the comment above it.
func TestEditPolicies(t *testing.T) {
	t.Parallel()
	const text = `dunning:
  policies:
    # the law gives them time
    - key: public
      name: Public authorities
      when: customer.class == "public" # by class
      grace_days: 30
      levels:
        - {key: reminder, name: Reminder, days: 45}
    - key: large
      name: {en: Large, pl: Duzi}
      when: receivables.open > 50000
      levels: []
  levels:
    - {key: reminder, name: Reminder, days: 7}
`
	rapid.Check(t, func(t *rapid.T) {
		src := []byte(text)
		if rapid.Bool().Draw(t, "none before") {
			src = []byte("dunning:\n  levels:\n    - {key: reminder, name: Reminder, days: 7}\n")
		}
		set, problems := Parse(crm.RuleDunning, src)
		if len(problems) > 0 {
			t.Fatal(problems)
		}
		is := set.Policies()
		is = is[:len(is)-1]
		if len(is) > 0 && rapid.Bool().Draw(t, "gone") {
			is = is[:1]
		}
		if len(is) > 1 && rapid.Bool().Draw(t, "turned") {
			is[0], is[1] = is[1], is[0]
		}
		if rapid.Bool().Draw(t, "new") {
			is = append(is, DebtorPolicy{Key: "broken", Name: map[string]string{"en": "Broken: promises"}, Dunning: Dunning{GraceDays: 1, MinAmount: dec("2.5"), Levels: set.Dunning().Levels}})
			is[len(is)-1].When.Source = rapid.SampledFrom([]string{`receivables.broken_promises > 1`, `customer.class == "A" and receivables.open > 5`}).Draw(t, "when")
		}
		out, problems := PutPolicies(src, is)
		if len(problems) > 0 {
			t.Fatal(problems)
		}
		if set, problems = Parse(crm.RuleDunning, out); len(problems) > 0 {
			t.Fatalf("%v\n%s", problems, out)
		}
		got := set.Policies()
		got = got[:len(got)-1]
		if len(got) != len(is) {
			t.Fatalf("%d policies of %d:\n%s", len(got), len(is), out)
		}
		for i := range is {
			if !samePolicy(got[i], is[i]) {
				t.Fatalf("%s\n%s", cmp.Diff(is[i], got[i], equalDecimals), out)
			}
			if is[i].Key == "public" && !strings.Contains(string(out), "    # the law gives them time\n    - key: public\n      name: Public authorities\n      when: customer.class == \"public\" # by class\n") {
				t.Fatalf("lost a comment:\n%s", out)
			}
		}
	})
}
