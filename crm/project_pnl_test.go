package crm

import (
	"fmt"
	"testing"

	"github.com/shopspring/decimal"
	"pgregory.net/rapid"
)

// S083: however budgets, tasks and entries lie, the rows by phase add up to the project to the cent.
func TestPhasesAddUpToTheProject(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p := Project{Revenue: amounts(t, "revenue", 0, 1_000_000_00), ProgressPercent: amounts(t, "progress", 0, 100_00)}
		ids := []ID{""}
		var phases []ProjectPhase
		var tasks []ProjectTask
		for i := range rapid.IntRange(0, 5).Draw(t, "phases") {
			ids = append(ids, ID(fmt.Sprint("p", i)))
			phases = append(phases, ProjectPhase{ID: ids[i+1], Budget: amounts(t, "part", 0, 100_000_00)})
			p.Budget = p.Budget.Add(phases[i].Budget)
		}
		p.Budget = p.Budget.Add(amounts(t, "rest", -50_00, 100_000_00)) // an amendment may take from it
		var times []TimeEntry
		var costs []CostEntry
		for range rapid.IntRange(0, 8).Draw(t, "entries") {
			phase := rapid.SampledFrom(ids).Draw(t, "phase")
			tasks = append(tasks, ProjectTask{PhaseID: phase, EffortHours: amounts(t, "hours", 0, 100_00), ProgressPercent: amounts(t, "done", 0, 100_00)})
			times = append(times, TimeEntry{PhaseID: phase, Amount: amounts(t, "time", -50_00, 5_000_00)})
			costs = append(costs, CostEntry{
				PhaseID: rapid.SampledFrom(ids).Draw(t, "of"), Amount: amounts(t, "cost", 0, 5_000_00), Kind: CostKind(rapid.SampledFrom(CostKinds()).Draw(t, "kind")),
				State: rapid.SampledFrom([]CostState{CostRequested, CostCommitted, CostActual, CostRefused}).Draw(t, "state"),
			})
		}
		rows, err := euro.PhasePNL(p, phases, tasks, SpendByPhase(times, costs))
		if err != nil {
			t.Fatal(err)
		}
		whole := euro.PNL(p.Revenue, p.Budget, p.ProgressPercent, Spend(times, costs))
		var revenue, budget, actual, committed decimal.Decimal
		for _, r := range rows {
			revenue, budget, actual, committed = revenue.Add(r.PNL.Revenue), budget.Add(r.PNL.Budget), actual.Add(r.PNL.Actual), committed.Add(r.PNL.Committed)
			if !r.PNL.MarginAtEnd.Add(r.PNL.Estimate).Equal(r.PNL.Revenue) || r.PNL.Progress.GreaterThan(decimal.NewFromInt(100)) {
				t.Fatalf("%+v", r)
			}
		}
		if !revenue.Equal(whole.Revenue) || !budget.Equal(whole.Budget) || !actual.Equal(whole.Actual) || !committed.Equal(whole.Committed) {
			t.Fatalf("the rows come to %s %s %s %s, the project to %+v", revenue, budget, actual, committed, whole)
		}
	})
}

// S083: rules read how many phases are over their budget and how far the dearest drifts; what belongs to no phase is none, and a phase within its budget is not named.
func TestFactsByPhase(t *testing.T) {
	t.Parallel()
	d := decimal.NewFromInt
	money := Pricing{Currency: EUR, Rounding: HalfUp}
	project := Project{Revenue: d(1000), Budget: d(800), ProgressPercent: d(50)}
	phases := []ProjectPhase{{ID: "a", Name: "Design", Budget: d(200)}, {ID: "b", Name: "Build", Budget: d(400)}}
	for what, tt := range map[string]struct {
		spent                            map[ID]Spending
		over, deviation, percent, dearer string
	}{
		"nothing spent": {nil, "0", "-200", "-100", ""},
		"one is over":   {map[ID]Spending{"a": {Time: d(150)}, "b": {Time: d(100), Committed: d(50)}}, "0", "100", "50", "Design"},
		"both are":      {map[ID]Spending{"a": {Time: d(210)}, "b": {Material: d(450)}}, "2", "500", "125", "Build"},
		"of none":       {map[ID]Spending{"": {Time: d(900)}, "a": {Time: d(100)}, "b": {Time: d(200)}}, "0", "0", "0", ""},
	} {
		rows, err := money.PhasePNL(project, phases, nil, tt.spent)
		if err != nil {
			t.Fatal(err)
		}
		var f ProjectFacts
		worst := f.ByPhase(rows)
		if f.PhasesOver.String() != tt.over || f.PhaseDeviation.String() != tt.deviation || f.PhaseDeviationPercent.String() != tt.percent || worst != tt.dearer {
			t.Errorf("%s: %s over, %s, %s %%, %q; want %+v", what, f.PhasesOver, f.PhaseDeviation, f.PhaseDeviationPercent, worst, tt)
		}
	}
}
