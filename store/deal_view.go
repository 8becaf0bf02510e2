package store

import (
	"context"

	"leadtocash/crm"
)

// SavedView is a saved list of deals with the name of whoever keeps it.
type SavedView struct {
	crm.DealView
	Owner string
}

const savedViews = `select v.id, v.owner_id, v.name, v.query, v.shared, v.version, u.name as owner from deal_view v join app_user u on u.id = v.owner_id
	where (v.owner_id = $1 or v.shared)`

// DealViews lists the saved lists that a person sees: his own, then those that others share.
func (s *Store) DealViews(ctx context.Context, person crm.ID) ([]SavedView, error) {
	return many[SavedView](ctx, s.pool, savedViews+` order by v.owner_id <> $1, lower(v.name), v.id limit 200`, person)
}

// DealView reads a saved list that the person sees.
func (s *Store) DealView(ctx context.Context, person, id crm.ID) (SavedView, error) {
	return one[SavedView](ctx, s.pool, savedViews+` and v.id = $2`, person, id)
}

// SaveDealView keeps a list of deals under a name of its owner. One that he has under this name already is Taken.
func (s *Store) SaveDealView(ctx context.Context, v crm.DealView) (crm.DealView, error) {
	v.Version = 1
	err := s.edit(ctx, v.OwnerID, func(e *edit) error {
		_, err := e.q.Exec(ctx, `insert into deal_view (id, owner_id, name, query, shared) values ($1, $2, $3, $4, $5)`, v.ID, v.OwnerID, v.Name, v.Query, v.Shared)
		return told(err)
	})
	return v, err
}

// EditDealView changes a list that the actor keeps; those of others do not exist for it.
func (s *Store) EditDealView(ctx context.Context, t Target, change func(*crm.DealView) error) (v crm.DealView, err error) {
	err = s.edit(ctx, t.Actor, func(e *edit) error {
		v, err = one[crm.DealView](ctx, e.q, `select * from deal_view where id = $1 and owner_id = $2 for update`, t.ID, t.Actor)
		if err != nil {
			return err
		}
		if t.Version != 0 && t.Version != v.Version {
			return Stale{Version: v.Version}
		}
		before := v
		if err := change(&v); err != nil || before == v {
			return err
		}
		v.Version++
		_, err := e.q.Exec(ctx, `update deal_view set name = $2, query = $3, shared = $4, version = $5 where id = $1`, v.ID, v.Name, v.Query, v.Shared, v.Version)
		return told(err)
	})
	return v, err
}

// DropDealView forgets a list that the actor keeps.
func (s *Store) DropDealView(ctx context.Context, t Target) error {
	return s.edit(ctx, t.Actor, func(e *edit) error {
		v, err := one[crm.DealView](ctx, e.q, `delete from deal_view where id = $1 and owner_id = $2 returning *`, t.ID, t.Actor)
		if err == nil && t.Version != 0 && t.Version != v.Version {
			return Stale{Version: v.Version}
		}
		return err
	})
}
