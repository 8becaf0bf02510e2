package api

import (
	"fmt"
	"net/http"
	"net/url"
	"testing"

	"leadtocash/crm"
)

// S092: lists of every kind are saved by one API for those who may read them, and stand on My day by the rights of the moment: a list that is not shared any more, and one
// whose records the person may not read any more, say so.
func TestSavedListsOfEveryKind(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	const at = "/api/v1/list-views"
	queries := map[string]string{crm.ListDeals: "closing=none", crm.ListLeads: "state=new", crm.ListAccounts: "kind=customer", crm.ListProjects: "state=open", crm.ListInvoices: "state=overdue", crm.ListCases: "late=true"}
	ids := map[string]string{}
	for _, list := range crm.SavedLists() {
		v := s.do("admin", http.MethodPost, at, fmt.Sprintf(`{"list":%q,"name":"All of %s","query":%q,"shared":true}`, list, list, queries[list]), http.StatusCreated)
		if v["list"] != list || v["query"] != queries[list] {
			t.Errorf("%s is kept as %v", list, v)
		}
		ids[list] = v["id"].(string)
		s.do("admin", http.MethodPost, at, fmt.Sprintf(`{"list":%q,"name":"x","query":"nonsense=1"}`, list), http.StatusUnprocessableEntity)
		if n := len(s.do("admin", http.MethodGet, at+"?list="+list, "", http.StatusOK)["data"].([]any)); n != 1 {
			t.Errorf("%d lists of %s", n, list)
		}
	}
	s.do("admin", http.MethodPost, at, `{"list":"shoes","name":"x"}`, http.StatusUnprocessableEntity)
	s.do("admin", http.MethodGet, at+"?list=shoes", "", http.StatusBadRequest)
	s.do("anna", http.MethodPatch, at+"/"+ids[crm.ListLeads], `{"shared":false}`, http.StatusNotFound)
	s.do("anna", http.MethodDelete, at+"/"+ids[crm.ListLeads], "", http.StatusNotFound)
	for _, row := range s.do("anna", http.MethodGet, at, "", http.StatusOK)["data"].([]any) {
		if need := crm.ListNeeds(row.(map[string]any)["list"].(string)); s.anna.Can(need) == crm.ReachNone {
			t.Errorf("anna sees %v", row)
		}
	}
	body := `{"panels":[{"kind":"waits"}`
	for _, list := range []string{crm.ListDeals, crm.ListLeads, crm.ListAccounts, crm.ListProjects, crm.ListInvoices, crm.ListCases} {
		body += fmt.Sprintf(`,{"kind":"list","view":%q}`, ids[list])
	}
	s.do("mara", http.MethodPut, "/api/v1/desktop", body+`]}`, http.StatusOK)
	mara := s.browser("mara")
	d := mara.open("/", http.StatusOK)
	d.sound("en")
	for _, list := range crm.SavedLists() {
		d.want("h2", "All of "+list)
	}
	mara.open("/?arrange=on", http.StatusOK).sound("en")
	s.do("admin", http.MethodPatch, at+"/"+ids[crm.ListLeads], `{"shared":false,"query":"state=qualified"}`, http.StatusOK)
	s.do("admin", http.MethodDelete, at+"/"+ids[crm.ListCases], "", http.StatusNoContent)
	d = mara.open("/", http.StatusOK)
	d.want("p", "This list is not shared with you any more")
	d.want("p", "This list is there no more")
	s.exec(fmt.Sprintf(`update app_user set roles = '{care}' where id = '%s'`, s.mara.ID))
	s.browser("mara").open("/", http.StatusOK).want("p", "You may not read what is in this list any more")
	status(t, s.browser("admin").send(http.MethodPost, "/desktop", url.Values{"version": {"1"}, "action": {"add"}, "kind": {"list/" + ids[crm.ListAccounts]}}), http.StatusSeeOther)
}
