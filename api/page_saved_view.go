package api

import (
	"net/url"
	"slices"
	"strings"

	"leadtocash/crm"
	"leadtocash/store"
)

// savedList is a list that can be saved: its page, and the parameters that are kept with it.
type savedList struct {
	path string
	keys []string
}

var dealKeys = []string{"q", "owner", "team", "pipeline", "stage", "state", "account", "from", "until", "closing", "columns", "sort"}

// savedLists are these lists, by their names. Their pages' own permissions say who sees and saves them.
var savedLists = map[string]savedList{
	crm.ListDeals:    {"/opportunities", dealKeys},
	crm.ListLeads:    {"/leads", []string{"q", "state", "owner", "decile", "outcome", "reason", "source", "who"}},
	crm.ListAccounts: {"/accounts", []string{"q", "kind", "country", "state", "sort", "col"}},
	crm.ListProjects: {"/projects", []string{"state"}},
	crm.ListInvoices: {"/invoices", []string{"q", "state", "exchange", "from", "until", "account"}},
	crm.ListCases:    {"/cases", []string{"state", "owner", "priority", "category", "late", "answer", "solve", "reopened", "counted", "plan", "opened_from", "opened_until", "open_on"}},
}

// query is the part of an address that makes a list what it is, in the order of the names; what is empty is left out.
func (l savedList) query(q url.Values) string {
	out := url.Values{}
	for _, name := range l.keys {
		for _, v := range q[name] {
			if v != "" {
				out.Add(name, clean(v, 100))
			}
		}
	}
	return out.Encode()
}

// savedBar is what stands above a list: those that are saved, and a form that saves what is shown.
type savedBar struct {
	Path  string
	Query string // of the address, for saving it
	Views []viewLink
	Open  viewLink // the saved list that is shown
	CSV   string   // the rows as a file; empty where the page has its own link
}

// viewLink is a saved list.
type viewLink struct {
	store.SavedView
	Mine    bool
	Current bool
}

func (r *request) savedBar(list string) (bar savedBar, err error) {
	l := savedLists[list]
	bar.Path, bar.Query = l.path, l.query(r.gin.Request.URL.Query())
	views, err := r.store.SavedViews(r.ctx(), r.user.ID, list)
	for _, v := range views {
		link := viewLink{v, v.OwnerID == r.user.ID, v.Query == bar.Query && bar.Query != ""}
		if link.Current && bar.Open.ID == "" {
			bar.Open = link
		}
		bar.Views = append(bar.Views, link)
	}
	return bar, err
}

// formView keeps the list that is shown; under a name that the person has already it takes that one's place.
func formView(list string) func(*request) error {
	return func(r *request) error {
		l := savedLists[list]
		f, err := r.posted()
		if err != nil {
			return err
		}
		q, err := url.ParseQuery(f.Value("query"))
		if err != nil {
			return refusal(codeMalformed)
		}
		v := crm.ListView{ID: store.NewID(), OwnerID: r.user.ID, List: list, Name: clean(f.Value("name"), 100), Query: l.query(q), Shared: f.Value("shared") == "true"}
		if v.Name == "" {
			return r.SeeOther(l.path + "?" + v.Query)
		}
		if err := r.keepView(v); err != nil {
			return err
		}
		return r.said("saved", l.path+"?"+v.Query)
	}
}

func (r *request) keepView(v crm.ListView) error {
	views, err := r.store.SavedViews(r.ctx(), r.user.ID, v.List)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(views, func(o store.SavedView) bool { return o.OwnerID == v.OwnerID && strings.EqualFold(o.Name, v.Name) })
	if i < 0 {
		_, err = r.store.SaveView(r.ctx(), v)
		return err
	}
	_, err = r.store.EditView(r.ctx(), store.Target{Actor: r.user.ID, ID: views[i].ID}, func(o *crm.ListView) error {
		o.Name, o.Query, o.Shared = v.Name, v.Query, v.Shared
		return nil
	}, v.List)
	return err
}

func formViewRemove(list string) func(*request) error {
	return func(r *request) error {
		id, err := r.id("id")
		if err != nil {
			return err
		}
		if err := r.store.DropView(r.ctx(), store.Target{Actor: r.user.ID, ID: id}, list); err != nil {
			return err
		}
		return r.said("removed", savedLists[list].path)
	}
}
