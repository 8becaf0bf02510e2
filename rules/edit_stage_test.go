package rules

import (
	"strings"
	"testing"

	"leadtocash/crm"
)

// Stages are added, changed, moved and retired in the text that ships with the product, and nothing else in it changes (S010).
func TestEditStages(t *testing.T) {
	t.Parallel()
	doc, _ := ParseDocument(Default())
	shipped := doc[crm.RulePipeline].Source
	src, problems := AddStage(shipped, "repeat", "request", "stock", StageEdit{Name: map[string]string{"en": "In stock: checked", "it": "In magazzino"}, Probability: "60", StaleDays: "3"})
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	set, _ := Parse(crm.RulePipeline, src)
	st, ok := set.Stage("repeat/stock")
	if !ok || st.Name["en"] != "In stock: checked" || st.Probability.String() != "60" || st.StaleDays != 3 || set.Of("repeat").Next("request") != "stock" {
		t.Fatalf("added %+v", st)
	}
	if src, problems = MoveStage(src, "repeat/stock", false); len(problems) > 0 {
		t.Fatal(problems)
	}
	set, _ = Parse(crm.RulePipeline, src)
	if set.Of("repeat").Next("request") != "send" || set.Of("repeat").Next("send") != "stock" || len(set.Of("repeat").Cases()) != 5 {
		t.Error("it was not moved behind the next one")
	}
	change := StageEdit{Name: map[string]string{"en": "Timing"}, Guidance: map[string]string{"en": "Ask when."}, Probability: "30", Forecast: "best_case", RetiredTo: "configure"}
	if src, problems = PutStage(src, "timing", change); len(problems) > 0 {
		t.Fatal(problems)
	}
	set, _ = Parse(crm.RulePipeline, src)
	st, _ = set.Stage("timing")
	if !st.Retired() || st.StaleDays != 0 || st.Name["it"] != "" || st.Guidance["en"] != "Ask when." || st.Forecast != "best_case" || len(st.Enter()) != 2 {
		t.Errorf("changed %+v", st)
	}
	changes, _ := Diff(crm.RulePipeline, shipped, src)
	for _, c := range changes {
		if !strings.HasPrefix(c.Path, "stages.timing.") && !strings.HasPrefix(c.Path, "repeat.stages.stock.") && c.Path != "repeat.stages.(order)" {
			t.Errorf("%s changed from %q to %q", c.Path, c.Was, c.Is)
		}
	}
	for name, f := range map[string]func() ([]byte, Problems){
		"no such stage":    func() ([]byte, Problems) { return PutStage(shipped, "nowhere", change) },
		"no such pipeline": func() ([]byte, Problems) { return AddStage(shipped, "nowhere", "send", "x", change) },
		"no such target": func() ([]byte, Problems) {
			return PutStage(shipped, "timing", StageEdit{Name: change.Name, RetiredTo: "x"})
		},
		"a probability of 200": func() ([]byte, Problems) {
			return PutStage(shipped, "timing", StageEdit{Name: change.Name, Probability: "200"})
		},
		"above the first":     func() ([]byte, Problems) { return MoveStage(shipped, "identify", true) },
		"a key that is there": func() ([]byte, Problems) { return AddStage(shipped, "", "send", "send", change) },
		"a line break":        func() ([]byte, Problems) { return AddStage(shipped, "", "send", "x\n  y: z", change) },
	} {
		if _, problems := f(); len(problems) == 0 {
			t.Errorf("%s is taken", name)
		}
	}
}
