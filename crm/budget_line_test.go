package crm

import (
	"fmt"
	"testing"

	"github.com/shopspring/decimal"
	"pgregory.net/rapid"
)

// S083: however lines are put to phases, they come to the project's budget to the cent, and so do the phases with what is of none; a line never gets more than its share and a cent.
func TestBudgetByLinesAddsUp(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		phases := []ProjectPhase{{ID: "a", Budget: decimal.NewFromInt(7)}, {ID: "b"}}
		var lines []BudgetLine
		sum := decimal.Zero
		for i := range rapid.IntRange(1, 12).Draw(t, "lines") {
			cost := decimal.New(rapid.Int64Range(0, 1_000_000).Draw(t, "cost"), -4)
			lines, sum = append(lines, BudgetLine{ID: ID(fmt.Sprint(i)), PhaseID: rapid.SampledFrom([]ID{"", "a", "b"}).Draw(t, "phase"), Cost: cost}), sum.Add(cost)
		}
		budget := decimal.New(rapid.Int64Range(0, 10_000_000).Draw(t, "budget"), -2)
		divided, out, err := DivideBudget(budget, lines, phases, EUR)
		if err != nil {
			t.Fatal(err)
		}
		all, none := decimal.Zero, decimal.Zero
		for _, l := range divided {
			if all = all.Add(l.Budget); l.PhaseID == "" {
				none = none.Add(l.Budget)
			}
			if share := l.Cost.Mul(budget); sum.IsPositive() && l.Budget.Sub(share.DivRound(sum, 8)).Abs().GreaterThan(decimal.New(1, -2)) {
				t.Fatalf("%s of %s gets %s of %s", l.Cost, sum, l.Budget, budget)
			}
		}
		if !all.Equal(budget) || !out[0].Budget.Add(out[1].Budget).Add(none).Equal(budget) {
			t.Fatalf("the lines come to %s and the phases to %s, %s and %s of none; the budget is %s", all, out[0].Budget, out[1].Budget, none, budget)
		}
	})
}
