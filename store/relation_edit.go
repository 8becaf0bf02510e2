package store

import (
	"context"

	"leadtocash/crm"
)

// AddRelation notes a person or company with a part in the deal (S021-S025). A contact must be one of the deal's customer.
func (s *Store) AddRelation(ctx context.Context, t Target, r crm.Relation) (crm.Relation, error) {
	err := s.editTab(ctx, t, func(e *edit, o crm.Opportunity) (Entry, error) {
		r.OpportunityID = o.ID
		if err := e.contactOf(ctx, o.AccountID, r.ContactID); err != nil {
			return Entry{}, err
		}
		if err := r.Check(crm.Currency(o.Currency)); err != nil {
			return Entry{}, err
		}
		_, err := e.q.Exec(ctx, `insert into relation (id, opportunity_id, kind, name, contact_id, role, note, strengths, price, share) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
			r.ID, o.ID, r.Kind, r.Name, r.ContactID, r.Role, r.Note, r.Strengths, r.Price, r.Share)
		return Entry{Code: "relation.added", Data: map[string]any{"kind": r.Kind, "name": r.Name}}, err
	})
	return r, err
}

// EditRelation changes what is known of a person or company on the deal; the kind and the contact stay.
func (s *Store) EditRelation(ctx context.Context, t Target, relation crm.ID, change func(*crm.Relation) error) (r crm.Relation, err error) {
	err = s.editTab(ctx, t, func(e *edit, o crm.Opportunity) (Entry, error) {
		if r, err = one[crm.Relation](ctx, e.q, `select * from relation where id = $1 and opportunity_id = $2 for update`, relation, o.ID); err != nil {
			return Entry{}, err
		}
		before := r
		if err := change(&r); err != nil {
			return Entry{}, err
		}
		if err := r.Check(crm.Currency(o.Currency)); err != nil {
			return Entry{}, err
		}
		_, err := e.q.Exec(ctx, `update relation set name = $2, role = $3, note = $4, strengths = $5, price = $6, share = $7 where id = $1`,
			r.ID, r.Name, r.Role, r.Note, r.Strengths, r.Price, r.Share)
		return Entry{Code: "relation.edited", Data: map[string]any{"kind": r.Kind, "name": r.Name, "changes": differences(before, r)}}, err
	})
	return r, err
}

// RemoveRelation takes a person or company off the deal.
func (s *Store) RemoveRelation(ctx context.Context, t Target, relation crm.ID) error {
	return s.editTab(ctx, t, func(e *edit, o crm.Opportunity) (Entry, error) {
		r, err := one[crm.Relation](ctx, e.q, `delete from relation where id = $1 and opportunity_id = $2 returning *`, relation, o.ID)
		return Entry{Code: "relation.removed", Data: map[string]any{"kind": r.Kind, "name": r.Name}}, err
	})
}

// editTab runs a change on one of the deal's tabs that leaves the deal's own fields alone, and tells of it.
func (s *Store) editTab(ctx context.Context, t Target, change func(*edit, crm.Opportunity) (Entry, error)) error {
	return s.edit(ctx, t.Actor, func(e *edit) error {
		if err := e.join(ctx, crm.KindOpportunity, t.ID); err != nil {
			return err
		}
		args := []any{t.ID}
		o, err := one[crm.Opportunity](ctx, e.q, `select `+opportunityColumns+` from opportunity where id = $1 and `+
			t.Scope.covers("owner_id", &args)+` for share`, args...)
		if err != nil {
			return err
		}
		entry, err := change(e, o)
		if err != nil {
			return told(err)
		}
		entry.AccountID, entry.OpportunityID = o.AccountID, o.ID
		return e.tell(ctx, crm.ProcessID(crm.KindOpportunity, o.ID), entry)
	})
}
