package crm

import (
	"math/big"
	"slices"

	"github.com/shopspring/decimal"
)

// Split divides the total in proportion to the weights, in whole minor units, by the largest remainder: the parts always
// add up to the total. Of equal remainders the later part takes the unit, so that 100.00 in thirds ends with 33.34 (M1).
// The total may be negative, weights may not. Errors: unknown_currency, too_many_decimals, amount_too_large, out_of_range.
func Split(total decimal.Decimal, weights []decimal.Decimal, c Currency) ([]decimal.Decimal, error) {
	if err := CheckAmount(total, c); err != nil {
		return nil, err
	}
	sum := decimal.Zero
	for _, w := range weights {
		if w.IsNegative() || outOfBounds(w) {
			return nil, Problem("out_of_range", "min", "0", "max", maxAmount.String())
		}
		sum = sum.Add(w)
	}
	if !sum.IsPositive() {
		return nil, Problem("out_of_range", "min", "0")
	}
	exact := make([]*big.Rat, len(weights))
	for i, w := range weights {
		exact[i] = new(big.Rat).Quo(total.Abs().Mul(w).Rat(), sum.Rat())
	}
	parts := apportion(total.Abs(), exact, c.Digits())
	if total.IsNegative() {
		for i := range parts {
			parts[i] = parts[i].Neg()
		}
	}
	return parts, nil
}

// apportion rounds the exact parts to so many decimals so that they add up to the total, which must be their rounded sum:
// each is rounded down, and the units that are left go to the largest remainders.
func apportion(total decimal.Decimal, exact []*big.Rat, digits int32) []decimal.Decimal {
	scale := new(big.Rat).SetInt(new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(digits)), nil))
	units, rests := make([]*big.Int, len(exact)), make([]*big.Rat, len(exact))
	left := total.Shift(digits).BigInt()
	order := make([]int, len(exact))
	for i, e := range exact {
		scaled := new(big.Rat).Mul(e, scale)
		units[i] = new(big.Int).Div(scaled.Num(), scaled.Denom()) // towards minus infinity, since denominators are positive
		rests[i] = scaled.Sub(scaled, new(big.Rat).SetInt(units[i]))
		left.Sub(left, units[i])
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int {
		if c := rests[b].Cmp(rests[a]); c != 0 {
			return c
		}
		return b - a
	})
	for n := range int(left.Int64()) {
		i := order[n%len(order)]
		units[i].Add(units[i], big.NewInt(1))
	}
	parts := make([]decimal.Decimal, len(exact))
	for i, u := range units {
		parts[i] = decimal.NewFromBigInt(u, -digits)
	}
	return parts
}
