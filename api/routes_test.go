package api

import (
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"leadtocash/crm"
	"leadtocash/store"
)

// S2: every route of the table, without log-in and with each role: exactly what the policy says.
func TestRoutesKeepToThePolicy(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	people := map[string]crm.Role{
		"anna": crm.RoleSalesperson, "mara": crm.RoleSalesManager, "admin": crm.RoleAdmin, "sales_ops": crm.RoleSalesOps,
		"project_manager": crm.RoleProjectManager, "finance": crm.RoleFinance, "care": crm.RoleCare,
	}
	for _, rt := range s.srv.routes() {
		path := s.address(rt.path)
		if rt.need == public {
			if rec := s.call(rt.method, path, ""); rt.path != "/login" && rec.Code == http.StatusUnauthorized || rec.Code == http.StatusForbidden {
				t.Errorf("%s %s: %d for everybody", rt.method, rt.path, rec.Code)
			}
			continue
		}
		rec := s.call(rt.method, path, "")
		if rt.page {
			if rec.Code != http.StatusSeeOther || !strings.HasPrefix(rec.Header().Get("Location"), "/login") {
				t.Errorf("%s %s without log-in: %d to %q", rt.method, rt.path, rec.Code, rec.Header().Get("Location"))
			}
		} else if rec.Code != http.StatusUnauthorized {
			t.Errorf("%s %s without log-in: %d", rt.method, rt.path, rec.Code)
		}
		if rt.need == session {
			continue
		}
		for person, role := range people {
			// a body that no route takes, so that nothing changes whoever is let in
			rec := s.as(s.keys[person], rt.method, path, "", "Content-Type", "text/nonsense")
			may := (crm.User{Active: true, Roles: []crm.Role{role}}).Can(rt.need) > crm.ReachNone
			if may == (rec.Code == http.StatusForbidden && !strings.Contains(rec.Body.String(), "own_account") && !strings.Contains(rec.Body.String(), store.NoWriting) && !strings.Contains(rec.Body.String(), "not_author")) {
				t.Errorf("%s %s as %s: %d, policy says %v", rt.method, rt.path, person, rec.Code, may)
			}
			if rec.Code >= 500 {
				t.Errorf("%s %s as %s: %.300s", rt.method, rt.path, person, rec.Body)
			}
		}
	}
}

// ofTheHouse are routes of records that belong to nobody's reach.
var ofTheHouse = regexp.MustCompile(`(?:/(users|tax-classes|taxes|product-categories|price-books|folders|mail-templates|custom-fields|settings/fields|forms|rules|plans|teams)|^/plan)/`)

// S1, B086: what lies outside a person's reach is answered exactly as what does not exist, on every route with an id.
func TestForeignRecordsDoNotExist(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	for _, rt := range s.srv.routes() {
		if !strings.Contains(rt.path, ":id") || rt.need == public || rt.need == session || ofTheHouse.MatchString(rt.path) || strings.Contains(rt.path, "/products/:id") && !strings.Contains(rt.path, "opportunities") {
			continue
		}
		for _, person := range []string{"ben", "max"} {
			u := s.ben
			if person == "max" {
				u = s.max
			}
			if u.Can(rt.need) == crm.ReachNone {
				continue
			}
			ask := func(path string) *httptest.ResponseRecorder {
				if strings.HasSuffix(rt.path, "/documents") && rt.method == http.MethodPost {
					return s.uploadTo(person, path, "a.txt", "text")
				}
				return s.as(s.keys[person], rt.method, path, foreignBody(rt.path), "Idempotency-Key", "k")
			}
			rec, nobody := ask(s.address(rt.path)), ask(s.ghost(rt.path))
			if rec.Code != http.StatusNotFound || nobody.Code != http.StatusNotFound {
				t.Errorf("%s %s as %s: %d, and %d for one that does not exist: %s", rt.method, rt.path, person, rec.Code, nobody.Code, rec.Body.String()[:min(300, rec.Body.Len())])
				continue
			}
			if a, b := anonymous(rec), anonymous(nobody); a != b {
				t.Errorf("%s %s: %s, but %s for one that does not exist", rt.method, rt.path, a, b)
			}
		}
	}
	if len(s.cmd.sent) != 0 {
		t.Errorf("%d commands were sent for foreign records", len(s.cmd.sent))
	}
}

