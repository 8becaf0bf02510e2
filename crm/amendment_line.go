package crm

import (
	"slices"
	"strconv"

	"github.com/shopspring/decimal"
)

// AddFields are a line that an amendment adds: of a product of the catalogue, from which comes what is left out, or free text, which says all itself (S059).
type AddFields struct {
	ProductID       ID               `json:"product_id,omitempty"`
	Name            string           `json:"name,omitempty"`
	Unit            string           `json:"unit,omitempty"`
	Quantity        decimal.Decimal  `json:"quantity"`
	UnitPrice       *decimal.Decimal `json:"unit_price,omitempty"` // none: what the catalogue and the price books say for the customer and the quantity
	UnitCost        *decimal.Decimal `json:"unit_cost,omitempty"`  // none: the catalogue's
	DiscountPercent decimal.Decimal  `json:"discount_percent,omitzero"`
	TaxClassID      ID               `json:"tax_class_id,omitempty"` // none: the customer's case, else the product's class
}

// Check tells all that is wrong with the line that does not depend on the catalogue, below at: required, out_of_range, too_many_decimals.
func (f AddFields) Check(at string, c Currency) (errs FieldErrors) {
	if f.Quantity.Exponent() < -4 || !f.Quantity.IsPositive() || within(f.Quantity, 0, 1_000_000) != nil {
		errs.Add(at+"/quantity", Problem("out_of_range", "min", "0.0001", "max", "1000000"))
	}
	for _, m := range []struct {
		name string
		of   *decimal.Decimal
	}{{"/unit_price", f.UnitPrice}, {"/unit_cost", f.UnitCost}} {
		switch {
		case m.of == nil && f.ProductID == "":
			errs.Add(at+m.name, Problem("required"))
		case m.of == nil:
		case m.of.IsNegative():
			errs.Add(at+m.name, Problem("out_of_range", "min", "0"))
		default:
			errs.Add(at+m.name, CheckAmount(*m.of, c))
		}
	}
	if within(f.DiscountPercent, 0, 100) != nil {
		errs.Add(at+"/discount_percent", Problem("out_of_range", "min", "0", "max", "100"))
	} else if !f.DiscountPercent.Equal(f.DiscountPercent.Truncate(2)) {
		errs.Add(at+"/discount_percent", Problem("too_many_decimals", "max", "2"))
	}
	if f.ProductID == "" && f.Name == "" {
		errs.Add(at+"/name", Problem("required"))
	}
	if f.ProductID == "" && f.TaxClassID == "" {
		errs.Add(at+"/tax_class_id", Problem("required"))
	}
	return errs
}

// AddedLine is what a line that came with an amendment says beside its quantity and price, as it was when it was proposed.
type AddedLine struct {
	ProductID       ID              `json:"product_id,omitempty"` // empty: free text
	Name            string          `json:"name"`
	Unit            string          `json:"unit"`
	ListPrice       decimal.Decimal `json:"list_price"` // the catalogue's, against which a lower unit price is a discount; 0 of free text
	DiscountPercent decimal.Decimal `json:"discount_percent"`
	TaxClassID      ID              `json:"tax_class_id,omitempty"`
	TaxPercent      decimal.Decimal `json:"tax_percent"`
	TaxCode         string          `json:"tax_code,omitempty"` // why nothing is charged, one of Naturas
	Exemption       string          `json:"exemption,omitempty"`
	UnitCost        decimal.Decimal `json:"unit_cost"`
}

// Added is a complete line as a version keeps it.
func Added(l QuoteLine) LineTerm {
	return LineTerm{ID: l.ID, Quantity: l.Quantity, UnitPrice: l.UnitPrice, Added: &AddedLine{
		ProductID: l.ProductID, Name: l.Name, Unit: l.Unit, ListPrice: l.Price.List, DiscountPercent: l.DiscountPercent,
		TaxClassID: l.TaxClassID, TaxPercent: l.TaxPercent, TaxCode: l.TaxCode, Exemption: l.Exemption, UnitCost: l.UnitCost,
	}}
}

// quoted is a line that came with an amendment as if the quote had it, at a place behind the quote's lines.
func (l LineTerm) quoted(position int) QuoteLine {
	a := l.Added
	return QuoteLine{
		ID: l.ID, Position: position, Kind: LineOfQuote, ProductID: a.ProductID, Name: a.Name, Unit: a.Unit, Quantity: l.Quantity, UnitPrice: l.UnitPrice, DiscountPercent: a.DiscountPercent,
		Price: PriceReason{List: a.ListPrice}, TaxClassID: a.TaxClassID, TaxPercent: a.TaxPercent, TaxCode: a.TaxCode, Exemption: a.Exemption, UnitCost: a.UnitCost,
	}
}

