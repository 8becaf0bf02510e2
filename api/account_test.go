package api

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"leadtocash/crm"
	"leadtocash/store"
)

// A company's numbers are checked each beside its field, all at once; groups, addresses and archives keep to their rules (S053, S055).
func TestAccountsByAPI(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	bad := s.do("anna", http.MethodPost, "/api/v1/accounts", `{"name":"X","vat":"IT12345678901","tax_code":"RSSMRA85T10A562T","sdi":"M5UXC","pec":"x","iban":"IT60X0542811101000000123457","country":"Italy"}`, 422)
	items := bad["errors"].([]any)
	for pointer, code := range map[string]string{
		"/vat": "invalid_vat", "/tax_code": "invalid_tax_code", "/sdi": "invalid_sdi", "/pec": "invalid_email", "/iban": "invalid_iban", "/country": "invalid_country",
	} {
		if !holds(items, map[string]any{"pointer": pointer, "code": code}) {
			t.Errorf("%s %s: %v", pointer, code, items)
		}
	}
	made := s.do("anna", http.MethodPost, "/api/v1/accounts", fmt.Sprintf(`{"name":"Child <img src=x onerror=alert(1)>","iban":"it60 x054 2811 1010 0000 0123 456","sdi":"ufy9mh","parent_id":%q}`, s.account), 201)
	child := "/api/v1/accounts/" + fmt.Sprint(made["id"])
	if made["iban"] != "IT60X0542811101000000123456" || made["sdi"] != "UFY9MH" || made["kind"] != "prospect" || made["parent_id"] != string(s.account) {
		t.Errorf("%v", made)
	}
	up := s.do("anna", http.MethodPatch, "/api/v1/accounts/"+string(s.account), fmt.Sprintf(`{"parent_id":%q}`, made["id"]), 422)
	if !holds(up["errors"].([]any), map[string]any{"pointer": "/parent_id", "code": "own_group"}) {
		t.Errorf("%v", up)
	}
	group := s.do("anna", http.MethodGet, child+"/group", "", 200)["data"].([]any)
	if len(group) != 2 || group[1].(map[string]any)["depth"] != json.Number("1") && fmt.Sprint(group[1].(map[string]any)["depth"]) != "1" {
		t.Errorf("%v", group)
	}
	busy := s.do("anna", http.MethodPost, "/api/v1/accounts/"+string(s.account)+"/archive", "", 409)
	if busy["code"] != "account_busy" {
		t.Errorf("%v", busy)
	}
	s.do("anna", http.MethodPost, child+"/archive", "", 412, "If-Match", `"99"`)
	if v := s.do("anna", http.MethodPost, child+"/archive", "", 200, "If-Match", `"1"`); v["archived_at"] == nil {
		t.Errorf("%v", v)
	}
	list := s.do("anna", http.MethodGet, "/api/v1/accounts?filter[archived]=true", "", 200)["data"].([]any)
	if len(list) != 1 {
		t.Errorf("%v", list)
	}
	s.do("ben", http.MethodPost, "/api/v1/accounts", fmt.Sprintf(`{"name":"Foreign","parent_id":%q}`, s.account), 422)
}

