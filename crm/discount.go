package crm

import (
	"strings"

	"github.com/shopspring/decimal"
)

// maxDiscounts is how many discounts may follow one another on a line.
const maxDiscounts = 3

// ParseDiscounts reads a discount as it is written, one percentage or a cascade: "10+5" takes 5 % of what 10 % leave. The whole is exact, with at
// most 10 decimals; written is the cascade without spaces and idle zeros, empty for one percentage alone. Errors: those of ParsePercent,
// too_many_decimals beyond the two of a discount, too_many beyond three.
func ParseDiscounts(text string) (whole decimal.Decimal, written string, err error) {
	parts := strings.Split(strings.ReplaceAll(text, " ", ""), "+")
	if len(parts) > maxDiscounts {
		return decimal.Zero, "", Problem("too_many", "max", "3")
	}
	kept, said := hundred, make([]string, len(parts))
	for i, part := range parts {
		d, err := ParsePercent(part)
		if err != nil {
			return decimal.Zero, "", err
		}
		if !d.Equal(d.Truncate(2)) {
			return decimal.Zero, "", Problem("too_many_decimals", "max", "2")
		}
		kept = kept.Mul(hundred.Sub(d)).Shift(-2)
		said[i] = d.String()
	}
	if len(parts) > 1 {
		written = strings.Join(said, "+")
	}
	return hundred.Sub(kept), written, nil
}
