package crm

import (
	"errors"
	"testing"

	"github.com/shopspring/decimal"
	"pgregory.net/rapid"
)

// S060, M1: whatever plan, tax rates and currency, the tranches sum to the contract to the cent in net, tax and total, rate by rate; periods follow each other
// without a gap, and the shown percentages make 100.
func TestBillPlanSumsToTheContract(t *testing.T) {
	t.Parallel()
	start := mustDate(t, "2028-01-31")
	rapid.Check(t, func(t *rapid.T) {
		c := drawCurrency(t)
		totals := Totals{}
		for _, rate := range []string{"22", "10", "0"}[:rapid.IntRange(1, 3).Draw(t, "rates")] {
			base := decimal.New(rapid.Int64Range(100_000, 99_999_999).Draw(t, "base"), -c.Digits())
			tax := Round(base.Mul(dec(rate)).Shift(-2), c, HalfUp)
			totals.Taxes = append(totals.Taxes, TaxTotal{Percent: dec(rate), Base: base, Tax: tax})
			totals.Net, totals.Tax = totals.Net.Add(base), totals.Tax.Add(tax)
		}
		weights := make([]decimal.Decimal, rapid.IntRange(1, 5).Draw(t, "parts"))
		for i := range weights {
			weights[i] = decimal.NewFromInt(rapid.Int64Range(1, 20).Draw(t, "weight"))
		}
		percents, err := Split(dec("100"), weights, EUR)
		if err != nil {
			t.Fatal(err)
		}
		plan := make([]PlanPart, len(percents))
		for i, p := range percents {
			plan[i] = PlanPart{Kind: rapid.SampledFrom([]TrancheKind{TrancheDeposit, TrancheProgress, TrancheBalance, TranchePeriod}).Draw(t, "kind"), Percent: p}
			if plan[i].Kind == TranchePeriod {
				plan[i].Every, plan[i].Periods = rapid.SampledFrom(Intervals()).Draw(t, "every"), rapid.IntRange(1, 12).Draw(t, "periods")
			}
		}
		tranches, parts, err := BillPlan(totals, plan, start, c)
		if err != nil {
			t.Fatal(err)
		}
		net, tax, total, percent := decimal.Zero, decimal.Zero, decimal.Zero, decimal.Zero
		byRate := map[string]decimal.Decimal{}
		for i, tr := range tranches {
			if tr.Position != i+1 || !tr.Net.IsPositive() || CheckAmount(tr.Net, c) != nil || CheckAmount(tr.Tax, c) != nil {
				t.Fatalf("%+v", tr)
			}
			net, tax, total, percent = net.Add(tr.Net), tax.Add(tr.Tax), total.Add(tr.Total), percent.Add(tr.Percent)
			for _, p := range parts[i] {
				byRate[p.TaxPercent.String()] = byRate[p.TaxPercent.String()].Add(p.Net)
			}
			if tr.Kind == TranchePeriod && tr.PeriodStart != start && tranches[i-1].PeriodEnd.AddDays(1) != tr.PeriodStart {
				t.Fatalf("%v, then %v", tranches[i-1].PeriodEnd, tr.PeriodStart)
			}
		}
		if !net.Equal(totals.Net) || !tax.Equal(totals.Tax) || !total.Equal(totals.Net.Add(totals.Tax)) || !percent.Equal(hundred) {
			t.Fatalf("%s + %s = %s (%s %%) of %s + %s", net, tax, total, percent, totals.Net, totals.Tax)
		}
		for _, rate := range totals.Taxes {
			if !byRate[rate.Percent.String()].Equal(rate.Base) {
				t.Fatalf("at %s %%: %s of %s", rate.Percent, byRate[rate.Percent.String()], rate.Base)
			}
		}
	})
}

// S060: what is wrong with a plan is told part by part.
func TestCheckPlan(t *testing.T) {
	t.Parallel()
	for want, plan := range map[string][]PlanPart{
		"":                                 {{Kind: TrancheDeposit, Percent: dec("20")}, {Kind: TrancheProgress, Percent: dec("30"), Milestone: "Installed"}, {Kind: TranchePeriod, Percent: dec("50"), Every: EveryQuarter, Periods: 4}},
		" required":                        {},
		" sum_mismatch":                    {{Kind: TrancheDeposit, Percent: dec("99.99")}},
		"/0/kind unknown_value":            {{Kind: "gift", Percent: dec("100")}},
		"/0/percent out_of_range":          {{Kind: TrancheDeposit, Percent: dec("0")}},
		"/0/every unknown_value":           {{Kind: TranchePeriod, Percent: dec("100"), Periods: 3}},
		"/0/periods out_of_range":          {{Kind: TranchePeriod, Percent: dec("100"), Every: EveryMonth, Periods: 61}},
		"/0/every not_together":            {{Kind: TrancheDeposit, Percent: dec("100"), Periods: 2}},
		"/0/milestone not_together":        {{Kind: TrancheBalance, Percent: dec("100"), Milestone: "Installed"}},
		"/0/opens_at_percent out_of_range": {{Kind: TrancheProgress, Percent: dec("100"), OpensAt: dec("101")}},
		" too_many":                        {{Kind: TranchePeriod, Percent: dec("50"), Every: EveryMonth, Periods: 60}, {Kind: TrancheDeposit, Percent: dec("50")}},
	} {
		got := ""
		if errs, ok := errors.AsType[FieldErrors](CheckPlan(plan)); ok {
			got = errs[0].Pointer + " " + errs[0].Code
		}
		if got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

// S078: an item is ticked once, whoever does it again; what was ticked can be taken back.
func TestSetTick(t *testing.T) {
	t.Parallel()
	ticks, err := SetTick(nil, Tick{Key: "papers", By: "gina"}, true)
	if err != nil {
		t.Fatal(err)
	}
	if ticks, _ = SetTick(ticks, Tick{Key: "papers", By: "anna"}, true); len(ticks) != 1 || ticks[0].By != "gina" {
		t.Errorf("%+v", ticks)
	}
	if ticks, _ = SetTick(ticks, Tick{Key: "papers"}, false); len(ticks) != 0 {
		t.Errorf("%+v", ticks)
	}
	if _, err := SetTick(nil, Tick{Key: "Not A Key"}, true); err == nil {
		t.Error("anything is a key")
	}
	if key, ok := TickKey("order.ticked.papers"); !ok || key != "papers" {
		t.Error(key)
	}
	if got := TickAsked(Clause{ID: "checklist.papers", Source: `"papers" in order.ticked`}); got != "papers" {
		t.Error(got)
	}
}
