package api

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"leadtocash/crm"
	"leadtocash/store"
)

// What a process or the engine answers becomes the status and code that callers are promised.
func TestAnswersBecomeProblems(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	params := func(kv ...string) map[string]string {
		m := map[string]string{}
		for i := 0; i < len(kv); i += 2 {
			m[kv[i]] = kv[i+1]
		}
		return m
	}
	for what, c := range map[string]struct {
		answer crm.Answer
		err    error
		status int
		code   string
		has    string // in the body
		after  string // Retry-After
		path   string // of a record; an order's approval when empty
	}{
		"B028":             {crm.Answer{Code: "already_converted", Params: params("opportunity", "x")}, nil, 409, "already_converted", `"already_done"`, "", "/api/v1/leads/:id/convert"},
		"B058":             {crm.Answer{Code: "transition_not_allowed", Params: params("allowed", "quote,lost")}, nil, 409, "transition_not_allowed", `["quote","lost"]`, "", "/api/v1/opportunities/:id/transitions"},
		"B059":             {crm.Answer{Code: "validation_failed", Params: params("/to", "unknown_stage")}, nil, 422, "validation_failed", `"pointer":"/to","code":"unknown_stage"`, "", "/api/v1/opportunities/:id/transitions"},
		"B062":             {crm.Answer{Code: "already_decided", Params: params("decision", "approved", "by", string(s.mara.ID))}, nil, 409, "already_decided", `"by":"mara"`, "", ""},
		"B064":             {crm.Answer{Code: "over_approval_limit", Params: params("limit", "50000.00")}, nil, 403, "over_approval_limit", `"limit":"50000.00"`, "", ""},
		"B065":             {crm.Answer{Code: "stale_version"}, nil, 412, "stale_version", `"header":"If-Match"`, "", ""},
		"four eyes (S14)":  {crm.Answer{Code: "self_approval"}, nil, 403, "self_approval", "own_request", "", ""},
		"B046":             {crm.Answer{Code: "duplicate_payment", Params: params("payment", "x")}, nil, 409, "duplicate_payment", `"pointer":"/reference"`, "", "/api/v1/invoices/:id/payments"},
		"B047":             {crm.Answer{Code: "invoice_void"}, nil, 409, "invoice_void", "invoice_void", "", "/api/v1/invoices/:id/payments"},
		"credited beyond":  {crm.Answer{Code: "validation_failed", Params: params("/lines/0/net", "beyond_invoice")}, nil, 422, "validation_failed", `"pointer":"/lines/0/net","code":"beyond_invoice"`, "", "/api/v1/invoices/:id/credit-notes"},
		"nothing left":     {crm.Answer{Code: "nothing_to_credit"}, nil, 409, "nothing_to_credit", "", "", "/api/v1/invoices/:id/credit-notes"},
		"project closed":   {crm.Answer{Code: "project_closed"}, nil, 409, "project_closed", "project_closed", "", "/api/v1/contracts/:id/project/close"},
		"other content":    {crm.Answer{}, store.ErrClash, 409, "idempotency_clash", "Idempotency-Key", "", ""},
		"busy":             {crm.Answer{}, fmt.Errorf("x: %w", store.ErrBusy), 503, "busy", "", "1", ""},
		"outcome unknown":  {crm.Answer{}, fmt.Errorf("x: %w", ErrOutcomeUnknown), 202, "accepted", "", "1", ""},
		"engine away":      {crm.Answer{}, fmt.Errorf("secret: %w", ErrEngineAway), 503, "engine_unavailable", "", "5", ""},
		"anything else":    {crm.Answer{}, errors.New("secret detail of SQL"), 500, "internal", "", "", ""},
		"gone from before": {crm.Answer{Code: "not_found"}, nil, 404, "not_found", "", "", ""},
	} {
		s.cmd.answer, s.cmd.err = c.answer, c.err
		path, person := c.path, "admin"
		if path == "" {
			path, person = "/api/v1/orders/:id/approve", "mara"
		}
		rec := s.as(s.keys[person], http.MethodPost, s.address(path), foreignBody(path), "Idempotency-Key", what)
		p := fields(t, rec)
		if rec.Code != c.status || p["code"] != c.code || !strings.Contains(rec.Body.String(), c.has) || rec.Header().Get("Retry-After") != c.after {
			t.Errorf("%s: %d, Retry-After %q: %s", what, rec.Code, rec.Header().Get("Retry-After"), rec.Body)
		}
		if strings.Contains(rec.Body.String(), "secret") { // S17
			t.Errorf("%s: tells %s", what, rec.Body)
		}
	}
}

