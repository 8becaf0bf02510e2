package crm

import (
	"maps"
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

// Conversion turns amounts by a rate book and remembers the currencies for which it has no rate, so that what is left out of a sum is told.
type Conversion struct {
	RateBook
	without map[string]bool
}

// Converting begins a conversion with nothing left out.
func (b RateBook) Converting() Conversion { return Conversion{b, map[string]bool{}} }

// At is RateBook.At.
func (c Conversion) At(amount decimal.Decimal, currency string, day Date) (decimal.Decimal, bool) {
	out, known := c.RateBook.At(amount, currency, day)
	if !known {
		c.without[currency] = true
	}
	return out, known
}

// Without are the currencies of the amounts that were left out, in order; never nil.
func (c Conversion) Without() []string {
	out := slices.AppendSeq([]string{}, maps.Keys(c.without))
	slices.Sort(out)
	return out
}
