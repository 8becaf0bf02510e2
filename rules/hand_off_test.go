package rules

import (
	"slices"
	"strings"
	"testing"

	"leadtocash/crm"
)

const handed = `hand_off:
  line: [not line.made_to_order or line.handed_off]
  hand_offs:
    - key: production
      name: Production
      from: sales
      to: production
      hours: 16
      inputs: [filled(hand_off.specification)]
      outputs:
        - id: cost
          when: hand_off.unit_cost > 0
    - {key: credit, name: Credit, from: sales, to: finance}
`

func handOffs(t *testing.T, text string) *Set {
	t.Helper()
	set, problems := Parse(crm.RuleHandOff, []byte(text))
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	return set
}

// S103: a text names hand-offs from one department to another, with a time and two lists of conditions, each asked by its place.
func TestHandOffs(t *testing.T) {
	t.Parallel()
	set := handOffs(t, handed)
	if got := strings.Join(set.Moments(), " "); got != "line production/inputs production/outputs credit/inputs credit/outputs" || !slices.Equal(set.Questions(), set.Moments()) {
		t.Errorf("it is asked %s", got)
	}
	h, ok := set.HandOff("production")
	if !ok || h.From != crm.DepartmentSales || h.To != crm.DepartmentProduction || h.Within().Hours() != 16 || len(set.HandOffs()) != 2 {
		t.Errorf("%+v", h)
	}
	if _, ok := set.HandOff("nothing"); ok {
		t.Error("there is no such hand-off")
	}
	f := crm.Facts{Line: crm.LineFacts{MadeToOrder: true}}
	for moment, want := range map[string]crm.Ruling{
		MomentLine: crm.Refused, "production/inputs": crm.Refused, "production/outputs": crm.Refused, "credit/inputs": crm.Allowed, "credit/nothing": crm.NotEvaluated, "nothing": crm.NotEvaluated,
	} {
		if v := set.At(moment, f); v.Result != want || v.Key != moment {
			t.Errorf("%s: %+v", moment, v)
		}
	}
	if v := set.At("production/outputs", f); v.Failing()[0].ID != "production/outputs.cost" {
		t.Errorf("the refusal names %s", v.Failing()[0].ID)
	}
}

// S103: what is wrong with a hand-off is told when it is written.
func TestWrongHandOffs(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"hand_off:\n  line: []\n": " missing",
		"hand_off:\n  hand_offs:\n    - {name: A, from: sales, to: finance}\n":                                                                    "hand_offs[0] missing",
		"hand_off:\n  hand_offs:\n    - {key: a, name: A, to: finance}\n":                                                                         "hand_offs.a missing",
		"hand_off:\n  hand_offs:\n    - {key: a, name: A, from: sales, to: sales}\n":                                                              "hand_offs.a.to invalid_value",
		"hand_off:\n  hand_offs:\n    - {key: a, name: A, from: sales, to: kitchen}\n":                                                            "hand_offs.a.to invalid_value",
		"hand_off:\n  hand_offs:\n    - {key: a, name: A, from: sales, to: finance, hours: 9999}\n":                                               "hand_offs.a.hours invalid_value",
		"hand_off:\n  hand_offs:\n    - {key: a, name: A, from: sales, to: finance, input: []}\n":                                                 "hand_offs.a.input unknown_key",
		"hand_off:\n  hand_offs:\n    - {key: a, name: A, from: sales, to: finance, inputs: [hand_off.price > 0]}\n":                              "hand_offs.a.inputs[0] unknown_name",
		"hand_off:\n  hand_offs:\n    - {key: a, name: A, from: sales, to: finance}\n    - {key: a, name: B, from: sales, to: production}\n":      "hand_offs.a.key duplicate",
		"hand_off:\n  hand_offs:\n    - {key: a, name: A, from: sales, to: finance}\n  cases:\n    - {name: x, ask: b/inputs, expect: allowed}\n": "cases[0].ask invalid_value",
	} {
		_, problems := Parse(crm.RuleHandOff, []byte(text))
		var got []string
		for _, p := range problems {
			got = append(got, p.Path+" "+p.Code)
		}
		if !slices.Contains(got, want) {
			t.Errorf("%s\nwant %s, got %v", text, want, got)
		}
	}
}

// N11: an answer is empty before anybody is asked, the hand-off of a line is known to hand-offs only, and a finding has its place.
func TestLintOfHandOffs(t *testing.T) {
	t.Parallel()
	found, problems := LintSource(crm.RuleHandOff, []byte(strings.Replace(handed, "[filled(hand_off.specification)]", "\n        - id: early\n          when: hand_off.unit_cost > 0", 1)))
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	if len(found) == 0 || found[0].Code != LintEmptyHere || found[0].Where != "production/inputs.early" || found[0].Line != 11 {
		t.Errorf("%+v", found)
	}
	found, _ = LintSource(crm.RulePricing, []byte("pricing:\n  line: [line.handed_off]\n"))
	if len(found) == 0 || found[0].Code != LintEmptyHere {
		t.Errorf("%+v", found)
	}
}

// N9: conditions and cases of hand-offs are written by the form too, and compared by their places.
func TestEditHandOffs(t *testing.T) {
	t.Parallel()
	src, problems := PutCondition(crm.RuleHandOff, []byte(handed), "production/outputs", Condition{ID: "note", Source: "filled(hand_off.answer)", Label: map[string]string{"en": "A note"}})
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	if set := handOffs(t, string(src)); len(set.Asked("production/outputs")) != 2 {
		t.Errorf("%s", src)
	}
	if changes, _ := Diff(crm.RuleHandOff, []byte(handed), src); len(changes) == 0 || !strings.HasPrefix(changes[0].Path, "hand_offs.production.outputs.") {
		t.Errorf("%+v", changes)
	}
	src, problems = AddCase(crm.RuleHandOff, src, Case{Name: "no note", Ask: "production/outputs", Given: map[string]string{"hand_off.unit_cost": "1"}, Expect: "refused", By: []string{"note"}})
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	if set := handOffs(t, string(src)); len(Failed(set.Test())) > 0 || len(set.Cases()) != 1 {
		t.Errorf("%s", src)
	}
	src, problems = DropCondition(crm.RuleHandOff, src, "production/inputs", "1")
	if len(problems) == 0 {
		t.Errorf("a condition without an id is dropped as text only: %s", src)
	}
	if _, problems = PutCondition(crm.RuleHandOff, []byte(handed), "nothing/inputs", Condition{ID: "x", Source: "deal.budget"}); len(problems) == 0 {
		t.Error("there is no such hand-off")
	}
}
