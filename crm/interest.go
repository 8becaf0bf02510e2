package crm

import (
	"slices"

	"github.com/shopspring/decimal"
)

// InterestRate is what late payment costs a year, in percent, from a day until the next rate's day (S091).
type InterestRate struct {
	FromDay Date
	Percent decimal.Decimal
}

// InterestSetting says whether a company asks for interest, and at which rates.
type InterestSetting struct {
	Charged bool
	Fixed   bool           `doc:"text=Rates of the company's own: the last one stays until it is changed. Else they are the law's, and each half-year needs one."`
	Rates   []InterestRate // by their days, ascending
}

// Add puts a rate among the others. Errors: out_of_range at /from_day and /percent, already_used at /from_day when a rate begins on that day.
func (s *InterestSetting) Add(r InterestRate) error {
	var errs FieldErrors
	if y := r.FromDay.Year(); y < 2000 || y > 2100 {
		errs.Add("/from_day", Problem("out_of_range", "min", "2000-01-01", "max", "2100-12-31"))
	}
	if r.Percent.IsNegative() || r.Percent.GreaterThan(decimal.NewFromInt(100)) {
		errs.Add("/percent", Problem("out_of_range", "min", "0", "max", "100"))
	} else if !r.Percent.Equal(r.Percent.Truncate(4)) {
		errs.Add("/percent", Problem("too_many_decimals", "max", "4"))
	}
	if slices.ContainsFunc(s.Rates, func(x InterestRate) bool { return x.FromDay == r.FromDay }) {
		errs.Add("/from_day", Problem("already_used"))
	}
	s.Rates = append(s.Rates, r)
	slices.SortFunc(s.Rates, func(a, b InterestRate) int { return a.FromDay.DaysSince(b.FromDay) })
	return errs.Err()
}

// Remove takes the rate that begins on a day out, and tells until which day it went: the day before the next one's, or far ahead.
func (s *InterestSetting) Remove(day Date) (until Date, there bool) {
	i := slices.IndexFunc(s.Rates, func(r InterestRate) bool { return r.FromDay == day })
	if i < 0 {
		return until, false
	}
	until = NewDate(9999, 12, 31)
	if i+1 < len(s.Rates) {
		until = s.Rates[i+1].FromDay
	}
	s.Rates = slices.Delete(s.Rates, i, i+1)
	return until, true
}

// HalfYear is the first day of the half-year of a day: the law sets a rate for each.
func HalfYear(day Date) Date {
	if y := day.Year(); day.Before(NewDate(y, 7, 1)) {
		return NewDate(y, 1, 1)
	} else {
		return NewDate(y, 7, 1)
	}
}

func nextHalf(day Date) Date { return HalfYear(HalfYear(day).AddDays(200)) }

// lacking is the first half-year without a rate; false where there is no rate at all, or the last one stays until it is changed.
func (s InterestSetting) lacking() (half Date, some bool) {
	if s.Fixed || len(s.Rates) == 0 {
		return half, false
	}
	last := slices.MaxFunc(s.Rates, func(a, b InterestRate) int { return a.FromDay.DaysSince(b.FromDay) })
	return nextHalf(last.FromDay), true
}

// RateNotice is how many days before a half-year its rate is asked for, where it is not there yet.
const RateNotice = 14

// Missing is the first half-year without a rate that has begun by a day, or begins within RateNotice days; false where there is none, no interest is asked for, or the
// company's own rate stays until it is changed. Until its rate is there interest runs on at the last one, as provisional.
func (s InterestSetting) Missing(today Date) (half Date, missing bool) {
	half, missing = s.lacking()
	if !s.Charged || !missing {
		return Date{}, false
	}
	return half, !half.After(today.AddDays(RateNotice))
}

// LedgerMove is what an entry of the ledger changed of what is open on an invoice, and on which day.
type LedgerMove struct {
	OnDate Date
	Amount decimal.Decimal // above 0: more is open
}

// Interest is what late payment of an invoice costs up to a day (S091).
type Interest struct {
	Amount decimal.Decimal // rounded once, half-up, to the currency's minor unit
	Until  Date            // the last day that counts
	Lines  []InterestLine
}

