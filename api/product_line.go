package api

import (
	"net/http"

	"leadtocash/crm"
	"leadtocash/store"

	"github.com/shopspring/decimal"
)

// lineBody is a line of the Products tab (S020, S038).
type lineBody struct {
	ProductID       opt[crm.ID]      `json:"product_id"`
	Quantity        opt[decimalText] `json:"quantity"`
	UnitPrice       opt[decimalText] `json:"unit_price"`
	DiscountPercent opt[decimalText] `json:"discount_percent"`
	UnitCost        opt[decimalText] `json:"unit_cost"`
	Discounts       opt[string]      `json:"discounts" doc:"max=40;text=A cascade instead of discount_percent: 10+5."`
	WithRequired    opt[bool]        `json:"with_required" doc:"text=Of a new line: what the product requires is added too."`
}

// apply writes the body into a line; currency is the deal's.
func (b lineBody) apply(l *crm.ProductLine, currency string) error {
	var c check
	if b.Quantity.Set {
		l.Quantity = c.quantity("/quantity", b.Quantity.Value)
	}
	if b.UnitPrice.Set {
		l.UnitPrice = c.amount("/unit_price", b.UnitPrice.Value, currency)
	}
	if b.DiscountPercent.Set {
		l.DiscountPercent, l.Discounts = c.percent("/discount_percent", zeroIfCleared(b.DiscountPercent.Value)), ""
	}
	if b.Discounts.Set {
		l.DiscountPercent, l.Discounts = c.discounts("", b.Discounts.Value, b.DiscountPercent.Value)
	}
	if b.UnitCost.Set {
		l.UnitCost = c.amount("/unit_cost", b.UnitCost.Value, currency)
	}
	if b.ProductID.Set && l.ProductID != "" && b.ProductID.Value != l.ProductID {
		c.fail("/product_id", "read_only", nil)
	}
	return c.err()
}

// maxDiscounts is how many characters a cascade takes: thirteen discounts.
const maxDiscounts = 40

// discounts reads a cascade; beside a percentage it has to come to the same.
func (c *check) discounts(at, text string, percent decimalText) (whole decimal.Decimal, written string) {
	c.line(at+"/discounts", &text, maxDiscounts)
	if text == "" {
		text = "0"
	}
	whole, written, err := crm.ParseDiscounts(text)
	c.money(at+"/discounts", err)
	if d, bad := crm.ParsePercent(string(percent)); err == nil && percent != "" && bad == nil && !d.Equal(whole) {
		c.fail(at+"/discount_percent", "mismatch", nil)
	}
	return whole, written
}

func postProductLine(r *request) error {
	t, err := r.target()
	if err != nil {
		return err
	}
	var b lineBody
	if err := r.decode(&b); err != nil {
		return err
	}
	var c check
	if b.ProductID.Value == "" {
		c.fail("/product_id", "required", nil)
	}
	c.id("/product_id", &b.ProductID.Value)
	if !b.Quantity.Set {
		c.fail("/quantity", "required", nil)
	}
	c.line("/discounts", &b.Discounts.Value, maxDiscounts)
	if err := c.err(); err != nil {
		return err
	}
	o, err := store.Opportunities.Record(r.ctx(), r.store, t.Scope, t.ID)
	if err != nil {
		return err
	}
	return made(r, func(id crm.ID) (crm.ProductLine, error) {
		rows, err := r.store.OpportunityLines(r.ctx(), o.ID)
		return among(rows, err, func(l crm.ProductLine) bool { return l.ID == id })
	}, func(id crm.ID) (crm.ProductLine, error) {
		add := r.store.AddProductLine
		if b.WithRequired.Value {
			add = r.store.AddConfigured
		}
		return add(r.ctx(), t, id, b.ProductID.Value, func(l *crm.ProductLine) error { return b.apply(l, o.Currency) })
	}, func(l crm.ProductLine) error { return r.JSON(http.StatusCreated, r.view(l)) })
}

func patchProductLine(r *request) error {
	t, line, err := r.part("line")
	if err != nil {
		return err
	}
	var b lineBody
	if err := r.decodePatch(&b); err != nil {
		return err
	}
	o, err := store.Opportunities.Record(r.ctx(), r.store, t.Scope, t.ID)
	if err != nil {
		return err
	}
	l, err := r.store.EditProductLine(r.ctx(), t, line, func(l *crm.ProductLine) error { return b.apply(l, o.Currency) })
	if err != nil {
		return err
	}
	return r.record(l, 0)
}

func deleteProductLine(r *request) error {
	t, line, err := r.part("line")
	if err != nil {
		return err
	}
	if err := r.store.RemoveProductLine(r.ctx(), t, line); err != nil {
		return err
	}
	return r.NoContent()
}

// part is a target with the id of a part of it from the path.
func (r *request) part(name string) (store.Target, crm.ID, error) {
	t, err := r.target()
	if err != nil {
		return t, "", err
	}
	id, err := r.id(name)
	return t, id, err
}

// NoContent answers that it is done and there is nothing to show.
func (r *request) NoContent() error {
	r.gin.Status(http.StatusNoContent)
	r.gin.Writer.WriteHeaderNow()
	return nil
}
