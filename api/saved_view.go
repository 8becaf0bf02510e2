package api

import (
	"net/http"
	"net/url"
	"slices"

	"leadtocash/crm"
	"leadtocash/store"
)

// viewBody is a saved list of deals; of other lists it is the part that is alike.
type viewBody struct {
	Name   opt[string] `json:"name" doc:"max=100"`
	Query  opt[string] `json:"query" doc:"max=2000;text=As it stands in the list's address: columns, filter, sort."`
	Shared opt[bool]   `json:"shared"`
}

func (b viewBody) apply(v *crm.ListView) error {
	var c check
	b.into(&c, v)
	return c.err()
}

// into writes the body into a list and notes what is wrong with it.
func (b viewBody) into(c *check, v *crm.ListView) {
	set(b.Name, &v.Name)
	set(b.Query, &v.Query)
	set(b.Shared, &v.Shared)
	c.required("/name", &v.Name, 100)
	c.line("/query", &v.Query, 2000)
	q, err := url.ParseQuery(v.Query)
	if err != nil {
		c.fail("/query", "malformed_query", nil)
	}
	for name := range q {
		if keys := savedLists[v.List].keys; v.List != "" && !slices.Contains(keys, name) {
			c.fail("/query", "unknown_parameter", params{"allowed": keys})
			break
		}
	}
	v.Query = savedLists[v.List].query(q)
}

func getViews(r *request) error {
	views, err := r.store.SavedViews(r.ctx(), r.user.ID, crm.ListDeals)
	if err != nil {
		return err
	}
	if views == nil {
		views = []store.SavedView{}
	}
	return r.JSON(http.StatusOK, r.view(page[store.SavedView]{Data: views}))
}

func postView(r *request) error {
	var b viewBody
	if err := r.decode(&b); err != nil {
		return err
	}
	v := crm.ListView{OwnerID: r.user.ID, List: crm.ListDeals}
	if err := b.apply(&v); err != nil {
		return err
	}
	return made(r, func(id crm.ID) (crm.ListView, error) {
		saved, err := r.store.SavedView(r.ctx(), r.user.ID, id, crm.ListDeals)
		return saved.ListView, err
	}, func(id crm.ID) (crm.ListView, error) {
		v.ID = id
		return r.store.SaveView(r.ctx(), v)
	}, func(v crm.ListView) error { return r.JSON(http.StatusCreated, r.view(v)) })
}

func patchView(r *request) error {
	t, err := r.target()
	if err != nil {
		return err
	}
	var b viewBody
	if err := r.decodePatch(&b); err != nil {
		return err
	}
	if err := b.apply(&crm.ListView{Name: "any", List: crm.ListDeals}); err != nil { // what is wrong in itself is told whoever asks
		return err
	}
	v, err := r.store.EditView(r.ctx(), t, b.apply, crm.ListDeals)
	if err != nil {
		return err
	}
	return r.record(v, v.Version)
}

func deleteView(r *request) error {
	t, err := r.target()
	if err != nil {
		return err
	}
	if err := r.store.DropView(r.ctx(), t, crm.ListDeals); err != nil {
		return err
	}
	return r.NoContent()
}
