package crm

import (
	"testing"

	"github.com/shopspring/decimal"
	"pgregory.net/rapid"
)

// S091: interest over changes of rates, part payments, returned payments and credit notes is what a count of every single day comes to,
// rounded once; its lines add up to it and follow each other.
func TestLateInterestIsTheSumOfItsDays(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		start := NewDate(2024, 1, 1)
		day := func(name string) Date { return start.AddDays(rapid.IntRange(0, 500).Draw(t, name)) }
		cents := func(name string) decimal.Decimal {
			return decimal.New(int64(rapid.IntRange(1, 500_000).Draw(t, name)), -2)
		}
		var due []DueAmount
		total, last := decimal.Zero, day("due")
		for range rapid.IntRange(1, 3).Draw(t, "parts") {
			a := cents("part")
			due, total = append(due, DueAmount{last, a}), total.Add(a)
			last = last.AddDays(rapid.IntRange(1, 60).Draw(t, "apart"))
		}
		open, moves := total, []LedgerMove{{start.AddDays(-30), total}}
		at := start
		for range rapid.IntRange(0, 6).Draw(t, "moves") { // money in or a credit note, and money that goes back
			at = at.AddDays(rapid.IntRange(0, 90).Draw(t, "later"))
			in := decimal.Min(cents("in"), open)
			if rapid.Bool().Draw(t, "back") {
				in = decimal.Min(cents("out"), total.Sub(open)).Neg()
			}
			open, moves = open.Sub(in), append(moves, LedgerMove{at, in.Neg()})
		}
		var rates []InterestRate
		from := start.AddDays(rapid.IntRange(-50, 100).Draw(t, "first"))
		for range rapid.IntRange(0, 4).Draw(t, "rates") {
			rates = append(rates, InterestRate{from, decimal.New(int64(rapid.IntRange(0, 1500).Draw(t, "rate")), -2)})
			from = from.AddDays(rapid.IntRange(1, 184).Draw(t, "half"))
		}
		until := day("until")
		got := LateInterest(due, rapid.Permutation(moves).Draw(t, "order"), InterestSetting{Rates: rates}, until, EUR)
		if want := everyDay(due, moves, rates, until); !got.Amount.Equal(want) {
			t.Fatalf("%s, want %s: %+v", got.Amount, want, got)
		}
		sum := decimal.Zero
		for i, l := range got.Lines {
			sum = sum.Add(l.Amount)
			if l.Days != l.Until.DaysSince(l.From)+1 || i > 0 && !l.From.After(got.Lines[i-1].Until) || l.Until.After(until) {
				t.Fatalf("line %d: %+v", i, got.Lines)
			}
		}
		if !sum.Equal(got.Amount) {
			t.Fatalf("the lines add up to %s of %s", sum, got.Amount)
		}
	})
}

// everyDay asks each day what is late and what it costs.
func everyDay(due []DueAmount, moves []LedgerMove, rates []InterestRate, until Date) decimal.Decimal {
	exact := decimal.Zero
	for day := NewDate(2023, 11, 1); !day.After(until); day = day.AddDays(1) {
		settled, rate := decimal.Zero, decimal.Zero
		for _, p := range due {
			settled = settled.Add(p.Amount)
		}
		for _, m := range moves {
			if m.OnDate.Before(day) {
				settled = settled.Sub(m.Amount)
			}
		}
		for _, r := range rates {
			if !day.Before(r.FromDay) {
				rate = r.Percent
			}
		}
		for _, p := range due {
			paid := decimal.Min(decimal.Max(settled, decimal.Zero), p.Amount)
			if settled = settled.Sub(paid); day.After(p.Date) {
				exact = exact.Add(p.Amount.Sub(paid).Mul(rate))
			}
		}
	}
	return exact.Div(decimal.NewFromInt(36500)).Round(2)
}

// S091: known figures: the day of payment counts and the due date does not, a rate changes between two days, and a paid invoice keeps it.
func TestLateInterestOfKnownInvoices(t *testing.T) {
	t.Parallel()
	rates := []InterestRate{{NewDate(2024, 1, 1), decimal.RequireFromString("12.5")}, {NewDate(2024, 7, 1), decimal.RequireFromString("12.25")}}
	thousand := decimal.NewFromInt(1000)
	due := []DueAmount{{NewDate(2024, 6, 20), thousand}}
	moves := []LedgerMove{{NewDate(2024, 5, 20), thousand}, {NewDate(2024, 7, 10), thousand.Neg()}}
	for until, want := range map[Date]string{
		NewDate(2024, 6, 20): "0", NewDate(2024, 6, 21): "0.34", NewDate(2024, 6, 30): "3.42", NewDate(2024, 7, 10): "6.78", NewDate(2025, 7, 10): "6.78",
	} {
		if got := LateInterest(due, moves, InterestSetting{Rates: rates}, until, EUR); got.Amount.String() != want {
			t.Errorf("until %s: %s, want %s: %+v", until, got.Amount, want, got.Lines)
		}
	}
}