// A field of the company's own is typed, kept from who may not see it, and known to rules at once: one that reads it refuses, and passes
// when it is filled (S054).
func TestOwnFieldsByAPI(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	s.do("anna", http.MethodPost, "/api/v1/custom-fields", `{"record":"account","name":"api_x","type":"text","labels":{"en":"X"}}`, 403)
	bad := s.do("sales_ops", http.MethodPost, "/api/v1/custom-fields", `{"record":"order","name":"Api X","type":"enum","labels":{"en":"","xx":"y"},"options":[{"key":"A b"}],"readers":["king"],"position":-1}`, 422)
	for _, pointer := range []string{"/record", "/name", "/type", "/labels/en", "/labels/xx", "/options/0/key", "/readers/0", "/position"} {
		if !strings.Contains(fmt.Sprint(bad["errors"]), pointer+" ") && !strings.Contains(fmt.Sprint(bad["errors"]), pointer+"]") {
			t.Errorf("%s is not told: %v", pointer, bad["errors"])
		}
	}
	s.made("sales_ops", "/api/v1/custom-fields", `{"record":"account","name":"api_branch","type":"choice","labels":{"en":"Branch","it":"Settore"},"options":[{"key":"steel","labels":{"en":"Steel"}},{"key":"glass"}]}`)
	s.made("sales_ops", "/api/v1/custom-fields", `{"record":"account","name":"api_rating","type":"number","labels":{"en":"Rating"},"readers":["finance","admin"],"writers":["finance"]}`)
	s.do("sales_ops", http.MethodPost, "/api/v1/custom-fields", `{"record":"account","name":"api_branch","type":"text","labels":{"en":"Again"}}`, 409)

	account := "/api/v1/accounts/" + string(s.account)
	wrong := s.do("anna", http.MethodPatch, account, `{"custom":{"api_branch":"wood","api_rating":5,"api_brench":"x"}}`, 422)["errors"].([]any)
	if !holds(wrong, map[string]any{"pointer": "/custom/api_branch", "code": "unknown_value"}) || !holds(wrong, map[string]any{"pointer": "/custom/api_rating", "code": "unknown_field"}) {
		t.Errorf("%v", wrong)
	}
	s.do("finance", http.MethodPatch, account, `{"custom":{"api_rating":7.5}}`, 200)
	if own := s.do("finance", http.MethodGet, account, "", 200)["custom"].(map[string]any); fmt.Sprint(own["api_rating"]) != "7.5" {
		t.Errorf("%v", own)
	}
	told, _ := (&request{user: s.anna}).seenEvent("account.edited", map[string]any{"changes": map[string]any{"custom.api_rating": "7", "custom.api_branch": "steel", "phone": "1"}})
	if seen := fmt.Sprint(told); strings.Contains(seen, "rating") || !strings.Contains(seen, "branch") || !strings.Contains(seen, "phone") {
		t.Error(seen)
	}
	list := "/api/v1/accounts?filter%5Bcustom.api_rating%5D%5Bgte%5D=7"
	if got := s.do("finance", http.MethodGet, list+"&sort=-custom.api_rating", "", 200)["data"].([]any); len(got) != 1 {
		t.Errorf("companies by their rating: %v", got)
	}
	for _, path := range []string{list, "/api/v1/accounts?sort=custom.api_rating", "/api/v1/contacts?sort=custom.api_branch"} { // what he may not see he cannot ask for either
		if p := s.do("anna", http.MethodGet, path, "", 400); !strings.Contains(toText(p), "unknown_field") {
			t.Errorf("%s: %v", path, p)
		}
	}
	s.do("anna", http.MethodGet, "/api/v1/accounts?sort=custom%2Eapi_branch,-name&limit=1", "", 200)
	s.do("anna", http.MethodGet, "/api/v1/accounts?sort="+strings.Repeat("name,", store.MaxSort)+"name", "", 400)
	if own := s.do("anna", http.MethodGet, account, "", 200)["custom"].(map[string]any); own["api_rating"] != nil {
		t.Errorf("anna sees %v", own)
	}
	for _, src := range []string{`account.custom.api_branch == "steel"`, `account.custom.api_rating > 5`} {
		s.do("sales_ops", http.MethodPost, "/api/v1/rules/check", fmt.Sprintf(`{"source":%q}`, src), 200)
	}
	unknown := s.do("sales_ops", http.MethodPost, "/api/v1/rules/check", `{"source":"account.custom.api_brunch == \"steel\""}`, 422)
	if !strings.Contains(fmt.Sprint(unknown["errors"]), "account.custom.api_branch") {
		t.Errorf("%v", unknown)
	}

	s.activate(crm.RuleRequired, "required:\n  account:\n    - id: branch\n      when: filled(account.custom.api_branch)\n")
	refused := s.do("anna", http.MethodPatch, account, `{"phone":"+39 02 1234567"}`, 422)
	if refused["code"] != string(codeGate) || !strings.Contains(fmt.Sprint(refused), "account.custom.api_branch") {
		t.Errorf("%v", refused)
	}
	s.do("anna", http.MethodPatch, account, `{"phone":"+39 02 1234567","custom":{"api_branch":"steel"}}`, 200)
}

func (s *scene) activate(kind crm.RuleKind, source string) {
	s.t.Helper()
	_, err := s.store.ActivateRules(s.t.Context(), map[crm.RuleKind]string{kind: source}, "test", "")
	must(s.t, err)
}
