package api

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"leadtocash/crm"
)

// S097, S4: mistaken and hostile requests to the workbench are refused with their code and place, and leave nothing behind.
func TestBadInputsOfTheWorkbench(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	draft := s.drafted(crm.RuleOrder, goodOrder)
	scoring := s.drafted(crm.RuleScoring, shippedRules(t)[crm.RuleScoring])
	broken := s.drafted(crm.RulePipeline, "pipeline: {stages: [")
	red := s.drafted(crm.RuleOrder, redOrder)
	const drafts = "/api/v1/rules/drafts"
	long := strings.Repeat("x", 501)
	before := s.counts()
	for _, c := range []struct {
		what, person, method, path, body string
		status                           int
		code, mistakes                   string
		headers                          []string
	}{
		{"nothing", "sales_ops", "POST", drafts, `{}`, 422, "validation_failed", "/kind required,/source required", nil},
		{"an unknown kind", "sales_ops", "POST", drafts, `{"kind":"gates","source":"x"}`, 422, "validation_failed", "/kind unknown_value", nil},
		{"all at once", "sales_ops", "POST", drafts, `{"kind":"gates","source":"","comment":"` + long + `"}`, 422, "validation_failed", "/comment too_long,/kind unknown_value,/source required", nil},
		{"an unknown member", "sales_ops", "POST", drafts, `{"kind":"order","source":"x","activ":true}`, 422, "validation_failed", "/activ unknown_field", nil},
		{"a number as text", "sales_ops", "POST", drafts, `{"kind":"order","source":7}`, 422, "validation_failed", "/source wrong_type", nil},
		{"a huge text", "sales_ops", "POST", drafts, `{"kind":"order","source":"` + strings.Repeat("(", 600<<10) + `"}`, 422, "validation_failed", "/source too_long", nil},
		{"a larger one than a body may be", "sales_ops", "POST", drafts, `{"kind":"order","source":"` + strings.Repeat("(", 12<<20) + `"}`, 413, "body_too_large", "", nil},
		{"invalid UTF-8", "sales_ops", "POST", drafts, "{\"kind\":\"order\",\"source\":\"\xff\xfe\"}", 400, "malformed_json", "", nil},
		{"NUL", "sales_ops", "POST", drafts, `{"kind":"order","source":"a\u0000b"}`, 422, "validation_failed", "/source control_character", nil},
		{"half a character", "sales_ops", "POST", drafts, `{"kind":"order","source":"\ud800"}`, 0, "", "", nil},
		{"no JSON", "sales_ops", "POST", drafts, `kind: order`, 400, "malformed_json", "", nil},
		{"YAML as body", "sales_ops", "POST", drafts, `kind: order`, 415, "unsupported_media_type", "", []string{"Content-Type", "application/yaml"}},
		{"a salesperson writes", "anna", "POST", drafts, `{"kind":"order","source":"x"}`, 403, "forbidden", "", nil},
		{"a salesperson activates", "anna", "POST", draft + "/activate", `{}`, 403, "forbidden", "", nil},
		{"a draft that is none", "sales_ops", "GET", drafts + "/nonsense", ``, 404, "not_found", "", nil},
		{"a draft of nobody", "sales_ops", "POST", drafts + "/018f0000-0000-7000-8000-000000000009/try", ``, 404, "not_found", "", nil},
		{"an unknown filter", "anna", "GET", drafts + "?author=anna", ``, 400, "invalid_parameter", "", nil},
		{"a kind that is none", "anna", "GET", drafts + "?kind=gates", ``, 400, "invalid_parameter", "", nil},
		{"two kinds", "anna", "GET", drafts + "?kind=order&kind=pipeline", ``, 400, "invalid_parameter", "", nil},
		{"stale If-Match", "sales_ops", "PATCH", draft, `{"comment":"x"}`, 412, "stale_version", "", []string{"If-Match", `"7"`}},
		{"an If-Match that is none", "sales_ops", "PATCH", draft, `{"comment":"x"}`, 412, "stale_version", "", []string{"If-Match", `soon`}},
		{"an empty text", "sales_ops", "PATCH", draft, `{"source":null,"base":-1}`, 422, "validation_failed", "/base unknown_record,/source required", nil},
		{"a base that is none", "sales_ops", "PATCH", draft, `{"base":99999999999}`, 422, "validation_failed", "", nil},
		{"drop on an older version", "sales_ops", "DELETE", draft, ``, 412, "stale_version", "", []string{"If-Match", `"7"`}},
		{"activate on an older version", "sales_ops", "POST", draft + "/activate", `{}`, 412, "stale_version", "", []string{"If-Match", `"7"`}},
		{"a comment that is too long", "sales_ops", "POST", draft + "/activate", `{"comment":"` + long + `"}`, 422, "validation_failed", "/comment too_long", nil},
		{"red cases", "sales_ops", "POST", red + "/activate", `{}`, 422, "cases_failed", "/source case_failed,/source case_failed", nil},
		{"activate what is no rule set", "sales_ops", "POST", broken + "/activate", `{}`, 422, "rule_invalid", "/source syntax", nil},
		{"try what is no rule set", "sales_ops", "POST", broken + "/try", ``, 422, "rule_invalid", "/source syntax", nil},
		{"try a kind without trials", "sales_ops", "POST", scoring + "/try", ``, 409, "conflict", " no_trials", nil},
		{"a shadow of a kind without", "sales_ops", "POST", scoring + "/shadow", `{}`, 409, "conflict", " no_shadow", nil},
		{"versions of no kind", "anna", "GET", "/api/v1/rules/gates/versions", ``, 404, "not_found", "", nil},
		{"version zero", "anna", "GET", "/api/v1/rules/order/versions/0", ``, 404, "not_found", "", nil},
		{"a version out of the numbers", "anna", "GET", "/api/v1/rules/order/versions/99999999999999999999", ``, 404, "not_found", "", nil},
		{"SQL as version", "anna", "GET", "/api/v1/rules/order/versions/1%20or%201=1", ``, 404, "not_found", "", nil},
		{"compare with nothing", "anna", "GET", "/api/v1/rules/order/diff", ``, 400, "invalid_parameter", "", nil},
		{"compare a word", "anna", "GET", "/api/v1/rules/order/diff?from=one", ``, 400, "invalid_parameter", "", nil},
		{"compare what is not there", "anna", "GET", "/api/v1/rules/order/diff?from=1&to=99", ``, 400, "invalid_parameter", "", nil},
		{"restore nothing", "sales_ops", "POST", "/api/v1/rules/order/restore", `{}`, 422, "validation_failed", "/version required", nil},
		{"restore what is not there", "sales_ops", "POST", "/api/v1/rules/order/restore", `{"version":99}`, 422, "validation_failed", "/version unknown_record", nil},
		{"restore a kind that is none", "sales_ops", "POST", "/api/v1/rules/gates/restore", `{"version":1}`, 404, "not_found", "", nil},
		{"a migration that is none", "anna", "GET", "/api/v1/rules/migrations/018f0000-0000-7000-8000-000000000009", ``, 404, "not_found", "", nil},
		{"roll back what is none", "sales_ops", "POST", "/api/v1/rules/migrations/018f0000-0000-7000-8000-000000000009/rollback", ``, 404, "not_found", "", nil},
		{"a key that is too long", "sales_ops", "POST", drafts, `{"kind":"order","source":"x"}`, 400, "idempotency_key_invalid", "", []string{"Idempotency-Key", strings.Repeat("k", 300)}},
		{"verdicts of nothing", "anna", "GET", "/api/v1/process/banana/verdicts", ``, 404, "not_found", "", nil},
	} {
		rec := s.as(s.keys[c.person], c.method, c.path, c.body, append([]string{"Content-Type", "application/json"}, c.headers...)...)
		if c.status == 0 { // taken or refused, never broken
			if rec.Code >= 500 || rec.Code < 400 {
				t.Errorf("%s: %d %.300s", c.what, rec.Code, rec.Body)
			}
			continue
		}
		p := fields(t, rec)
		if rec.Code != c.status || p["code"] != c.code || rec.Header().Get("Content-Type") != "application/problem+json" {
			t.Errorf("%s: %d %v, want %d %s: %.400s", c.what, rec.Code, p["code"], c.status, c.code, rec.Body)
			continue
		}
		if got := pointers(t, rec); c.mistakes != "" && got != c.mistakes {
			t.Errorf("%s: %s, want %s", c.what, got, c.mistakes)
		}
	}
	if diff := cmp.Diff(before, s.counts()); diff != "" {
		t.Errorf("a refused request left something behind: %s", diff)
	}
	if rec := s.as(s.keys["sales_ops"], http.MethodGet, draft, ""); !strings.Contains(rec.Body.String(), `"version":1`) {
		t.Errorf("a refused request changed a draft: %s", rec.Body)
	}
}
