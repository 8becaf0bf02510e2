package api

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// badInput is a mistaken or hostile request and the refusal that it must get.
type badInput struct {
	ID      string            `json:"id"`
	What    string            `json:"what"`
	Person  string            `json:"person"` // who asks: anna unless another is named
	Method  string            `json:"method"`
	Path    string            `json:"path"`
	Headers map[string]string `json:"headers"`
	Body    string            `json:"body"`
	Status  int               `json:"status"`
	Code    string            `json:"code"`
	Errors  []map[string]any  `json:"errors"` // params: those that must be there
}

// large stands for bodies that would not fit into the table.
var large = map[string]func() string{
	"@deep":     func() string { return strings.Repeat("[", 10_000) + strings.Repeat("]", 10_000) },
	"@big":      func() string { return `{"company":"` + strings.Repeat("x", 11<<20) + `"}` },
	"@utf8":     func() string { return "{\"company\":\"\xff\xfe\"}" },
	"@long":     func() string { return `{"company":"` + strings.Repeat("x", 1_000_000) + `"}` },
	"@brackets": func() string { return `{"source":"` + strings.Repeat("(", 1_000_000) + `"}` },
	"@lines":    func() string { return `{"opportunity_id":"{deal}","lines":[` + strings.Repeat(`{},`, 10_000) + `{}]}` },
}

// Every refusal names its code and its places, and leaves nothing behind.
func TestBadInputs(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	must(t, s.store.DisableUser(t.Context(), s.max.ID))
	expired, err := s.store.CreateAPIKey(t.Context(), s.anna.ID, "old", time.Now().Add(-time.Minute))
	must(t, err)
	s.keys["expired"] = expired
	text, err := os.ReadFile("testdata/bad_inputs.json")
	must(t, err)
	var cases []badInput
	must(t, json.Unmarshal(text, &cases))
	before := s.counts()
	for _, c := range cases {
		t.Run(c.ID, func(t *testing.T) { s.refuses(t, c) })
	}
	if diff := cmp.Diff(before, s.counts()); diff != "" {
		t.Errorf("a refused request left something behind: %s", diff)
	}
	if len(s.cmd.sent) != 0 {
		t.Errorf("%d commands were sent by refused requests", len(s.cmd.sent))
	}
}

func (s *scene) refuses(t *testing.T, c badInput) {
	t.Helper()
	body := c.Body
	if make, ok := large[body]; ok {
		body = make()
	}
	fill := strings.NewReplacer("{lead}", string(s.lead), "{deal}", string(s.deal), "{invoice}", string(s.invoice), "{order}", string(s.order), "{product}", string(s.product), "{disabled}", string(s.max.ID))
	person := c.Person
	if person == "" {
		person = "anna"
	}
	if strings.HasSuffix(c.Path, "/assign") {
		person = "sales_ops"
	}
	var headers []string
	if person != "nobody" {
		headers = append(headers, "Authorization", "Bearer "+s.keys[person])
	}
	for name, v := range c.Headers {
		headers = append(headers, name, v)
	}
	rec := s.call(c.Method, fill.Replace(c.Path), fill.Replace(body), headers...)
	p := fields(t, rec)
	if rec.Code != c.Status || p["code"] != c.Code || p["type"] != "/problems/"+c.Code || rec.Header().Get("Content-Type") != "application/problem+json" {
		t.Fatalf("%s: %d %v, want %d %s: %.500s", c.What, rec.Code, p["code"], c.Status, c.Code, rec.Body)
	}
	if p["request_id"] == "" || p["request_id"] != rec.Header().Get(requestIDHeader) || p["instance"] == "" {
		t.Errorf("request_id %v, instance %v", p["request_id"], p["instance"])
	}
	for _, want := range c.Errors {
		if !holds(p["errors"].([]any), want) {
			t.Errorf("%s: no %v in %v", c.What, want, p["errors"])
		}
	}
	if len(c.Errors) != len(p["errors"].([]any)) {
		t.Errorf("%s: %d errors, want %d: %v", c.What, len(p["errors"].([]any)), len(c.Errors), p["errors"])
	}
}

// holds tells whether one of the items has the place, the code and at least the parameters.
func holds(items []any, want map[string]any) bool {
	for _, v := range items {
		item := v.(map[string]any)
		same := true
		for _, key := range []string{"pointer", "parameter", "header", "code"} {
			same = same && fmt.Sprint(item[key]) == fmt.Sprint(want[key])
		}
		if ps, ok := want["params"].(map[string]any); ok {
			got, _ := item["params"].(map[string]any)
			for name, v := range ps {
				same = same && cmp.Equal(got[name], v)
			}
		}
		if same {
			return true
		}
	}
	return false
}

// counts is how many rows there are of all that a request could write.
func (s *scene) counts() map[string]int64 {
	s.t.Helper()
	out := map[string]int64{}
	for _, list := range []string{"leads", "accounts", "contacts", "opportunities", "quotes", "engagements", "invoices", "products"} {
		data := s.do("admin", http.MethodGet, "/api/v1/"+list+"?limit=200", "", http.StatusOK)["data"].([]any)
		b, err := json.Marshal(data)
		must(s.t, err)
		out[list] = int64(len(b))
	}
	return out
}

// B077: a hostile filter value is a text like any other.
func TestFilterValueIsText(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	for _, value := range []string{"'%20or%201=1--", "%25", "$1", "\\", "'';drop%20table%20lead"} {
		out := s.do("anna", http.MethodGet, "/api/v1/leads?filter[name]="+value, "", http.StatusOK)
		if n := len(out["data"].([]any)); n != 0 {
			t.Errorf("%s: %d rows", value, n)
		}
	}
	out := s.do("anna", http.MethodGet, "/api/v1/leads?filter[name][has]=ERD", "", http.StatusOK)
	if len(out["data"].([]any)) != 1 {
		t.Errorf("%v", out)
	}
}
