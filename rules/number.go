package rules

import (
	"cmp"
	"errors"
	"math/big"
	"math/bits"
	"regexp"
	"strings"

	"github.com/shopspring/decimal"
)

var plainNumber = regexp.MustCompile(`^[0-9][0-9_]*(\.[0-9][0-9_]*)?$`)

// literal reads a number exactly as it is written. Exponents and other bases are refused: they only hide mistakes.
func literal(source string) (decimal.Decimal, error) {
	if len(source) > MaxNumberLength || !plainNumber.MatchString(source) {
		return decimal.Zero, errors.New("a number is written in digits with a point, as in 50000.10")
	}
	return decimal.NewFromString(strings.ReplaceAll(source, "_", ""))
}

// greatest is the first number out of bounds for each exponent from -maxExponent on. Numbers of the same exponent are compared
// without being written out anew.
var greatest = func() (all [2*maxExponent + 1]decimal.Decimal) {
	coefficient := new(big.Int).Lsh(big.NewInt(1), maxNumberBits)
	for i := range all {
		all[i] = decimal.NewFromBigInt(coefficient, int32(i-maxExponent))
	}
	return all
}()

func boundedNumber(d decimal.Decimal) bool {
	e := d.Exponent()
	if e < -maxExponent || e > maxExponent {
		return false
	}
	if d.IsZero() {
		return true
	}
	most := greatest[e+maxExponent]
	if d.IsNegative() {
		return d.NumDigits() <= smallDigits || d.Neg().LessThan(most)
	}
	return d.LessThan(most)
}

// smallDigits are so few that a number fits a machine word, with room for its sign.
const smallDigits = 18

var powersOfTen = func() (all [smallDigits + 1]uint64) {
	all[0] = 1
	for i := range smallDigits {
		all[i+1] = all[i] * 10
	}
	return all
}()

// compare orders two numbers exactly: -1, 0, 1. Those of everyday size take no memory, whatever their decimals.
func compare(a, b decimal.Decimal) int {
	apart := int64(a.Exponent()) - int64(b.Exponent())
	if apart < 0 {
		return -compare(b, a)
	}
	if apart == 0 || apart > smallDigits || a.NumDigits() > smallDigits || b.NumDigits() > smallDigits {
		return a.Cmp(b)
	}
	sign := a.Sign()
	if sign != b.Sign() || sign == 0 {
		return cmp.Compare(sign, b.Sign())
	}
	high, low := bits.Mul64(magnitude(a), powersOfTen[apart])
	if high > 0 {
		return sign
	}
	return sign * cmp.Compare(low, magnitude(b))
}

func magnitude(d decimal.Decimal) uint64 {
	n := d.CoefficientInt64()
	if n < 0 {
		return uint64(-n)
	}
	return uint64(n)
}
