package store

import (
	"context"
	"errors"

	"leadtocash/crm"
)

// SavedView is a saved list with the name of whoever keeps it.
type SavedView struct {
	crm.ListView
	Owner string
}

const savedViews = `select v.id, v.owner_id, v.list, v.name, v.query, v.shared, v.version, u.name as owner from saved_view v join app_user u on u.id = v.owner_id
	where v.list = any($2) and (v.owner_id = $1 or v.shared)`

// SavedViews lists the saved ones of lists that a person sees: his own, then those that others share.
func (s *Store) SavedViews(ctx context.Context, person crm.ID, lists ...string) ([]SavedView, error) {
	return many[SavedView](ctx, s.pool, savedViews+` order by v.owner_id <> $1, lower(v.name), v.id limit 200`, person, lists)
}

// SavedView reads a saved one of some lists that the person sees.
func (s *Store) SavedView(ctx context.Context, person, id crm.ID, lists ...string) (SavedView, error) {
	return one[SavedView](ctx, s.pool, savedViews+` and v.id = $3`, person, lists, id)
}

// SaveView keeps a list under a name of its owner. One of the list that he has under this name already is Taken.
func (s *Store) SaveView(ctx context.Context, v crm.ListView) (crm.ListView, error) {
	v.Version = 1
	err := s.edit(ctx, v.OwnerID, func(e *edit) error {
		_, err := e.q.Exec(ctx, `insert into saved_view (id, owner_id, list, name, query, shared) values ($1, $2, $3, $4, $5, $6)`, v.ID, v.OwnerID, v.List, v.Name, v.Query, v.Shared)
		return told(err)
	})
	return v, err
}

// EditView changes a saved one of some lists that the actor keeps; those of others do not exist for it.
func (s *Store) EditView(ctx context.Context, t Target, change func(*crm.ListView) error, lists ...string) (v crm.ListView, err error) {
	err = s.edit(ctx, t.Actor, func(e *edit) error {
		v, err = one[crm.ListView](ctx, e.q, `select * from saved_view where id = $1 and owner_id = $2 and list = any($3) for update`, t.ID, t.Actor, lists)
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
		_, err := e.q.Exec(ctx, `update saved_view set name = $2, query = $3, shared = $4, version = $5 where id = $1`, v.ID, v.Name, v.Query, v.Shared, v.Version)
		return told(err)
	})
	return v, err
}

// DropView forgets a saved one of some lists that the actor keeps.
func (s *Store) DropView(ctx context.Context, t Target, lists ...string) error {
	return s.edit(ctx, t.Actor, func(e *edit) error {
		v, err := one[crm.ListView](ctx, e.q, `delete from saved_view where id = $1 and owner_id = $2 and list = any($3) returning *`, t.ID, t.Actor, lists)
		if err == nil && t.Version != 0 && t.Version != v.Version {
			return Stale{Version: v.Version}
		}
		return err
	})
}

// PanelList is a saved list for a panel of My day, and why it cannot be shown any more: unshared, when its owner keeps it for himself now; unread, when the person may not
// read what is in it any more; gone; empty when it can.
func (s *Store) PanelList(ctx context.Context, u crm.User, id crm.ID) (v SavedView, why string, err error) {
	v, err = one[SavedView](ctx, s.pool, `select v.id, v.owner_id, v.list, v.name, v.query, v.shared, v.version, u.name as owner from saved_view v join app_user u on u.id = v.owner_id where v.id = $1`, id)
	switch {
	case errors.Is(err, ErrNotFound):
		return SavedView{}, "gone", nil
	case err != nil:
		return v, "", err
	case v.OwnerID != u.ID && !v.Shared:
		return SavedView{}, "unshared", nil
	case u.Can(crm.ListNeeds(v.List)) == crm.ReachNone:
		return SavedView{}, "unread", nil
	}
	return v, "", nil
}
