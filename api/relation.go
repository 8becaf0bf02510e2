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
	if b.ContactID != "" && b.Kind != "contact" {
		c.fail("/contact_id", "not_for_this_kind", nil)
	}
	if err := c.err(); err != nil {
		return err
	}
	id, _, err := r.recordID()
	if err != nil {
		return err
	}
	rel, err := r.store.AddRelation(r.ctx(), t, crm.Relation{ID: id, Kind: b.Kind, Name: b.Name, ContactID: b.ContactID, Role: b.Role, Note: b.Note})
	if err != nil {
		return err
	}
	return r.JSON(http.StatusCreated, r.view(rel))
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

// postNote leaves a message for colleagues on a deal (S029).
func postNote(r *request) error {
	t, err := r.target()
	if err != nil {
		return err
	}
	var b noteBody
	if err := r.decode(&b); err != nil {
		return err
	}
	var c check
	c.lines("/text", &b.Text, maxText)
	if b.Text == "" {
		c.fail("/text", "required", nil)
	}
	if err := c.err(); err != nil {
		return err
	}
	id, _, err := r.recordID()
	if err != nil {
		return err
	}
	n, err := r.store.AddNote(r.ctx(), t, crm.Note{ID: id, Text: b.Text})
	if err != nil {
		return err
	}
	return r.JSON(http.StatusCreated, r.view(n))
}