// S091: money for an invoice pays what was written off, then fees, then interest, to the cent, and never more than is asked for.
func TestClaimsArePaidInTheirOrder(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		cents := func(name string) decimal.Decimal { return decimal.New(rapid.Int64Range(0, 5000).Draw(t, name), -2) }
		c, amount := Claims{cents("off"), cents("fees"), cents("interest")}, cents("amount").Mul(decimal.NewFromInt(3))
		paid := c.Pay(amount)
		left := c.Less(paid)
		if want := decimal.Min(amount, c.Sum()); !paid.Sum().Equal(want) {
			t.Fatalf("%v pays %v of %v, want %s", amount, paid, c, want)
		}
		if left.WrittenOff.IsNegative() || left.Fees.IsNegative() || left.Interest.IsNegative() ||
			left.WrittenOff.IsPositive() && paid.Fees.Add(paid.Interest).IsPositive() || left.Fees.IsPositive() && paid.Interest.IsPositive() {
			t.Fatalf("%v pays %v of %v", amount, paid, c)
		}
	})
}

// S091: a letter whose level asks for interest says it and adds it to the sum; the others do not speak of it.
func TestLetterAsksForInterest(t *testing.T) {
	t.Parallel()
	p := DunningPolicy{Levels: []DunningLevel{{Key: "first", Days: 7}, {Key: "last", Days: 45, Fee: decimal.NewFromInt(40), Interest: true}}}
	d := Debt{Number: "2026/1", Currency: "EUR", DueDate: NewDate(2026, 1, 1), Open: decimal.NewFromInt(100), Interest: decimal.RequireFromString("1.25")}
	if l := DunningLetter(p, d, 1, NewDate(2026, 1, 8), Letter{}); len(l.Money) != 2 || !l.Money["total"].Value.Equal(d.Open) {
		t.Errorf("the first letter says %v", l.Money)
	}
	l := DunningLetter(p, d, 2, NewDate(2026, 2, 16), Letter{})
	if got := l.Money["interest"].Value.String() + " " + l.Money["total"].Value.String(); got != "1.25 141.25" {
		t.Errorf("the last letter says %s", got)
	}
}

// S091: where the rate of a half-year is not there yet the last one stands in, and its days say so; who keeps the rates is asked for it some days before.
func TestProvisionalInterest(t *testing.T) {
	t.Parallel()
	set := InterestSetting{Charged: true, Rates: []InterestRate{{NewDate(2024, 1, 1), decimal.RequireFromString("12.5")}}}
	thousand := decimal.NewFromInt(1000)
	got := LateInterest([]DueAmount{{NewDate(2024, 6, 20), thousand}}, []LedgerMove{{NewDate(2024, 5, 20), thousand}}, set, NewDate(2024, 7, 10), EUR)
	if len(got.Lines) != 2 || got.Lines[0].Provisional || got.Lines[0].Days != 10 || !got.Lines[1].Provisional || got.Lines[1].From != NewDate(2024, 7, 1) || got.Amount.String() != "6.85" {
		t.Errorf("%+v", got)
	}
	for day, want := range map[Date]bool{NewDate(2024, 6, 16): false, NewDate(2024, 6, 17): true, NewDate(2024, 7, 1): true, NewDate(2025, 3, 1): true} {
		if half, missing := set.Missing(day); missing != want || missing && half != NewDate(2024, 7, 1) {
			t.Errorf("on %s: %s, %v", day, half, missing)
		}
	}
	own := InterestSetting{Charged: true, Fixed: true, Rates: set.Rates}
	if in := LateInterest([]DueAmount{{NewDate(2024, 6, 20), thousand}}, []LedgerMove{{NewDate(2024, 5, 20), thousand}}, own, NewDate(2024, 7, 10), EUR); len(in.Lines) != 1 || in.Lines[0].Provisional || in.Amount.String() != "6.85" {
		t.Errorf("a rate that stays until it is changed: %+v", in)
	}
	if half, missing := own.Missing(NewDate(2030, 1, 1)); missing || !half.IsZero() {
		t.Errorf("a rate that stays is asked for: %s", half)
	}
	if until, there := set.Remove(NewDate(2024, 1, 1)); !there || until.Year() != 9999 || len(set.Rates) != 0 {
		t.Errorf("taken out until %s: %v", until, set.Rates)
	}
	if _, missing := set.Missing(NewDate(2025, 1, 1)); missing {
		t.Error("a house without any rate is asked for the next")
	}
	if HalfYear(NewDate(2024, 12, 31)) != NewDate(2024, 7, 1) || HalfYear(NewDate(2024, 6, 30)) != NewDate(2024, 1, 1) || nextHalf(NewDate(2024, 8, 9)) != NewDate(2025, 1, 1) || nextHalf(NewDate(2024, 1, 1)) != NewDate(2024, 7, 1) {
		t.Error("half-years")
	}
}
