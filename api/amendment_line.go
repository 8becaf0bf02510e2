package api

import (
	"strconv"

	"leadtocash/crm"

	"github.com/shopspring/decimal"
)

// addedLineBody is a line that an amendment adds: of a catalogue product by id or SKU, or free text (S043, S059).
type addedLineBody struct {
	ProductID       crm.ID      `json:"product_id"`
	SKU             string      `json:"sku" doc:"text=Of the catalogue, instead of product_id."`
	Name            string      `json:"name" doc:"max=200;text=Needed without a product."`
	Unit            string      `json:"unit" doc:"max=20"`
	Quantity        decimalText `json:"quantity" doc:"required"`
	UnitPrice       decimalText `json:"unit_price" doc:"text=Without it, the catalogue's for the customer and the quantity; needed without a product."`
	DiscountPercent decimalText `json:"discount_percent"`
	UnitCost        decimalText `json:"unit_cost" doc:"text=Without it, the catalogue's; needed without a product."`
	TaxClassID      crm.ID      `json:"tax_class_id" doc:"text=Without it, the customer's or the product's; needed without a product."`
}

// lineTermRecord is a line of a version that is not as in the accepted quote.
type lineTermRecord struct {
	ID        crm.ID
	Quantity  decimal.Decimal
	UnitPrice decimal.Decimal
	Added     *addedLineRecord `doc:"text=What the accepted quote does not say of a line that an amendment added; none for lines of the quote."`
}

// addedLineRecord is a line that came with an amendment, without what it costs us.
type addedLineRecord struct {
	ProductID       *crm.ID
	Name            string
	Unit            string
	DiscountPercent decimal.Decimal
	TaxPercent      decimal.Decimal
	TaxCode         string `doc:"text=Why nothing is charged."`
	Exemption       string
}

func lineTermsView(lines []crm.LineTerm) []lineTermRecord {
	out := []lineTermRecord{}
	for _, l := range lines {
		rec := lineTermRecord{ID: l.ID, Quantity: l.Quantity, UnitPrice: l.UnitPrice}
		if a := l.Added; a != nil {
			rec.Added = &addedLineRecord{idOrNone(a.ProductID), a.Name, a.Unit, a.DiscountPercent, a.TaxPercent, a.TaxCode, a.Exemption}
		}
		out = append(out, rec)
	}
	return out
}

// addedLines reads the lines that are added. What the catalogue has against them the process says.
func (r *request) addedLines(k *check, in []addedLineBody, currency string) (out []crm.AddFields, err error) {
	if len(in) > crm.MaxLines {
		k.fail("/added", "too_many", params{"max": crm.MaxLines})
		return nil, nil
	}
	var named quoteBody
	for _, l := range in {
		named.Lines.Value = append(named.Lines.Value, quoteLineBody{ProductID: l.ProductID, SKU: l.SKU})
	}
	known, err := named.products(r.ctx(), r.store)
	for i, l := range in {
		out = append(out, k.addedLine("/added/"+strconv.Itoa(i), l, currency, known))
	}
	return out, err
}

func (c *check) addedLine(at string, l addedLineBody, currency string, known products) crm.AddFields {
	before := len(c.wrong)
	c.id(at+"/product_id", &l.ProductID)
	c.id(at+"/tax_class_id", &l.TaxClassID)
	c.line(at+"/name", &l.Name, maxName)
	c.line(at+"/unit", &l.Unit, 20)
	out := crm.AddFields{Name: l.Name, Unit: l.Unit, TaxClassID: l.TaxClassID}
	if len(c.wrong) == before {
		if p, ok := c.product(at, quoteLineBody{ProductID: l.ProductID, SKU: l.SKU}, known); ok {
			out.ProductID = p.ID
		}
	}
	if l.Quantity == "" {
		c.fail(at+"/quantity", "required", nil)
	} else {
		out.Quantity = c.quantity(at+"/quantity", l.Quantity)
	}
	for _, m := range []struct {
		name string
		text decimalText
		into **decimal.Decimal
	}{{"/unit_price", l.UnitPrice, &out.UnitPrice}, {"/unit_cost", l.UnitCost, &out.UnitCost}} {
		if m.text != "" {
			d := c.amount(at+m.name, m.text, currency)
			*m.into = &d
		}
	}
	c.maybe(at+"/discount_percent", l.DiscountPercent, &out.DiscountPercent, c.percent)
	if out.ProductID == "" && l.ProductID == "" && l.SKU == "" {
		for _, needed := range []struct {
			name  string
			empty bool
		}{{"/name", l.Name == ""}, {"/unit_price", l.UnitPrice == ""}, {"/unit_cost", l.UnitCost == ""}, {"/tax_class_id", l.TaxClassID == ""}} {
			if needed.empty {
				c.fail(at+needed.name, "required", nil)
			}
		}
	}
	return out
}
