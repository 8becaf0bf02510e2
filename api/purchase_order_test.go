package api

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"leadtocash/crm"
)

// S082, S083: an order is approved by somebody else within his limit, comes and is invoiced in parts, and what it commits moves with it.
func TestPurchaseOrders(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	project := "/api/v1/contracts/" + string(s.contract) + "/project"
	at := project + "/purchase-orders"
	do := func(who, path, body string, want int, headers ...string) map[string]any {
		t.Helper()
		return s.do(who, http.MethodPost, at+path, body, want, headers...)
	}
	pnl := func(actual, committed string) {
		t.Helper()
		if p := s.do("project_manager", http.MethodGet, project+"/pnl", "", http.StatusOK)["whole"].(map[string]any); p["actual"] != actual || p["committed"] != committed {
			t.Errorf("%v spent and %v ordered, want %s and %s", p["actual"], p["committed"], actual, committed)
		}
	}
	for body, want := range map[string]string{
		`{"kind":"material","lines":[{"text":"x","quantity":"1","unit_price":"1"}]}`:                        "required",
		`{"supplier":"Steel Srl","kind":"gift","lines":[{"text":"x","quantity":"1","unit_price":"1"}]}`:     "unknown_value",
		`{"supplier":"Steel Srl","kind":"material","lines":[]}`:                                             "required",
		`{"supplier":"Steel Srl","kind":"material","lines":[{"text":"x","quantity":"0","unit_price":"1"}]}`: "out_of_range",
		`{"supplier":"Steel Srl","kind":"material","lines":[{"text":"x","quantity":"1","unit_price":"0"}]}`: "out_of_range",
	} {
		if p := do("project_manager", "", body, http.StatusUnprocessableEntity); firstCode(p) != want {
			t.Errorf("%s: %v, want %s", body, p, want)
		}
	}
	o := do("project_manager", "", `{"supplier":"Steel Srl","kind":"material","lines":[{"text":"Beams","quantity":"4","unit_price":"10.00"},{"text":"Bolts","quantity":"0.5","unit_price":"10.01"}]}`, http.StatusCreated)
	if o["net"] != "45.01" || o["state"] != "draft" || !strings.HasPrefix(fmt.Sprint(o["number"]), "PO-") {
		t.Errorf("%v", o)
	}
	one := "/" + fmt.Sprint(o["id"])
	pnl("0.00", "0.00")
	do("project_manager", one+"/approve", "{}", http.StatusForbidden)
	own := "/" + fmt.Sprint(do("admin", "", `{"supplier":"Steel Srl","kind":"travel","lines":[{"text":"Van","quantity":"1","unit_price":"10.00"}]}`, http.StatusCreated)["id"])
	if p := do("admin", own+"/approve", "{}", http.StatusForbidden); p["code"] != "self_approval" {
		t.Errorf("approved by who asked: %v", p)
	}
	dear := "/" + fmt.Sprint(do("project_manager", "", `{"supplier":"Steel Srl","kind":"material","lines":[{"text":"A hall","quantity":"1","unit_price":"90000000.00"}]}`, http.StatusCreated)["id"])
	if p := do("mara", dear+"/approve", "{}", http.StatusForbidden); p["code"] != "over_approval_limit" {
		t.Errorf("over the limit: %v", p)
	}
	do("mara", dear+"/refuse", "{}", http.StatusOK)
	do("project_manager", one+"/receive", "{}", http.StatusConflict)
	if open := fmt.Sprint(s.do("project_manager", http.MethodGet, project+"/open", "", http.StatusOK)["data"]); !strings.Contains(open, "kind:request name:"+fmt.Sprint(o["number"])) {
		t.Errorf("the project is kept open by %s", open)
	}
	do("finance", one+"/approve", "{}", http.StatusOK, "If-Match", `"1"`)
	do("finance", one+"/approve", "{}", http.StatusConflict)
	pnl("0.00", "45.01")
	do("project_manager", one+"/receive", `{"lines":[{"position":1,"quantity":"3"}]}`, http.StatusOK)
	if p := do("project_manager", one+"/receive", `{"lines":[{"position":1,"quantity":"2"}]}`, http.StatusUnprocessableEntity); firstCode(p) != "more_than_ordered" {
		t.Errorf("more than was ordered: %v", p)
	}
	do("project_manager", one+"/invoices", `{"number":"117","amount":"30.00"}`, http.StatusOK)
	pnl("30.00", "15.01")
	if p := do("project_manager", one+"/invoices", `{"number":"117","amount":"1.00"}`, http.StatusConflict); p["code"] != "duplicate_invoice" {
		t.Errorf("the same invoice twice: %v", p)
	}
	var cost string
	for _, c := range s.do("project_manager", http.MethodGet, project, "", http.StatusOK)["costs"].([]any) {
		if c := c.(map[string]any); c["state"] == "committed" {
			cost = fmt.Sprint(c["id"])
		}
	}
	if p := s.do("project_manager", http.MethodPost, project+"/costs/"+cost+"/receive", "{}", http.StatusConflict); p["code"] != "cost_of_order" {
		t.Errorf("past its order: %v", p)
	}
	if o := do("project_manager", one+"/invoices", `{"number":"118","amount":"20.00"}`, http.StatusOK); o["state"] != string(crm.PurchaseDone) {
		t.Errorf("%v", o)
	}
	pnl("50.00", "0.00")
	do("project_manager", own+"/end", "{}", http.StatusOK)
	two := "/" + fmt.Sprint(do("project_manager", "", `{"supplier":"Steel Srl","kind":"subcontract","lines":[{"text":"Paint","quantity":"1","unit_price":"8.00"}]}`, http.StatusCreated)["id"])
	do("finance", two+"/approve", "{}", http.StatusOK)
	do("project_manager", two+"/invoices", `{"number":"1","amount":"5.00","last":true}`, http.StatusOK)
	pnl("55.00", "0.00")
	if rows := s.do("project_manager", http.MethodGet, at, "", http.StatusOK)["data"].([]any); len(rows) != 4 {
		t.Errorf("%d orders", len(rows))
	}
}

