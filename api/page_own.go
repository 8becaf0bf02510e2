package api

import (
	"leadtocash/crm"
	"leadtocash/store"
)

// ownPart is the part of a deal's or lead's page with the fields that the company defined itself (S054).
type ownPart struct {
	Path    string // where its form is sent
	Version int
	Inputs  []ownInput
	Texts   []ownText
	Form    form
}

// Any tells whether there is something to show.
func (p ownPart) Any() bool { return len(p.Inputs)+len(p.Texts) > 0 }

// keyOwnForm is where a refused form of own fields waits for its page, whose other forms it leaves alone.
const keyOwnForm = "own form"

// ownPart draws the fields of a record; may tells whether the person may write it.
func (r *request) ownPart(record, path string, version int, values crm.Custom, may bool) (ownPart, error) {
	f, _ := r.gin.Value(keyOwnForm).(form)
	own, err := r.own(record)
	p := ownPart{Path: path, Version: version, Texts: own.texts(r, values, !may), Form: f}
	if may {
		p.Inputs = own.inputs(r, f, values)
	}
	return p, err
}

// formOwn saves the own fields of a record from its page.
func formOwn(record, path string, write func(*request, store.Target, func(*crm.Custom)) error, show func(*request, crm.ID) error) func(*request) error {
	return func(r *request) error {
		id, err := r.id("id")
		if err != nil {
			return err
		}
		own, err := r.own(record)
		if err != nil {
			return err
		}
		f, err := r.posted()
		if err != nil {
			return err
		}
		change := own.read(r, &f)
		if !f.Failed() {
			err = write(r, store.Target{Scope: r.Scope(), Actor: r.user.ID, ID: id, Version: seenVersion(f)}, change)
			if err = r.judge(&f, err); err != nil {
				return err
			}
		}
		if f.Failed() {
			r.gin.Set(keyOwnForm, f)
			return show(r, id)
		}
		return r.said("saved", path+string(id))
	}
}

var (
	formDealOwn = formOwn("opportunity", "/opportunities/", func(r *request, t store.Target, change func(*crm.Custom)) error {
		_, err := r.store.EditOpportunity(r.ctx(), t, func(o *crm.Opportunity) error {
			change(&o.Custom)
			return nil
		})
		return err
	}, func(r *request, id crm.ID) error { return showDeal(r, id, form{}, nil) })

	formLeadOwn = formOwn("lead", "/leads/", func(r *request, t store.Target, change func(*crm.Custom)) error {
		_, err := r.store.EditLead(r.ctx(), t, func(l *crm.Lead) error {
			change(&l.Custom)
			return nil
		})
		return err
	}, func(r *request, _ crm.ID) error { return showLead(r, form{}, nil) })
)
