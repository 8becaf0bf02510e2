package crm

import (
	"testing"

	"github.com/shopspring/decimal"
	"pgregory.net/rapid"
)

// renewable is a contract from a day on that is billed in so many equal periods.
func renewable(start Date, every Interval, periods int, net string) Agreement {
	terms := Totals{Taxes: []TaxTotal{{Percent: decimal.NewFromInt(22), Base: decimal.RequireFromString(net), Tax: decimal.RequireFromString(net).Mul(decimal.RequireFromString("0.22")).Round(2)}}}
	tranches, parts, err := BillPlan(terms, []PlanPart{{Kind: TranchePeriod, Percent: hundred, Every: every, Periods: periods}}, start, "EUR")
	if err != nil {
		panic(err)
	}
	months := every.Months() * periods
	a := Agreement{Contract: Contract{StartDate: start, EndDate: start.AddMonths(months), RenewalMonths: months, Currency: "EUR"}, Pricing: Pricing{Currency: "EUR"}}
	for i, t := range tranches {
		a.Now.Tranches = append(a.Now.Tranches, PlannedPart{Tranche: t, Parts: parts[i]})
		a.Now.Net, a.Now.Tax = a.Now.Net.Add(t.Net), a.Now.Tax.Add(t.Tax)
	}
	a.Now.Total, a.Now.EndDate, a.Now.Cost = a.Now.Net.Add(a.Now.Tax), a.Contract.EndDate, a.Now.Net.Div(decimal.NewFromInt(2)).Round(2)
	return a
}

// S088, M8: a contract that began on 29 February goes on year by year and ends on that day again in the next leap year; its periods follow each other without a gap.
func TestRenewOverLeapDay(t *testing.T) {
	a := renewable(NewDate(2024, 2, 29), EveryQuarter, 4, "1000")
	for _, want := range []string{"2026-02-28", "2027-02-28", "2028-02-29", "2029-02-28"} {
		next, added := a.Renew(decimal.Zero)
		if next.EndDate.String() != want || added.String() != "1000" {
			t.Fatalf("ends %s, %s more; want %s", next.EndDate, added, want)
		}
		a.Now, a.Contract.EndDate = next, next.EndDate
	}
	if n := len(a.Now.Tranches); n != 20 || a.Now.Total.String() != "6100" {
		t.Fatalf("%d tranches, %s", n, a.Now.Total)
	}
	for i := 1; i < len(a.Now.Tranches); i++ {
		if was, is := a.Now.Tranches[i-1].Tranche, a.Now.Tranches[i].Tranche; was.PeriodEnd.AddDays(1) != is.PeriodStart {
			t.Errorf("%s ends, %s begins", was.PeriodEnd, is.PeriodStart)
		}
	}
}

// M1, S088: whatever is renewed and raised, the tranches sum to the contract to the cent and their shares to 100.
func TestRenewSums(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		every := rapid.SampledFrom(Intervals()).Draw(t, "every")
		start := NewDate(2024, 1, 1).AddDays(rapid.IntRange(0, 1500).Draw(t, "start"))
		a := renewable(start, every, rapid.IntRange(1, 12).Draw(t, "periods"), decimal.New(rapid.Int64Range(2000, 100_000_000).Draw(t, "net"), -2).String())
		percent := decimal.New(rapid.Int64Range(0, 1_000_000).Draw(t, "percent"), -4)
		end := a.Now.EndDate
		for range rapid.IntRange(1, 4).Draw(t, "times") {
			next, added := a.Renew(percent)
			if !end.Before(next.EndDate) || !added.IsPositive() {
				t.Fatalf("from %s to %s, %s more", end, next.EndDate, added)
			}
			a.Now, a.Contract.EndDate, end = next, next.EndDate, next.EndDate
		}
		net, tax, share := decimal.Zero, decimal.Zero, decimal.Zero
		for _, p := range a.Now.Tranches {
			parts := decimal.Zero
			for _, x := range p.Parts {
				parts = parts.Add(x.Net).Add(x.Tax)
			}
			if !parts.Equal(p.Tranche.Total) {
				t.Fatalf("parts come to %s, the tranche to %s", parts, p.Tranche.Total)
			}
			net, tax, share = net.Add(p.Tranche.Net), tax.Add(p.Tranche.Tax), share.Add(p.Tranche.Percent)
		}
		if !net.Equal(a.Now.Net) || !tax.Equal(a.Now.Tax) || !net.Add(tax).Equal(a.Now.Total) || !share.Equal(hundred) {
			t.Fatalf("%s %s %s: %s %s %s", a.Now.Net, a.Now.Tax, a.Now.Total, net, tax, share)
		}
		if !a.Now.Tranches[len(a.Now.Tranches)-1].Tranche.PeriodEnd.AddDays(1).Before(a.Now.EndDate.AddDays(1)) {
			t.Fatal("billed beyond the end")
		}
	})
}
