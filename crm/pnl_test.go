package crm

import (
	"math/rand/v2"
	"testing"

	"github.com/shopspring/decimal"
	"pgregory.net/rapid"
)

var euro = Pricing{Currency: EUR, Rounding: HalfUp}

// S083: the worked example. Half of the work cost 7,000 of a budget of 12,000, so all of it will cost 14,000.
func TestPNLAgainstTheQuote(t *testing.T) {
	t.Parallel()
	d := decimal.RequireFromString
	tests := []struct {
		name                               string
		progress, time, material, ordered  string
		estimate, marginEnd, percent, now  string
		deviation, deviationPercent, spent string
	}{
		{"nothing has happened", "0", "0", "0", "0", "12000", "8000", "40", "0", "0", "0", "0"},
		{"half at a higher cost", "50", "4000", "3000", "0", "14000", "6000", "30", "3000", "2000", "16.67", "58.33"},
		{"a third, to the cent", "33.33", "1000", "0.01", "0", "3000.33", "16999.67", "85", "5665.99", "-8999.67", "-75", "8.33"},
		{"spent before any progress", "0", "13000", "0", "500", "13500", "6500", "32.5", "-13000", "1500", "12.5", "108.33"},
		{"orders beyond the estimate", "100", "5000", "0", "9000", "14000", "6000", "30", "15000", "2000", "16.67", "41.67"},
	}
	for _, tt := range tests {
		p := euro.PNL(d("20000"), d("12000"), d(tt.progress), Spending{Time: d(tt.time), Material: d(tt.material), Committed: d(tt.ordered)})
		for _, f := range []struct {
			name string
			got  decimal.Decimal
			want string
		}{
			{"estimate", p.Estimate, tt.estimate},
			{"margin at completion", p.MarginAtEnd, tt.marginEnd},
			{"its percentage", p.MarginEndPercent, tt.percent},
			{"margin now", p.MarginNow, tt.now},
			{"deviation", p.Deviation, tt.deviation},
			{"its percentage", p.DeviationPercent, tt.deviationPercent},
			{"spent", p.SpentPercent, tt.spent},
		} {
			if !f.got.Equal(d(f.want)) {
				t.Errorf("%s: %s is %s, want %s", tt.name, f.name, f.got, f.want)
			}
		}
	}
}

func amounts(t *rapid.T, name string, low, high int64) decimal.Decimal {
	return decimal.New(rapid.Int64Range(low, high).Draw(t, name), -2)
}

// S083: whatever is entered in whatever order, the figures add up to the cent, an entry and its counter-entry leave nothing behind, and
// more cost never makes the end look better.
func TestPNLAddsUp(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		revenue, budget := amounts(t, "revenue", 0, 1_000_000_00), amounts(t, "budget", 0, 1_000_000_00)
		progress := amounts(t, "progress", 0, 100_00)
		var times []TimeEntry
		var costs []CostEntry
		for range rapid.IntRange(0, 8).Draw(t, "times") {
			times = append(times, TimeEntry{Amount: amounts(t, "time", -500_00, 50_000_00)})
		}
		for range rapid.IntRange(0, 8).Draw(t, "costs") {
			costs = append(costs, CostEntry{
				Amount: amounts(t, "cost", 0, 50_000_00), Kind: CostKind(rapid.SampledFrom(CostKinds()).Draw(t, "kind")),
				State: rapid.SampledFrom([]CostState{CostRequested, CostCommitted, CostActual, CostRefused}).Draw(t, "state"),
			})
		}
		p := euro.PNL(revenue, budget, progress, Spend(times, costs))
		switch {
		case !p.MarginAtEnd.Add(p.Estimate).Equal(revenue), !p.MarginNow.Add(p.Actual).Equal(p.Earned), !p.Planned.Add(p.Budget).Equal(revenue),
			!p.Deviation.Add(budget).Equal(p.Estimate), !p.CostToCompletion.Add(p.Actual).Equal(p.Estimate), !p.Deviation.Equal(p.Planned.Sub(p.MarginAtEnd)):
			t.Fatalf("the figures do not add up: %+v", p)
		case p.Estimate.LessThan(p.Actual.Add(p.Committed)):
			t.Fatalf("the estimate %s is below what is spent and ordered", p.Estimate)
		case progress.IsZero() && p.Estimate.LessThan(budget):
			t.Fatalf("before any progress the estimate %s is below the budget %s", p.Estimate, budget)
		case !p.Estimate.Equal(p.Estimate.Truncate(2)) || !p.Earned.Equal(p.Earned.Truncate(2)):
			t.Fatalf("not in whole cents: %+v", p)
		}
		rand.Shuffle(len(times), func(i, j int) { times[i], times[j] = times[j], times[i] })
		wrong := TimeEntry{Amount: amounts(t, "wrong", 0, 9_000_00)}
		if again := euro.PNL(revenue, budget, progress, Spend(append(times, wrong, TimeEntry{Amount: wrong.Amount.Neg()}), costs)); !again.MarginAtEnd.Equal(p.MarginAtEnd) {
			t.Fatalf("an entry taken back changed the margin from %s to %s", p.MarginAtEnd, again.MarginAtEnd)
		}
		dearer := euro.PNL(revenue, budget, progress, Spend(append(times, wrong), costs))
		if dearer.MarginAtEnd.GreaterThan(p.MarginAtEnd) || dearer.MarginNow.GreaterThan(p.MarginNow) {
			t.Fatalf("%s more cost raised a margin: %+v, before %+v", wrong.Amount, dearer, p)
		}
	})
}
