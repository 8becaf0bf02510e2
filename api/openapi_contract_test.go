package api

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// contract is the OpenAPI document as the tests hold requests and answers against it. Answers are held more strictly than the document
// says: a member that it does not name fails.
type contract struct {
	doc      map[string]any
	mu       sync.Mutex
	compiler *jsonschema.Compiler
	compiled map[string]*jsonschema.Schema
}

var theContract = sync.OnceValue(func() *contract {
	doc := testDocument()
	for _, c := range doc["components"].(map[string]any)["schemas"].(map[string]any) {
		if s := c.(map[string]any); s["type"] == "object" && s["additionalProperties"] == nil {
			s["additionalProperties"] = false
		}
	}
	c := jsonschema.NewCompiler()
	c.DefaultDraft(jsonschema.Draft2020)
	c.AssertFormat()
	if err := c.AddResource("openapi.json", doc); err != nil {
		panic(err)
	}
	return &contract{doc: doc, compiler: c, compiled: map[string]*jsonschema.Schema{}}
})

// anyClock lets the route of the development clock be in the table.
type anyClock struct{}

func (anyClock) Advance(context.Context, time.Duration) (time.Time, error) { return time.Time{}, nil }

// testDocument is the document with all routes, as a reader of its JSON has it.
func testDocument() map[string]any {
	text, err := json.Marshal(openAPI(apiRoutes(Config{DevClock: anyClock{}})))
	if err != nil {
		panic(err)
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		panic(err)
	}
	return doc.(map[string]any)
}

func (c *contract) schema(pointer string) (*jsonschema.Schema, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if s := c.compiled[pointer]; s != nil {
		return s, nil
	}
	s, err := c.compiler.Compile("openapi.json#" + pointer)
	c.compiled[pointer] = s
	return s, err
}

// within follows names into the document; nil when there is nothing.
func within(v any, names ...string) any {
	for _, n := range names {
		m, ok := v.(map[string]any)
		if !ok {
			return nil
		}
		v = m[n]
	}
	return v
}

func pointerTo(names ...string) string {
	out := ""
	for _, n := range names {
		out += "/" + escapePointer(n)
	}
	return out
}

// pathOf finds the documented path of an address.
func (c *contract) pathOf(method, path string) (string, bool) {
	asked := strings.Split(path, "/")
	found, fixed := "", -1
	for p := range c.doc["paths"].(map[string]any) {
		parts := strings.Split(p, "/")
		if len(parts) != len(asked) || within(c.doc, "paths", p, strings.ToLower(method)) == nil {
			continue
		}
		same, n := true, 0
		for i := range parts {
			if strings.HasPrefix(parts[i], "{") {
				continue
			}
			same, n = same && parts[i] == asked[i], n+1
		}
		if same && n > fixed {
			found, fixed = p, n
		}
	}
	return found, fixed >= 0
}

// keepsToDocument fails the test when an answer, or a request that was accepted, is not as the document says.
func keepsToDocument(t testing.TB, req *http.Request, body string, rec *httptest.ResponseRecorder) {
	t.Helper()
	c := theContract()
	place := req.Method + " " + req.URL.Path
	path, known := c.pathOf(req.Method, req.URL.Path)
	if !known {
		if strings.HasPrefix(req.URL.Path, "/api/v1") {
			c.problem(t, place, rec)
		}
		return
	}
	op := []string{"paths", path, strings.ToLower(req.Method)}
	if strings.HasPrefix(path, "/api/v1/test/") && rec.Code == http.StatusNotFound { // no such route without a development clock
		c.problem(t, place, rec)
		return
	}
	if rec.Code == http.StatusMethodNotAllowed || rec.Code == codeGone.status() {
		return
	}
	status := append(slices.Clone(op), "responses", strconv.Itoa(rec.Code))
	if within(c.doc, status...) == nil {
		t.Errorf("%s: status %d is not in the document: %.300s", place, rec.Code, rec.Body)
		return
	}
	c.answer(t, place, status, req.URL.Query(), rec)
	c.headers(t, place, status, rec)
	if rec.Code < 300 && rec.Header().Get("Content-Type") != "application/problem+json" {
		c.request(t, place, op, req, body)
	}
}