// Every are the lines of the accepted quote and those that amendments added, as the version has them; those that were taken out have a quantity of 0.
func (t ContractTerms) Every(lines []QuoteLine) []QuoteLine {
	out := slices.Clone(lines)
	for _, l := range t.Lines {
		if l.Added != nil {
			out = append(out, l.quoted(len(out)+1))
		} else if i := slices.IndexFunc(out, func(q QuoteLine) bool { return q.ID == l.ID }); i >= 0 {
			out[i].Quantity, out[i].UnitPrice = l.Quantity, l.UnitPrice
		}
	}
	return out
}

// On are the lines as the version has them; those of no quantity are left out.
func (t ContractTerms) On(lines []QuoteLine) []QuoteLine {
	return slices.DeleteFunc(t.Every(lines), func(l QuoteLine) bool { return l.Counts() && !l.Quantity.IsPositive() })
}

// below is by how much lines that were added cost less than the catalogue says, which is discount as well: nobody gives it by writing a lower price.
func (t ContractTerms) below(p Pricing) (sum decimal.Decimal) {
	for _, l := range t.Lines {
		if l.Added != nil && l.Added.ListPrice.GreaterThan(l.UnitPrice) {
			sum = sum.Add(Round(l.Quantity.Mul(l.Added.ListPrice.Sub(l.UnitPrice)), p.Currency, p.Rounding))
		}
	}
	return sum
}

// sameLine tells whether a version's line is as it was.
func sameLine(x, y LineTerm) bool {
	return x.ID == y.ID && x.Quantity.Equal(y.Quantity) && x.UnitPrice.Equal(y.UnitPrice)
}

// lines takes over quantities and prices, and lines that are added; those that nobody names stay as the version in force has them.
func (a Agreement) lines(f AmendFields, added []LineTerm, t *ContractTerms) error {
	var errs FieldErrors
	t.Lines = slices.Clone(a.Now.Lines)
	all := a.Now.Every(a.Lines)
	place := func(id ID) int { return slices.IndexFunc(all, func(q QuoteLine) bool { return q.ID == id }) }
	for i, l := range f.Lines {
		at := "/lines/" + strconv.Itoa(i)
		k := place(l.ID)
		switch {
		case k < 0 || !all[k].Counts():
			errs.Add(at+"/id", Problem("unknown_record"))
			continue
		case l.Quantity.IsNegative() || within(l.Quantity, 0, 1_000_000) != nil || l.Quantity.Exponent() < -4:
			errs.Add(at+"/quantity", Problem("out_of_range", "min", "0", "max", "1000000"))
		case l.UnitPrice.IsNegative():
			errs.Add(at+"/unit_price", Problem("out_of_range", "min", "0"))
		case CheckAmount(l.UnitPrice, Currency(a.Contract.Currency)) != nil:
			errs.Add(at+"/unit_price", CheckAmount(l.UnitPrice, Currency(a.Contract.Currency)))
		}
		t.change(l, a.Lines)
	}
	slices.SortStableFunc(t.Lines, func(x, y LineTerm) int { return place(x.ID) - place(y.ID) })
	if len(a.Lines)+len(f.Added)+len(t.Lines) > MaxLines {
		errs.Add("/added", Problem("too_many", "max", strconv.Itoa(MaxLines)))
		return errs
	}
	for i, l := range f.Added {
		errs = append(errs, l.Check("/added/"+strconv.Itoa(i), Currency(a.Contract.Currency))...)
	}
	t.Lines = append(t.Lines, added...)
	return errs.Err()
}

// change gives a line another quantity and price; what is as the accepted quote has it is not kept.
func (t *ContractTerms) change(l LineTerm, quoted []QuoteLine) {
	i := slices.IndexFunc(t.Lines, func(o LineTerm) bool { return o.ID == l.ID })
	if i >= 0 && t.Lines[i].Added != nil {
		t.Lines[i].Quantity, t.Lines[i].UnitPrice = l.Quantity, l.UnitPrice
		return
	}
	l.Added = nil
	t.Lines = slices.DeleteFunc(t.Lines, func(o LineTerm) bool { return o.ID == l.ID })
	if k := slices.IndexFunc(quoted, func(q QuoteLine) bool { return q.ID == l.ID }); !l.Quantity.Equal(quoted[k].Quantity) || !l.UnitPrice.Equal(quoted[k].UnitPrice) {
		t.Lines = append(t.Lines, l)
	}
}
