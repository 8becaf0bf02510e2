package crm

import "github.com/shopspring/decimal"

// ExchangeRate is what one unit of the legal entity's currency was worth on a day.
type ExchangeRate struct {
	Currency string
	OnDate   Date
	Rate     decimal.Decimal // up to 8 decimals
	Source   string          // who says so
}

// MaxRateDecimals is how many decimals a rate has at most.
const MaxRateDecimals = 8

// Check refuses a rate that is not above zero or has too many decimals, and a currency that is unknown or the legal entity's own. Errors below
// /currency, /on_date and /rate.
func (r ExchangeRate) Check(home string) error {
	var errs FieldErrors
	errs.Add("/currency", Currency(r.Currency).check())
	if r.Currency == home {
		errs.Add("/currency", Problem("home_currency", "currency", home))
	}
	if r.OnDate.IsZero() {
		errs.Add("/on_date", Problem("required"))
	}
	switch {
	case outOfBounds(r.Rate) || !r.Rate.IsPositive() || r.Rate.GreaterThan(maxRate):
		errs.Add("/rate", Problem("out_of_range", "min", "0.00000001", "max", maxRate.String()))
	case !r.Rate.Equal(r.Rate.Truncate(MaxRateDecimals)):
		errs.Add("/rate", Problem("too_many_decimals", "max", "8"))
	}
	return errs.Err()
}

var maxRate = decimal.NewFromInt(1_000_000_000)

// Exchange is the rate at which a price of the catalogue becomes one of a document.
type Exchange struct {
	From   string          `json:"from"` // the price's currency
	Rate   decimal.Decimal `json:"rate"` // units of the document's currency for one of the price's, 8 decimals
	OnDate Date            `json:"on_date"`
}

// Cross is the rate between two currencies that are both quoted against a third: units of the one of toRate for one of the one of fromRate.
func Cross(fromRate, toRate decimal.Decimal) decimal.Decimal {
	return toRate.DivRound(fromRate, MaxRateDecimals)
}

// ParseRate reads a rate above zero with at most 8 decimals. Errors: invalid_decimal, too_many_decimals, out_of_range.
func ParseRate(text string) (decimal.Decimal, error) {
	d, err := parseBounded(text, MaxRateDecimals, decimal.Zero, maxRate)
	if err == nil && d.IsZero() {
		return d, Problem("out_of_range", "min", "0.00000001", "max", maxRate.String())
	}
	return d, err
}
