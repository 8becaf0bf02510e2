package api

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
)

// S060, S078: Every call about the checklist's ticks and the terms of a contract to be, and what they refuse.
func TestOrderTermsEveryCall(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	s.exec(fmt.Sprintf(`update sales_order set state = 'validate' where id = '%s'`, s.order))
	s.exec(fmt.Sprintf(`insert into quote_line (id, quote_id, position, name, quantity, unit_price, tax_percent, unit_cost, net) select gen_random_uuid(), quote_id, 9, 'Press', 1, 1000, 22, 600, 1000 from sales_order where id = '%s'`, s.order))
	at := "/api/v1/orders/" + string(s.order)
	o := s.do("finance", http.MethodPatch, at, `{"ticks":{"papers":true,"samples":true}}`, http.StatusOK)
	if ticks := o["ticks"].([]any); len(ticks) != 2 || ticks[0].(map[string]any)["by"] == "" || ticks[0].(map[string]any)["at"] == "" {
		t.Errorf("%v", o["ticks"])
	}
	s.do("finance", http.MethodPatch, at, `{"ticks":{"samples":false}}`, http.StatusOK)
	s.do("anna", http.MethodPatch, at, `{"ticks":{"samples":true}}`, http.StatusForbidden) // she sells, others check
	s.do("ben", http.MethodPatch, at, `{"terms":null}`, http.StatusNotFound)
	s.do("finance", http.MethodPatch, at, `{"ticks":{"No Key":true}}`, http.StatusUnprocessableEntity)

	list := s.do("anna", http.MethodGet, "/api/v1/tranche-templates", "", http.StatusOK)["templates"].([]any)
	if len(list) < 3 {
		t.Fatalf("%v", list)
	}
	plans := s.do("sales_ops", http.MethodPut, "/api/v1/tranche-templates",
		`{"templates":[{"name":"Kit and care","plan":[{"kind":"deposit","percent":"20"},{"kind":"progress","percent":"30","milestone":"Installed"},{"kind":"period","percent":"50","every":"quarter","periods":3}]}]}`, http.StatusOK)
	template := plans["templates"].([]any)[0].(map[string]any)["id"]
	s.do("anna", http.MethodPut, "/api/v1/tranche-templates", `{"templates":[]}`, http.StatusForbidden)
	s.do("sales_ops", http.MethodPut, "/api/v1/tranche-templates", `{"templates":[{"name":"Wrong","plan":[{"kind":"deposit","percent":"99"}]}]}`, http.StatusUnprocessableEntity)
	s.do("sales_ops", http.MethodPut, "/api/v1/tranche-templates", `{"templates":[{"name":"A","plan":[{"kind":"deposit","percent":"100"}]},{"name":"a","plan":[{"kind":"deposit","percent":"100"}]}]}`, http.StatusUnprocessableEntity)

	o = s.do("anna", http.MethodPatch, at, fmt.Sprintf(`{"terms":{"template_id":%q,"start_date":"2027-01-31","months":9,"renewal":"automatic","renewal_months":6,"notice_days":30,"text":"Spare parts are kept here."}}`, template), http.StatusOK)
	terms := o["terms"].(map[string]any)
	if len(terms["plan"].([]any)) != 3 || terms["template"] != "Kit and care" || terms["renewal"] != "automatic" {
		t.Errorf("%v", terms)
	}
	for body, want := range map[string]string{
		`{"terms":{"months":0}}`:                                           "/terms/months",
		`{"terms":{"renewal":"sometimes"}}`:                                "/terms/renewal",
		`{"terms":{"notice_days":-1}}`:                                     "/terms/notice_days",
		`{"terms":{"plan":[{"kind":"deposit","percent":"10,5"}]}}`:         "/terms/plan/0/percent",
		`{"terms":{"template_id":"018f0000-0000-7000-8000-000000000000"}}`: "/terms/template",
		`{"terms":{"plan":[{"kind":"deposit","percent":"99.9999"},{"kind":"balance","percent":"0.0001"}]}}`: "/terms/plan",
	} {
		p := s.do("anna", http.MethodPatch, at, body, http.StatusUnprocessableEntity)
		if got := p["errors"].([]any)[0].(map[string]any)["pointer"]; got != want {
			t.Errorf("%s: %v", body, p["errors"])
		}
	}
	b := s.browser("finance")
	if page := b.open("/orders/"+string(s.order), http.StatusOK); !page.has("main", "Kit and care") || !page.has("main", "Installed") {
		t.Error("the page does not show the plan")
	}
	s.do("anna", http.MethodPatch, at, `{"terms":null}`, http.StatusOK)
	s.exec(fmt.Sprintf(`update sales_order set state = 'approve' where id = '%s'`, s.order))
	if p := s.do("anna", http.MethodPatch, at, `{"terms":{"months":3}}`, http.StatusConflict); p["code"] != "order_not_validating" {
		t.Errorf("%v", p)
	}
}

// S058: Every call about a contract's signatures; the hash is that of the paper, which is the same file each time, or of the signed copy.
func TestContractSignaturesEveryCall(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	at := "/api/v1/contracts/" + string(s.contract) + "/signatures"
	b := s.browser("finance")
	paper := b.send(http.MethodGet, "/contracts/"+string(s.contract)+"/paper", nil)
	if paper.Code != http.StatusOK || !strings.HasPrefix(paper.Body.String(), "%PDF-1") {
		t.Fatalf("%d %.80s", paper.Code, paper.Body)
	}
	first := s.do("finance", http.MethodPost, at, `{"party":"customer","signer":"Carla Bianchi","signed_on":"2026-01-15","place":"Milano"}`, http.StatusCreated)
	if want := hashed(paper.Body.Bytes()); first["hash"] != want || first["language"] == "" {
		t.Errorf("%v, the paper's hash is %s", first, want)
	}
	for body, want := range map[string]string{
		`{"party":"nobody","signer":"C","signed_on":"2026-01-15"}`:                                                      "/party",
		`{"party":"seller","signed_on":"2026-01-15"}`:                                                                   "/signer",
		`{"party":"seller","signer":"C"}`:                                                                               "/signed_on",
		`{"party":"seller","signer":"C","signed_on":"2999-01-01"}`:                                                      "/signed_on",
		`{"party":"seller","signer":"C","signed_on":"2027-02-29"}`:                                                      "/signed_on",
		`{"party":"seller","signer":"C","signed_on":"2026-01-15","document_id":"018f0000-0000-7000-8000-000000000000"}`: "/document_id",
		fmt.Sprintf(`{"party":"seller","signer":"C","signed_on":"2026-01-15","document_id":%q}`, s.document):            "/document_id", // it lies with a deal
	} {
		p := s.do("finance", http.MethodPost, at, body, http.StatusUnprocessableEntity)
		if got := p["errors"].([]any)[0].(map[string]any)["pointer"]; got != want {
			t.Errorf("%s: %v", body, p["errors"])
		}
	}
	s.do("care", http.MethodPost, at, `{"party":"seller","signer":"C","signed_on":"2026-01-15"}`, http.StatusForbidden)
	if list := s.do("anna", http.MethodGet, at, "", http.StatusOK)["data"].([]any); len(list) != 1 {
		t.Errorf("%v", list)
	}
	s.do("ben", http.MethodGet, at, "", http.StatusNotFound)
	if !b.open("/contracts/"+string(s.contract), http.StatusOK).has("main", "Carla Bianchi") {
		t.Error("the page does not name who signed")
	}
}
