package store

import (
	"context"

	"leadtocash/crm"
)

// CreateContact adds a person at a company within the scope (S048); the company is not found otherwise.
func (s *Store) CreateContact(ctx context.Context, sc Scope, actor crm.ID, c crm.Contact, d ...Doubt) (crm.Contact, error) {
	err := s.edit(ctx, actor, func(e *edit) error {
		if _, err := e.account(ctx, sc, c.AccountID, "/account_id"); err != nil {
			return err
		}
		c.Version, c.CreatedAt = 1, e.now
		if c.OwnerID == "" {
			c.OwnerID = actor
		}
		if err := addContact(ctx, e.q, c, e.now); err != nil {
			return err
		}
		process, err := e.accountTimelineRow(ctx, c.AccountID)
		if err != nil {
			return err
		}
		if err := e.contactRequired(ctx, process, c); err != nil {
			return err
		}
		if err := e.unique(ctx, process, doubtOf(d), EnteredContact(c)); err != nil {
			return err
		}
		return e.tell(ctx, process, Entry{Code: "contact.created", AccountID: c.AccountID, Data: map[string]any{"contact": c.ID, "name": c.Name}})
	})
	return c, err
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

// EditContact changes a person's data by hand (S049).
func (s *Store) EditContact(ctx context.Context, t Target, change func(*crm.Contact) error) (c crm.Contact, err error) {
	err = s.edit(ctx, t.Actor, func(e *edit) error {
		args := []any{t.ID}
		if c, err = one[crm.Contact](ctx, e.q, `select c.* from contact c join account a on a.id = c.account_id where c.id = $1 and `+
			t.Scope.covers("coalesce(c.owner_id, a.owner_id)", &args)+` for update of c`, args...); err != nil {
			return err
		}
		process, err := e.accountTimelineRow(ctx, c.AccountID)
		if err != nil {
			return err
		}
		if t.Version != 0 && t.Version != c.Version {
			return Stale{Version: c.Version}
		}
		before := c
		if err := change(&c); err != nil {
			return err
		}
		changes := differences(before, c)
		if len(changes) == 0 {
			return nil
		}
		if err := e.contactRequired(ctx, process, c); err != nil {
			return err
		}
		if now := EnteredContact(c); now != EnteredContact(before) {
			if err := e.unique(ctx, process, t.Doubt, now); err != nil {
				return err
			}
		}
		c.Version++
		if _, err := e.q.Exec(ctx, `update contact set name = $2, email = $3, phone = $4, job = $5, language = $6, version = $7 where id = $1`,
			c.ID, c.Name, c.Email, c.Phone, c.Job, c.Language, c.Version); err != nil {
			return err
		}
		return e.tell(ctx, process, Entry{Code: "contact.edited", AccountID: c.AccountID, Data: map[string]any{"contact": c.ID, "changed": changes}})
	})
	return c, err
}