var oneTime = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}`)

// anonymous is an answer's body without the ids in it.
func anonymous(rec *httptest.ResponseRecorder) string {
	return oneTime.ReplaceAllString(rec.Body.String(), "id")
}

// foreignBody is a good body for the route, so that only the record can be the reason of a refusal.
func foreignBody(path string) string {
	for part, body := range map[string]string{
		"/qualify": `{"score":5}`, "/assign": `{"owner_id":""}`, "/feedback": `{"feedback":"positive"}`,
		"/disqualify": `{"reason":"spam"}`, "/transitions": `{"to":"timing"}`, "/hand-offs": `{"key":"finance"}`, "/bounce": `{"reason":"x"}`, "/products": `{"product_id":"018f0000-0000-7000-8000-000000000009","quantity":"1"}`,
		"/relations": `{"kind":"partner","name":"x"}`, "/notes": `{"text":"x"}`, "/outcome": `{"outcome":"reached"}`, "/reject": `{"reason":"x"}`,
		"/exceptions": `{"key":"timing","clauses":["timing.need"],"reason":"x"}`, "/decline": `{"reason":"x"}`, "/return": `{"reason":"x"}`,
		"/addresses": `{"purpose":"site","street":"x"}`, "/payments": `{"amount":"1","reference":"x"}`, "/credit-notes": `{"reason":"x"}`,
	} {
		if strings.HasSuffix(path, part) {
			return body
		}
	}
	return "{}"
}

// ghost is the address of a record that does not exist.
func (s *scene) ghost(path string) string {
	id := string(store.NewID())
	path = strings.Replace(path, "/process/:id", "/process/opportunity-"+id, 1)
	return s.address(strings.Replace(path, ":id", id, 1))
}

// S1: lists hold what the reach covers: one's own, the team's and those below it, all.
func TestListsKeepToTheReach(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	for _, path := range []string{"leads", "accounts", "contacts", "opportunities", "engagements", "quotes", "orders", "contracts", "invoices", "credit-notes", "overdue"} {
		for person, sees := range map[string]bool{"anna": true, "mara": true, "ben": false, "max": false, "sales_ops": true} {
			out := s.do(person, http.MethodGet, "/api/v1/"+path, "", http.StatusOK)
			if got := len(out["data"].([]any)) > 0; got != sees {
				t.Errorf("%s lists %s: %v, want %v", person, path, got, sees)
			}
		}
	}
}

// B016, B017, B068: unknown paths and methods.
func TestUnknownAddresses(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	for _, path := range []string{
		"/api/v1/leadz", "/api/v1/leads/..%2f..%2fetc%2fpasswd", "/api/v1/leads/nonsense", "/api/v1/leads/' or 1=1--/x",
		"/api/v1/process/banana", "/api/v1/process/lead-nonsense",
	} {
		rec := s.as(s.keys["admin"], http.MethodGet, strings.ReplaceAll(path, " ", "%20"), "")
		if p := fields(t, rec); rec.Code != http.StatusNotFound || p["code"] != "not_found" || rec.Header().Get("Content-Type") != "application/problem+json" {
			t.Errorf("%s: %d %v", path, rec.Code, p)
		}
	}
	rec := s.as(s.keys["admin"], http.MethodGet, "/api/v1/orders/"+string(s.order)+"/approve", "")
	if p := fields(t, rec); rec.Code != http.StatusMethodNotAllowed || p["code"] != "method_not_allowed" || rec.Header().Get("Allow") != "POST" {
		t.Errorf("%d %v %q", rec.Code, p, rec.Header().Get("Allow"))
	}
}
