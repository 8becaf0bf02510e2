package rules

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"leadtocash/crm"
)

// S064: the score is the sum of named rules, each shown with its points, from 0 to 100.
func TestScoreIsTheSumOfItsRules(t *testing.T) {
	t.Parallel()
	set := shippedSet(t, crm.RuleScoring).WithVersion(3)
	var f crm.Facts
	if score, v := set.Score(f); score != 0 || len(v.Clauses) != len(set.Points()) || v.Version != 3 || !v.Allowed() {
		t.Fatalf("of an empty lead: %d %+v", score, v)
	}
	f.Lead.Contact, f.Lead.Email, f.Lead.Phone, f.Lead.Need, f.Lead.Source, f.Lead.Country = "Carla", "c@example.com", "+39 02 1", "a new packaging line", "website", "IT"
	score, v := set.Score(f)
	sum := 0
	for _, c := range v.Clauses {
		if c.Outcome == crm.Met {
			sum += c.Points
		}
	}
	if score != 75 || sum != 75 {
		t.Fatalf("score %d, clauses sum to %d", score, sum)
	}
	f.Lead.VAT, f.Lead.Touches = "IT00743110157", dec("2")
	if score, _ := set.Score(f); score != 100 {
		t.Fatalf("more than 100 points give %d", score)
	}
	f.Lead.Score = dec("12")
	if _, again := set.Score(f); len(again.Clauses) != len(v.Clauses) {
		t.Fatal("the score counts in itself")
	}
	if score, v := None(crm.RuleScoring).Score(f); score != 0 || !v.Allowed() {
		t.Fatalf("without rules: %d %+v", score, v)
	}
}

// S064: whatever the points and whichever rules are met, the score stays between 0 and 100.
func TestScoreIsBounded(t *testing.T) {
	t.Parallel()
	set := shippedSet(t, crm.RuleScoring)
	rapid.Check(t, func(t *rapid.T) {
		var f crm.Facts
		f.Lead.Email, f.Lead.Phone, f.Lead.Need = rapid.String().Draw(t, "email"), rapid.String().Draw(t, "phone"), rapid.String().Draw(t, "need")
		f.Lead.Bounced, f.Lead.Touches = rapid.Bool().Draw(t, "bounced"), dec(rapid.StringMatching(`[0-9]{1,3}`).Draw(t, "touches"))
		if score, _ := set.Score(f); score < 0 || score > 100 {
			t.Fatalf("score %d", score)
		}
	})
}

// A scoring rule that cannot be evaluated gives no points and says so; it does not take the score away.
func TestScoreOfWhatCannotBeEvaluated(t *testing.T) {
	t.Parallel()
	set, problems := Parse(crm.RuleScoring, []byte("scoring:\n  rules:\n    - {key: fresh, name: F, points: 40, when: days_since(lead.last_touch) < 7}\n    - {key: always, name: A, points: 5, when: lead.touches >= 0}\n"))
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	score, v := set.Score(crm.Facts{})
	if score != 5 || v.Clauses[0].Outcome != crm.Unknown || v.Clauses[0].Problem != ProblemEmptyDate || v.Clauses[0].Points != 40 {
		t.Fatalf("%d %+v", score, v)
	}
}

// S066: rules apply in their order; the one without a condition is the last resort.
func TestAssignRulesInOrder(t *testing.T) {
	t.Parallel()
	set := shippedSet(t, crm.RuleAssignment)
	var f crm.Facts
	f.Lead.Country = "ES"
	got, v := set.Assign(f)
	if len(got) != 2 || got[0].Key != "south" || got[0].Team != "South" || got[0].Strategy != LeastBusy || got[0].Cap != 40 || v.Clauses[0].Outcome != crm.Met {
		t.Fatalf("%+v %+v", got, v)
	}
	f.Lead.Country = "IT"
	if got, v := set.Assign(f); len(got) != 1 || got[0].Key != "anybody" || v.Clauses[0].Outcome != crm.Unmet {
		t.Fatalf("%+v %+v", got, v)
	}
}

// S065: the first fitting track is the one that begins.
func TestFittingTracks(t *testing.T) {
	t.Parallel()
	set := shippedSet(t, crm.RuleNurture)
	keys := func(f crm.Facts) (out []string) {
		for _, t := range set.Fitting(f) {
			out = append(out, t.Key)
		}
		return out
	}
	var f crm.Facts
	if got := keys(f); !slices.Equal(got, []string{"cold"}) {
		t.Fatal(got)
	}
	f.Lead.Score = dec("30")
	if got := keys(f); !slices.Equal(got, []string{"warm", "cold"}) {
		t.Fatal(got)
	}
	if track, ok := set.Track("warm"); !ok || len(track.Touches) != 3 || track.Touches[2].Days != 23 || track.Touches[0].Mail != "nurture_hello" {
		t.Fatalf("%+v", track)
	}
}

// Mistakes in the rules of leads are found when they are written.
func TestLeadKindsRefuseMistakes(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"scoring:\n  rules: [{key: a, name: A, points: 101, when: lead.consent}]":                                                            CodeInvalidValue,
		"scoring:\n  rules: [{key: a, name: A, points: 1.5, when: lead.consent}]":                                                            CodeInvalidValue,
		"scoring:\n  rules: [{key: a, name: A, when: lead.consent}]":                                                                         CodeMissing,
		"scoring:\n  rules: [{key: a, name: A, points: 1, when: lead.score > 1}]":                                                            CodeInvalidValue,
		"scoring:\n  rules: [{key: a, name: A, points: 1, when: lead.emial == ''}]":                                                          CodeUnknownName,
		"scoring:\n  convert_at: 101\n  rules: []":                                                                                           CodeInvalidValue,
		"assignment:\n  rules: [{key: a, name: A, strategy: random}]":                                                                        CodeInvalidValue,
		"assignment:\n  rules: [{key: a, name: A, users: [anna]}]":                                                                           CodeInvalidValue,
		"nurture:\n  tracks: [{key: a, name: A, touches: [{key: x, days: 0, mail: nurture_hello}]}]":                                         CodeInvalidValue,
		"nurture:\n  tracks: [{key: a, name: A, touches: [{key: x, days: 2, mail: nurture_hello}, {key: y, days: 2, mail: nurture_hello}]}]": CodeInvalidValue,
		"nurture:\n  tracks: [{key: a, name: A, touches: [{key: x, days: 2, mail: quote}]}]":                                                 CodeInvalidValue,
		"nurture:\n  tracks: [{key: a, name: A, touches: [{key: x, days: 2, mail: nurture_hello}, {key: x, days: 3, mail: nurture_hello}]}]": CodeDuplicate,
		"nurture:\n  tracks: [{key: a, name: A}]":                                                                                            CodeMissing,
	} {
		if _, problems := ParseDocument([]byte(text)); len(problems) != 1 || problems[0].Code != want {
			t.Errorf("%s: %v, want %s", text, problems, want)
		}
	}
}
