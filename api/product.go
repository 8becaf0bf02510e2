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
	Active      opt[bool]        `json:"active" doc:"text=false retires it: documents keep it, nothing new takes it."`

	Kind         opt[string]            `json:"kind" doc:"enum=product_kind;text=Without it, goods."`
	CategoryID   opt[crm.ID]            `json:"category_id"`
	UnitDecimals opt[int]               `json:"unit_decimals" doc:"min=0;top=4;text=Of a quantity; without it, 4."`
	PricedAs     opt[string]            `json:"priced_as" doc:"enum=priced_as;text=Of a bundle."`
	ReplacedBy   opt[crm.ID]            `json:"replaced_by" doc:"text=What is proposed instead of a retired product."`
	Names        opt[map[string]string] `json:"names" doc:"text=By language; in others, name."`
	Descriptions opt[map[string]string] `json:"descriptions" doc:"text=By language; in others, description."`
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
	b.deepen(&c, p)
	return c.err()
}

// deepen reads what a product is beyond its price.
func (b productBody) deepen(c *check, p *crm.Product) {
	if b.Kind.Set {
		c.needed("/kind", b.Kind.Value, listOf(crm.ProductKinds()...))
		p.Kind = crm.ProductKind(b.Kind.Value)
	}
	if b.PricedAs.Set {
		c.needed("/priced_as", b.PricedAs.Value, []string{crm.PricedFixed, crm.PricedSum})
		p.PricedAs = b.PricedAs.Value
	}
	set(b.UnitDecimals, &p.UnitDecimals)
	c.between("/unit_decimals", p.UnitDecimals, 0, 4)
	for pointer, id := range map[string]struct {
		from *opt[crm.ID]
		to   *crm.ID
	}{"/category_id": {&b.CategoryID, &p.CategoryID}, "/replaced_by": {&b.ReplacedBy, &p.ReplacedBy}} {
		if id.from.Set {
			c.id(pointer, &id.from.Value)
			*id.to = id.from.Value
		}
	}
	if b.Names.Set {
		p.Names = b.Names.Value
		c.labels("/names", p.Names, false)
	}
	if b.Descriptions.Set {
		p.Descriptions = map[string]string{}
		for l, text := range b.Descriptions.Value {
			c.oneOf("/descriptions/"+escapePointer(l), l, "en", "it", "es", "pl")
			c.lines("/descriptions/"+escapePointer(l), &text, maxText)
			p.Descriptions[l] = text
		}
	}
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
	p := crm.Product{Unit: "pc", UnitDecimals: 4, Currency: company.Currency, Active: true, Kind: crm.ProductGoods, PricedAs: crm.PricedFixed}
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
