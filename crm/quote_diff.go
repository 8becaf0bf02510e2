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
	Costs   []BridgeStep // From.Cost plus all steps is To.Cost: with Bridge, how one margin becomes the other
}

// LineChange is a line that is in both versions, differently.
type LineChange struct {
	Before QuoteLine
	After  QuoteLine
	Fields []string // quantity, unit_price, discount_percent, tax_percent, name, unit, unit_cost, chosen
	Net    decimal.Decimal
}

// BridgeStep is one reason why a net total became another.
type BridgeStep struct {
	Code   string // added, removed, quantity, price, discount, document_discount, cost
	Amount decimal.Decimal
}

// bridgeCodes is the order in which the steps are shown; steps of nothing are left out.
var bridgeCodes = []string{"removed", "added", "quantity", "price", "discount", "document_discount", "cost"}

// bridge collects steps by their code.
type bridge map[string]decimal.Decimal

func (b bridge) add(code string, amount decimal.Decimal) { b[code] = b[code].Add(amount) }

// steps are those that are something, in their order; what lies between the two figures and has no step yet is of the last code.
func (b bridge) steps(from, to decimal.Decimal, last string) (out []BridgeStep) {
	left := to.Sub(from)
	for _, amount := range b {
		left = left.Sub(amount)
	}
	b.add(last, left)
	for _, code := range bridgeCodes {
		if amount := b[code]; !amount.IsZero() {
			out = append(out, BridgeStep{code, amount})
		}
	}
	return out
}

// DiffQuotes compares two versions of an offer. Lines belong together by product, free-text lines by name; of several alike the first
// goes with the first. Lines are compared before the document's discount, whose own effect is the last step. Headings are no lines, and an option that
// nobody has chosen has a quantity of nothing.
func (p Pricing) DiffQuotes(from, to Quote, before, after []QuoteLine) QuoteDiff {
	var d QuoteDiff
	nets, costs := bridge{}, bridge{}
	rest := positions(before)
	for _, a := range positions(after) {
		i := slices.IndexFunc(rest, func(b QuoteLine) bool { return lineKey(b) == lineKey(a) })
		if i < 0 {
			d.Added = append(d.Added, a)
			whole := p.compared(a, a, a, a)
			nets.add("added", whole.Net)
			costs.add("added", whole.Cost)
			continue
		}
		b := rest[i]
		rest = slices.Delete(rest, i, i+1)
		net := p.bridgeLine(b, a, nets, costs)
		if fields := lineFields(b, a); len(fields) > 0 {
			d.Changed = append(d.Changed, LineChange{Before: b, After: a, Fields: fields, Net: net})
		}
	}
	for _, b := range rest {
		d.Removed = append(d.Removed, b)
		whole := p.compared(b, b, b, b)
		nets.add("removed", whole.Net.Neg())
		costs.add("removed", whole.Cost.Neg())
	}
	d.Bridge, d.Costs = nets.steps(from.Net, to.Net, "document_discount"), costs.steps(from.Cost, to.Cost, "cost")
	return d
}

// bridgeLine splits a line's change into quantity, price and discount, one after the other, so that they add up to it; its cost into quantity and cost.
func (p Pricing) bridgeLine(b, a QuoteLine, nets, costs bridge) decimal.Decimal {
	was, quantity := p.compared(b, b, b, b), p.compared(a, b, b, b)
	price, is := p.compared(a, a, b, a), p.compared(a, a, a, a)
	nets.add("quantity", quantity.Net.Sub(was.Net))
	nets.add("price", price.Net.Sub(quantity.Net))
	nets.add("discount", is.Net.Sub(price.Net))
	costs.add("quantity", quantity.Cost.Sub(was.Cost))
	costs.add("cost", is.Cost.Sub(quantity.Cost))
	return is.Net.Sub(was.Net)
}

// compared is what a line comes to with the quantity of one version and the price, discount and cost of others.
func (p Pricing) compared(quantity, price, discount, cost QuoteLine) LineTotal {
	return p.line(Line{Quantity: quantity.Quantity, UnitPrice: price.UnitPrice, DiscountPercent: discount.DiscountPercent, Cost: cost.UnitCost, Apart: !quantity.Counts()})
}

// positions are the lines that something is offered by.
func positions(lines []QuoteLine) []QuoteLine {
	return slices.DeleteFunc(slices.Clone(lines), func(l QuoteLine) bool { return l.Kind == SectionOfQuote })
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
		{"unit_cost", a.UnitCost.Equal(b.UnitCost)},
		{"chosen", a.Counts() == b.Counts()},
	} {
		if !f.same {
			fields = append(fields, f.name)
		}
	}
	return fields
}
