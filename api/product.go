package api

import (
	"errors"

	"leadtocash/crm"
	"leadtocash/store"
)

// productBody is an entry of the catalogue.
type productBody struct {
	SKU         opt[string]      `json:"sku" doc:"max=60;text=It cannot be changed later."`
	Name        opt[string]      `json:"name" doc:"max=200"`
	Description opt[string]      `json:"description" doc:"max=10000"`
	Unit        opt[string]      `json:"unit" doc:"max=20;text=Without it, pc."`
	Price       opt[decimalText] `json:"price"`
	Cost        opt[decimalText] `json:"cost"`
	TaxClassID  opt[crm.ID]      `json:"tax_class_id" doc:"text=Of a new product without class and rate, the default one."`
	TaxPercent  opt[decimalText] `json:"tax_percent" doc:"text=Instead of the class; the rate then means the class that alone has it."`
	MadeToOrder opt[bool]        `json:"made_to_order" doc:"text=It needs a hand-off before it can be quoted (S104)."`
	Active      opt[bool]        `json:"active"`
}

func (b productBody) apply(p *crm.Product, classes crm.TaxClasses) error {
	var c check
	if b.SKU.Set && p.Version > 0 && b.SKU.Value != p.SKU {
		c.fail("/sku", "read_only", nil)
	} else {
		set(b.SKU, &p.SKU)
	}
	set(b.Name, &p.Name)
	set(b.Description, &p.Description)
	set(b.Unit, &p.Unit)
	set(b.MadeToOrder, &p.MadeToOrder)
	set(b.Active, &p.Active)
	c.required("/sku", &p.SKU, 60)
	c.required("/name", &p.Name, maxName)
	c.lines("/description", &p.Description, maxText)
	c.required("/unit", &p.Unit, 20)
	if b.Price.Set || p.Version == 0 {
		p.Price = c.amountRequired("/price", b.Price.Value, p.Currency)
	}
	if b.Cost.Set {
		p.Cost = c.amount("/cost", zeroIfCleared(b.Cost.Value), p.Currency)
	}
	was := crm.TaxClass{ID: p.TaxClassID, Percent: p.TaxPercent}
	if p.Version == 0 {
		was = classes.Default()
	}
	rate := b.TaxPercent.Value
	if b.TaxPercent.Set {
		rate = zeroIfCleared(rate)
	}
	tax := c.taxes("", b.TaxClassID.Value, rate, classes, was)
	p.TaxClassID, p.TaxPercent = tax.ID, tax.Percent
	return c.err()
}

func postProduct(r *request) error {
	var b productBody
	if err := r.decode(&b); err != nil {
		return err
	}
	company, err := r.store.LegalEntity(r.ctx())
	if err != nil {
		return err
	}
	classes, err := r.store.TaxClasses(r.ctx())
	if err != nil {
		return err
	}
	p := crm.Product{Unit: "pc", Currency: company.Currency, Active: true}
	if err := b.apply(&p, classes); err != nil {
		return err
	}
	return create(r, "/api/v1/products/", store.Products, func(id crm.ID) (crm.Product, error) {
		p.ID = id
		made, err := r.store.CreateProduct(r.ctx(), p)
		return made, skuTaken(err)
	})
}

func skuTaken(err error) error {
	if taken, ok := errors.AsType[store.Taken](err); ok && taken.Constraint == "product_sku_key" {
		return refusal("duplicate_sku", invalid("/sku", "already_used", nil))
	}
	return err
}

func patchProduct(r *request) error {
	t, err := r.target()
	if err != nil {
		return err
	}
	var b productBody
	if err := r.decodePatch(&b); err != nil {
		return err
	}
	classes, err := r.store.TaxClasses(r.ctx())
	if err != nil {
		return err
	}
	p, err := r.store.EditProduct(r.ctx(), t.ID, t.Version, func(p *crm.Product) error { return b.apply(p, classes) })
	if err != nil {
		return err
	}
	return r.record(p, p.Version)
}
