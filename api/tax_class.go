package api

import (
	"leadtocash/crm"
	"leadtocash/store"
)

// taxClassBody is a tax class as it is made or patched.
type taxClassBody struct {
	Name      opt[string]      `json:"name" doc:"max=200"`
	Percent   opt[decimalText] `json:"percent" doc:"text=Products of the class follow a change; lines that were written keep their rate."`
	Exemption opt[string]      `json:"exemption" doc:"max=200;text=Why nothing is charged; of a rate of 0, and of no other."`
	Code      opt[string]      `json:"code" doc:"enum=natura;text=The reason as Italian electronic invoices name it; of a rate of 0."`
	Country   opt[string]      `json:"country" doc:"text=For whose rates it is, ISO 3166, two capital letters."`
	IsDefault opt[bool]        `json:"is_default" doc:"text=Of new products and free text; true takes it from the class that had it."`
	Active    opt[bool]        `json:"active" doc:"text=Whether it may be chosen; the default always may."`
}

func (b taxClassBody) apply(t *crm.TaxClass) error {
	var c check
	set(b.Name, &t.Name)
	set(b.Exemption, &t.Exemption)
	set(b.Country, &t.Country)
	set(b.Code, &t.Code)
	c.oneOf("/code", t.Code, crm.Naturas()...)
	set(b.IsDefault, &t.IsDefault)
	set(b.Active, &t.Active)
	c.required("/name", &t.Name, maxName)
	c.line("/exemption", &t.Exemption, maxName)
	c.country("/country", &t.Country)
	if b.Percent.Set && b.Percent.Value != "" {
		t.Percent = c.percent("/percent", b.Percent.Value)
	} else if b.Percent.Set || t.Version == 0 {
		c.fail("/percent", "required", nil)
	}
	return c.err()
}

func postTaxClass(r *request) error {
	var b taxClassBody
	if err := r.decode(&b); err != nil {
		return err
	}
	t := crm.TaxClass{Active: true}
	if err := b.apply(&t); err != nil {
		return err
	}
	return create(r, "/api/v1/tax-classes/", store.TaxClasses, func(id crm.ID) (crm.TaxClass, error) {
		t.ID = id
		return r.store.CreateTaxClass(r.ctx(), r.user.ID, t)
	})
}

func patchTaxClass(r *request) error {
	t, err := r.target()
	if err != nil {
		return err
	}
	var b taxClassBody
	if err := r.decodePatch(&b); err != nil {
		return err
	}
	c, err := r.store.EditTaxClass(r.ctx(), t, b.apply)
	if err != nil {
		return err
	}
	return r.record(c, c.Version)
}

// taxes reads what a body says of tax: a class, a rate, or both when they agree. Of a rate alone the class that it means is taken. With
// neither, what was there stays.
func (c *check) taxes(at string, class crm.ID, percent decimalText, classes crm.TaxClasses, was crm.TaxClass) crm.TaxClass {
	if class == "" {
		if percent == "" {
			return was
		}
		rate := c.percent(at+"/tax_percent", percent)
		if was.ID != "" && was.Percent.Equal(rate) {
			return was
		}
		if meant := classes.OfRate(rate); meant.ID != "" {
			return meant
		}
		return crm.TaxClass{Percent: rate}
	}
	id, err := parseID(string(class))
	found, ok := classes.By(id)
	switch {
	case err != nil || !ok:
		c.fail(at+"/tax_class_id", "unknown_record", nil)
	case !found.Active && found.ID != was.ID:
		c.fail(at+"/tax_class_id", "class_inactive", nil)
	}
	if percent != "" && !c.percent(at+"/tax_percent", percent).Equal(found.Percent) && ok {
		c.fail(at+"/tax_percent", "differs_from_class", params{"want": found.Percent.String()})
	}
	return found
}
