package api

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"

	"leadtocash/crm"
	"leadtocash/store"

	"github.com/shopspring/decimal"
)

// quoteLineBody is a position: of a catalogue product by id or SKU, or free text (S043).
type quoteLineBody struct {
	ProductID       crm.ID      `json:"product_id"`
	SKU             string      `json:"sku" doc:"text=Of the catalogue, instead of product_id."`
	Name            string      `json:"name" doc:"max=200;text=Needed without a product."`
	Unit            string      `json:"unit" doc:"max=20"`
	Quantity        decimalText `json:"quantity" doc:"text=Needed of every line that is no section."`
	UnitPrice       decimalText `json:"unit_price" doc:"text=Without it, the catalogue's; needed without a product."`
	DiscountPercent decimalText `json:"discount_percent"`
	TaxClassID      crm.ID      `json:"tax_class_id" doc:"text=Without it and tax_percent, the product's."`
	TaxPercent      decimalText `json:"tax_percent" doc:"text=Instead of tax_class_id; one of them is needed without a product."`
	UnitCost        decimalText `json:"unit_cost"`
	Discounts       string      `json:"discounts" doc:"max=40;text=A cascade instead of discount_percent: 10+5."`
	Kind            string      `json:"kind" doc:"enum=quote_line_kind;text=section: a heading, with a name and nothing else; without it, line."`
	Optional        bool        `json:"optional" doc:"text=It is offered beside the rest, and does not count until it is chosen."`
	Chosen          bool        `json:"chosen" doc:"text=Of an optional line."`
	Currency        string      `json:"currency" doc:"text=Only the deal's own is taken."`
}

type shareBody struct {
	Kind    string      `json:"kind" doc:"required;enum=share_kind"`
	Percent decimalText `json:"percent" doc:"required"`
}

// products are the catalogue entries that a quote's lines name, and what they may be taxed with.
type products struct {
	byID  map[crm.ID]crm.Product
	bySKU map[string]crm.Product
	taxes crm.TaxClasses
}

func (b quoteBody) products(ctx context.Context, s *store.Store) (p products, err error) {
	var ids []crm.ID
	var skus []string
	for _, l := range b.Lines.Value {
		if id, err := parseID(string(l.ProductID)); err == nil {
			ids = append(ids, id)
		}
		if l.SKU != "" {
			skus = append(skus, clean(l.SKU, 200))
		}
	}
	p = products{byID: map[crm.ID]crm.Product{}, bySKU: map[string]crm.Product{}}
	if len(b.Lines.Value) == 0 || len(b.Lines.Value) > crm.MaxLines {
		return p, nil
	}
	if p.taxes, err = s.TaxClasses(ctx); err != nil || len(ids)+len(skus) == 0 {
		return p, err
	}
	found, err := s.ProductsNamed(ctx, ids, skus)
	for _, f := range found {
		p.byID[f.ID], p.bySKU[f.SKU] = f, f
	}
	return p, err
}

func (c *check) quoteLines(in []quoteLineBody, currency string, p products) []crm.QuoteLine {
	if len(in) > crm.MaxLines {
		c.fail("/lines", "too_many", params{"max": crm.MaxLines})
		return nil
	}
	out := make([]crm.QuoteLine, len(in))
	for i, l := range in {
		out[i] = c.quoteLine("/lines/"+strconv.Itoa(i), l, currency, p)
	}
	return out
}

