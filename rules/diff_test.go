package rules

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"leadtocash/crm"
)

func shippedText(t testing.TB, kind crm.RuleKind) string {
	t.Helper()
	doc, problems := ParseDocument(Default())
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	return string(doc[kind].Source)
}

// N3: versions differ clause by clause; comments, spelling and blank lines are no difference.
func TestDiff(t *testing.T) {
	t.Parallel()
	was := shippedText(t, crm.RulePipeline)
	for _, c := range []struct {
		name string
		edit func(string) string
		want []Change
	}{
		{"nothing", func(s string) string { return s }, nil},
		{"comment", func(s string) string {
			return "# another\n" + strings.ReplaceAll(s, "no_skip: true", "no_skip:   true # yes")
		}, nil},
		{
			"limit", func(s string) string { return strings.Replace(s, "deal.amount > 1000", "deal.amount > 2000", 1) },
			[]Change{{"stages.send.enter.amount.when", "deal.amount > 1000", "deal.amount > 2000"}},
		},
		{
			"switch", func(s string) string { return strings.Replace(s, "no_backward: false", "no_backward: true", 1) },
			[]Change{{"no_backward", "false", "true"}},
		},
		{"new", func(s string) string {
			return strings.Replace(s, "        - id: amount\n", "        - {id: tags, when: len(deal.tags) > 0}\n        - id: amount\n", 1)
		}, []Change{
			{"stages.send.enter.tags.id", "", "tags"},
			{"stages.send.enter.tags.when", "", "len(deal.tags) > 0"},
			{"stages.send.enter.(order)", "amount, vat, email, quote, lines, discount, validity, valid", "tags, amount, vat, email, quote, lines, discount, validity, valid"},
		}},
	} {
		got, problems := Diff(crm.RulePipeline, []byte(was), []byte(c.edit(was)))
		if len(problems) > 0 {
			t.Fatal(c.name, problems)
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s:\n%s", c.name, diff)
		}
		back, _ := Diff(crm.RulePipeline, []byte(c.edit(was)), []byte(was))
		if len(back) != len(got) {
			t.Errorf("%s: %d changes there and %d back", c.name, len(got), len(back))
		}
	}
	if _, problems := Diff(crm.RulePipeline, []byte(was), []byte("pipeline: no")); len(problems) == 0 {
		t.Error("a text that is no rule set has differences")
	}
}

// The conditions by which a case is refused have no order, so writing them in another one is no change (N3).
func TestDiffOfACaseKnowsNoOrder(t *testing.T) {
	t.Parallel()
	text := func(by string) []byte {
		return []byte("order:\n  checks:\n    - {id: a, when: order.total > 1}\n    - {id: b, when: order.total > 2}\n  cases:\n    - {name: nothing, given: {order.total: 0}, expect: refused, by: [" + by + "]}\n")
	}
	if changes, problems := Diff(crm.RuleOrder, text("b, a"), text("a, b")); len(problems) > 0 || len(changes) > 0 {
		t.Errorf("%+v %+v", changes, problems)
	}
	if changes, _ := Diff(crm.RuleOrder, text("b, a"), text("a")); len(changes) != 1 {
		t.Errorf("%+v", changes)
	}
}
