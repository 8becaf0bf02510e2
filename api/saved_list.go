package api

import (
	"net/http"

	"leadtocash/crm"
	"leadtocash/store"
)

// savedListRoutes are the saved lists of every kind (S092). Which kinds a caller may read, save and see shared follows from his permissions on the records.
func savedListRoutes() []route {
	return []route{
		{method: get, path: "/api/v1/list-views", need: session, do: getListViews},
		{method: post, path: "/api/v1/list-views", need: session, do: postListView},
		{method: patch, path: "/api/v1/list-views/:id", need: session, do: patchListView},
		{method: remove, path: "/api/v1/list-views/:id", need: session, do: deleteListView},
	}
}

var savedListCalls = map[string]call{
	"GET /api/v1/list-views": call{tag: "People", summary: "List the saved lists", answers: map[int]any{200: page[store.SavedView]{}}, refuses: []code{codeParameter}, query: []parameter{
		{"list", "Of one kind; left out: of all that you may read.", schema{"type": "string", "enum": texts(crm.SavedLists())}},
	}}.says("S092", "Your own and those that others share, of the kinds of records that you may read."),
	"POST /api/v1/list-views": creating("People", "Save a list", listViewBody{}, crm.ListView{}).needing("list", "name").may(codeConflict).
		says("S092", "Of opportunities, leads, accounts, projects, invoices or cases.").like(`{"list":"leads","name":"New ones","query":"state=new"}`),
	"PATCH /api/v1/list-views/:id":  patching("People", "Change a saved list", viewBody{}, crm.ListView{}).may(codeConflict).says("S092", "Only your own.").like(`{"shared":true}`),
	"DELETE /api/v1/list-views/:id": removing("People", "Forget a saved list").says("S092", "Only your own."),
}

// listViewBody is a saved list as it is made.
type listViewBody struct {
	List   opt[string] `json:"list" doc:"enum=saved_list"`
	Name   opt[string] `json:"name" doc:"max=100"`
	Query  opt[string] `json:"query" doc:"max=2000;text=As it stands in the list's address: columns, filter, sort."`
	Shared opt[bool]   `json:"shared"`
}

// listsAsked are the kinds of lists that the address asks for, of those that the person may read.
func (r *request) listsAsked() ([]string, error) {
	if err := r.onlyKnows("list"); err != nil {
		return nil, err
	}
	list := r.gin.Query("list")
	switch {
	case list == "":
		return crm.ListsOf(r.user), nil
	case crm.ListNeeds(list) == "":
		return nil, wrongParameter("list", "unknown_value", params{"value": clean(list, maxName), "allowed": crm.SavedLists()})
	}
	return []string{list}, r.mayList(list)
}

// mayList refuses lists of records that the person may not read.
func (r *request) mayList(list string) error {
	if need := crm.ListNeeds(list); !r.Can(need) {
		return r.missing("/list", need)
	}
	return nil
}

func getListViews(r *request) error {
	lists, err := r.listsAsked()
	if err != nil {
		return err
	}
	return r.tellLists(lists...)
}

func postListView(r *request) error {
	var b listViewBody
	if err := r.decode(&b); err != nil {
		return err
	}
	v := crm.ListView{OwnerID: r.user.ID}
	set(b.List, &v.List)
	var c check
	c.required("/list", &v.List, maxName)
	if c.oneOf("/list", v.List, crm.SavedLists()...); c.err() != nil {
		v.List = "" // the rest is told, too
	}
	viewBody{b.Name, b.Query, b.Shared}.into(&c, &v)
	if err := c.err(); err != nil {
		return err
	}
	if err := r.mayList(v.List); err != nil {
		return err
	}
	return r.keepList(v)
}

func patchListView(r *request) error { return r.changeList(crm.ListsOf(r.user)...) }

func deleteListView(r *request) error { return r.forgetList(crm.SavedLists()...) }

// tellLists answers the saved lists of the kinds that the person may see.
func (r *request) tellLists(kinds ...string) error {
	views, err := r.store.SavedViews(r.ctx(), r.user.ID, kinds...)
	if err != nil {
		return err
	}
	return r.JSON(http.StatusOK, r.view(page[store.SavedView]{Data: orNone(views)}))
}

// keepList saves a new list.
func (r *request) keepList(v crm.ListView) error {
	return made(r, func(id crm.ID) (crm.ListView, error) {
		saved, err := r.store.SavedView(r.ctx(), r.user.ID, id, v.List)
		return saved.ListView, err
	}, func(id crm.ID) (crm.ListView, error) {
		v.ID = id
		return r.store.SaveView(r.ctx(), v)
	}, func(v crm.ListView) error { return r.JSON(http.StatusCreated, r.view(v)) })
}

// changeList edits the person's own list of one of the kinds.
func (r *request) changeList(kinds ...string) error {
	t, err := r.target()
	if err != nil {
		return err
	}
	var b viewBody
	if err := r.decodePatch(&b); err != nil {
		return err
	}
	probe := crm.ListView{Name: "any"}
	if len(kinds) == 1 {
		probe.List = kinds[0]
	}
	if err := b.apply(&probe); err != nil { // what is wrong in itself is told whoever asks
		return err
	}
	v, err := r.store.EditView(r.ctx(), t, b.apply, kinds...)
	if err != nil {
		return err
	}
	return r.record(v, v.Version)
}

// forgetList drops the person's own list of one of the kinds.
func (r *request) forgetList(kinds ...string) error {
	t, err := r.target()
	if err != nil {
		return err
	}
	if err := r.store.DropView(r.ctx(), t, kinds...); err != nil {
		return err
	}
	return r.NoContent()
}
