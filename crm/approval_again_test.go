package crm

import (
	"testing"

	"github.com/shopspring/decimal"
	"pgregory.net/rapid"
)

// N8: what is better or the same never goes back to who approved it, and what is worse always does; each station answers for its own clauses only.
func TestOnlyWhatGotWorseIsApprovedAgain(t *testing.T) {
	t.Parallel()
	verdict := func(o OrderFacts) Verdict {
		met := func(b bool) Outcome {
			if b {
				return Met
			}
			return Unmet
		}
		ten := decimal.NewFromInt(10)
		return Verdict{Version: 1, Key: "route", Clauses: []Clause{
			{ID: "route.discount", Source: "d > 10", Op: ">", Needs: "10", Outcome: met(o.DiscountPercent.GreaterThan(ten)), Values: []Value{{"order.discount_percent", o.DiscountPercent.String()}}},
			{ID: "route.margin#1", Source: "m < 10", Op: "<", Needs: "10", Outcome: met(o.MarginPercent.LessThan(ten)), Values: []Value{{"order.margin_percent", o.MarginPercent.String()}}},
		}}
	}
	rapid.Check(t, func(t *rapid.T) {
		draw := func(name string) decimal.Decimal {
			return decimal.NewFromInt(rapid.Int64Range(0, 20).Draw(t, name))
		}
		facts := func(when string) OrderFacts {
			return OrderFacts{Total: draw(when + " total"), DiscountPercent: draw(when + " discount"), MarginPercent: draw(when + " margin"), PaymentDays: draw(when + " days")}
		}
		before, after := facts("before"), facts("after")
		bridge := OrderBridge(before, after)
		again := func(station string) bool { return len(Worsened(station, verdict(before), verdict(after), bridge)) > 0 }
		more, less := after.DiscountPercent.GreaterThan(before.DiscountPercent), after.MarginPercent.LessThan(before.MarginPercent)
		if again("discount") != more || again("margin") != less {
			t.Fatalf("%+v → %+v: discount %t, margin %t", before, after, again("discount"), again("margin"))
		}
		if want := more || less || after.Total.GreaterThan(before.Total) || after.PaymentDays.GreaterThan(before.PaymentDays); again("manager") != want {
			t.Fatalf("%+v → %+v: the one who is always asked: %t", before, after, !want)
		}
	})
	a, b := verdict(OrderFacts{}), verdict(OrderFacts{})
	if b.Version = 2; len(Worsened("discount", a, b, nil)) == 0 {
		t.Error("under other rules nothing is carried")
	}
}