// InterestLine is a run of days with one rate and one base.
type InterestLine struct {
	From    Date
	Until   Date // the last day of it
	Days    int
	Percent decimal.Decimal // a year of 365 days
	Base    decimal.Decimal // what was late
	// Provisional: its half-year has no rate yet, and the last one stands in.
	Provisional bool
	Amount      decimal.Decimal // in minor units; how much the rounded sum grows with the line, so that the lines add up to it
}

// LateInterest counts interest day by day, actual/365, from the day after a part's due date up to and including until. A day's base is what
// was open in its morning of the parts that were due before it: money counts as owed on the day on which it comes in, and not after it. What
// comes in or is credited settles the earliest part (OpenParts); what goes back is late again from the next day. Days before the first rate
// cost nothing; those of half-years after the last one's cost as much as its, provisionally unless the rates are fixed. Whether interest is asked for is the
// caller's to know. Moves may come in any order.
func LateInterest(due []DueAmount, moves []LedgerMove, set InterestSetting, until Date, c Currency) Interest {
	rates := slices.Clone(set.Rates)
	slices.SortFunc(rates, func(a, b InterestRate) int { return a.FromDay.DaysSince(b.FromDay) })
	out, exact := Interest{Until: until}, decimal.Zero
	provisional, some := set.lacking()
	days := interestDays(due, moves, rates, until)
	for i := 0; i+1 < len(days); i++ {
		l := InterestLine{From: days[i], Until: days[i+1].AddDays(-1), Days: days[i+1].DaysSince(days[i]), Percent: rateOn(rates, days[i]), Base: lateOn(due, moves, days[i])}
		l.Provisional = some && !l.From.Before(provisional)
		if l.Base.IsZero() || l.Percent.IsZero() {
			continue
		}
		if n := len(out.Lines) - 1; n >= 0 && out.Lines[n].Until.AddDays(1) == l.From && out.Lines[n].Base.Equal(l.Base) && out.Lines[n].Percent.Equal(l.Percent) && out.Lines[n].Provisional == l.Provisional {
			l.From, l.Days = out.Lines[n].From, l.Days+out.Lines[n].Days
			exact = exact.Sub(out.Lines[n].weight())
			out.Amount = out.Amount.Sub(out.Lines[n].Amount)
			out.Lines = out.Lines[:n]
		}
		exact = exact.Add(l.weight())
		l.Amount = Round(exact.Div(decimal.NewFromInt(100*365)), c, HalfUp).Sub(out.Amount)
		out.Amount = out.Amount.Add(l.Amount)
		out.Lines = append(out.Lines, l)
	}
	return out
}

// weight is the line's interest times 36500: exact.
func (l InterestLine) weight() decimal.Decimal {
	return l.Base.Mul(l.Percent).Mul(decimal.NewFromInt(int64(l.Days)))
}

// interestDays are the days on which rate or base may change, and the one after the last that counts, ascending.
func interestDays(due []DueAmount, moves []LedgerMove, rates []InterestRate, until Date) (out []Date) {
	end := until.AddDays(1)
	add := func(d Date) {
		if d.Before(end) {
			out = append(out, d)
		}
	}
	for _, p := range due {
		add(p.Date.AddDays(1))
	}
	for _, m := range moves {
		add(m.OnDate.AddDays(1))
	}
	for _, r := range rates {
		add(r.FromDay)
	}
	if len(rates) > 0 {
		add(nextHalf(rates[len(rates)-1].FromDay))
	}
	out = append(out, end)
	slices.SortFunc(out, func(a, b Date) int { return a.DaysSince(b) })
	return slices.Compact(out)
}

func rateOn(rates []InterestRate, day Date) (percent decimal.Decimal) {
	for _, r := range rates {
		if !r.FromDay.After(day) {
			percent = r.Percent
		}
	}
	return percent
}

// lateOn is what is late in the morning of a day.
func lateOn(due []DueAmount, moves []LedgerMove, day Date) (late decimal.Decimal) {
	open := decimal.Zero
	for _, m := range moves {
		if m.OnDate.Before(day) {
			open = open.Add(m.Amount)
		}
	}
	for _, p := range OpenParts(due, open) {
		if p.Date.Before(day) {
			late = late.Add(p.Amount)
		}
	}
	return late
}
