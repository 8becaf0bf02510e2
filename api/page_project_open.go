package api

import (
	"context"

	"leadtocash/crm"
	"leadtocash/store"
)

// openProject opens a part of a project: the contract of the id within the person's reach by a permission, and what the part reads of its project.
func openProject[T any](r *request, id crm.ID, need crm.Permission, read func(context.Context, crm.Contract) (T, error)) (c crm.Contract, part T, err error) {
	if c, err = store.Contracts.Record(r.ctx(), r.store, store.ScopeOf(r.user, need), id); err != nil {
		return c, part, err
	}
	part, err = read(r.ctx(), c)
	return c, part, err
}

// workable tells whether a project is still worked on.
func workable(c crm.Contract, p crm.Project) bool {
	return c.State == crm.ContractActive && p.State == "open"
}

// mayWorkOn tells whether the person may change a project.
func (r *request) mayWorkOn(c crm.Contract, p crm.Project) bool {
	return workable(c, p) && r.Can(crm.MayWriteProject)
}
