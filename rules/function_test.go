package rules

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"pgregory.net/rapid"

	"leadtocash/crm"
)

// given makes the facts of an example.
func given(t *testing.T, all []Given) (facts crm.Facts) {
	t.Helper()
	for _, g := range all {
		f, ok := places[g.Path]
		if !ok {
			t.Fatalf("there is no %s", g.Path)
		}
		var v any
		switch f.Type {
		case crm.TypeText:
			v = g.Value
		case crm.TypeDate:
			v = day(g.Value)
		case crm.TypeBool:
			v = g.Value == "true"
		case crm.TypeList:
			v = strings.Split(g.Value, ", ")
		default:
			v = dec(g.Value)
		}
		reflect.ValueOf(&facts).Elem().Field(f.index[0]).Field(f.index[1]).Set(reflect.ValueOf(v))
	}
	return facts
}

// result is what a condition comes to: "true", "false", or the reason why it cannot be evaluated.
func result(t *testing.T, src string, f crm.Facts) string {
	t.Helper()
	v, problems := Try(src, f)
	if len(problems) > 0 {
		t.Errorf("%s: %v", src, problems)
		return "refused when written"
	}
	for _, c := range v.Clauses {
		if c.Problem != "" {
			return c.Problem
		}
	}
	return map[crm.Ruling]string{crm.Allowed: "true", crm.Refused: "false"}[v.Result]
}

// Every function is documented, and what its examples say is so.
func TestExamplesOfFunctions(t *testing.T) {
	t.Parallel()
	for _, f := range Functions() {
		if f.Meaning == "" || f.Result == "" || len(f.Forms) == 0 || len(f.Examples) < 1 || len(f.Examples) > 3 {
			t.Errorf("%s is not described", f.Name)
		}
		for _, form := range f.Forms {
			if !strings.HasPrefix(form, f.Name+"(") {
				t.Errorf("%s is no form of %s", form, f.Name)
			}
		}
		for _, e := range f.Examples {
			if !strings.Contains(e.Expression, f.Name+"(") {
				t.Errorf("%s does not show %s", e.Expression, f.Name)
			}
			if got := result(t, e.Expression, given(t, e.Given)); got != e.Result {
				t.Errorf("%s with %v is %s, want %s", e.Expression, e.Given, got, e.Result)
			}
		}
	}
}

func TestFunctions(t *testing.T) {
	t.Parallel()
	facts := func() crm.Facts {
		f := ready() // today is Saturday, 21 November 2026
		f.Process.Holidays = []crm.Date{day("2026-12-08"), day("2026-12-25"), day("2026-12-25"), day("2026-12-26"), day("2026-11-21"), {}}
		f.Deal.Cost, f.Deal.CloseDate = dec("0"), crm.Date{}
		f.Customer.Name = "  Forlì LEGNO "
		return f
	}
	tests := []struct{ src, want string }{
		{`in_quarter(date("2026-10-01")) and in_quarter(date("2026-12-31"))`, "true"},
		{`in_quarter(date("2026-09-30"))`, "false"},
		{`in_quarter(date("2027-01-01"))`, "false"},
		{`in_quarter(date("2025-11-21"))`, "false"},
		{`in_quarter(date("2025-11-21"), 4) and in_quarter(date("1900-01-01"), 1) and in_quarter(date("2024-06-30"), 2)`, "true"},
		{`in_quarter(date("2026-07-01"), order.tranches + 1) and in_quarter(date("2026-07-01"), 3.00)`, "true"},
		{`in_quarter(date("2026-07-01"), 4)`, "false"},
		{`in_quarter(date("2026-07-01"), order.tranches + 3)`, ProblemOutOfBounds},
		{`in_quarter(date("2026-07-01"), order.tranches * 1.25)`, ProblemOutOfBounds},
		{`in_quarter(date("2026-07-01"), deal.cost)`, ProblemOutOfBounds},
		{`in_quarter(deal.close_date)`, ProblemEmptyDate},
		{`not in_quarter(deal.close_date)`, ProblemEmptyDate},
		{`in_quarter(deal.close_date, 1)`, ProblemEmptyDate},
		{`working_days_between(process.today, date("2026-11-23")) == 1`, "true"},
		{`working_days_between(process.today, process.today) == 0`, "true"},
		{`working_days_between(date("2026-11-20"), process.today) == 0`, "true"},
		{`working_days_between(date("2026-12-07"), date("2026-12-31")) == 16`, "true"}, // 18 weekdays, two of them holidays
		{`working_days_between(date("2026-12-31"), date("2026-12-07")) == -16`, "true"},
		{`working_days_between(date("2026-12-24"), date("2026-12-25")) == 0`, "true"},
		{`working_days_between(date("2026-11-21"), date("2046-11-21")) == 5216`, "true"},
		{`working_days_between(date("2026-11-21"), date("2046-11-22")) > 0`, ProblemOutOfBounds},
		{`working_days_between(date("2046-11-22"), date("2026-11-21")) < 0`, ProblemOutOfBounds},
		{`working_days_between(deal.close_date, process.today) > 0`, ProblemEmptyDate},
		{`working_days_between(process.today, deal.close_date) > 0`, ProblemEmptyDate},
		{`same_text(customer.name, "forlì legno")`, "true"},
		{`same_text("forlì legno", customer.name)`, "true"},
		{`same_text(customer.name, "forli legno")`, "false"},
		{`same_text("", "  ") and not same_text("a b", "ab")`, "true"},
		{`any(deal.tags, same_text(#, "FAIR"))`, "true"},
		{`ratio(deal.amount, deal.cost, 0) == 0`, "true"},
		{`ratio(deal.amount, 2, deal.cost) == 750`, "true"},
		{`ratio(deal.amount, deal.cost, ratio(1, deal.cost, -1)) == -1`, "true"},
		{`ratio(deal.amount, deal.cost, ratio(1, deal.cost)) == 1`, ProblemDivisionByZero},
		{`ratio(deal.amount, deal.cost) == 1`, ProblemDivisionByZero},
		{`any([deal.name, deal.need], # == deal.need) and count(["a", deal.stage], # != customer.vat) == 2`, "true"},
		{`all(["a", "b"], # in ["b", "a"] and # != deal.need and order.total > 5) and one(deal.tags, # in deal.tags and # == "fair")`, "true"},
		{`deal.need in [deal.name, deal.need] and filled([deal.name]) and len([deal.name, "x"]) == 2`, "true"},
		{`any(deal.tags, deal.close_date < process.today)`, ProblemEmptyDate},
		{`ratio(-2, 3, 0) == -0.6666666666666667`, "true"},
	}
	for _, tt := range tests {
		if got := result(t, tt.src, facts()); got != tt.want {
			t.Errorf("%s is %s, want %s", tt.src, got, tt.want)
		}
	}
	many := facts()
	many.Process.Holidays = make([]crm.Date, MaxListLength+1)
	if got := result(t, `working_days_between(process.today, date("2026-11-23")) == 1`, many); got != ProblemOutOfBounds {
		t.Errorf("more holidays than a list may hold: %s", got)
	}
}

