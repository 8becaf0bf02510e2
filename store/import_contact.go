package store

import (
	"context"
	"errors"

	"leadtocash/crm"
)

// importContact makes or changes a person of a row at a company that is there (S047, S048). A person who is there is known at his company by his
// e-mail address, else by his name.
func (e *edit) importContact(ctx context.Context, m *crm.Import, cells map[string]string) (state string, id crm.ID, err error) {
	at, err := e.companyNamed(ctx, cells["vat"], cells["company"], "/company")
	if err != nil {
		return "", "", unknown(err, "/company")
	}
	known, err := e.knownPerson(ctx, m, at.ID, cells)
	if err != nil && !errors.Is(err, ErrNotFound) {
		return "", "", err
	}
	there := err == nil
	if there && m.Known == "skip" {
		return "unchanged", known.ID, nil
	}
	c := known
	if !there {
		c = crm.Contact{ID: NewID(), AccountID: at.ID, Status: "new", Language: at.Language, ConsentSource: "import:" + m.Name}
	}
	if err := e.fillContact(ctx, cells, &c); err != nil {
		return "", "", err
	}
	if !there {
		if !c.Consent {
			c.ConsentSource = ""
		}
		c, err = e.createContact(ctx, Everything(), c, importDoubt(m))
		return "made", c.ID, err
	}
	if c.Consent && !known.Consent {
		c.ConsentSource = "import:" + m.Name
	}
	now, err := e.changeContact(ctx, Target{Scope: Everything(), Actor: e.actor, ID: c.ID, Doubt: importDoubt(m)}, known, c)
	if now.Version == known.Version {
		return "unchanged", c.ID, err
	}
	return "touched", c.ID, err
}

// knownPerson is the person of a row, if he is there and rows of known ones make no new ones.
func (e *edit) knownPerson(ctx context.Context, m *crm.Import, account crm.ID, cells map[string]string) (crm.Contact, error) {
	if m.Known == "new" {
		return crm.Contact{}, ErrNotFound
	}
	return one[crm.Contact](ctx, e.q, `select c.* from contact c where c.account_id = $1 and c.archived_at is null
		and case when $2 <> '' and c.email <> '' then match_email(c.email) = match_email($2) else lower(c.name) = lower($3) end
		order by c.created_at limit 1 for update`, account, cells["email"], cells["name"])
}

// fillContact writes the cells of a row over a person. A consent that he withdrew is not given again by a file.
func (e *edit) fillContact(ctx context.Context, cells map[string]string, c *crm.Contact) (err error) {
	fill(cells, map[string]*string{"name": &c.Name, "email": &c.Email, "phone": &c.Phone, "job": &c.Job, "role": &c.Role, "language": &c.Language})
	if cells["consent"] != "" && c.ConsentAt == nil {
		c.Consent = true
	}
	if owner := cells["owner"]; owner != "" {
		if c.OwnerID, err = e.ownerNamed(ctx, owner); err != nil {
			return err
		}
	}
	return e.fillCustom(ctx, "contact", cells, &c.Custom)
}
