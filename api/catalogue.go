package api

import (
	"fmt"

	"leadtocash/crm"
	"leadtocash/store"
)

// partsRecord is what a product consists of and what must hold where it is.
type partsRecord struct {
	Components  []crm.Component
	Constraints []crm.Constraint
	Version     int
}

// componentsBody replaces what a bundle consists of.
type componentsBody struct {
	Components []componentBody `json:"components" doc:"most=100"`
}

type componentBody struct {
	ProductID crm.ID      `json:"product_id" doc:"required"`
	Quantity  decimalText `json:"quantity" doc:"required;text=In one bundle."`
}

// constraintsBody replaces what must hold where a product is.
type constraintsBody struct {
	Constraints []constraintBody `json:"constraints" doc:"most=50"`
}

type constraintBody struct {
	Kind   string      `json:"kind" doc:"required;enum=constraint_kind;text=requires: at least one of the others; excludes: none of them; ratio: least to most units of them for each unit of the product; choose: least to most different ones of them; amount: least to most units of the product itself; rule: its text holds."`
	Others []crm.ID    `json:"others" doc:"most=100;text=Products; of every kind but amount and rule."`
	Least  decimalText `json:"least"`
	Most   decimalText `json:"most" doc:"text=0 or left out: no limit."`
	Text   string      `json:"text" doc:"max=2000;text=Of a rule: a condition over the quantities of any products by their numbers; abs, min, max and ratio stand beside qty."`
	Note   string      `json:"note" doc:"max=500;text=Why, in the company's words; it is shown with a refusal."`
}

// categoryBody is a place in the catalogue's tree.
type categoryBody struct {
	Name     opt[string] `json:"name" doc:"max=200"`
	ParentID opt[crm.ID] `json:"parent_id" doc:"text=Without it, at the top."`
}

func (b categoryBody) apply(v *crm.Category) error {
	var c check
	set(b.Name, &v.Name)
	c.required("/name", &v.Name, maxName)
	if b.ParentID.Set {
		c.id("/parent_id", &b.ParentID.Value)
		v.ParentID = b.ParentID.Value
	}
	return c.err()
}

func getProductParts(r *request) error {
	id, err := r.id("id")
	if err != nil {
		return err
	}
	p, err := r.store.ProductParts(r.ctx(), id)
	if err != nil {
		return err
	}
	return r.partsShown(p)
}

func (r *request) partsShown(p store.ProductParts) error {
	return r.record(partsRecord{p.Components, readable(p.Constraints), p.Version}, p.Version)
}

func putComponents(r *request) error {
	t, err := r.target()
	if err != nil {
		return err
	}
	var b componentsBody
	if err := r.decode(&b); err != nil {
		return err
	}
	var c check
	parts := make([]crm.Component, len(b.Components))
	for i, p := range b.Components {
		at := fmt.Sprintf("/components/%d", i)
		if p.ProductID == "" {
			c.fail(at+"/product_id", "required", nil)
		}
		c.id(at+"/product_id", &p.ProductID)
		parts[i] = crm.Component{ProductID: p.ProductID, Quantity: c.quantity(at+"/quantity", p.Quantity)}
	}
	if err := c.err(); err != nil {
		return err
	}
	out, err := r.store.SetComponents(r.ctx(), t, parts)
	if err != nil {
		return err
	}
	return r.partsShown(out)
}

func putConstraints(r *request) error {
	t, err := r.target()
	if err != nil {
		return err
	}
	var b constraintsBody
	if err := r.decode(&b); err != nil {
		return err
	}
	var c check
	out := make([]crm.Constraint, len(b.Constraints))
	for i, x := range b.Constraints {
		at := fmt.Sprintf("/constraints/%d", i)
		if out[i] = c.constraint(at, x); out[i].Kind != crm.Rule || x.Text == "" {
			continue
		}
		rule, found, err := r.constraintText(t.ID, x.Text)
		if err != nil {
			return err
		}
		c.wrong = append(c.wrong, ruleItems(at+"/text", found)...)
		rule.Note = out[i].Note
		out[i] = rule
	}
	if err := c.err(); err != nil {
		return err
	}
	parts, err := r.store.SetConstraints(r.ctx(), t, out)
	if err != nil {
		return err
	}
	return r.partsShown(parts)
}

func (c *check) constraint(at string, b constraintBody) crm.Constraint {
	out := crm.Constraint{Kind: crm.ConstraintKind(b.Kind)}
	c.needed(at+"/kind", b.Kind, listOf(crm.ConstraintKinds()...))
	c.line(at+"/note", &b.Note, maxLine)
	if out.Kind == crm.Rule && len(b.Others) > 0 {
		c.fail(at+"/others", "must_be_empty", nil)
	}
	out.Text = b.Text
	out.Note = b.Note
	for i, id := range b.Others {
		c.id(fmt.Sprintf("%s/others/%d", at, i), &id)
		out.Others = append(out.Others, crm.ProductName{ID: id})
	}
	c.maybe(at+"/least", b.Least, &out.Least, c.count)
	c.maybe(at+"/most", b.Most, &out.Most, c.count)
	return out
}

func postCategory(r *request) error {
	var b categoryBody
	if err := r.decode(&b); err != nil {
		return err
	}
	var v crm.Category
	if err := b.apply(&v); err != nil {
		return err
	}
	return create(r, "/api/v1/product-categories/", store.Categories, func(id crm.ID) (crm.Category, error) {
		v.ID = id
		return r.store.CreateCategory(r.ctx(), v)
	})
}

func patchCategory(r *request) error {
	t, err := r.target()
	if err != nil {
		return err
	}
	var b categoryBody
	if err := r.decodePatch(&b); err != nil {
		return err
	}
	v, err := r.store.EditCategory(r.ctx(), t, b.apply)
	if err != nil {
		return err
	}
	return r.record(v, v.Version)
}