func (c *contract) problem(t testing.TB, place string, rec *httptest.ResponseRecorder) {
	t.Helper()
	if kind := rec.Header().Get("Content-Type"); kind != "application/problem+json" {
		t.Errorf("%s: %d with %s, which no route of the document gives", place, rec.Code, kind)
		return
	}
	c.valid(t, place, "/components/schemas/Problem", rec.Body.Bytes())
}

func (c *contract) answer(t testing.TB, place string, status []string, query url.Values, rec *httptest.ResponseRecorder) {
	t.Helper()
	content, _ := within(c.doc, append(slices.Clone(status), "content")...).(map[string]any)
	kind, _, _ := strings.Cut(rec.Header().Get("Content-Type"), ";")
	if content == nil {
		if rec.Body.Len() > 0 {
			t.Errorf("%s: %d has a body, the document has none: %.200s", place, rec.Code, rec.Body)
		}
		return
	}
	if content["*/*"] != nil {
		return
	}
	if content[kind] == nil {
		t.Errorf("%s: %d with content type %q is not in the document", place, rec.Code, kind)
		return
	}
	at := append(slices.Clone(status), "content", kind, "schema")
	if first := within(c.doc, append(slices.Clone(at), "anyOf")...); first != nil && !query.Has("fields") && strings.HasPrefix(strings.Join(status, " "), "paths") {
		if list := first.([]any); within(list[len(list)-1], "$ref") == nil { // the second is what a choice of fields leaves
			at = append(at, "anyOf", "0")
		}
	}
	c.valid(t, place+" "+strconv.Itoa(rec.Code), pointerTo(at...), rec.Body.Bytes())
}

func (c *contract) valid(t testing.TB, place, pointer string, body []byte) {
	t.Helper()
	s, err := c.schema(pointer)
	if err != nil {
		t.Fatalf("%s: %v", pointer, err)
	}
	v, err := jsonschema.UnmarshalJSON(bytes.NewReader(body))
	if err == nil {
		err = s.Validate(v)
	}
	if err != nil {
		t.Errorf("%s: not as the document says: %v\n%.600s", place, err, body)
	}
}

// promised are the headers that are either in the document for a status or not sent.
var promised = []string{"ETag", "Location", "Link", "Content-Disposition", "Idempotency-Replayed", "Retry-After", "WWW-Authenticate"}

func (c *contract) headers(t testing.TB, place string, status []string, rec *httptest.ResponseRecorder) {
	t.Helper()
	documented, _ := within(c.doc, append(slices.Clone(status), "headers")...).(map[string]any)
	for _, name := range promised {
		sent := rec.Header().Get(name) != ""
		if sent && documented[name] == nil {
			t.Errorf("%s: %d has the header %s, which is not in the document", place, rec.Code, name)
		}
		if !sent && documented[name] != nil && !slices.Contains([]string{"Link", "Idempotency-Replayed", "Retry-After"}, name) {
			t.Errorf("%s: %d lacks the header %s of the document", place, rec.Code, name)
		}
	}
}

func (c *contract) request(t testing.TB, place string, op []string, req *http.Request, body string) {
	t.Helper()
	names := []string{}
	parameters, _ := within(c.doc, append(slices.Clone(op), "parameters")...).([]any)
	for _, p := range parameters {
		if r, ok := within(p, "$ref").(string); ok {
			p = within(c.doc, strings.Split(strings.TrimPrefix(r, "#/"), "/")...)
		}
		if within(p, "in") == "query" {
			names = append(names, within(p, "name").(string))
		}
	}
	text, _ := within(c.doc, append(slices.Clone(op), "description")...).(string)
	for name := range req.URL.Query() {
		if strings.HasPrefix(name, "filter[custom.") && strings.Contains(text, ownListed) { // which there are is said in words: the company defines them
			continue
		}
		if !slices.Contains(names, name) && strings.HasPrefix(req.URL.Path, "/api/") {
			t.Errorf("%s takes the parameter %s, which is not in the document", place, name)
		}
	}
	kind, _, _ := strings.Cut(req.Header.Get("Content-Type"), ";")
	if body == "" || kind != "application/json" && kind != "application/merge-patch+json" {
		return
	}
	at := append(slices.Clone(op), "requestBody", "content", kind, "schema")
	if within(c.doc, at...) == nil {
		t.Errorf("%s takes a body of %s, which is not in the document: %.200s", place, kind, body)
		return
	}
	c.valid(t, place+" request", pointerTo(at...), []byte(body))
}
