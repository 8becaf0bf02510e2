package store

import (
	"context"

	"leadtocash/crm"
)

// CreateContact adds a person at a company within the scope (S048); the company is not found otherwise.
func (s *Store) CreateContact(ctx context.Context, sc Scope, actor crm.ID, c crm.Contact, d ...Doubt) (crm.Contact, error) {
	err := s.edit(ctx, actor, func(e *edit) (err error) {
		c, err = e.createContact(ctx, sc, c, doubtOf(d))
		return err
	})
	return c, err
}

func (e *edit) createContact(ctx context.Context, sc Scope, c crm.Contact, d *Doubt) (crm.Contact, error) {
	if err := e.workplace(ctx, sc, c.AccountID); err != nil {
		return c, err
	}
	if err := e.fitsCustom(ctx, "contact", nil, c.Custom); err != nil {
		return c, err
	}
	c.Version, c.CreatedAt = 1, e.now
	if c.OwnerID == "" {
		c.OwnerID = e.actor
	}
	if c.Consent {
		e.consent(&c)
	}
	if err := addContact(ctx, e.q, c, e.now); err != nil {
		return c, err
	}
	process, err := e.accountTimelineRow(ctx, c.AccountID)
	if err != nil {
		return c, err
	}
	if err := e.contactRequired(ctx, process, c); err != nil {
		return c, err
	}
	if err := e.unique(ctx, process, d, EnteredContact(c)); err != nil {
		return c, err
	}
	return c, e.tell(ctx, process, Entry{Code: "contact.created", AccountID: c.AccountID, Data: map[string]any{"contact": c.ID, "name": c.Name}})
}

// consent notes when it was given or withdrawn, and by whom unless that is known.
func (e *edit) consent(c *crm.Contact) {
	c.ConsentAt = &e.now
	if c.ConsentSource == "" {
		c.ConsentSource = "user:" + string(e.actor)
	}
}

// workplace refuses a company that the person may not write, and one that is archived.
func (e *edit) workplace(ctx context.Context, sc Scope, account crm.ID) error {
	a, err := e.account(ctx, sc, account, "/account_id")
	if err == nil && a.ArchivedAt != nil {
		return crm.FieldErrors{crm.Problem("account_archived").At("/account_id")}
	}
	return err
}

// account finds a company that a new record refers to; one outside the scope is an unknown one.
func (e *edit) account(ctx context.Context, sc Scope, id crm.ID, pointer string) (crm.Account, error) {
	args := []any{id}
	a, err := one[crm.Account](ctx, e.q, `select * from account where id = $1 and `+sc.covers("owner_id", &args)+` for share`, args...)
	return a, unknown(err, pointer)
}

// unknown turns a record that was not found into a wrong field of the body.
func unknown(err error, pointer string) error {
	if err == ErrNotFound {
		return crm.FieldErrors{crm.Problem("unknown_record").At(pointer)}
	}
	return err
}

// lockContact locks a person that the scope covers, himself or by his company, as the person saw him.
func (e *edit) lockContact(ctx context.Context, t Target) (c crm.Contact, err error) {
	args := []any{t.ID}
	if c, err = one[crm.Contact](ctx, e.q, `select c.* from contact c join account a on a.id = c.account_id where c.id = $1 and `+
		t.Scope.covers("coalesce(c.owner_id, a.owner_id)", &args)+` for update of c`, args...); err != nil {
		return c, err
	}
	if t.Version != 0 && t.Version != c.Version {
		return c, Stale{Version: c.Version}
	}
	return c, nil
}

// EditContact changes a person's data by hand (S049). Another company is a move: where he was stays in his history, and both companies are told.
func (s *Store) EditContact(ctx context.Context, t Target, change func(*crm.Contact) error) (c crm.Contact, err error) {
	err = s.edit(ctx, t.Actor, func(e *edit) error {
		if c, err = e.lockContact(ctx, t); err != nil {
			return err
		}
		before := c
		if err := change(&c); err != nil {
			return err
		}
		c, err = e.changeContact(ctx, t, before, c)
		return err
	})
	return c, err
}

// changeContact writes what an edit makes of a person; nothing where nothing changes.
func (e *edit) changeContact(ctx context.Context, t Target, before, c crm.Contact) (crm.Contact, error) {
	if c.Consent != before.Consent {
		if c.ConsentSource == before.ConsentSource {
			c.ConsentSource = ""
		}
		e.consent(&c)
	}
	changes := differences(before, c)
	if len(changes) == 0 {
		return c, nil
	}
	if err := e.fitsCustom(ctx, "contact", before.Custom, c.Custom); err != nil {
		return c, err
	}
	if before.AccountID != c.AccountID {
		if err := e.moveContact(ctx, t.Scope, before, c); err != nil {
			return c, err
		}
	}
	process, err := e.accountTimelineRow(ctx, c.AccountID)
	if err != nil {
		return c, err
	}
	if err := e.contactRequired(ctx, process, c); err != nil {
		return c, err
	}
	if now := EnteredContact(c); now != EnteredContact(before) {
		if err := e.unique(ctx, process, t.Doubt, now); err != nil {
			return c, err
		}
	}
	c.Version++
	if err := e.saveContact(ctx, c); err != nil {
		return c, err
	}
	return c, e.tell(ctx, process, Entry{Code: "contact.edited", AccountID: c.AccountID, Data: map[string]any{"contact": c.ID, "changed": changes}})
}

func (e *edit) saveContact(ctx context.Context, c crm.Contact) error {
	_, err := e.q.Exec(ctx, `update contact set name = $2, email = $3, phone = $4, job = $5, language = $6, version = $7, account_id = $8, role = $9, other_emails = $10,
		other_phones = $11, consent = $12, consent_source = $13, consent_at = $14, custom = $15 where id = $1`, c.ID, c.Name, c.Email, c.Phone, c.Job, c.Language, c.Version,
		c.AccountID, c.Role, orEmpty(c.OtherEmails), orEmpty(c.OtherPhones), c.Consent, c.ConsentSource, c.ConsentAt, c.Custom.Stored())
	return told(err)
}

// moveContact notes where a person worked until now. His open deals stay with the company that buys; he stays among their relations.
func (e *edit) moveContact(ctx context.Context, sc Scope, before, c crm.Contact) error {
	if err := e.workplace(ctx, sc, c.AccountID); err != nil {
		return err
	}
	if _, err := e.q.Exec(ctx, `insert into contact_post (id, contact_id, account_id, job, from_at, until_at, actor)
		values ($1, $2, $3, $4, coalesce((select max(until_at) from contact_post where contact_id = $2), $5), $6, $7)`,
		NewID(), c.ID, before.AccountID, before.Job, before.CreatedAt, e.now, e.actor); err != nil {
		return told(err)
	}
	process, err := e.accountTimelineRow(ctx, before.AccountID)
	if err != nil {
		return err
	}
	return e.tell(ctx, process, Entry{Code: "contact.left", AccountID: before.AccountID, Data: map[string]any{"contact": c.ID, "name": c.Name, "to": c.AccountID}})
}

// PostRow is where a person worked before.
type PostRow struct {
	crm.ContactPost
	Account string
}
