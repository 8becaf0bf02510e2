package crm

import (
	"slices"

	"github.com/shopspring/decimal"
)

// PhasePNL is the profit and loss of a phase, or of what belongs to none: then its id is empty (S083).
type PhasePNL struct {
	PhaseID ID
	Name    string
	Hours   decimal.Decimal // planned
	PNL     PNL
}

// SpendByPhase adds up a project's entries by phase; those of none stand under the empty id.
func SpendByPhase(times []TimeEntry, costs []CostEntry) map[ID]Spending {
	byTime, byCost, out := map[ID][]TimeEntry{}, map[ID][]CostEntry{}, map[ID]Spending{}
	for _, t := range times {
		byTime[t.PhaseID] = append(byTime[t.PhaseID], t)
		out[t.PhaseID] = Spending{}
	}
	for _, c := range costs {
		byCost[c.PhaseID] = append(byCost[c.PhaseID], c)
		out[c.PhaseID] = Spending{}
	}
	for id := range out {
		out[id] = Spend(byTime[id], byCost[id])
	}
	return out
}

// PhaseProgress is how much of the tasks of a phase is done; untold where it has none. In per cent, with 2 decimals.
func PhaseProgress(tasks []ProjectTask, phase ID) (percent decimal.Decimal, told bool) {
	return progressOf(slices.DeleteFunc(slices.Clone(tasks), func(t ProjectTask) bool { return t.PhaseID != phase }))
}

// PhasePNL computes the profit and loss of each phase, and last of what belongs to none. Budgets, revenues, costs and orders of the rows add
// up to the project's to the cent: the revenue is divided in proportion to the budgets, and what no phase has is the last row's. Each row's estimate goes by the
// progress of its own tasks, the project's where it has none, so estimates and margins need not add up to those of the whole.
func (p Pricing) PhasePNL(project Project, phases []ProjectPhase, tasks []ProjectTask, spent map[ID]Spending) ([]PhasePNL, error) {
	rest, weights := project.Budget, make([]decimal.Decimal, len(phases)+1)
	for i, ph := range phases {
		rest, weights[i] = rest.Sub(ph.Budget), ph.Budget
	}
	last := len(phases)
	if weights[last] = decimal.Max(rest, decimal.Zero); decimal.Sum(decimal.Zero, weights...).IsZero() {
		weights[last] = decimal.NewFromInt(1)
	}
	revenues, err := Split(project.Revenue, weights, p.Currency)
	if err != nil {
		return nil, err
	}
	out := make([]PhasePNL, 0, last+1)
	for i := range last + 1 {
		row := PhasePNL{}
		budget := rest
		if i < last {
			row.PhaseID, row.Name, budget = phases[i].ID, phases[i].Name, phases[i].Budget
		}
		progress, told := PhaseProgress(tasks, row.PhaseID)
		if !told {
			progress = project.ProgressPercent
		}
		for _, t := range tasks {
			if t.PhaseID == row.PhaseID {
				row.Hours = row.Hours.Add(t.EffortHours)
			}
		}
		row.PNL = p.PNL(revenues[i], budget, progress, spent[row.PhaseID])
		out = append(out, row)
	}
	return out, nil
}

// ByPhase takes the figures by which a project's phases drift (S083), and tells the phase that deviates most, when it costs more than its budget. What belongs to no phase is
// left out; without phases all of them are 0.
func (f *ProjectFacts) ByPhase(rows []PhasePNL) (worst string) {
	first := true
	for _, r := range rows {
		if r.PhaseID == "" {
			continue
		}
		if r.PNL.OverBudgetAlready {
			f.PhasesOver = f.PhasesOver.Add(decimal.NewFromInt(1))
		}
		if first || r.PNL.Deviation.GreaterThan(f.PhaseDeviation) {
			if f.PhaseDeviation = r.PNL.Deviation; r.PNL.Deviation.IsPositive() {
				worst = r.Name
			}
		}
		if first || r.PNL.DeviationPercent.GreaterThan(f.PhaseDeviationPercent) {
			f.PhaseDeviationPercent = r.PNL.DeviationPercent
		}
		first = false
	}
	return worst
}
