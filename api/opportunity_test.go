package api

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"leadtocash/crm"
)

// S032-S034, S040: the Products tab decides the amount; after the last line it may be typed again.
func TestProductsDecideTheAmount(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	deal := "/api/v1/opportunities/" + string(s.newDeal("Amounts"))
	s.do("anna", http.MethodPatch, deal, `{"amount":"1234.50","target":"2000"}`, http.StatusOK) // S033, S037
	line := s.made("anna", deal+"/products", fmt.Sprintf(`{"product_id":%q,"quantity":"2.5","discount_percent":"10"}`, s.product))
	got := s.do("anna", http.MethodGet, deal, "", http.StatusOK)
	if got["amount"] != "225.00" || got["amount_source"] != "products" || got["target"] != "2000.00" {
		t.Fatalf("amount %v from %v, target %v", got["amount"], got["amount_source"], got["target"])
	}
	refused := s.do("anna", http.MethodPatch, deal, `{"amount":"1.00"}`, http.StatusConflict) // B041
	if refused["code"] != "amount_is_derived" {
		t.Errorf("%v", refused)
	}
	s.do("anna", http.MethodPatch, deal+"/products/"+string(line), `{"unit_price":"200.00"}`, http.StatusOK)
	if got := s.do("anna", http.MethodGet, deal, "", http.StatusOK); got["amount"] != "450.00" {
		t.Errorf("amount %v", got["amount"])
	}
	s.do("anna", http.MethodDelete, deal+"/products/"+string(line), "", http.StatusNoContent)
	got = s.do("anna", http.MethodPatch, deal, `{"amount":"1.00"}`, http.StatusOK)
	if got["amount"] != "1.00" || got["amount_source"] != "hand" {
		t.Errorf("%v from %v", got["amount"], got["amount_source"])
	}
}

// S038: only the catalogue's active products of the deal's currency come on the tab.
func TestProductsComeFromTheCatalogue(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	path := "/api/v1/opportunities/" + string(s.deal) + "/products"
	s.exec(`insert into product (id, sku, name, currency, price, cost, tax_percent) values ('018f0000-0000-7000-8000-000000000001', 'PLN1', 'Zloty', 'PLN', 1, 1, 0)`)
	s.exec(`insert into product (id, sku, name, currency, price, cost, tax_percent, active) values ('018f0000-0000-7000-8000-000000000002', 'OLD', 'Old', 'EUR', 1, 1, 0, false)`)
	for id, code := range map[string]string{
		"018f0000-0000-7000-8000-000000000009": "unknown_record",
		"018f0000-0000-7000-8000-000000000001": "mixed_currency",
		"018f0000-0000-7000-8000-000000000002": "product_inactive",
		"nonsense":                             "invalid_id",
	} {
		rec := s.call1("anna", http.MethodPost, path, fmt.Sprintf(`{"product_id":%q,"quantity":"1"}`, id), http.StatusUnprocessableEntity)
		if !strings.Contains(rec.Body.String(), `"`+code+`"`) {
			t.Errorf("%s: %s", id, rec.Body)
		}
	}
}

// If-Match: an edit on an old version is refused and names what was changed since.
func TestStaleEditNamesWhatChanged(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	deal := "/api/v1/opportunities/" + string(s.deal)
	etag := s.call1("anna", http.MethodGet, deal, "", http.StatusOK).Header().Get("ETag")
	s.do("anna", http.MethodPatch, deal, `{"need":"dry cellars"}`, http.StatusOK, "If-Match", etag)
	s.do("anna", http.MethodPatch, deal, `{"close_date":"2027-03-01"}`, http.StatusOK)
	p := s.do("mara", http.MethodPatch, deal, `{"need":"other"}`, http.StatusPreconditionFailed, "If-Match", etag)
	item := p["errors"].([]any)[0].(map[string]any)
	if got := fmt.Sprint(item["params"].(map[string]any)["changed"]); item["code"] != "mismatch" || got != "[close_date need]" {
		t.Errorf("%v", item)
	}
	cleared := s.do("anna", http.MethodPatch, deal, `{"need":null,"close_date":null}`, http.StatusOK)
	if cleared["need"] != "" || cleared["close_date"] != nil {
		t.Errorf("null did not clear: %v, %v", cleared["need"], cleared["close_date"])
	}
	timeline := s.do("anna", http.MethodGet, "/api/v1/process/"+crm.ProcessID(crm.KindOpportunity, s.deal), "", http.StatusOK)["timeline"].([]any)
	newest := timeline[0].(map[string]any)
	if newest["code"] != "opportunity.edited" || newest["actor"] != string(s.anna.ID) { // S018
		t.Errorf("timeline %v", newest)
	}
}

