package api

import (
	"context"
	"net/http"

	"leadtocash/crm"
	"leadtocash/store"
)

// groupList is the companies of a group, the head first and each below the one above it.
type groupList struct {
	Data []store.GroupRow `json:"data"`
}

func getAccountGroup(r *request) error {
	id, err := r.id("id")
	if err != nil {
		return err
	}
	if _, err := store.Accounts.Record(r.ctx(), r.store, r.Scope(), id); err != nil {
		return err
	}
	today, err := r.today()
	if err != nil {
		return err
	}
	rows, err := r.store.AccountGroup(r.ctx(), r.Scope(), id, today)
	if err != nil {
		return err
	}
	return r.JSON(http.StatusOK, r.view(groupList{rows}))
}

// archiving makes the handler that takes a record out of use, or back into it.
func archiving[T any](do func(*store.Store, context.Context, store.Target, bool) (T, error), archived bool, version func(T) int) func(*request) error {
	return func(r *request) error {
		t, err := r.target()
		if err != nil {
			return err
		}
		var b emptyBody
		if err := r.decodeOptional(&b); err != nil {
			return err
		}
		v, err := do(r.store, r.ctx(), t, archived)
		if err != nil {
			return err
		}
		return r.record(v, version(v))
	}
}

func accountVersion(a crm.Account) int { return a.Version }
func contactVersion(c crm.Contact) int { return c.Version }
