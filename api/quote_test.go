package api

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"leadtocash/crm"
)

// S041, S043, M2: a quote begins with the deal's products; free text may be added; it adds up.
func TestQuoteFromProducts(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	path := "/api/v1/quotes/" + string(s.quote)
	q := s.do("anna", http.MethodGet, path, "", http.StatusOK)
	if q["net"] != "300.00" || q["tax"] != "66.00" || q["total"] != "366.00" || q["state"] != "draft" || q["revision"] != 1.0 {
		t.Fatalf("%v", q)
	}
	if shares := q["shares"].([]any); len(shares) != 3 {
		t.Errorf("%v", shares)
	}
	q = s.do("anna", http.MethodPatch, path, `{"discount_percent":"10","lines":[{"sku":"PUMP","quantity":"1"},
		{"name":"Carriage","quantity":"1","unit_price":"50.00","tax_percent":"22"}]}`, http.StatusOK)
	if q["net"] != "135.00" || q["cost"] != "60.00" || q["list_total"] != "150.00" {
		t.Errorf("net %v cost %v list %v", q["net"], q["cost"], q["list_total"])
	}
	lines := q["lines"].([]any)
	if sum := amount(t, lines[0].(map[string]any)["net"]).Add(amount(t, lines[1].(map[string]any)["net"])); sum.StringFixed(2) != "135.00" {
		t.Errorf("lines sum to %s", sum)
	}
}

// S026: one draft at a time; a sent version never changes; a new one is its copy.
func TestQuoteRevisions(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	path := "/api/v1/quotes/" + string(s.quote)
	if p := s.do("anna", http.MethodPost, path+"/revisions", "", http.StatusConflict); p["code"] != "draft_exists" {
		t.Errorf("%v", p)
	}
	s.exec(`update quote set state = 'sent' where id = '` + string(s.quote) + `'`)
	if p := s.do("anna", http.MethodPatch, path, `{"discount_percent":"5"}`, http.StatusConflict); p["code"] != "quote_not_draft" {
		t.Errorf("%v", p)
	}
	v2 := s.do("anna", http.MethodPost, path+"/revisions", "", http.StatusCreated)
	if v2["revision"] != 2.0 || v2["total"] != "366.00" || v2["state"] != "draft" || v2["id"] == string(s.quote) {
		t.Errorf("%v", v2)
	}
}

// A command goes to the deal's process with the fields that the process reads.
func TestSendQuoteIsACommand(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	done := s.do("anna", http.MethodPost, "/api/v1/quotes/"+string(s.quote)+"/send", `{"fill":{"customer.vat":"IT00743110157"}}`, http.StatusOK)
	sent := s.cmd.sent[len(s.cmd.sent)-1]
	if sent.Kind != crm.QuoteSend || sent.Process != crm.ProcessID(crm.KindOpportunity, s.deal) || sent.Actor != string(s.anna.ID) ||
		!strings.Contains(string(sent.Fields), string(s.quote)) || !strings.Contains(string(sent.Fields), "customer.vat") || done["command"] != sent.ID {
		t.Errorf("%+v", sent)
	}
}

// The same key is the same command; another person's, another address's or none is another one.
func TestCommandIDs(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	path := "/api/v1/opportunities/" + string(s.deal) + "/transitions"
	post := func(person, path string, headers ...string) string {
		return fmt.Sprint(s.do(person, http.MethodPost, path, `{"to":"timing"}`, http.StatusOK, headers...)["command"])
	}
	k1 := post("anna", path, "Idempotency-Key", "k1")
	if k1 != post("anna", path, "Idempotency-Key", "k1") {
		t.Error("one key made two commands")
	}
	other := "/api/v1/opportunities/" + string(s.acceptedDeal) + "/transitions"
	for what, id := range map[string]string{
		"other key": post("anna", path, "Idempotency-Key", "k2"), "other person": post("mara", path, "Idempotency-Key", "k1"),
		"other deal": post("anna", other, "Idempotency-Key", "k1"), "no key": post("anna", path),
	} {
		if id == k1 {
			t.Errorf("%s: the same command", what)
		}
	}
}
