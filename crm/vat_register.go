package crm

import (
	"cmp"
	"slices"

	"github.com/shopspring/decimal"
)

// VATKey is what a sum of the VAT register is of.
type VATKey struct {
	Currency     string
	SplitPayment bool
	TaxPercent   string
	Nature       string
}

// VATSum is what was issued at one rate, or without tax for one reason.
type VATSum struct {
	VATKey
	Documents int
	Net       decimal.Decimal
	Tax       decimal.Decimal
}

// VATSums adds a register up as its lines come.
type VATSums map[VATKey]*VATSum

// Add counts a line.
func (s VATSums) Add(k VATKey, net, tax decimal.Decimal) {
	if s[k] == nil {
		s[k] = &VATSum{VATKey: k}
	}
	s[k].Documents++
	s[k].Net, s[k].Tax = s[k].Net.Add(net), s[k].Tax.Add(tax)
}

// Sorted are the sums by currency; what customers pay to the state themselves comes last, higher rates first.
func (s VATSums) Sorted() []VATSum {
	out := make([]VATSum, 0, len(s))
	for _, one := range s {
		out = append(out, *one)
	}
	slices.SortFunc(out, func(a, b VATSum) int {
		x, _ := decimal.NewFromString(a.TaxPercent)
		y, _ := decimal.NewFromString(b.TaxPercent)
		split := map[bool]int{true: 1}
		return cmp.Or(cmp.Compare(a.Currency, b.Currency), cmp.Compare(split[a.SplitPayment], split[b.SplitPayment]), y.Cmp(x), cmp.Compare(a.Nature, b.Nature))
	})
	return out
}
