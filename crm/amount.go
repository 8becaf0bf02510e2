package crm

import (
	"strconv"
	"strings"

	"github.com/shopspring/decimal"
)

// ParseAmount reads an amount as the API writes it: digits, and a point before the decimals ("1234.56"). No sign, no
// comma, no exponent, no thousands. Errors: invalid_decimal, too_many_decimals, amount_too_large, out_of_range (a minus sign), unknown_currency.
func ParseAmount(text string, c Currency) (decimal.Decimal, error) {
	d, err := ParseSignedAmount(text, c)
	if err == nil && d.IsNegative() {
		return decimal.Zero, Problem("out_of_range", "min", "0")
	}
	return d, err
}

// ParseSignedAmount reads an amount that may stand below zero, for those who may credit. Errors as ParseAmount.
func ParseSignedAmount(text string, c Currency) (decimal.Decimal, error) {
	if err := c.check(); err != nil {
		return decimal.Zero, err
	}
	d, decimals, err := parseDecimal(text, Problem("amount_too_large", "max", maxAmount.String()))
	if err != nil {
		return decimal.Zero, err
	}
	if decimals > int(c.Digits()) {
		return decimal.Zero, Problem("too_many_decimals", "max", strconv.Itoa(int(c.Digits())), "currency", string(c))
	}
	return d, CheckAmount(d, c)
}

// The bounds of quantities and percentages.
const (
	quantityDecimals = 4
	percentDecimals  = 4
)

var (
	hundred     = decimal.NewFromInt(100)
	maxQuantity = decimal.RequireFromString("9999999999")
)

// ParseQuantity reads a quantity above zero with at most 4 decimals. Errors: invalid_decimal, too_many_decimals, out_of_range.
func ParseQuantity(text string) (decimal.Decimal, error) {
	d, err := parseBounded(text, quantityDecimals, decimal.Zero, maxQuantity)
	if err == nil && d.IsZero() {
		return d, Problem("out_of_range", "min", "0.0001", "max", maxQuantity.String())
	}
	return d, err
}

// ParsePercent reads a percentage of 0 to 100 with at most 4 decimals. Errors: invalid_decimal, too_many_decimals, out_of_range.
func ParsePercent(text string) (decimal.Decimal, error) {
	return parseBounded(text, percentDecimals, decimal.Zero, hundred)
}

func parseBounded(text string, decimals int, low, high decimal.Decimal) (decimal.Decimal, error) {
	outside := Problem("out_of_range", "min", low.String(), "max", high.String())
	d, got, err := parseDecimal(text, outside)
	switch {
	case err != nil:
		return decimal.Zero, err
	case got > decimals:
		return decimal.Zero, Problem("too_many_decimals", "max", strconv.Itoa(decimals))
	case d.LessThan(low) || d.GreaterThan(high):
		return decimal.Zero, outside
	}
	return d, nil
}

// parseDecimal reads -12.50 and nothing else, and counts the decimals that were written. Lengths are checked before any arithmetic.
func parseDecimal(text string, tooLong error) (decimal.Decimal, int, error) {
	invalid := Problem("invalid_decimal", "example", "10.50")
	whole, decimals, point := strings.Cut(strings.TrimPrefix(text, "-"), ".")
	if !digitsOnly(whole) || point && !digitsOnly(decimals) {
		return decimal.Zero, 0, invalid
	}
	if len(strings.TrimLeft(whole, "0")) > 16 {
		return decimal.Zero, 0, tooLong
	}
	if len(whole) > 40 || len(decimals) > 40 {
		return decimal.Zero, 0, invalid
	}
	d, err := decimal.NewFromString(text)
	if err != nil {
		return decimal.Zero, 0, invalid
	}
	return d, len(decimals), nil
}

// digitsOnly asks for at least one ASCII digit and nothing else: other scripts' digits are for people, not for the API.
func digitsOnly(s string) bool {
	for _, r := range []byte(s) {
		if r < '0' || r > '9' {
			return false
		}
	}
	return s != ""
}
