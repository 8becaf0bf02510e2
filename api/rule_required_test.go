package api

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"leadtocash/crm"
	"leadtocash/store"
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
		if got := toldAt(p); p["code"] != "gate_refused" || got != tt.want {
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
	deal := fmt.Sprintf(`{"name":"Later","account_id":%q,"target":"600"`, s.account)
	p := s.do("anna", http.MethodPost, "/api/v1/opportunities", deal+`}`, http.StatusUnprocessableEntity)
	if got := toldAt(p); got != "[/need /close_date]" {
		t.Errorf("a new deal is told at %s", got)
	}
	later := s.made("anna", "/api/v1/opportunities", deal+`,"need":"Pumps","close_date":"2027-03-01","budget":true,"tags":["fair"]}`)
	made := s.do("anna", http.MethodGet, "/api/v1/opportunities/"+string(later), "", http.StatusOK)
	if fmt.Sprint(made["budget"], made["tags"], made["need"]) != "true [fair]Pumps" {
		t.Errorf("a new deal has lost something: %v", made)
	}
	s.do("anna", http.MethodPatch, "/api/v1/opportunities/"+string(later), `{"need":""}`, http.StatusUnprocessableEntity)
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

func toldAt(problem map[string]any) string {
	var at []string
	for _, e := range problem["errors"].([]any) {
		at = append(at, fmt.Sprint(e.(map[string]any)["pointer"]))
	}
	return fmt.Sprint(at)
}

// S097: a new deal is asked for its required fields and for the gate of its stage, all at once and each beside its field; what a deal can only
// have later is not asked of a new one. A deal of a converted lead is made in any case.
func TestRequiredOfNewDeals(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	_, err := s.store.ActivateRules(t.Context(), map[crm.RuleKind]string{crm.RuleRequired: `required:
  opportunity: [filled(deal.need), deal.products > 0, filled(contact.email), deal.amount < 1000 or filled(deal.close_date)]
`}, "test", "")
	must(t, err)
	b := s.browser("anna")
	page := b.send(http.MethodGet, "/board", nil).Body.String()
	if !strings.Contains(page, `name="need"`) || strings.Contains(page, `name="close_date"`) {
		t.Error("the form does not ask what the rules ask")
	}
	form := url.Values{"name": {"Line 9"}, "account_id": {string(s.account)}, "amount": {"100"}, "stage": {"identify"}, "command": {string(store.NewID())}}
	rec := b.send(http.MethodPost, "/opportunities", form)
	page = rec.Body.String()
	if rec.Code != http.StatusUnprocessableEntity || !strings.Contains(page, `id="f-need-err"`) || !strings.Contains(page, `id="f-contact_id-err"`) || !strings.Contains(page, "Line 9") ||
		!strings.Contains(page, string(s.contact)) {
		t.Errorf("status %d: %s", rec.Code, page)
	}
	form.Set("need", "Pumps")
	form.Set("amount", "1000")
	if page = b.send(http.MethodPost, "/opportunities", form).Body.String(); !strings.Contains(page, `id="f-close_date-err"`) {
		t.Error("a field that is needed under a condition is not asked for")
	}
	form.Set("close_date", "2027-03-01")
	form.Set("contact_id", string(s.contact))
	if rec = b.send(http.MethodPost, "/opportunities", form); rec.Code != http.StatusSeeOther {
		t.Errorf("status %d: %s", rec.Code, rec.Body)
	}
	p := s.do("anna", http.MethodPost, "/api/v1/opportunities", fmt.Sprintf(`{"name":"Line 8","account_id":%q,"stage":"send"}`, s.account), http.StatusUnprocessableEntity)
	if got := toldAt(p); p["code"] != "gate_refused" || !strings.Contains(got, "/need") || !strings.Contains(got, "/contact_id") || len(p["errors"].([]any)) < 3 {
		t.Errorf("told at %s: %v", got, p)
	}
}

// S054, S097: fields of the company's own that a new deal must have are asked on its form and told beside it, all at once; what a salesperson may not
// fill is not asked of a new deal.
func TestOwnFieldsOfNewDeals(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	for _, f := range []string{
		`"name":"born_region","type":"choice","options":[{"key":"north"},{"key":"south"}]`, `"name":"born_areas","type":"choices","options":[{"key":"pumps"},{"key":"valves"}]`,
		`"name":"born_hours","type":"number"`, `"name":"born_risk","type":"text","writers":["finance"]`,
	} {
		s.made("sales_ops", "/api/v1/custom-fields", `{"record":"opportunity","labels":{"en":"Own"},`+f+`}`)
	}
	_, err := s.store.ActivateRules(t.Context(), map[crm.RuleKind]string{crm.RuleRequired: `required:
  opportunity: [filled(deal.custom.born_region), '"pumps" in deal.custom.born_areas', deal.custom.born_hours > 10 or deal.amount < 1000, filled(deal.custom.born_risk)]
`}, "test", "")
	must(t, err)
	b := s.browser("anna")
	page := b.send(http.MethodGet, "/board", nil).Body.String()
	if !strings.Contains(page, `name="custom.born_region"`) || !strings.Contains(page, `name="custom.born_areas.pumps"`) || strings.Contains(page, "born_hours") || strings.Contains(page, "born_risk") {
		t.Error("the form does not ask what the rules ask")
	}
	form := url.Values{
		"name": {"Line 9"}, "account_id": {string(s.account)}, "amount": {"1000"}, "stage": {"identify"}, "command": {string(store.NewID())},
		"custom.born_region": {""}, "custom.born_areas": {""},
	}
	rec := b.send(http.MethodPost, "/opportunities", form)
	page = rec.Body.String()
	if rec.Code != http.StatusUnprocessableEntity || !strings.Contains(page, `id="f-custom-born_region-err"`) || !strings.Contains(page, `id="f-custom-born_hours-err"`) ||
		!strings.Contains(page, `id="f-custom-born_areas-err"`) || !strings.Contains(page, "Line 9") || strings.Contains(page, "born_risk") {
		t.Errorf("status %d: %s", rec.Code, page)
	}
	form.Set("custom.born_region", "north")
	form.Set("custom.born_hours", "many")
	if page = b.send(http.MethodPost, "/opportunities", form).Body.String(); !strings.Contains(page, `id="f-custom-born_hours-err"`) || !strings.Contains(page, `value="many"`) {
		t.Error("a number that is none is not told beside its field")
	}
	form.Set("custom.born_hours", "12.5")
	form.Set("custom.born_areas.pumps", "true")
	rec = b.send(http.MethodPost, "/opportunities", form)
	if rec.Code != http.StatusSeeOther {
		t.Fatalf("status %d: %s", rec.Code, rec.Body)
	}
	made := s.do("anna", http.MethodGet, "/api/v1"+strings.Split(rec.Header().Get("Location"), "?")[0], "", http.StatusOK)
	if got := fmt.Sprint(made["custom"]); got != "map[born_areas:[pumps] born_hours:12.5 born_region:north]" {
		t.Errorf("the new deal holds %s", got)
	}
	p := s.do("anna", http.MethodPost, "/api/v1/opportunities", fmt.Sprintf(`{"name":"Line 8","account_id":%q}`, s.account), http.StatusUnprocessableEntity)
	if got := toldAt(p); got != "[/custom/born_region /custom/born_areas]" {
		t.Errorf("told at %s", got)
	}
}
