package api

import (
	"fmt"
	"net/http"
	"testing"

	"leadtocash/crm"
)

// S042, S073, S076: Every call about an offer beside its lines, and what it refuses: alternatives, withdrawal, the deposit, comments.
func TestQuoteFlowEveryCall(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	at := "/api/v1/quotes/" + string(s.quote)
	other := s.do("anna", http.MethodPost, at+"/alternatives", "", http.StatusCreated, "Idempotency-Key", "beside-1")
	if again := s.do("anna", http.MethodPost, at+"/alternatives", "", http.StatusCreated, "Idempotency-Key", "beside-1"); other["variant"] != "B" || again["id"] != other["id"] {
		t.Errorf("%v, then %v", other, again["id"])
	}
	if q := s.do("anna", http.MethodGet, at, "", http.StatusOK); q["variant"] != "A" {
		t.Errorf("%v", q["variant"])
	}
	said := s.do("anna", http.MethodPost, at+"/comments", `{"text":"We can deliver a week earlier."}`, http.StatusCreated)
	if list := s.do("anna", http.MethodGet, at+"/comments", "", http.StatusOK)["data"].([]any); len(list) != 1 || list[0].(map[string]any)["id"] != said["id"] || said["by"] != string(s.anna.ID) {
		t.Errorf("%v in %v", said, list)
	}
	s.do("anna", http.MethodGet, at+"/deposit", "", http.StatusNotFound)
	s.exec(fmt.Sprintf(`insert into quote_deposit (quote_id, amount, due_on) values ('%s', 100, '2099-01-01')`, s.quote))
	if d := s.do("anna", http.MethodGet, at+"/deposit", "", http.StatusOK); d["amount"] != "100.00" || d["paid"] != nil || d["used"] != "0.00" {
		t.Errorf("%v", d)
	}
	pay := `{"amount":"100.00","reference":"BANK-7"}`
	if p := s.do("finance", http.MethodPost, at+"/deposit", pay, http.StatusBadRequest); p["code"] != "idempotency_key_required" { // B071
		t.Errorf("%v", p)
	}
	s.do("anna", http.MethodPost, at+"/deposit", pay, http.StatusForbidden, "Idempotency-Key", "d") // she sells, others take money
	s.do("finance", http.MethodPost, at+"/deposit", pay, http.StatusOK, "Idempotency-Key", "d")
	s.do("anna", http.MethodPost, at+"/withdraw", `{"reason":"The price was of last year."}`, http.StatusOK)
	if sent := s.cmd.sent; len(sent) != 2 || sent[0].Kind != crm.QuoteDeposit || sent[1].Kind != crm.QuoteWithdraw || sent[0].Process != crm.ProcessID(crm.KindOpportunity, s.deal) {
		t.Errorf("%+v", sent)
	}
	for _, c := range []struct{ path, body, pointer string }{
		{"/deposit", `{"amount":"1.001","reference":"B"}`, "/amount"},
		{"/deposit", `{"amount":"-1","reference":"B"}`, "/amount"},
		{"/deposit", `{"amount":"1"}`, "/reference"},
		{"/deposit", `{"amount":"1","reference":"B","received_on":"2027-02-29"}`, "/received_on"},
		{"/withdraw", `{"reason":" "}`, "/reason"},
		{"/withdraw", `{}`, "/reason"},
		{"/comments", `{"text":""}`, "/text"},
	} {
		p := s.do("admin", http.MethodPost, at+c.path, c.body, http.StatusUnprocessableEntity, "Idempotency-Key", "wrong")
		if got := p["errors"].([]any)[0].(map[string]any)["pointer"]; got != c.pointer {
			t.Errorf("%s %s: %v", c.path, c.body, p["errors"])
		}
	}
	for path, body := range map[string]string{"/alternatives": "", "/withdraw": `{"reason":"x"}`, "/comments": `{"text":"x"}`} {
		s.do("ben", http.MethodPost, at+path, body, http.StatusNotFound)
	}
	if p := s.do("anna", http.MethodPatch, at, `{"shares":[{"kind":"period","percent":"100"}]}`, http.StatusUnprocessableEntity); p["code"] == "" {
		t.Errorf("%v", p)
	}
}