// B056, N1: a refused gate shows every clause, what failed with its values and who may fix it, and an item for each field.
func TestGateRefusal(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	path := "/api/v1/opportunities/" + string(s.deal) + "/transitions"
	s.cmd.answer = crm.Answer{Code: "gate_refused", Params: map[string]string{"rule": "pipeline"}}
	s.cmd.before = func(c crm.Command) {
		s.exec(fmt.Sprintf(`insert into verdict (cause, kind, process, at, version, key, result, clauses, facts) values ('%s', 'pipeline', '%s', now(), 3, 'send', 'refused',
			'[{"id":"send.vat","source":"filled(customer.vat)","label":{"en":"VAT number is there"},"outcome":"unmet","values":[{"field":"customer.vat","now":""}],"fix_by":["finance"]},
			  {"id":"send.lines","source":"quote.lines > 0","label":{},"outcome":"met","values":[{"field":"quote.lines","now":"2"}]}]', '{}')`, c.ID, c.Process))
	}
	p := s.do("anna", http.MethodPost, path, `{"to":"send"}`, http.StatusUnprocessableEntity)
	g := p["gate"].(map[string]any)
	if p["code"] != "gate_refused" || g["to"] != "send" || g["version"] != 3.0 || len(g["clauses"].([]any)) != 2 || len(g["failed"].([]any)) != 1 {
		t.Fatalf("%v", p)
	}
	failed := g["failed"].([]any)[0].(map[string]any)
	if failed["label"] != "VAT number is there" || fmt.Sprint(failed["fields"]) != "[customer.vat]" || fmt.Sprint(failed["fix_by"]) != "[finance]" {
		t.Errorf("%v", failed)
	}
	item := p["errors"].([]any)[0].(map[string]any)
	if len(p["errors"].([]any)) != 1 || item["pointer"] != "/fill/customer.vat" || item["code"] != "required_by_gate" {
		t.Errorf("%v", p["errors"])
	}
}

// If-Match reaches the process: a decision is one on what the person saw (B065).
func TestDecisionCarriesTheVersion(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	path := "/api/v1/orders/" + string(s.order)
	etag := s.call1("mara", http.MethodGet, path, "", http.StatusOK).Header().Get("ETag")
	s.do("mara", http.MethodPost, path+"/approve", `{"note":"fine"}`, http.StatusOK, "If-Match", etag)
	s.do("mara", http.MethodPost, path+"/reject", `{"reason":"too cheap"}`, http.StatusOK, "If-Match", `"7"`)
	s.do("mara", http.MethodPost, path+"/approve", "", http.StatusPreconditionFailed, "If-Match", "banana")
	approve, reject := string(s.cmd.sent[0].Fields), string(s.cmd.sent[1].Fields)
	if !strings.Contains(approve, `"version":1`) || !strings.Contains(approve, string(s.order)) || !strings.Contains(reject, `"version":7`) {
		t.Errorf("%s, %s", approve, reject)
	}
}

// B128, B130, S17: a database that is away and a handler that panics are answered without a word of themselves.
func TestFailuresSayNothing(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	s.cmd.before = func(crm.Command) { panic("secret: /srv/app.go") }
	rec := s.as(s.keys["mara"], http.MethodPost, "/api/v1/orders/"+string(s.order)+"/approve", "{}")
	if p := fields(t, rec); rec.Code != 500 || p["code"] != "internal" || p["request_id"] == "" || strings.Contains(rec.Body.String(), "secret") {
		t.Errorf("%d %s", rec.Code, rec.Body)
	}
	s.store.Close()
	rec = s.as(s.keys["anna"], http.MethodPost, "/api/v1/leads", `{"company":"x"}`)
	if p := fields(t, rec); rec.Code != 503 || p["code"] != "storage_unavailable" || rec.Header().Get("Retry-After") != "5" {
		t.Errorf("%d %s", rec.Code, rec.Body)
	}
	if rec := s.call(http.MethodGet, "/readyz", ""); rec.Code != 503 {
		t.Errorf("ready without a database: %d", rec.Code)
	}
	if rec := s.call(http.MethodGet, "/healthz", ""); rec.Code != 200 {
		t.Errorf("not alive without a database: %d", rec.Code)
	}
}
