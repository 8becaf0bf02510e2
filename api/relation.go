package api

import (
	"net/http"

	"leadtocash/crm"
)

// postRelation notes a contact, partner or competitor on a deal (S021-S025).
func postRelation(r *request) error {
	t, err := r.target()
	if err != nil {
		return err
	}
	var b relationBody
	if err := r.decode(&b); err != nil {
		return err
	}
	var c check
	c.required("/kind", &b.Kind, maxName)
	c.oneOf("/kind", b.Kind, "contact", "partner", "competitor")
	c.required("/name", &b.Name, maxName)
	c.id("/contact_id", &b.ContactID)
	c.line("/role", &b.Role, maxName)
	c.lines("/note", &b.Note, maxText)
	in := crm.Relation{Kind: b.Kind, Name: b.Name, ContactID: b.ContactID, Role: b.Role, Note: b.Note}
	company, err := r.store.LegalEntity(r.ctx())
	if err != nil {
		return err
	}
	c.offer(&b.Strengths, b.Price, b.Share, company.Currency, &in)
	if err := c.err(); err != nil {
		return err
	}
	return made(r, func(id crm.ID) (crm.Relation, error) {
		rows, err := r.store.OpportunityRelations(r.ctx(), t.ID)
		return among(rows, err, func(rel crm.Relation) bool { return rel.ID == id })
	}, func(id crm.ID) (crm.Relation, error) {
		in.ID = id
		return r.store.AddRelation(r.ctx(), t, in)
	}, func(rel crm.Relation) error { return r.JSON(http.StatusCreated, r.view(rel)) })
}

// offer reads what is known of a competitor's offer and of a partner's share; that they are of its kind is checked with the deal.
func (c *check) offer(strengths *string, price, share decimalText, currency string, in *crm.Relation) {
	c.lines("/strengths", strengths, maxStrengths)
	in.Strengths = *strengths
	if price != "" {
		in.Price = c.amount("/price", price, currency)
	}
	if share != "" {
		in.Share = c.percent("/share", share)
	}
}

// maxStrengths is how many characters a competitor's strengths may have.
const maxStrengths = 2000

// patchRelation changes what is known of a contact, partner or competitor (S022-S024).
func patchRelation(r *request) error {
	t, relation, err := r.part("relation")
	if err != nil {
		return err
	}
	var b relationPatch
	if err := r.decodePatch(&b); err != nil {
		return err
	}
	company, err := r.store.LegalEntity(r.ctx())
	if err != nil {
		return err
	}
	rel, err := r.store.EditRelation(r.ctx(), t, relation, func(in *crm.Relation) error {
		var c check
		set(b.Name, &in.Name)
		set(b.Role, &in.Role)
		set(b.Note, &in.Note)
		c.required("/name", &in.Name, maxName)
		c.line("/role", &in.Role, maxName)
		c.lines("/note", &in.Note, maxText)
		strengths, price, share := in.Strengths, decimalText(""), decimalText("")
		set(b.Strengths, &strengths)
		if b.Price.Set {
			price = zeroIfCleared(b.Price.Value)
		}
		if b.Share.Set {
			share = zeroIfCleared(b.Share.Value)
		}
		c.offer(&strengths, price, share, company.Currency, in)
		return c.err()
	})
	if err != nil {
		return err
	}
	return r.JSON(http.StatusOK, r.view(rel))
}

func deleteRelation(r *request) error {
	t, relation, err := r.part("relation")
	if err != nil {
		return err
	}
	if err := r.store.RemoveRelation(r.ctx(), t, relation); err != nil {
		return err
	}
	return r.NoContent()
}
