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
	return made(r, func(id crm.ID) (crm.Relation, error) {
		rows, err := r.store.OpportunityRelations(r.ctx(), t.ID)
		return among(rows, err, func(rel crm.Relation) bool { return rel.ID == id })
	}, func(id crm.ID) (crm.Relation, error) {
		return r.store.AddRelation(r.ctx(), t, crm.Relation{ID: id, Kind: b.Kind, Name: b.Name, ContactID: b.ContactID, Role: b.Role, Note: b.Note})
	}, func(rel crm.Relation) error { return r.JSON(http.StatusCreated, r.view(rel)) })
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
	return made(r, func(id crm.ID) (crm.Note, error) {
		rows, err := r.store.OpportunityNotes(r.ctx(), t.ID)
		return among(rows, err, func(n crm.Note) bool { return n.ID == id })
	}, func(id crm.ID) (crm.Note, error) {
		return r.store.AddNote(r.ctx(), t, crm.Note{ID: id, Text: b.Text})
	}, func(n crm.Note) error { return r.JSON(http.StatusCreated, r.view(n)) })
}
