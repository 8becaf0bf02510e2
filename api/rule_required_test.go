package api

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"leadtocash/crm"
)

// demanding are rules that require a field of every record, some only under a condition.
const demanding = `required:
  lead: [filled(lead.phone), filled(lead.contact) or lead.source == "fair"]
  account: [filled(customer.address), 'not (customer.country == "IT") or filled(customer.vat)']
  contact: [filled(contact.phone)]
  opportunity: [filled(deal.need), deal.target <= 500 or filled(deal.close_date)]
  quote: [quote.lines > 0]
`

// S053, S063, S097: what the rules require is told of all fields at once, at each, and nothing is written; a condition decides whether it is.
func TestRequiredFields(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	_, err := s.store.ActivateRules(t.Context(), map[crm.RuleKind]string{crm.RuleRequired: demanding}, "test", "")
	must(t, err)
	account, contact := "/api/v1/accounts/"+string(s.account), "/api/v1/contacts/"+string(s.contact)
	tests := []struct{ method, path, body, want string }{
		{http.MethodPost, "/api/v1/leads", `{"company":"Neri Srl"}`, "[/phone /contact_name]"},
		{http.MethodPost, "/api/v1/leads", `{"company":"Neri Srl","source":"fair"}`, "[/phone]"},
		{http.MethodPost, "/api/v1/leads", `{"company":"Verdi Srl","email":"verdi@example.com"}`, "[/phone /contact_name]"}, // known or not
		{http.MethodPost, "/api/v1/accounts", `{"name":"Neri Srl","country":"IT"}`, "[/address /vat]"},
		{http.MethodPost, "/api/v1/accounts", `{"name":"Neri GmbH","country":"DE"}`, "[/address]"},
		{http.MethodPatch, account, `{"phone":"+39 02 1234567"}`, "[/address /vat]"},
		{http.MethodPost, "/api/v1/contacts", fmt.Sprintf(`{"account_id":%q,"name":"Ugo"}`, s.account), "[/phone]"},
		{http.MethodPatch, contact, `{"job":"Buyer"}`, "[/phone]"},
	}
	for _, tt := range tests {
		p := s.do("anna", tt.method, tt.path, tt.body, http.StatusUnprocessableEntity)
		var at []string
		for _, e := range p["errors"].([]any) {
			at = append(at, fmt.Sprint(e.(map[string]any)["pointer"]))
		}
		if got := fmt.Sprint(at); p["code"] != "gate_refused" || got != tt.want {
			t.Errorf("%s %s %s: %v told at %s, want %s", tt.method, tt.path, tt.body, p["code"], got, tt.want)
		}
	}
	if got := s.do("anna", http.MethodGet, account, "", http.StatusOK); got["phone"] != "" {
		t.Errorf("a refused edit wrote %v", got["phone"])
	}
	s.do("anna", http.MethodPatch, account, `{"phone":"+39 02 1234567","address":"Via Po 2","vat":"IT00743110157"}`, http.StatusOK)
	s.do("anna", http.MethodPost, "/api/v1/leads", `{"company":"Neri Srl","phone":"+39 02 1234567","contact_name":"Ugo Neri"}`, http.StatusCreated)
	// A deal from before keeps what it began with; one that begins now has to have more (N3).
	s.do("anna", http.MethodPatch, "/api/v1/opportunities/"+string(s.deal), `{"target":"600"}`, http.StatusOK)
	later := s.newDeal("Later")
	p := s.do("anna", http.MethodPatch, "/api/v1/opportunities/"+string(later), `{"target":"600"}`, http.StatusUnprocessableEntity)
	if len(p["errors"].([]any)) != 2 {
		t.Errorf("%v", p["errors"])
	}
	s.do("anna", http.MethodPatch, "/api/v1/opportunities/"+string(later), `{"target":"600","need":"Pumps","close_date":"2027-03-01"}`, http.StatusOK)
	s.do("anna", http.MethodPost, "/api/v1/quotes", fmt.Sprintf(`{"opportunity_id":%q}`, later), http.StatusUnprocessableEntity)
}

// The page tells it beside the field and keeps what was typed.
func TestRequiredOnThePage(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	_, err := s.store.ActivateRules(t.Context(), map[crm.RuleKind]string{crm.RuleRequired: demanding}, "test", "")
	must(t, err)
	b := s.browser("anna")
	rec := b.send(http.MethodPost, "/leads", url.Values{"company": {"Neri Srl"}, "contact_name": {"Ugo Neri"}, "email": {""}, "phone": {""}, "need": {"Pumps"}})
	if page := rec.Body.String(); rec.Code != http.StatusUnprocessableEntity || !strings.Contains(page, "Required fields, version 2") || !strings.Contains(page, "Ugo Neri") {
		t.Errorf("status %d: %s", rec.Code, page)
	}
}
