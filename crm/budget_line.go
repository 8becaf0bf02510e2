package crm

import "github.com/shopspring/decimal"

// BudgetLine is a line of the contract, of the accepted quote or added by an amendment, with its part of the project's budget, and the phase that it belongs to (S083).
type BudgetLine struct {
	ID      ID // of the quote's line, or of the amendment's
	Name    string
	PhaseID ID              // none: of no phase
	Cost    decimal.Decimal // quantity × unit cost, as the version in force has it
	Budget  decimal.Decimal // its part of the project's budget
}

// DivideBudget divides a project's budget onto the lines of its contract in proportion to their costs, equally where none has any, and adds up the phases': lines always come to the budget, and
// phases with what is of none as well, also once an amendment has changed it. Errors: as Split.
func DivideBudget(budget decimal.Decimal, lines []BudgetLine, phases []ProjectPhase, c Currency) ([]BudgetLine, []ProjectPhase, error) {
	if len(lines) == 0 {
		return nil, phases, nil
	}
	weights, sum := make([]decimal.Decimal, len(lines)), decimal.Zero
	for i, l := range lines {
		weights[i], sum = l.Cost, sum.Add(l.Cost)
	}
	if sum.IsZero() {
		for i := range weights {
			weights[i] = decimal.NewFromInt(1)
		}
	}
	parts, err := Split(budget, weights, c)
	if err != nil {
		return nil, nil, err
	}
	of := map[ID]decimal.Decimal{}
	divided := append([]BudgetLine{}, lines...)
	for i, part := range parts {
		divided[i].Budget = part
		of[divided[i].PhaseID] = of[divided[i].PhaseID].Add(part)
	}
	out := append([]ProjectPhase{}, phases...)
	for i := range out {
		out[i].Budget = of[out[i].ID]
	}
	return divided, out, nil
}