// S014, S098: a deal begins in the entry stage; further on only through the gates.
func TestNewDealPassesGates(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	body := fmt.Sprintf(`{"name":"Fast","account_id":%q,"amount":"10","stage":"configure"}`, s.account)
	p := s.do("anna", http.MethodPost, "/api/v1/opportunities", body, http.StatusUnprocessableEntity)
	if g, ok := p["gate"].(map[string]any); p["code"] != "gate_refused" || !ok || len(g["failed"].([]any)) == 0 {
		t.Errorf("%v", p)
	}
	for stage, code := range map[string]string{"banana": "unknown_stage", "won": "not_reachable"} {
		body := fmt.Sprintf(`{"name":"x","account_id":%q,"amount":"10","stage":%q}`, s.account, stage)
		if rec := s.call1("anna", http.MethodPost, "/api/v1/opportunities", body, http.StatusUnprocessableEntity); !strings.Contains(rec.Body.String(), code) {
			t.Errorf("%s: %s", stage, rec.Body)
		}
	}
	d := s.do("anna", http.MethodGet, "/api/v1/opportunities/"+string(s.deal), "", http.StatusOK)
	if d["stage"] != "identify" || !strings.HasPrefix(fmt.Sprint(d["number"]), "OPP-") {
		t.Errorf("%v %v", d["stage"], d["number"])
	}
	list := s.do("anna", http.MethodGet, "/api/v1/opportunities", "", http.StatusOK)["data"].([]any)
	if len(list) != 2 {
		t.Errorf("%d deals, want 2: a refused one was written", len(list))
	}
}

// An Idempotency-Key makes a plain create happen once.
func TestCreateWithKeyHappensOnce(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	body := fmt.Sprintf(`{"name":"Once","account_id":%q,"amount":"10"}`, s.account)
	first := s.do("anna", http.MethodPost, "/api/v1/opportunities", body, http.StatusCreated, "Idempotency-Key", "k1")
	rec := s.call1("anna", http.MethodPost, "/api/v1/opportunities", body, http.StatusCreated, "Idempotency-Key", "k1")
	if fields(t, rec)["id"] != first["id"] || rec.Header().Get("Idempotency-Replayed") != "true" {
		t.Errorf("second: %s", rec.Body)
	}
}

// A deal cannot be handed to somebody else by who reaches his own only, nor to somebody disabled.
func TestDealOwner(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	deal := "/api/v1/opportunities/" + string(s.deal)
	give := fmt.Sprintf(`{"owner_id":%q}`, s.ben.ID)
	s.do("anna", http.MethodPatch, deal, give, http.StatusForbidden)
	s.do("sales_ops", http.MethodPatch, deal, give, http.StatusOK)
	s.do("anna", http.MethodGet, deal, "", http.StatusNotFound)
	must(t, s.store.DisableUser(t.Context(), s.anna.ID))
	rec := s.call1("sales_ops", http.MethodPatch, deal, fmt.Sprintf(`{"owner_id":%q}`, s.anna.ID), http.StatusUnprocessableEntity)
	if !strings.Contains(rec.Body.String(), "user_inactive") {
		t.Error(rec.Body)
	}
}

// S094, S050: the short answer after a call happens once, moves the contact's potential and plans the next step.
func TestEngagementOutcome(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	path := "/api/v1/engagements/" + string(s.engagement) + "/outcome"
	s.do("anna", http.MethodPost, path, `{"outcome":"interested","note":"wants two","next":{"kind":"visit","subject":"Show","due_at":"2027-01-20T09:00:00+01:00"}}`, http.StatusOK)
	again := s.do("anna", http.MethodPost, path, `{"outcome":"refused"}`, http.StatusConflict)
	if again["code"] != "already_done" {
		t.Errorf("%v", again)
	}
	if c := s.do("anna", http.MethodGet, "/api/v1/contacts/"+string(s.contact), "", http.StatusOK); c["status"] != "promising" {
		t.Errorf("status %v", c["status"])
	}
	next := s.do("anna", http.MethodGet, "/api/v1/engagements?filter[kind]=visit", "", http.StatusOK)["data"].([]any)
	if len(next) != 1 || next[0].(map[string]any)["due_at"] != "2027-01-20T08:00:00Z" {
		t.Errorf("%v", next)
	}
}