func (c *check) quoteLine(at string, l quoteLineBody, currency string, p products) crm.QuoteLine {
	c.oneOf(at+"/kind", l.Kind, crm.LineOfQuote, crm.SectionOfQuote)
	if l.Kind == crm.SectionOfQuote {
		c.required(at+"/name", &l.Name, maxName)
		return crm.QuoteLine{Kind: crm.SectionOfQuote, Name: l.Name, Quantity: decimal.NewFromInt(1)}
	}
	out := crm.QuoteLine{Unit: "pc"}
	if l.Currency != "" && l.Currency != currency {
		c.fail(at+"/currency", "mixed_currency", params{"want": currency})
	}
	if product, ok := c.product(at, l, p); ok {
		out = crm.QuoteLine{ProductID: product.ID, Name: product.Name, Unit: product.Unit, UnitPrice: product.Price, UnitCost: product.Cost}
		out.TaxClassID, out.TaxPercent = product.TaxClassID, product.TaxPercent
	} else if l.ProductID == "" && l.SKU == "" { // free text: nothing comes from the catalogue
		for _, needed := range []struct{ name, value string }{{"name", l.Name}, {"unit_price", string(l.UnitPrice)}, {"tax_percent", string(l.TaxPercent) + string(l.TaxClassID)}} {
			if needed.value == "" {
				c.fail(at+"/"+needed.name, "required", nil)
			}
		}
	}
	if l.Name != "" {
		c.line(at+"/name", &l.Name, maxName)
		out.Name = l.Name
	}
	if l.Unit != "" {
		c.line(at+"/unit", &l.Unit, 20)
		out.Unit = l.Unit
	}
	if l.Quantity == "" {
		c.fail(at+"/quantity", "required", nil)
	} else {
		out.Quantity = c.quantity(at+"/quantity", l.Quantity)
	}
	c.maybe(at+"/unit_price", l.UnitPrice, &out.UnitPrice, func(p string, t decimalText) decimal.Decimal { return c.amount(p, t, currency) })
	c.maybe(at+"/unit_cost", l.UnitCost, &out.UnitCost, func(p string, t decimalText) decimal.Decimal { return c.amount(p, t, currency) })
	c.maybe(at+"/discount_percent", l.DiscountPercent, &out.DiscountPercent, c.percent)
	if l.Discounts != "" {
		out.DiscountPercent, out.Discounts = c.discounts(at, l.Discounts, l.DiscountPercent)
	}
	out.Kind, out.Optional, out.Chosen = crm.LineOfQuote, l.Optional, l.Optional && l.Chosen
	if out.ProductID != "" && l.UnitPrice == "" { // the store looks it up, for the customer and the quantity
		out.Price.Source = store.AskPrice
		if l.UnitCost == "" {
			out.UnitCost = decimal.Zero
		}
	}
	if out.ProductID != "" && l.TaxClassID == "" && l.TaxPercent == "" {
		out.TaxClassID = store.AskTax
		return out
	}
	was, known := p.taxes.By(out.TaxClassID)
	if !known {
		was = crm.TaxClass{ID: out.TaxClassID, Percent: out.TaxPercent}
	}
	tax := c.taxes(at, l.TaxClassID, l.TaxPercent, p.taxes, was)
	out.TaxClassID, out.TaxPercent, out.Exemption = tax.ID, tax.Percent, tax.Exemption
	return out
}

// maybe reads a figure that is there; else what the catalogue says stays.
func (c *check) maybe(pointer string, text decimalText, into *decimal.Decimal, read func(string, decimalText) decimal.Decimal) {
	if text != "" {
		*into = read(pointer, text)
	}
}

func (c *check) product(at string, l quoteLineBody, p products) (crm.Product, bool) {
	if l.ProductID != "" {
		id, _ := parseID(string(l.ProductID))
		found, ok := p.byID[id]
		if !ok {
			c.fail(at+"/product_id", "unknown_record", nil)
		}
		return found, ok
	}
	if l.SKU == "" {
		return crm.Product{}, false
	}
	found, ok := p.bySKU[l.SKU]
	if !ok {
		c.fail(at+"/sku", "unknown_record", nil)
	}
	return found, ok
}

// planProblem gives a plan that does not sum, when nothing else is wrong, a code of its own (B043).
func planProblem(err error) error {
	p, ok := errors.AsType[Problem](err)
	if ok && !slices.ContainsFunc(p.Errors, func(i item) bool { return i.Code != "sum_mismatch" }) {
		return refusal(codeTranches, p.Errors...)
	}
	return err
}

// shares reads a billing plan: 1 to 60 parts that sum to 100 (S060).
func (c *check) shares(in []shareBody) []crm.Share {
	out := make([]crm.Share, len(in))
	before := len(c.wrong)
	for i, s := range in {
		out[i] = crm.Share{Kind: crm.TrancheKind(s.Kind), Percent: c.percent("/shares/"+strconv.Itoa(i)+"/percent", s.Percent)}
	}
	if len(c.wrong) == before {
		_, err := crm.Plan(decimal.NewFromInt(1_000_000), out, crm.EUR)
		var errs crm.FieldErrors
		if errors.As(err, &errs) {
			for _, e := range errs {
				e.Pointer = "/shares" + strings.TrimPrefix(e.Pointer, "/tranches")
				c.wrong = append(c.wrong, fieldItems(crm.FieldErrors{e})...)
			}
		}
	}
	return out
}
