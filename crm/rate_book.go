package crm

import (
	"slices"

	"github.com/shopspring/decimal"
)

// RateBook turns amounts into the company's currency by the rates of their dates (S091).
type RateBook struct {
	home Currency
	of   map[string][]ExchangeRate // by day
}

// NewRateBook puts rates in order; home is the company's currency.
func NewRateBook(home string, rates []ExchangeRate) RateBook {
	b := RateBook{Currency(home), map[string][]ExchangeRate{}}
	for _, r := range rates {
		b.of[r.Currency] = append(b.of[r.Currency], r)
	}
	for _, list := range b.of {
		slices.SortFunc(list, func(x, y ExchangeRate) int { return compareDates(x.OnDate, y.OnDate) })
	}
	return b
}

// Home is the currency that amounts are turned into.
func (b RateBook) Home() Currency { return b.home }

// At is an amount by the last rate that was known on a day, half up in whole minor units; false where none was.
func (b RateBook) At(amount decimal.Decimal, currency string, day Date) (decimal.Decimal, bool) {
	if currency == string(b.home) {
		return amount, true
	}
	list := b.of[currency]
	i, same := slices.BinarySearchFunc(list, day, func(r ExchangeRate, d Date) int { return compareDates(r.OnDate, d) })
	if !same {
		i--
	}
	if i < 0 {
		return decimal.Zero, false
	}
	return amount.DivRound(list[i].Rate, b.home.Digits()), true
}
