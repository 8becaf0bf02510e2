package crm

import (
	"slices"
	"strings"

	"github.com/shopspring/decimal"
)

// Currency is an ISO 4217 code. Amounts are exact decimals in its major unit.
type Currency string

// The currencies that the product names itself.
const (
	EUR Currency = "EUR"
	USD Currency = "USD"
	PLN Currency = "PLN"
)

// currencies holds the number of decimals of each currency's minor unit (ISO 4217).
var currencies = map[Currency]int32{
	"AED": 2, "ARS": 2, "AUD": 2, "BGN": 2, "BHD": 3, "BRL": 2, "CAD": 2, "CHF": 2, "CLP": 0, "CNY": 2, "COP": 2, "CZK": 2,
	"DKK": 2, "EGP": 2, "EUR": 2, "GBP": 2, "HKD": 2, "HUF": 2, "IDR": 2, "ILS": 2, "INR": 2, "ISK": 0, "JOD": 3, "JPY": 0,
	"KRW": 0, "KWD": 3, "MAD": 2, "MXN": 2, "MYR": 2, "NOK": 2, "NZD": 2, "OMR": 3, "PEN": 2, "PHP": 2, "PLN": 2, "QAR": 2,
	"RON": 2, "RSD": 2, "SAR": 2, "SEK": 2, "SGD": 2, "THB": 2, "TND": 3, "TRY": 2, "TWD": 2, "UAH": 2, "USD": 2, "UYU": 2,
	"VND": 0, "ZAR": 2,
}

// maxAmount bounds every amount, either side of zero.
var maxAmount = decimal.RequireFromString("9999999999999.99")

// ParseCurrency reads a code of the table, in capitals. Errors: unknown_currency.
func ParseCurrency(s string) (Currency, error) {
	if _, ok := currencies[Currency(s)]; !ok {
		return "", Problem("unknown_currency", "got", shorten(s, 10))
	}
	return Currency(s), nil
}

// Currencies lists the codes of the table in their order.
func Currencies() []Currency {
	out := make([]Currency, 0, len(currencies))
	for c := range currencies {
		out = append(out, c)
	}
	slices.Sort(out)
	return out
}

// Known tells whether the currency is in the table.
func (c Currency) Known() bool { _, ok := currencies[c]; return ok }

// Digits is the number of decimals of the minor unit; 2 for a currency that ParseCurrency would refuse.
func (c Currency) Digits() int32 {
	if d, ok := currencies[c]; ok {
		return d
	}
	return 2
}

// Unit is the smallest amount: 0.01 for EUR, 1 for JPY.
func (c Currency) Unit() decimal.Decimal { return decimal.New(1, -c.Digits()) }

// check is the error of a currency that is not in the table.
func (c Currency) check() error {
	_, err := ParseCurrency(string(c))
	return err
}

// Rounding is what happens to a half; a setting of the company.
type Rounding string

// The two roundings. HalfUp goes away from zero on both sides, so that a credit note mirrors its invoice.
const (
	HalfUp   Rounding = "half_up"
	HalfEven Rounding = "half_even"
)

// Round gives the amount in whole minor units. An empty Rounding is HalfUp.
func Round(d decimal.Decimal, c Currency, r Rounding) decimal.Decimal { return r.places(d, c.Digits()) }

// places rounds to so many decimals.
func (r Rounding) places(d decimal.Decimal, n int32) decimal.Decimal {
	if r == HalfEven {
		return d.RoundBank(n)
	}
	return d.Round(n)
}

// CashRound rounds a total to the step that cash allows (0.05) and gives the difference that was added.
// It is an act of its own, not a rounding of sums: the difference is booked apart. A step that is not positive changes nothing.
func CashRound(total, step decimal.Decimal, r Rounding) (rounded, difference decimal.Decimal) {
	if !step.IsPositive() {
		return total, decimal.Zero
	}
	rounded = r.places(total.DivRound(step, 16), 0).Mul(step)
	return rounded, rounded.Sub(total)
}

// CheckAmount refuses an amount with more decimals than the currency has, or one beyond the bounds of amounts.
// Errors: unknown_currency, too_many_decimals, amount_too_large.
func CheckAmount(d decimal.Decimal, c Currency) error {
	if err := c.check(); err != nil {
		return err
	}
	if outOfBounds(d) {
		return Problem("amount_too_large", "max", maxAmount.String())
	}
	if !d.Equal(d.Truncate(c.Digits())) {
		return Problem("too_many_decimals", "max", decimal.NewFromInt32(c.Digits()).String(), "currency", string(c))
	}
	return nil
}

// outOfBounds looks at the exponent first, since comparing would write all zeros of 1e999999999.
func outOfBounds(d decimal.Decimal) bool {
	return d.Exponent() > 20 || d.Exponent() < -60 || d.Abs().GreaterThan(maxAmount)
}

// shorten cuts a text that is repeated to its sender.
func shorten(s string, n int) string {
	s = strings.ToValidUTF8(s, "?")
	if r := []rune(s); len(r) > n {
		return string(r[:n]) + "…"
	}
	return s
}
