package api

import (
	"leadtocash/crm"
	"leadtocash/store"
)

// editCaptured saves the page of a way by which leads come in, a form or a hook: it reads what was typed, changes the record as the person saw it,
// and shows what is wrong with it again.
func editCaptured[T any](r *request, page string, read func(*form) func(*T), edit func(store.Target, func(*T) error) (T, error), judge func(*form, error) error, show func(crm.ID, form) error) error {
	id, f, err := r.postedTo()
	if err != nil {
		return err
	}
	change := read(&f)
	if !f.Failed() {
		_, err = edit(store.Target{Actor: r.user.ID, ID: id, Version: seenVersion(f)}, func(v *T) error {
			change(v)
			return nil
		})
		if err = judge(&f, err); err != nil {
			return err
		}
	}
	if f.Failed() {
		return show(id, f)
	}
	return r.said("saved", page+string(id))
}

func formCaptureFormEdit(r *request) error {
	return editCaptured(r, "/settings/forms/", r.readCaptureForm, func(t store.Target, change func(*crm.CaptureForm) error) (crm.CaptureForm, error) {
		return r.store.EditForm(r.ctx(), t, change)
	}, r.judgeForm, func(id crm.ID, f form) error { return showCaptureForm(r, id, f) })
}

func formCaptureHookEdit(r *request) error {
	return editCaptured(r, "/settings/hooks/", r.readCaptureHook, func(t store.Target, change func(*crm.CaptureHook) error) (crm.CaptureHook, error) {
		return r.store.EditHook(r.ctx(), t, change)
	}, r.judge, func(id crm.ID, f form) error { return showCaptureHook(r, id, f, "") })
}
