package api

import (
	"leadtocash/crm"
	"leadtocash/store"
)

// editForm saves the form of one record's page, with the version that the person saw; what is wrong comes back on the page beside its field.
type editForm[T any] struct {
	path   string // of the records' pages: "/contacts/"
	unique string // the field to blame when another record has its value; empty: none has to be unique
	read   func(*request, *form) func(*T)
	show   func(*request, crm.ID, form) error
	write  func(*request, store.Target, func(*T) error) error
}

func (e editForm[T]) save(r *request) error {
	id, f, err := r.postedTo()
	if err != nil {
		return err
	}
	change := e.read(r, &f)
	if f.Failed() {
		return e.show(r, id, f)
	}
	err = e.write(r, r.doubting(store.Target{Scope: r.Scope(), Actor: r.user.ID, ID: id, Version: seenVersion(f)}, f.Value("confirm")), func(v *T) error {
		change(v)
		return nil
	})
	if e.unique != "" {
		err = taken(r, &f, err, e.unique)
	}
	if err = r.judge(&f, err); err != nil {
		return err
	}
	if f.Failed() {
		return e.show(r, id, f)
	}
	return r.said("saved", e.path+string(id))
}
