package api

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"leadtocash/crm"
)

// S092: each list is saved with what its address keeps and shared with those who see it; lists do not mix, and only who keeps one forgets it.
func TestEveryListIsSaved(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	admin, anna := s.browser("admin"), s.browser("anna")
	for list, query := range map[string]string{crm.ListLeads: "owner=none&state=new", crm.ListAccounts: "kind=customer&sort=created", crm.ListProjects: "state=open", crm.ListInvoices: "from=2026-01-01&state=overdue", crm.ListCases: "owner=nobody&priority=high"} {
		path := savedLists[list].path
		rec := admin.send(http.MethodPost, path+"/views", url.Values{"name": {"The " + list}, "query": {query + "&after=x&nonsense=1"}, "shared": {"true"}})
		status(t, rec, http.StatusSeeOther)
		if at := rec.Header().Get("Location"); at != path+"?"+query {
			t.Errorf("%s saved as %s", list, at)
		}
		d := admin.open(path+"?"+query, http.StatusOK)
		d.sound("en")
		d.want("a", "The "+list)
		for other := range savedLists {
			if list != other && s.browser("admin").open(savedLists[other].path, http.StatusOK).has("a", "The "+list) {
				t.Errorf("%s stands on %s", list, other)
			}
		}
		views, err := s.store.SavedViews(t.Context(), s.anna.ID, list)
		if err != nil || len(views) != 1 || views[0].Query != query {
			t.Fatalf("%s: %+v %v", list, views, err)
		}
		remove := path + "/views/" + string(views[0].ID) + "/remove"
		if rec := anna.send(http.MethodPost, remove, nil); rec.Code != http.StatusNotFound && rec.Code != http.StatusForbidden {
			t.Errorf("%s: somebody else forgets it: %d", list, rec.Code)
		}
		status(t, admin.send(http.MethodPost, "/opportunities/views/"+string(views[0].ID)+"/remove", nil), http.StatusNotFound)
		rec = admin.send(http.MethodPost, remove, nil)
		status(t, rec, http.StatusSeeOther)
		if strings.Contains(admin.send(http.MethodGet, path, nil).Body.String(), "The "+list) {
			t.Errorf("%s is still there", list)
		}
	}
}
