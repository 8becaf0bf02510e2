package rules

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"leadtocash/crm"
)

// two writes a text of two pipelines; the stages of the second can be given.
func two(second string) string {
	return `pipeline:
- key: long
  name: Long
  stages:
    - {key: a, name: A}
    - {key: b, name: B, enter: [{id: need, when: filled(deal.need)}]}
    - {key: won, name: W, kind: won}
    - {key: lost, name: L, kind: lost}
  cases:
    - {name: none, ask: b, expect: refused, by: [need]}
    - {name: some, ask: b, given: {deal.need: x}, expect: allowed}
- key: short
  name: Short
` + second
}

const short = `  stages:
    - {key: b, name: Other B, enter: [{id: budget, when: deal.budget}]}
    - {key: c, name: C, enter: [{id: amount, when: deal.amount > 10}]}
    - {key: won, name: W, kind: won}
    - {key: lost, name: L, kind: lost}
  cases:
    - {name: none, ask: c, expect: refused, by: [amount]}
`

// A text holds several pipelines; each deal is judged by its own (S010, S098).
func TestSeveralPipelines(t *testing.T) {
	t.Parallel()
	set, problems := Parse(crm.RulePipeline, []byte(two(short)))
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	set = set.WithVersion(7)
	if set.Key() != "long" || set.EntryStage() != "a" || set.Of("short").EntryStage() != "b" || len(set.Pipelines()) != 2 {
		t.Errorf("the first is not the default: %s", set.Key())
	}
	needy := crm.Facts{Deal: crm.DealFacts{Need: "x"}}
	if !set.Gate("b", needy).Allowed() || !set.Of("long").Gate("b", needy).Allowed() || set.Of("short").Gate("b", needy).Allowed() {
		t.Error("a deal is judged by another pipeline's gate")
	}
	if v := set.Gate("short/b", needy); v.Key != "b" || v.Version != 7 || v.Clauses[0].ID != "b.budget" {
		t.Errorf("the verdict on a stage of another pipeline is %s %d %s", v.Key, v.Version, v.Clauses[0].ID)
	}
	gone := set.Of("gone")
	if v := gone.Gate("b", needy); v.Result != crm.NotEvaluated || gone.Allows("b", &needy) || set.Has("gone") || len(gone.Reachable("a")) > 0 {
		t.Error("a pipeline that does not exist lets a deal through")
	}
	if diff := cmp.Diff([]string{"a", "b", "won", "lost", "short/b", "short/c", "short/won", "short/lost"}, set.Questions()); diff != "" {
		t.Error(diff)
	}
	for _, r := range set.Test() {
		if !r.Passed {
			t.Errorf("case %s of %s fails", r.Name, r.Ask)
		}
	}
	gaps, _ := Coverage(crm.RulePipeline, []byte(two(short)))
	var at []string
	for _, g := range gaps {
		at = append(at, g.Ask+"."+g.Condition+" "+string(g.Kind))
	}
	if diff := cmp.Diff([]string{"short/b.budget never_met", "short/b.budget never_unmet", "short/c.amount never_met"}, at); diff != "" {
		t.Error(diff)
	}
}

// A new text may say which pipeline is the default one.
func TestDefaultPipeline(t *testing.T) {
	t.Parallel()
	set, problems := Parse(crm.RulePipeline, []byte(two("  default: true\n"+short)))
	if len(problems) > 0 || set.Key() != "short" || set.Question("long", "b") != "long/b" || set.Question("short", "b") != "b" {
		t.Errorf("default is %v, problems %v", set, problems)
	}
}

func TestPipelinesWrong(t *testing.T) {
	t.Parallel()
	retired := func(line string) string { return strings.Replace(short, "    - {key: c, name: C,", line, 1) }
	for name, c := range map[string]struct{ text, want string }{
		"the same key":       {strings.Replace(two(short), "key: short", "key: long", 1), `12:8 long.key: "long" is already in line 2`},
		"two defaults":       {strings.Replace(two("  default: true\n"+short), "name: Long", "name: Long\n  default: true", 1), `13:3 short.default: "default" is already`},
		"empty list":         {"pipeline: []", "1:1: key is missing"},
		"an unknown target":  {two(retired("    - {key: d, name: D, retired_to: cc}\n    - {key: c, name: C,")), `16:37 short.stages.d.retired_to: "cc" should be one of b, c; did you mean c?`},
		"to itself":          {two(retired("    - {key: c, name: C, retired_to: c,")), `16:37 short.stages.c.retired_to: "c" should be one of b`},
		"won is not retired": {strings.Replace(two(short), "kind: won}", "kind: won, retired_to: a}", 1), "7:38 long.stages.won.retired_to: only an open stage"},
		"no stage is left":   {strings.Replace(two(short), "{key: a, name: A}", "{key: a, name: A, retired_to: b}", 1), ""},
		"entry retired":      {strings.Replace(two("  entry_stage: b\n"+short), "name: Other B,", "name: Other B, retired_to: c,", 1), `14:16 short.entry_stage: "b" should be one of c`},
	} {
		_, problems := Parse(crm.RulePipeline, []byte(c.text))
		if c.want == "" {
			if len(problems) > 0 {
				t.Errorf("%s: %v", name, problems)
			}
			continue
		}
		if len(problems) == 0 || !strings.HasPrefix(problems[0].Error(), c.want) {
			t.Errorf("%s: %v, want %s", name, problems, c.want)
		}
	}
}

