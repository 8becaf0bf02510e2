package rules

import (
	"testing"

	"leadtocash/crm"
)

// N10: a candidate in the shadow answers a stored decision as the rules that decided would, by the key of its verdict; what it does not know it
// cannot evaluate. Kinds whose decisions are no yes or no are not among those that can run so.
func TestDecisionsAreJudgedAgain(t *testing.T) {
	t.Parallel()
	f := ready()
	for _, kind := range Shadowed() {
		set := shippedSet(t, kind)
		for _, key := range set.Questions() {
			want := crm.Verdict{}
			switch {
			case kind == crm.RulePipeline:
				want = set.Gate(key, f)
			case kind == crm.RuleOrder:
				key, want = "checklist", set.Checklist(f)
			case key == "alarm":
				want = set.Alarm(f)
			case key == "close":
				want = set.Closing(f)
			default:
				want = set.At(key, f)
			}
			if got := set.Again(key, f); got.Result != want.Result || got.Key != want.Key || len(got.Clauses) != len(want.Clauses) {
				t.Errorf("%s %s: %s, was %s", kind, key, got.Result, want.Result)
			}
		}
		if v := set.Again("nowhere", f); kind != crm.RuleProject && v.Allowed() {
			t.Errorf("%s allows what it does not know", kind)
		}
	}
	if v := shippedSet(t, crm.RuleApproval).Again("route", f); v.Result != crm.NotEvaluated {
		t.Errorf("a route is judged: %s", v.Result)
	}
}
