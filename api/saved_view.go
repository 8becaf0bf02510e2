package api

import (
	"net/url"
	"slices"

	"leadtocash/crm"
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

func getViews(r *request) error { return r.tellLists(crm.ListDeals) }

func postView(r *request) error {
	var b viewBody
	if err := r.decode(&b); err != nil {
		return err
	}
	v := crm.ListView{OwnerID: r.user.ID, List: crm.ListDeals}
	if err := b.apply(&v); err != nil {
		return err
	}
	return r.keepList(v)
}

func patchView(r *request) error { return r.changeList(crm.ListDeals) }

func deleteView(r *request) error { return r.forgetList(crm.ListDeals) }
