package rules

import (
	"slices"

	"github.com/shopspring/decimal"

	"leadtocash/crm"
)

// maxYearsApart bounds working_days_between: no holiday is known so far ahead, and a date that far off is a slip of the pen.
const maxYearsApart = 20

// workingDays counts the working days after a up to and including b, and downwards when b lies before a. The days are not walked
// one by one, so the work follows the number of holidays only.
func workingDays(a, b crm.Date, holidays []crm.Date) (any, error) {
	switch {
	case a.IsZero() || b.IsZero():
		return nil, failure(ProblemEmptyDate)
	case b.Before(a):
		n, err := workingDays(b, a, holidays)
		if err != nil {
			return nil, err
		}
		return n.(decimal.Decimal).Neg(), nil
	case b.After(a.AddMonths(12*maxYearsApart)) || len(holidays) > MaxListLength:
		return nil, failure(ProblemOutOfBounds)
	}
	from, to := dayNumber(a), dayNumber(b)
	days := weekdaysUpTo(to) - weekdaysUpTo(from)
	var free []int64 // each day once, however often it is a holiday
	for _, h := range holidays {
		if n := dayNumber(h); n > from && n <= to && weekdaysUpTo(n) > weekdaysUpTo(n-1) {
			free = append(free, n)
		}
	}
	slices.Sort(free)
	return decimal.NewFromInt(days - int64(len(slices.Compact(free)))), nil
}

// dayNumber counts days from Monday, 1 January 0001, which is 0.
func dayNumber(d crm.Date) int64 {
	const daySeconds, to1970 = 24 * 60 * 60, 719_162 // a time.Duration would end after 292 years
	return d.Time().Unix()/daySeconds + to1970
}

// weekdaysUpTo counts the days from Monday to Friday up to and including the day.
func weekdaysUpTo(n int64) int64 { return (n+1)/7*5 + min((n+1)%7, 5) }

// isQuarter tells whether a number is 1, 2, 3 or 4.
func isQuarter(text string) bool {
	n, err := decimal.NewFromString(text)
	return err == nil && quarterNumber(n) > 0
}

// quarterNumber is the number as a quarter of the year, 0 when it is none.
func quarterNumber(n decimal.Decimal) int {
	if n.LessThan(decimal.NewFromInt(1)) || n.GreaterThan(decimal.NewFromInt(4)) || !n.IsInteger() {
		return 0
	}
	return int(n.IntPart())
}

func quarter(d crm.Date) int { return (int(d.Time().Month()) + 2) / 3 }

// sameQuarter tells whether two dates lie in the same quarter of the same year.
func sameQuarter(a, b crm.Date) (any, error) {
	if a.IsZero() || b.IsZero() {
		return nil, failure(ProblemEmptyDate)
	}
	return a.Year() == b.Year() && quarter(a) == quarter(b), nil
}

// inQuarter tells whether a date lies in the quarter, of whatever year.
func inQuarter(d crm.Date, n decimal.Decimal) (any, error) {
	q := quarterNumber(n)
	switch {
	case d.IsZero():
		return nil, failure(ProblemEmptyDate)
	case q == 0:
		return nil, failure(ProblemOutOfBounds)
	}
	return quarter(d) == q, nil
}
