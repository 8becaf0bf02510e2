package crm

import (
	"slices"
	"time"

	"github.com/shopspring/decimal"
)

// Period is a stretch of days, both ends included.
type Period struct{ First, Last Date }

// Days counts them.
func (p Period) Days() int { return p.Last.DaysSince(p.First) + 1 }

// Has tells whether a day lies within.
func (p Period) Has(d Date) bool { return !d.Before(p.First) && !d.After(p.Last) }

// Cut parts a period: each of the days that lies within it, but for its first, begins a new part. The days come in any order.
func (p Period) Cut(at []Date) (out []Period) {
	slices.SortFunc(at, compareDates)
	first := p.First
	for _, d := range at {
		if d.After(first) && !d.After(p.Last) {
			out = append(out, Period{first, d.AddDays(-1)})
			first = d
		}
	}
	return append(out, Period{first, p.Last})
}

// Portion is what falls to the days from one number of days to another of an amount spread evenly over so many. Shares of the parts of a period always
// add up to the amount, however it is cut, since each is the difference of two rounded sums.
func Portion(amount decimal.Decimal, from, until, of int, c Currency) decimal.Decimal {
	upTo := func(n int) decimal.Decimal {
		return amount.Mul(decimal.NewFromInt(int64(n))).DivRound(decimal.NewFromInt(int64(of)), c.Digits())
	}
	return upTo(until).Sub(upTo(from))
}

// FiscalYear is the fiscal year that a day lies in; month is the one in which it begins, January for the calendar's.
func FiscalYear(day Date, month time.Month) Period {
	first := NewDate(day.Year(), month, 1)
	if day.Before(first) {
		first = NewDate(day.Year()-1, month, 1)
	}
	return Period{first, first.AddMonths(12).AddDays(-1)}
}

// FiscalQuarter is the quarter of the fiscal year that a day lies in, and which of the four it is.
func FiscalQuarter(day Date, month time.Month) (p Period, n int) {
	year := FiscalYear(day, month)
	for n = 1; ; n++ {
		p = Period{year.First.AddMonths(3 * (n - 1)), year.First.AddMonths(3 * n).AddDays(-1)}
		if p.Has(day) {
			return p, n
		}
	}
}

// PlanSetting is how the company's year is cut (S099).
type PlanSetting struct {
	FiscalMonth int // 1 to 12, in which the fiscal year begins
	Version     int
}

// Month is the month in which the fiscal year begins.
func (s PlanSetting) Month() time.Month { return time.Month(s.FiscalMonth) }

// Check refuses a month that there is not: out_of_range at /fiscal_month.
func (s PlanSetting) Check() error {
	if s.FiscalMonth < 1 || s.FiscalMonth > 12 {
		return FieldErrors{Problem("out_of_range", "min", "1", "max", "12").At("/fiscal_month")}
	}
	return nil
}
