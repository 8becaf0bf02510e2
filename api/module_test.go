package api

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"leadtocash/crm"
	"leadtocash/i18n"
)

// S027, S030, S090: a module that is switched off leaves menu and tabs with its reason, refuses what would begin within it by page and API, lets
// what runs go on, and comes back with all that it held. Quotes are on by default (S027).
func TestModulesAreSwitchedOff(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	texts, err := i18n.New()
	must(t, err)
	s.srv.Texts = func(language string) Printer { return texts.For(language) }
	b := s.browser("anna")
	deal := "/opportunities/" + string(s.deal)
	d := b.open(deal, http.StatusOK)
	d.want("a", "Quotes")
	d.want("a", "Products")
	before := s.call1("anna", http.MethodGet, "/api/v1/modules", "", http.StatusOK)
	var off []string
	for _, m := range crm.ModuleNames() {
		off = append(off, fmt.Sprintf(`{"module":%q,"reason":"Another house does %s."}`, m, m))
	}
	body := `{"off":[` + strings.Join(off, ",") + `]}`
	s.do("anna", http.MethodPut, "/api/v1/modules", body, http.StatusForbidden)
	etag := before.Header().Get("ETag")
	s.do("sales_ops", http.MethodPut, "/api/v1/modules", body, http.StatusOK, "If-Match", etag)
	s.do("sales_ops", http.MethodPut, "/api/v1/modules", `{"off":[]}`, http.StatusPreconditionFailed, "If-Match", etag)

	d = b.open(deal+"?tab=quotes", http.StatusOK)
	if d.has("a", "Products") || d.has("button", "New quote") {
		t.Error("a tab is there whose module is off")
	}
	d.want("p", "Quotes: switched off. Another house does quotes.")
	d.want("p", "Catalogue: switched off. Another house does catalogue.")
	d.want("a", "Q-") // what was begun can be read
	b.open("/cases", http.StatusOK).want("p", "Customer care: switched off. Another house does care.")
	admin := s.browser("admin")
	for m, routes := range beginnings {
		for _, rt := range routes {
			method, path, _ := strings.Cut(rt, " ")
			path = s.address(strings.Replace(path, ":item", string(s.line), 1))
			if !strings.HasPrefix(path, "/api/") {
				admin.read(admin.send(method, path, url.Values{"x": {"y"}}), path, http.StatusConflict).want("h1", "switched off: Another house does "+string(m)+".")
				continue
			}
			p := s.do("admin", method, path, `{}`, http.StatusConflict)
			if want := "Another house does " + string(m) + "."; p["code"] != "module_off" || !strings.Contains(fmt.Sprint(p["title"]), want) {
				t.Errorf("%s: %v", rt, p)
			}
		}
	}
	s.do("project_manager", http.MethodPost, "/api/v1/contracts/"+string(s.contract)+"/project/costs", `{"kind":"material","amount":"5.00","text":"Steel","state":"requested"}`, http.StatusConflict)
	s.do("care", http.MethodPost, "/api/v1/cases/"+string(s.careCase)+"/take", `{}`, http.StatusOK) // what runs goes on

	ops := admin
	ops.open("/settings/modules", http.StatusOK).sound("en")
	form := url.Values{"version": {"2"}, "on.quotes": {"true"}}
	bad := ops.read(ops.send(http.MethodPost, "/settings/modules", form), "/settings/modules", http.StatusUnprocessableEntity)
	bad.sound("en")
	for _, m := range crm.ModuleNames() {
		form.Set("on."+m, "true")
	}
	status(t, ops.send(http.MethodPost, "/settings/modules", form), http.StatusSeeOther)
	ops.open("/settings/modules", http.StatusOK).want("del", "Another house does care.")
	d = b.open(deal+"?tab=products", http.StatusOK)
	d.want("td", "PUMP")
	d.want("a", "Quotes")
}

// S090: every beginning of a module is a route of the table.
func TestModulesNameRoutes(t *testing.T) {
	t.Parallel()
	known := map[string]bool{}
	for _, rt := range append(apiRoutes(Config{}), pageRoutes()...) {
		known[rt.method+" "+rt.path] = true
	}
	for m, routes := range beginnings {
		for _, rt := range routes {
			if !known[rt] {
				t.Errorf("%s names %s, which is no route", m, rt)
			}
		}
	}
}
