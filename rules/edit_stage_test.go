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

// Name, switches, entry stage and lost reasons of a pipeline are changed in the text; what stays keeps its lines and comments (S010).
func TestEditPipeline(t *testing.T) {
	t.Parallel()
	doc, _ := ParseDocument(Default())
	shipped := []byte(strings.Replace(string(doc[crm.RulePipeline].Source), "    - {key: timing, name: {en: Bad", "    # asked again after a year\n    - {key: timing, name: {en: Bad", 1))
	set, _ := Parse(crm.RulePipeline, shipped)
	change := func(key string, with func(*PipelineEdit)) PipelineEdit {
		p := set.Of(key)
		e := PipelineEdit{Name: p.Name(), EntryStage: p.EntryStage(), NoSkip: p.NoSkip(), NoBackward: p.NoBackward(), Reasons: p.LostReasons()}
		with(&e)
		return e
	}
	same, problems := PutPipeline(shipped, "", change("", func(*PipelineEdit) {}))
	if len(problems) > 0 || string(same) != string(shipped) {
		t.Fatalf("nothing was changed and the text was: %v", problems)
	}
	src, problems := PutPipeline(shipped, "", change("", func(p *PipelineEdit) {
		p.NoSkip, p.NoBackward, p.EntryStage = !p.NoSkip, !p.NoBackward, "timing"
		l := p.Reasons
		l[0].Name = map[string]string{"en": "Price: too high"}
		p.Reasons = []LostReason{l[3], l[0], {Key: "war", Name: map[string]string{"en": "Force majeure"}}, l[6]}
	}))
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	now, _ := Parse(crm.RulePipeline, src)
	var reasons []string
	for _, l := range now.LostReasons() {
		reasons = append(reasons, l.Key+" "+l.Name["en"])
	}
	if now.NoSkip() == set.NoSkip() || now.NoBackward() == set.NoBackward() || now.EntryStage() != "timing" ||
		strings.Join(reasons, ", ") != "timing Bad timing, price Price: too high, war Force majeure, other Other" {
		t.Errorf("%v %v %s %v", now.NoSkip(), now.NoBackward(), now.EntryStage(), reasons)
	}
	if !strings.Contains(string(src), "    # asked again after a year\n    - {key: timing") {
		t.Error("the comment did not go with its reason")
	}
	changes, _ := Diff(crm.RulePipeline, shipped, src)
	for _, c := range changes {
		if first, _, _ := strings.Cut(c.Path, "."); !strings.Contains("no_skip no_backward entry_stage lost_reasons", first) {
			t.Errorf("%s changed from %q to %q", c.Path, c.Was, c.Is)
		}
	}
	back, problems := PutPipeline(src, "", change("", func(*PipelineEdit) {}))
	if changes, _ = Diff(crm.RulePipeline, shipped, back); len(problems) > 0 || len(changes) > 0 {
		t.Errorf("changed back: %v %v", problems, changes)
	}
	other, problems := PutPipeline(shipped, "repeat", change("repeat", func(p *PipelineEdit) { p.Name["en"], p.Reasons = "Again", nil }))
	if again, _ := Parse(crm.RulePipeline, other); len(problems) > 0 || again.Of("repeat").Name()["en"] != "Again" || again.Of("repeat").LostReasons() != nil || again.LostReasons() == nil {
		t.Errorf("the other pipeline: %v", problems)
	}
	for name, e := range map[string]PipelineEdit{
		"no such entry stage": change("", func(p *PipelineEdit) { p.EntryStage = "nowhere" }),
		"begins at the end":   change("", func(p *PipelineEdit) { p.EntryStage = "won" }),
		"one reason twice":    change("", func(p *PipelineEdit) { p.Reasons = append(p.Reasons, p.Reasons[0]) }),
		"no name":             change("", func(p *PipelineEdit) { p.Name = nil }),
	} {
		if _, problems := PutPipeline(shipped, "", e); len(problems) == 0 {
			t.Errorf("%s is taken", name)
		}
	}
}
