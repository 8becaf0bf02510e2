package api

import (
	"fmt"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// Every route of the API is in the document and the document has no other; ids of operations are unique; each says who may.
func TestDocumentHoldsEveryRoute(t *testing.T) {
	t.Parallel()
	paths := testDocument()["paths"].(map[string]any)
	ids, seen := map[string]string{}, map[string]bool{}
	for _, rt := range apiRoutes(Config{DevClock: anyClock{}}) {
		name := rt.method + " " + rt.path
		if rt.page {
			if calls[name].summary != "" {
				t.Errorf("%s is a page and is described", name)
			}
			continue
		}
		seen[name] = true
		op, ok := within(paths, bracePath(rt.path), strings.ToLower(rt.method)).(map[string]any)
		if !ok {
			t.Errorf("%s is not in the document", name)
			continue
		}
		id := op["operationId"].(string)
		if ids[id] != "" {
			t.Errorf("%s and %s are both %s", name, ids[id], id)
		}
		ids[id] = name
		text := op["description"].(string)
		if !strings.Contains(text, permissionText(rt.need)) {
			t.Errorf("%s does not say who may: %q", name, text)
		}
		if rt.need != public && rt.need != session && rt.method != get && !strings.Contains(text, "Rules: ") && !strings.Contains(rt.path, "/test/") && !strings.Contains(rt.path, "/users/") {
			t.Errorf("%s names no rule", name)
		}
		if len(within(op, "security").([]any)) > 0 == (rt.need == public) {
			t.Errorf("%s: security %v", name, op["security"])
		}
		if !slices.ContainsFunc(tags, func(tag struct{ name, text string }) bool { return tag.name == rt.call.tag }) {
			t.Errorf("%s: no tag %q", name, rt.call.tag)
		}
	}
	for name := range calls {
		if !seen[name] {
			t.Errorf("%s is described and no route", name)
		}
	}
}

// The document is OpenAPI 3.1: every reference leads somewhere, every schema is one of the 2020-12 draft.
func TestDocumentIsSound(t *testing.T) {
	t.Parallel()
	doc := testDocument()
	if doc["openapi"] != "3.1.0" {
		t.Errorf("%v", doc["openapi"])
	}
	var visit func(at string, v any)
	visit = func(at string, v any) {
		switch v := v.(type) {
		case map[string]any:
			if r, ok := v["$ref"].(string); ok && within(doc, strings.Split(strings.TrimPrefix(r, "#/"), "/")...) == nil {
				t.Errorf("%s: %s leads nowhere", at, r)
			}
			for k, w := range v {
				visit(at+"/"+k, w)
			}
		case []any:
			for i, w := range v {
				visit(fmt.Sprint(at, "/", i), w)
			}
		}
	}
	visit("", doc)
	c := jsonschema.NewCompiler()
	must(t, c.AddResource("openapi.json", doc))
	for name := range within(doc, "components", "schemas").(map[string]any) {
		if _, err := c.Compile("openapi.json#/components/schemas/" + name); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	if codes := within(doc, "components", "schemas", "Problem", "properties", "code", "enum").([]any); len(codes) != len(statuses) {
		t.Errorf("%d codes, the table has %d", len(codes), len(statuses))
	}
}

// Two kinds of structs never share a name in the document.
func TestComponentNamesAreUnique(t *testing.T) {
	t.Parallel()
	types := map[string]reflect.Type{}
	for name, c := range calls {
		for _, v := range append([]any{c.body}, answersOf(c.answers)...) {
			if v == nil {
				continue
			}
			kind := reflect.TypeOf(v)
			if kind.Kind() != reflect.Struct {
				continue
			}
			if known, ok := types[componentName(kind)]; ok && known != kind {
				t.Errorf("%s: %v and %v are both %s", name, known, kind, componentName(kind))
			}
			types[componentName(kind)] = kind
		}
	}
}

func answersOf(m map[int]any) []any {
	var out []any
	for _, v := range m {
		out = append(out, v)
	}
	return out
}

// What the document says of a body is so: an empty one is refused for each required member, and a text one longer than the longest is too long.
func TestDocumentIsTrue(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	doc := testDocument()
	for _, rt := range s.srv.routes() {
		op := within(doc, "paths", bracePath(rt.path), strings.ToLower(rt.method), "requestBody")
		shape, _ := within(op, "content", "application/json", "schema").(map[string]any)
		if shape == nil || rt.need == public {
			continue
		}
		members, required := bodyOf(doc, shape)
		send := func(body string) []any {
			rec := s.as(s.keys["admin"], rt.method, s.address(rt.path), body, "Idempotency-Key", "d"+body[:min(len(body), 60)])
			items, _ := fields(t, rec)["errors"].([]any)
			return items
		}
		if rt.method == http.MethodPost && len(required) > 0 {
			items := send("{}")
			for _, name := range required {
				if !holds(items, map[string]any{"pointer": "/" + name, "code": "required"}) && !holds(items, map[string]any{"pointer": "/" + name, "code": "invalid_duration"}) && !holds(items, map[string]any{"pointer": "/source", "code": "empty"}) {
					t.Errorf("%s %s: %s is required in the document only: %v", rt.method, rt.path, name, items)
				}
			}
			for _, v := range items {
				if item := v.(map[string]any); item["code"] == "required" && !slices.Contains(required, strings.TrimPrefix(fmt.Sprint(item["pointer"]), "/")) && !oneOfTwo(rt.path, item["pointer"]) {
					t.Errorf("%s %s: %v is required, the document does not say so", rt.method, rt.path, item["pointer"])
				}
			}
		}
		for name, m := range members {
			if longest, ok := intOf(within(m, "maxLength")); ok {
				body := fmt.Sprintf(`{%q:%q}`, name, strings.Repeat("x", longest+1))
				if items := send(body); !holds(items, map[string]any{"pointer": "/" + name, "code": "too_long"}) && !holds(items, map[string]any{"pointer": "/" + name, "code": "read_only"}) {
					t.Errorf("%s %s: %s of %d characters is not too long: %v", rt.method, rt.path, name, longest+1, items)
				}
			}
			if top, ok := intOf(within(m, "maximum")); ok && rt.path != "/api/v1/quotes" { // a new quote's terms are judged with its deal; patches have the same
				if items := send(fmt.Sprintf(`{%q:%d}`, name, top+1)); !holds(items, map[string]any{"pointer": "/" + name, "code": "out_of_range"}) {
					t.Errorf("%s %s: %s of %d is not out of range: %v", rt.method, rt.path, name, top+1, items)
				}
			}
		}
	}
}

// oneOfTwo are members of which one is needed, which the document says in words.
func oneOfTwo(path string, pointer any) bool {
	if path == "/api/v1/cases" && pointer == "/account_id" {
		return true
	}
	return path == "/api/v1/engagements" && (pointer == "/opportunity_id" || pointer == "/due_at")
}

func intOf(v any) (int, bool) {
	n, ok := v.(interface{ Int64() (int64, error) })
	if !ok {
		return 0, false
	}
	i, err := n.Int64()
	return int(i), err == nil
}

// bodyOf gives the members of a body and those that must be there.
func bodyOf(doc, shape map[string]any) (members map[string]any, required []string) {
	more := []any{}
	if all, ok := shape["allOf"].([]any); ok {
		shape = all[0].(map[string]any)
		more, _ = within(all[1], "required").([]any)
	}
	body := within(doc, strings.Split(strings.TrimPrefix(shape["$ref"].(string), "#/"), "/")...)
	own, _ := within(body, "required").([]any)
	for _, v := range append(slices.Clone(own), more...) {
		required = append(required, v.(string))
	}
	members, _ = within(body, "properties").(map[string]any)
	return members, required
}

// The document is served to everybody, with a tag by which a reader knows that he has it.
func TestDocumentIsServed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	rec := w.call(http.MethodGet, "/openapi.json", "")
	status(t, rec, http.StatusOK)
	doc := fields(t, rec)
	if doc["openapi"] != "3.1.0" || rec.Header().Get("ETag") == "" || within(doc, "paths", "/api/v1/test/clock") != nil {
		t.Errorf("%v, ETag %q", doc["openapi"], rec.Header().Get("ETag"))
	}
	rec = w.call(http.MethodGet, "/openapi.json", "", "If-None-Match", rec.Header().Get("ETag"))
	status(t, rec, http.StatusNotModified)
	if rec.Body.Len() > 0 {
		t.Errorf("%d bytes", rec.Body.Len())
	}
}