// A retired stage takes no deals, its deals have their way on, and nothing is demanded of its gate.
func TestRetiredStage(t *testing.T) {
	t.Parallel()
	const text = `pipeline:
  key: p
  name: P
  no_skip: true
  stages:
    - {key: a, name: A}
    - {key: old, name: Old, retired_to: b, enter: [{id: never, when: deal.amount > 1 and deal.amount < 1}]}
    - {key: b, name: B}
    - {key: won, name: W, kind: won}
    - {key: lost, name: L, kind: lost}
`
	set, problems := Parse(crm.RulePipeline, []byte(text))
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	if got := set.Reachable("a"); !slices.Equal(got, []string{"b", "lost"}) {
		t.Errorf("from a: %v", got)
	}
	if got := set.Reachable("old"); !slices.Equal(got, []string{"a", "b", "lost"}) {
		t.Errorf("from the retired stage: %v", got)
	}
	if set.Settled("old") != "b" || set.Settled("a") != "a" || set.Settled("gone") != "" || set.Closed(StageWon) != "won" {
		t.Error("deals of a retired stage go elsewhere")
	}
	if found, _ := LintSource(crm.RulePipeline, []byte(text)); len(found) > 0 {
		t.Errorf("the linter minds a retired stage: %v", found)
	}
	if gaps, _ := Coverage(crm.RulePipeline, []byte(text)); len(gaps) > 0 {
		t.Errorf("cases are demanded of a retired stage: %v", gaps)
	}
}

// Findings, edits and differences name the pipeline that they are about.
func TestPipelinesInTheWorkbench(t *testing.T) {
	t.Parallel()
	src := []byte(two(short))
	out, problems := PutCondition(crm.RulePipeline, src, "short/c", Condition{ID: "vat", Source: "filled(customer.vat)"})
	if len(problems) > 0 || !strings.Contains(string(out), "- {key: c") {
		// the stages are written in braces, which forms leave alone
		if len(problems) != 1 || problems[0].Code != CodeConstructNotAllowed {
			t.Fatal(problems)
		}
	}
	doc, _ := ParseDocument(Default())
	shipped := doc[crm.RulePipeline].Source
	out, problems = PutCondition(crm.RulePipeline, shipped, "repeat/send", Condition{ID: "budget", Source: "deal.budget"})
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	out, problems = AddCase(crm.RulePipeline, out, Case{Name: "no budget", Ask: "repeat/send", Given: map[string]string{"deal.need": "x"}, Expect: "refused"})
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	changes, problems := Diff(crm.RulePipeline, shipped, out)
	if len(problems) > 0 || !slices.Contains(changes, Change{Path: "repeat.stages.send.enter.budget.when", Is: "deal.budget"}) || !slices.Contains(changes, Change{Path: "repeat.cases.no budget.ask", Is: "send"}) {
		t.Errorf("%v %v", changes, problems)
	}
	set, _ := Parse(crm.RulePipeline, out)
	if n := len(set.Of("repeat").Cases()); n != len(doc[crm.RulePipeline].Set.Of("repeat").Cases())+1 {
		t.Errorf("the case went to another pipeline: %d", n)
	}
	broken := strings.Replace(string(shipped), "quote.discount_percent <= 10", "quote.discount_percent <= 10 and quote.discount_percent > 200", 1)
	found, _ := LintSource(crm.RulePipeline, []byte(broken))
	i := slices.IndexFunc(found, func(f Finding) bool { return f.Where == "repeat/send.discount" && f.Code == LintContradiction })
	if i < 0 || !strings.Contains(strings.Split(broken, "\n")[found[i].Line-1], "> 200") {
		t.Errorf("found %v", found)
	}
}

// A candidate treats each deal by the deal's pipeline, and calls the gates of others than the default one by it (N2).
func TestSimulatePipelines(t *testing.T) {
	t.Parallel()
	set, _ := Parse(crm.RulePipeline, []byte(two(short)))
	deal := func(id, pipeline, ask string) *Trial {
		return &Trial{Deal: crm.ID(id), State: crm.OpportunityOpen, Pipeline: pipeline, Stage: "a", Ask: ask, Facts: crm.Facts{Deal: crm.DealFacts{Need: "x"}}}
	}
	r := Simulate(set, set, slices.Values([]*Trial{deal("1", "long", "b"), deal("2", "short", "b"), deal("3", "short", "c"), deal("4", "gone", "b")}))
	var clauses []string
	for _, l := range r.ByClause {
		clauses = append(clauses, l.Key)
	}
	if diff := cmp.Diff([]string{"gone/b", "short/b.budget", "short/c.amount"}, clauses); diff != "" || r.Blocked.Deals != 3 || r.Newly.Deals != 0 {
		t.Errorf("%s\n%+v", diff, r)
	}
}
