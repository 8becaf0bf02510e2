package crm

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/shopspring/decimal"
	"pgregory.net/rapid"
)

func quoted(p Pricing, discount decimal.Decimal, lines []QuoteLine) Quote {
	t, err := p.Add(PriceLines(lines), discount)
	if err != nil {
		panic(err)
	}
	for i := range lines {
		lines[i].Net = t.Lines[i].Net
	}
	return Quote{Net: t.Net, Total: t.Total, Cost: t.Cost, DiscountPercent: discount}
}

// S076: a version with a line more, one less, one cheaper and a discount on all of it.
func TestDiffNamesWhatChanged(t *testing.T) {
	t.Parallel()
	d := decimal.RequireFromString
	line := func(product ID, name, quantity, price, discount string) QuoteLine {
		return QuoteLine{ProductID: product, Name: name, Unit: "pc", Quantity: d(quantity), UnitPrice: d(price), DiscountPercent: d(discount), TaxPercent: d("22")}
	}
	before := []QuoteLine{line("a", "Line", "1", "18400", "0"), line("", "Travel", "1", "500", "0"), line("b", "Sensor", "2", "740", "0")}
	after := []QuoteLine{line("a", "Line", "1", "18000", "5"), line("b", "Sensor", "3", "740", "0"), line("", "Training", "2", "300", "0")}
	diff := euro.DiffQuotes(quoted(euro, d("0"), before), quoted(euro, d("2"), after), before, after)
	want := map[string]string{"removed": "-500", "added": "600", "quantity": "740", "price": "-400", "discount": "-900", "document_discount": "-398.4"}
	got := map[string]string{}
	for _, s := range diff.Bridge {
		got[s.Code] = s.Amount.String()
	}
	if out := cmp.Diff(want, got); out != "" {
		t.Error(out)
	}
	if len(diff.Added) != 1 || diff.Added[0].Name != "Training" || len(diff.Removed) != 1 || diff.Removed[0].Name != "Travel" || len(diff.Changed) != 2 {
		t.Fatalf("%+v", diff)
	}
	if out := cmp.Diff([]string{"unit_price", "discount_percent"}, diff.Changed[0].Fields); out != "" {
		t.Error(out)
	}
}

// S076: between any two versions the bridge leads from one net to the other, to the cent; nothing differs from itself.
func TestBridgeLeadsFromOneTotalToTheOther(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		version := func(name string) ([]QuoteLine, Quote) {
			lines := make([]QuoteLine, rapid.IntRange(0, 6).Draw(t, name))
			for i := range lines {
				lines[i] = QuoteLine{
					ProductID: ID(rapid.SampledFrom([]string{"", "a", "b", "c"}).Draw(t, "product")), Name: rapid.SampledFrom([]string{"x", "y"}).Draw(t, "line"),
					Quantity: decimal.New(rapid.Int64Range(1, 99_9999).Draw(t, "quantity"), -4), UnitPrice: decimal.New(rapid.Int64Range(0, 99_999_9999).Draw(t, "price"), -4),
					DiscountPercent: amounts(t, "discount", 0, 100_00), UnitCost: amounts(t, "cost", 0, 9_999_99),
					Kind:     rapid.SampledFrom([]string{LineOfQuote, LineOfQuote, LineOfQuote, SectionOfQuote}).Draw(t, "kind"),
					Optional: rapid.Bool().Draw(t, "optional"), Chosen: rapid.Bool().Draw(t, "chosen"),
				}
			}
			return lines, quoted(euro, amounts(t, "all", 0, 100_00), lines)
		}
		before, from := version("before")
		after, to := version("after")
		diff := euro.DiffQuotes(from, to, before, after)
		sum := from.Net
		for _, s := range diff.Bridge {
			if s.Amount.IsZero() {
				t.Fatalf("a step of nothing: %+v", diff.Bridge)
			}
			sum = sum.Add(s.Amount)
		}
		if !sum.Equal(to.Net) {
			t.Fatalf("the bridge leads from %s to %s, not to %s: %+v", from.Net, sum, to.Net, diff.Bridge)
		}
		cost := from.Cost
		for _, s := range diff.Costs {
			cost = cost.Add(s.Amount)
		}
		if !cost.Equal(to.Cost) {
			t.Fatalf("the costs lead from %s to %s, not to %s: %+v", from.Cost, cost, to.Cost, diff.Costs)
		}
		before, after = positions(before), positions(after)
		if len(before)+len(diff.Added) != len(after)+len(diff.Removed) {
			t.Fatalf("%d lines and %d added are not %d and %d removed", len(before), len(diff.Added), len(after), len(diff.Removed))
		}
		same := euro.DiffQuotes(from, from, before, before)
		if len(same.Added)+len(same.Removed)+len(same.Changed)+len(same.Bridge)+len(same.Costs) != 0 {
			t.Fatalf("a version differs from itself: %+v", same)
		}
	})
}