// G3: wrong use of the functions is found when it is written.
func TestWrongUseOfFunctions(t *testing.T) {
	t.Parallel()
	tests := []struct{ src, want, text string }{
		{`in_quarter(deal.close_date, 5)`, "1:29 invalid_value ", "a quarter is 1, 2, 3 or 4, not 5"},
		{`in_quarter(deal.close_date, 0)`, "1:29 invalid_value ", ""},
		{`in_quarter(deal.close_date, -1)`, "1:29 invalid_value ", ""},
		{`in_quarter(deal.close_date, 1.5)`, "1:29 invalid_value ", ""},
		{`in_quarter(deal.close_date, "1")`, "1:29 type_mismatch ", "in_quarter needs number, this is text"},
		{`in_quarter(deal.name)`, "1:12 type_mismatch ", "in_quarter needs date, this is text"},
		{`in_quarter()`, "1:1 type_mismatch ", "in_quarter takes 1 to 2 values, not 0"},
		{`in_quarters(deal.close_date)`, "1:1 unknown_name ", "there is no in_quarters; did you mean in_quarter?"},
		{`working_days_between(process.today) > 1`, "1:1 type_mismatch ", "working_days_between takes 2 values, not 1"},
		{`working_days_between(process.today, "2026-11-21") > 1`, "1:37 type_mismatch ", ""},
		{`working_days_between(process.today, deal.close_date)`, "1:1 type_mismatch ", "a condition must be true or false, this is number"},
		{`workingdays_between(process.today, deal.close_date) > 1`, "1:1 unknown_name ", "there is no workingdays_between; did you mean working_days_between?"},
		{`any(process.holidays, # == "x")`, "1:13 unknown_name ", ""},
		{`same_text(customer.name, deal.amount)`, "1:26 type_mismatch ", "same_text needs text, this is money"},
		{`sametext(customer.name, "x")`, "1:1 unknown_name ", "there is no sametext; did you mean same_text?"},
		{`ratio(deal.cost, deal.amount, "x") > 1`, "1:31 type_mismatch ", "ratio needs number, this is text"},
		{`ratio(deal.cost) > 1`, "1:1 type_mismatch ", "ratio takes 2 to 3 values, not 1"},
		{`ratio(1, 2, 3, 4) > 1`, "1:1 type_mismatch ", "ratio takes 2 to 3 values, not 4"},
	}
	for _, tt := range tests {
		problems := CheckExpression(tt.src)
		if got := found(problems); len(got) != 1 || got[0] != tt.want || tt.text != "" && problems[0].Text != tt.text {
			t.Errorf("%s: %v, want %s%s", tt.src, problems, tt.want, tt.text)
		}
	}
}

// Working days are what walking from day to day gives.
func TestWorkingDaysAgreeWithWalking(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		a := day("2020-01-01").AddDays(rapid.IntRange(0, 4000).Draw(t, "a"))
		b := a.AddDays(rapid.IntRange(0, 600).Draw(t, "days"))
		var holidays []crm.Date
		for _, n := range rapid.SliceOfN(rapid.IntRange(-5, 605), 0, 40).Draw(t, "holidays") {
			holidays = append(holidays, a.AddDays(n))
		}
		want := int64(0)
	walk:
		for d := a.AddDays(1); !d.After(b); d = d.AddDays(1) {
			if w := d.Weekday(); w == time.Saturday || w == time.Sunday {
				continue
			}
			for _, h := range holidays {
				if sameDate(h, d) {
					continue walk
				}
			}
			want++
		}
		for sign, ab := range map[int64][2]crm.Date{1: {a, b}, -1: {b, a}} {
			if got, err := workingDays(ab[0], ab[1], holidays); err != nil || got.(decimal.Decimal).IntPart() != sign*want {
				t.Fatalf("%v to %v: %v, %v, want %d", ab[0], ab[1], got, err, sign*want)
			}
		}
	})
}
