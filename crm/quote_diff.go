package crm

import (
	"slices"
	"strconv"

	"github.com/shopspring/decimal"
)

// QuoteDiff is what changed between two versions of an offer (S076): the lines, and how one net total becomes the other.
type QuoteDiff struct {
	Added   []QuoteLine
	Removed []QuoteLine
	Changed []LineChange
	Bridge  []BridgeStep // From.Net plus all steps is To.Net, to the cent
}

// LineChange is a line that is in both versions, differently.
type LineChange struct {
	Before QuoteLine
	After  QuoteLine
	Fields []string // quantity, unit_price, discount_percent, tax_percent, name, unit
	Net    decimal.Decimal
}

// BridgeStep is one reason why a net total became another.
type BridgeStep struct {
	Code   string // added, removed, quantity, price, discount, document_discount
	Amount decimal.Decimal
}

// bridgeCodes is the order in which the steps are shown; steps of nothing are left out.
var bridgeCodes = []string{"removed", "added", "quantity", "price", "discount", "document_discount"}

// DiffQuotes compares two versions of an offer. Lines belong together by product, free-text lines by name; of several alike the first
// goes with the first. Lines are compared before the document's discount, whose own effect is the last step.
func (p Pricing) DiffQuotes(from, to Quote, before, after []QuoteLine) QuoteDiff {
	var d QuoteDiff
	steps := map[string]decimal.Decimal{}
	add := func(code string, amount decimal.Decimal) { steps[code] = steps[code].Add(amount) }
	rest := slices.Clone(before)
	for _, a := range after {
		i := slices.IndexFunc(rest, func(b QuoteLine) bool { return lineKey(b) == lineKey(a) })
		if i < 0 {
			d.Added = append(d.Added, a)
			add("added", p.lineNet(a.Quantity, a.UnitPrice, a.DiscountPercent))
			continue
		}
		b := rest[i]
		rest = slices.Delete(rest, i, i+1)
		if fields := lineFields(b, a); len(fields) > 0 {
			d.Changed = append(d.Changed, LineChange{Before: b, After: a, Fields: fields, Net: p.bridgeLine(b, a, add)})
		}
	}
	for _, b := range rest {
		d.Removed = append(d.Removed, b)
		add("removed", p.lineNet(b.Quantity, b.UnitPrice, b.DiscountPercent).Neg())
	}
	left := to.Net.Sub(from.Net)
	for _, amount := range steps {
		left = left.Sub(amount)
	}
	add("document_discount", left)
	for _, code := range bridgeCodes {
		if amount := steps[code]; !amount.IsZero() {
			d.Bridge = append(d.Bridge, BridgeStep{code, amount})
		}
	}
	return d
}

// bridgeLine splits a line's change into quantity, price and discount, one after the other, so that they add up to it.
func (p Pricing) bridgeLine(b, a QuoteLine, add func(string, decimal.Decimal)) decimal.Decimal {
	was := p.lineNet(b.Quantity, b.UnitPrice, b.DiscountPercent)
	quantity := p.lineNet(a.Quantity, b.UnitPrice, b.DiscountPercent)
	price := p.lineNet(a.Quantity, a.UnitPrice, b.DiscountPercent)
	is := p.lineNet(a.Quantity, a.UnitPrice, a.DiscountPercent)
	add("quantity", quantity.Sub(was))
	add("price", price.Sub(quantity))
	add("discount", is.Sub(price))
	return is.Sub(was)
}

func (p Pricing) lineNet(quantity, price, discount decimal.Decimal) decimal.Decimal {
	return p.line(Line{Quantity: quantity, UnitPrice: price, DiscountPercent: discount}).Net
}

func lineKey(l QuoteLine) string {
	if l.ProductID != "" {
		return string(l.ProductID)
	}
	return strconv.Quote(l.Name)
}

func lineFields(b, a QuoteLine) (fields []string) {
	for _, f := range []struct {
		name string
		same bool
	}{
		{"name", a.Name == b.Name},
		{"unit", a.Unit == b.Unit},
		{"quantity", a.Quantity.Equal(b.Quantity)},
		{"unit_price", a.UnitPrice.Equal(b.UnitPrice)},
		{"discount_percent", a.DiscountPercent.Equal(b.DiscountPercent)},
		{"tax_percent", a.TaxPercent.Equal(b.TaxPercent)},
	} {
		if !f.same {
			fields = append(fields, f.name)
		}
	}
	return fields
}
