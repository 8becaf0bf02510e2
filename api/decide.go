package api

import (
	"context"

	"leadtocash/store"
)

// decidable is what a person decides on: hours and expenses on projects that he manages, or, as a sales manager, those of his people.
func (r *request) decidable() (store.Target, error) {
	t, err := r.target()
	t.Scope = r.timesheetDecides()
	return t, err
}

// approving makes the handler of a yes to what was handed in.
func approving[T any](approve func(*store.Store, context.Context, store.Target) (T, error), version func(T) int) func(*request) error {
	return func(r *request) error {
		t, err := r.decidable()
		if err != nil {
			return err
		}
		if err := r.decodeOptional(&emptyBody{}); err != nil {
			return err
		}
		v, err := approve(r.store, r.ctx(), t)
		if err != nil {
			return err
		}
		return r.record(v, version(v))
	}
}

// returning makes the handler that gives back what was handed in, with the reason.
func returning[T any](back func(*store.Store, context.Context, store.Target, string) (T, error), version func(T) int) func(*request) error {
	return func(r *request) error {
		t, err := r.decidable()
		if err != nil {
			return err
		}
		var b rejectBody
		if err := r.decode(&b); err != nil {
			return err
		}
		var c check
		c.reason(&b.Reason)
		if err := c.err(); err != nil {
			return err
		}
		v, err := back(r.store, r.ctx(), t, b.Reason)
		if err != nil {
			return err
		}
		return r.record(v, version(v))
	}
}
