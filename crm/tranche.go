package crm

import (
	"strconv"

	"github.com/shopspring/decimal"
)

// PlannedTranche is a part of a contract's total before there is a contract.
type PlannedTranche struct {
	Kind    TrancheKind
	Percent decimal.Decimal // as planned; the amount is what counts
	Amount  decimal.Decimal
}

// MaxTranches is how many tranches a contract may have.
const MaxTranches = 60

// Plan divides a contract total into tranches that always add up to it, to the minor unit (M1). The shares add up to 100.
// Errors, below /total and /tranches: out_of_range (a total, a share or an amount that is not above zero, too small a total
// for its shares), sum_mismatch, too_many, required, unknown_value and those of CheckAmount.
func Plan(total decimal.Decimal, shares []Share, c Currency) ([]PlannedTranche, error) {
	var errs FieldErrors
	errs.Add("/total", CheckAmount(total, c))
	if len(errs) == 0 && !total.IsPositive() {
		errs.Add("/total", Problem("out_of_range", "min", c.Unit().String()))
	}
	errs.Add("/tranches", checkShares(shares))
	if len(errs) > 0 {
		return nil, errs
	}
	weights := make([]decimal.Decimal, len(shares))
	for i, s := range shares {
		weights[i] = s.Percent
	}
	amounts, err := Split(total, weights, c)
	if err != nil {
		return nil, err
	}
	if err := CheckTranches(total, amounts, c); err != nil {
		return nil, err
	}
	out := make([]PlannedTranche, len(shares))
	for i, s := range shares {
		out[i] = PlannedTranche{Kind: s.Kind, Percent: s.Percent, Amount: amounts[i]}
	}
	return out, nil
}

func checkShares(shares []Share) error {
	var errs FieldErrors
	if err := checkCount(len(shares)); err != nil {
		return append(errs, *err)
	}
	sum := decimal.Zero
	for i, s := range shares {
		at := "/" + strconv.Itoa(i)
		switch s.Kind {
		case TrancheDeposit, TrancheProgress, TrancheBalance:
		default:
			errs.Add(at+"/kind", Problem("unknown_value", "got", shorten(string(s.Kind), 40)))
		}
		if !s.Percent.IsPositive() || within(s.Percent, 0, 100) != nil {
			errs.Add(at+"/percent", Problem("out_of_range", "min", "0", "max", "100"))
			continue
		}
		sum = sum.Add(s.Percent)
	}
	if len(errs) == 0 && !sum.Equal(hundred) {
		errs.Add("", mismatch(hundred.String(), sum.String(), hundred.Sub(sum).Abs().String()))
	}
	return errs.Err()
}

// CheckTranches tells whether amounts that somebody typed are a billing plan of the total (S060). Errors, below /tranches:
// out_of_range (an amount that is not above zero), sum_mismatch with want, got and difference, too_many, required and those of CheckAmount.
func CheckTranches(total decimal.Decimal, amounts []decimal.Decimal, c Currency) error {
	var errs FieldErrors
	if err := checkCount(len(amounts)); err != nil {
		return append(errs, err.At("/tranches"))
	}
	sum := decimal.Zero
	for i, a := range amounts {
		at := "/tranches/" + strconv.Itoa(i) + "/amount"
		if err := CheckAmount(a, c); err != nil {
			errs.Add(at, err)
			continue
		}
		if !a.IsPositive() {
			errs.Add(at, Problem("out_of_range", "min", c.Unit().String()))
		}
		sum = sum.Add(a)
	}
	if len(errs) == 0 && !sum.Equal(total) {
		n := c.Digits()
		errs.Add("/tranches", mismatch(total.StringFixed(n), sum.StringFixed(n), total.Sub(sum).Abs().StringFixed(n)))
	}
	return errs.Err()
}

func checkCount(n int) *FieldError {
	var e FieldError
	switch {
	case n == 0:
		e = Problem("required")
	case n > MaxTranches:
		e = Problem("too_many", "max", strconv.Itoa(MaxTranches))
	default:
		return nil
	}
	return &e
}

func mismatch(want, got, difference string) FieldError {
	return Problem("sum_mismatch", "want", want, "got", got, "difference", difference)
}
