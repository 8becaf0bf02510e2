package api

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"leadtocash/crm"
)

// told are the pointers of a refusal by rules.
func told(t *testing.T, p map[string]any) (out []string) {
	t.Helper()
	if p["code"] != "gate_refused" || p["gate"] == nil {
		t.Fatalf("%v", p)
	}
	for _, e := range p["errors"].([]any) {
		item := e.(map[string]any)
		if item["code"] != "rule_refused" || item["params"].(map[string]any)["version"] != 1.0 {
			t.Errorf("%v", item)
		}
		out = append(out, fmt.Sprint(item["pointer"]))
	}
	return out
}

// A line beyond the limits is refused at the field that is to be changed, and nothing is written; who may give more may.
func TestPricingOfALine(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	path := "/api/v1/opportunities/" + string(s.deal) + "/products/" + string(s.line)
	for body, want := range map[string]string{
		`{"discount_percent":"51"}`:                    "[/discount_percent /discount_percent]", // 49 a unit that costs 60: two rules
		`{"unit_price":"59.99"}`:                       "[/discount_percent]",
		`{"unit_price":"300","discount_percent":"51"}`: "[/discount_percent]",
	} {
		if got := fmt.Sprint(told(t, s.do("anna", http.MethodPatch, path, body, http.StatusUnprocessableEntity))); got != want {
			t.Errorf("%s: told at %s, want %s", body, got, want)
		}
	}
	add := fmt.Sprintf(`{"product_id":%q,"quantity":"1","discount_percent":"60"}`, s.product)
	told(t, s.do("anna", http.MethodPost, "/api/v1/opportunities/"+string(s.deal)+"/products", add, http.StatusUnprocessableEntity))
	if got := s.do("anna", http.MethodGet, "/api/v1/opportunities/"+string(s.deal), "", http.StatusOK); got["amount"] != "300.00" {
		t.Errorf("a refused line changed the amount to %v", got["amount"])
	}
	s.do("mara", http.MethodPatch, path, `{"discount_percent":"51"}`, http.StatusOK)
	s.do("anna", http.MethodPatch, path, `{"unit_price":"120","discount_percent":"50"}`, http.StatusOK) // at both limits
	timeline := s.do("anna", http.MethodGet, "/api/v1/process/"+crm.ProcessID(crm.KindOpportunity, s.deal), "", http.StatusOK)["timeline"].([]any)
	if newest := timeline[0].(map[string]any); newest["code"] != "product.edited" || newest["rule_kind"] != "pricing" || newest["rule_version"] != 1.0 {
		t.Errorf("the rule that let it pass is not told: %v", newest)
	}
}

// A quote tells everything at once: each line at its own field, and the whole.
func TestPricingOfAQuote(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	path := "/api/v1/quotes/" + string(s.quote)
	p := s.do("anna", http.MethodPatch, path, `{"lines":[{"sku":"PUMP","quantity":"1"},{"sku":"PUMP","quantity":"1","unit_price":"200","discount_percent":"55"},
		{"name":"Carriage","quantity":"1","unit_price":"1","unit_cost":"500","tax_percent":"22"}]}`, http.StatusUnprocessableEntity)
	if got, want := fmt.Sprint(told(t, p)), "[/lines/1/discount_percent /lines/2/discount_percent /discount_percent]"; got != want {
		t.Errorf("told at %s, want %s", got, want)
	}
	if got := s.do("anna", http.MethodGet, path, "", http.StatusOK); got["net"] != "300.00" {
		t.Errorf("a refused quote comes to %v", got["net"])
	}
	told(t, s.do("anna", http.MethodPost, "/api/v1/quotes", fmt.Sprintf(`{"opportunity_id":%q,"discount_percent":"51"}`, s.deal), http.StatusUnprocessableEntity))
}

// On the page the reason stands beside the field, with what was typed.
func TestPricingOnThePage(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	b := s.browser("anna")
	at := "/opportunities/" + string(s.deal) + "/products/" + string(s.line)
	rec := b.send(http.MethodPost, at, url.Values{"quantity": {"3"}, "unit_price": {"300"}, "discount_percent": {"51"}})
	page := rec.Body.String()
	if !strings.Contains(page, `id="f-lines-`+string(s.line)+`-discount_percent" form="line-`+string(s.line)+`" name="discount_percent" value="51"`) {
		t.Error("what was typed is not in the line's own field")
	}
	if rec = b.send(http.MethodPost, at, url.Values{"quantity": {"3"}, "unit_price": {"100"}, "discount_percent": {"51"}}); !strings.Contains(rec.Body.String(), "50 %, unless a sales manager gives it (now 51%, needs at most 50%). Prices and discounts, version 1. A line is not sold below") {
		t.Errorf("two rules about one field are not both said: %s", rec.Body)
	}
	if rec.Code != http.StatusUnprocessableEntity || !strings.Contains(page, "The discount of a line is at most 50 %") || !strings.Contains(page, "Prices and discounts, version 1") {
		t.Errorf("status %d: %s", rec.Code, page)
	}
}

// A deal keeps the limits that it began with (N3).
func TestPricingIsPinned(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	strict := map[crm.RuleKind]string{crm.RulePricing: "pricing:\n  line: [line.discount_percent <= 5]\n"}
	_, err := s.store.ActivateRules(t.Context(), strict, "test", "stricter")
	must(t, err)
	s.do("anna", http.MethodPatch, "/api/v1/opportunities/"+string(s.deal)+"/products/"+string(s.line), `{"discount_percent":"10"}`, http.StatusOK)
	later := "/api/v1/opportunities/" + string(s.newDeal("Later")) + "/products"
	p := s.do("anna", http.MethodPost, later, fmt.Sprintf(`{"product_id":%q,"quantity":"1","discount_percent":"10"}`, s.product), http.StatusUnprocessableEntity)
	if gate := p["gate"].(map[string]any); gate["version"] != 2.0 {
		t.Errorf("judged by version %v", gate["version"])
	}
}