// S082: the page asks for an order, shows what may be done with it, and its paper.
func TestPurchasePage(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	v := projectVisit{s, s.browser("project_manager"), "/contracts/" + string(s.contract)}
	f := projectVisit{s, s.browser("finance"), v.at}
	v.says("/purchases", "Nothing is ordered yet")
	v.refused("/purchases", nil, "supplier", "", "kind", "material")
	v.does("/purchases", "supplier", "Steel Srl", "kind", "material", "line.0.text", "Beams", "line.0.quantity", "2", "line.0.price", "12.50")
	page := v.says("/purchases", "Steel Srl", "Waits for approval", "€25.00")
	_, id, _ := strings.Cut(page, "/purchases?order=")
	id, _, _ = strings.Cut(id, "#")
	v.says("/purchases?order="+id, "It waits for approval")
	f.says("/purchases?order="+id, "Approve €25.00")
	f.does("/purchases/"+id+"/approve", "version", "1")
	v.refused("/purchases/"+id+"/receive", []string{"Say of at least one line"}, "version", "2", "came.1", "0")
	v.does("/purchases/"+id+"/receive", "version", "2", "came.1", "1")
	v.refused("/purchases/"+id+"/invoice", nil, "version", "3", "invoice_number", "", "invoice_amount", "")
	v.does("/purchases/"+id+"/invoice", "version", "3", "invoice_number", "117", "invoice_amount", "10")
	v.b.open(v.at+"/purchases?order="+id, http.StatusOK).sound("en")
	v.says("/purchases?order="+id, "partly received", "117", "€15.00")
	if rec := v.b.send(http.MethodGet, v.at+"/purchases/"+id+"/paper", nil); rec.Code != http.StatusOK || !strings.HasPrefix(rec.Body.String(), "%PDF") {
		t.Errorf("the paper is %d", rec.Code)
	}
	v.does("/purchases/"+id+"/end", "version", "4")
}

// S082: a draft is written anew as a whole, on the page and through the API, until it is decided; what is asked for follows it, and who changed it does not approve it.
func TestPurchaseDraftIsChanged(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	project, page := "/api/v1/contracts/"+string(s.contract)+"/project", "/contracts/"+string(s.contract)+"/purchases"
	body := func(lines string) string { return `{"supplier":"Steel Srl","kind":"material","lines":[` + lines + `]}` }
	o := s.do("project_manager", http.MethodPost, project+"/purchase-orders", body(`{"text":"Beams","quantity":"4","unit_price":"120.00"}`), 201)
	at := project + "/purchase-orders/" + fmt.Sprint(o["id"])
	s.do("project_manager", http.MethodPut, at, body(""), 422)
	s.do("anna", http.MethodPut, at, body(`{"text":"Beams","quantity":"4","unit_price":"120.00"}`), 403)
	got := s.do("project_manager", http.MethodPut, at, body(`{"text":"Beams","quantity":"3","unit_price":"100.00"},{"text":"Bolts","quantity":"10","unit_price":"0.55"}`), 200, "If-Match", `"1"`)
	if got["net"] != "305.50" || got["number"] != o["number"] {
		t.Errorf("%v", got)
	}
	s.do("project_manager", http.MethodPut, at, body(`{"text":"Beams","quantity":"4","unit_price":"120.00"}`), http.StatusPreconditionFailed, "If-Match", `"1"`)
	asked := `select amount || ' ' || state || ' ' || (select count(*) from purchase_line) from cost_entry where purchase_order_id = '` + fmt.Sprint(o["id"]) + `'`
	if got := ask[string](s, asked); got != "305.50 requested 2" {
		t.Error(got)
	}
	pm := s.browser("project_manager")
	d := pm.open(page+"?order="+fmt.Sprint(o["id"])+"&change=yes", http.StatusOK)
	d.sound("en")
	if got := shows(d.control("line.1.text")); got != "Bolts" {
		t.Errorf("the form shows %q", got)
	}
	fields := url.Values{"version": {"2"}, "supplier": {"Steel Srl"}, "kind": {"material"}, "line.0.text": {"Beams"}, "line.0.quantity": {"5"}, "line.0.price": {""}}
	bad := pm.read(pm.send(http.MethodPost, page+"/"+fmt.Sprint(o["id"]), fields), page, http.StatusUnprocessableEntity)
	bad.sound("en")
	if attr(bad.control("line.0.price"), "aria-invalid") != "true" {
		t.Error("the price is not marked")
	}
	fields.Set("line.0.price", "20")
	status(t, pm.send(http.MethodPost, page+"/"+fmt.Sprint(o["id"]), fields), http.StatusSeeOther)
	if got := ask[string](s, asked); got != "100.00 requested 1" {
		t.Error(got)
	}
	s.do("finance", http.MethodPost, at+"/approve", "", 200)
	s.do("project_manager", http.MethodPut, at, body(`{"text":"Beams","quantity":"4","unit_price":"120.00"}`), 409)
}
