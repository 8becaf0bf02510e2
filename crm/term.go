package crm

import (
	"strconv"

	"github.com/shopspring/decimal"
)

// InstalmentKind is how the amount of an instalment is found.
type InstalmentKind string

// The kinds of instalments.
const (
	PercentOfRest  InstalmentKind = "percent"          // of what earlier instalments left
	PercentOfTotal InstalmentKind = "percent_on_total" // of the whole
	FixedAmount    InstalmentKind = "fixed"
	Remainder      InstalmentKind = "remainder" // everything that is left; the last one, once
)

// Instalment is one part of a payment term.
type Instalment struct {
	Kind    InstalmentKind  `json:"kind"`
	Percent decimal.Decimal `json:"percent"`
	Amount  decimal.Decimal `json:"amount"`
	Deltas  []Delta         `json:"deltas"` // applied in order to the invoice date
}

// Delta moves a date: months first (clamped to the month's end), then to a day of the month (31 is its end), then weeks and days.
type Delta struct {
	Months int `json:"months,omitempty"`
	Day    int `json:"day,omitempty"` // 1 to 31; 0 leaves it
	Weeks  int `json:"weeks,omitempty"`
	Days   int `json:"days,omitempty"`
}

// From is the date to which the delta leads.
func (d Delta) From(date Date) Date {
	date = date.AddMonths(d.Months)
	if d.Day > 0 {
		date = date.OnDay(d.Day)
	}
	return date.AddDays(7*d.Weeks + d.Days)
}

// Term is a payment term: when which part of an invoice is due.
type Term struct {
	Instalments []Instalment `json:"instalments"`
}

// NetDays is the term of one payment so many days after the invoice.
func NetDays(days int) Term {
	return Term{[]Instalment{{Kind: Remainder, Deltas: []Delta{{Days: days}}}}}
}

// DueAmount is a part of an invoice and the date on which it is due.
type DueAmount struct {
	Date   Date
	Amount decimal.Decimal
}

// maxShift bounds each figure of a delta: ten years and a bit.
const maxShift = 4000

// Check tells what is wrong with a term when it is written, so that no invoice fails later. Errors, below /instalments:
// required, too_many, unknown_value, out_of_range, remainder_last.
func (t Term) Check() error {
	var errs FieldErrors
	n, ofTotal := len(t.Instalments), decimal.Zero
	if err := checkCount(n); err != nil {
		return append(errs, err.At("/instalments"))
	}
	for i, in := range t.Instalments {
		at := "/instalments/" + strconv.Itoa(i)
		switch in.Kind {
		case PercentOfRest, PercentOfTotal:
			if !in.Percent.IsPositive() || within(in.Percent, 0, 100) != nil {
				errs.Add(at+"/percent", Problem("out_of_range", "min", "0", "max", "100"))
			} else if in.Kind == PercentOfTotal {
				ofTotal = ofTotal.Add(in.Percent)
			}
		case FixedAmount:
			if outOfBounds(in.Amount) || !in.Amount.IsPositive() {
				errs.Add(at+"/amount", Problem("out_of_range", "min", "0", "max", maxAmount.String()))
			}
		case Remainder:
		default:
			errs.Add(at+"/kind", Problem("unknown_value", "got", shorten(string(in.Kind), 40)))
		}
		if (in.Kind == Remainder) != (i == n-1) {
			errs.Add(at+"/kind", Problem("remainder_last"))
		}
		for k, d := range in.Deltas {
			if d.Day < 0 || d.Day > 31 || !small(d.Months) || !small(d.Weeks) || !small(d.Days) {
				errs.Add(at+"/deltas/"+strconv.Itoa(k), Problem("out_of_range", "max", strconv.Itoa(maxShift)))
			}
		}
	}
	if ofTotal.GreaterThan(hundred) {
		errs.Add("/instalments", Problem("out_of_range", "max", "100"))
	}
	return errs.Err()
}

func small(n int) bool { return -maxShift <= n && n <= maxShift }

// Due divides an invoice total, which is negative for a credit note, into what is due when. Amounts add up to the total;
// parts that come to nothing are left out. A fixed part beyond what is left is refused before anything is posted.
// Errors: those of Check and CheckAmount, out_of_range below /instalments.
func (t Term) Due(date Date, total decimal.Decimal, c Currency, r Rounding) ([]DueAmount, error) {
	if err := t.Check(); err != nil {
		return nil, err
	}
	if err := CheckAmount(total, c); err != nil {
		return nil, err
	}
	rest, out := total, make([]DueAmount, 0, len(t.Instalments))
	for i, in := range t.Instalments {
		part := in.of(total, rest, c, r)
		if part.Abs().GreaterThan(rest.Abs()) {
			at := "/instalments/" + strconv.Itoa(i)
			return nil, FieldErrors{Problem("out_of_range", "max", rest.Abs().StringFixed(c.Digits())).At(at)}
		}
		rest = rest.Sub(part)
		due := date
		for _, d := range in.Deltas {
			due = d.From(due)
		}
		if !part.IsZero() {
			out = append(out, DueAmount{due, part})
		}
	}
	return out, nil
}

// of is the instalment's amount, with the sign of the total. A percentage never takes more than the rest, whatever rounding did.
func (in Instalment) of(total, rest decimal.Decimal, c Currency, r Rounding) decimal.Decimal {
	switch in.Kind {
	case PercentOfRest:
		return Round(rest.Mul(in.Percent).Shift(-2), c, r)
	case PercentOfTotal:
		part := Round(total.Mul(in.Percent).Shift(-2), c, r)
		if part.Abs().GreaterThan(rest.Abs()) {
			return rest
		}
		return part
	case FixedAmount:
		return Round(in.Amount, c, r).Mul(decimal.NewFromInt(int64(total.Sign())))
	default:
		return rest
	}
}
