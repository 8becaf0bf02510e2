package api

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"
)

// Pages by cursor hold every row once, whatever the sort and its direction, rows of equal value included.
func TestPagesHoldEveryRowOnce(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	for i := range 7 {
		s.made("anna", "/api/v1/leads", fmt.Sprintf(`{"company":"Company %d","score":%d}`, i%3, i))
	}
	for _, sort := range []string{"", "name", "-name", "-score,name", "created_at", "state", "-state,-created_at"} {
		seen := map[string]bool{}
		path := "/api/v1/leads?limit=3&sort=" + sort
		if sort == "" {
			path = "/api/v1/leads?limit=3"
		}
		for pages := 0; ; pages++ {
			out := s.do("anna", http.MethodGet, path, "", http.StatusOK)
			for _, row := range out["data"].([]any) {
				id := fmt.Sprint(row.(map[string]any)["id"])
				if seen[id] {
					t.Fatalf("%s: %s twice", sort, id)
				}
				seen[id] = true
			}
			cursor, more := out["next_cursor"].(string)
			if more != out["has_more"].(bool) || pages > 5 {
				t.Fatalf("%s: next_cursor %v, has_more %v after %d pages", sort, out["next_cursor"], out["has_more"], pages)
			}
			if !more {
				break
			}
			path, _, _ = strings.Cut(path, "&cursor=")
			path += "&cursor=" + cursor
		}
		if len(seen) != 8 {
			t.Errorf("%s: %d rows, want 8", sort, len(seen))
		}
	}
}

// Every field that a list names can be sorted by, both ways, over a page's end; empty dates too.
func TestEverySortPages(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	s.do("anna", http.MethodPatch, "/api/v1/opportunities/"+string(s.deal), `{"close_date":"2027-01-01"}`, http.StatusOK)
	for _, list := range []string{"leads", "accounts", "contacts", "opportunities", "quotes", "orders", "contracts", "invoices", "products", "engagements"} {
		p := s.do("anna", http.MethodGet, "/api/v1/"+list+"?sort=nonsense", "", http.StatusBadRequest)
		allowed := p["errors"].([]any)[0].(map[string]any)["params"].(map[string]any)["allowed"].([]any)
		for _, field := range allowed {
			for _, sort := range []string{fmt.Sprint(field), "-" + fmt.Sprint(field)} {
				path := "/api/v1/" + list + "?limit=1&sort=" + sort
				rows, next := 0, path
				for range 4 {
					out := s.do("anna", http.MethodGet, next, "", http.StatusOK)
					rows += len(out["data"].([]any))
					if out["next_cursor"] == nil {
						break
					}
					next = path + "&cursor=" + fmt.Sprint(out["next_cursor"])
				}
				all := len(s.do("anna", http.MethodGet, "/api/v1/"+list, "", http.StatusOK)["data"].([]any))
				if rows != all {
					t.Errorf("%s by %s: %d rows of %d", list, sort, rows, all)
				}
			}
		}
	}
}

// B080: a cursor belongs to its list, sort and filter, and to nobody's pen.
func TestCursorsAreSealed(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	s.made("anna", "/api/v1/leads", `{"company":"Second"}`)
	out := s.do("anna", http.MethodGet, "/api/v1/leads?limit=1&sort=name", "", http.StatusOK)
	cursor := fmt.Sprint(out["next_cursor"])
	s.do("anna", http.MethodGet, "/api/v1/leads?limit=2&sort=name&cursor="+cursor, "", http.StatusOK)
	for _, path := range []string{
		"/api/v1/leads?sort=-name&cursor=" + cursor, "/api/v1/leads?cursor=" + cursor, "/api/v1/leads?sort=name&filter[state]=new&cursor=" + cursor,
		"/api/v1/accounts?sort=name&cursor=" + cursor, "/api/v1/leads?sort=name&cursor=" + cursor[:len(cursor)-2], "/api/v1/leads?sort=name&cursor=x" + cursor,
		"/api/v1/leads?sort=name&cursor=",
	} {
		if p := s.do("anna", http.MethodGet, path, "", http.StatusBadRequest); !strings.Contains(fmt.Sprint(p), "invalid_cursor") {
			t.Errorf("%s: %v", path, p)
		}
	}
}

// S063, B025: the same person is the same lead with one more touch; the same external id with other content is refused.
func TestLeadCapture(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	first := s.call1("anna", http.MethodPost, "/api/v1/leads", `{"company":"Neri","email":"neri@example.com","external_id":"web-77","score":40}`, http.StatusCreated)
	id := fmt.Sprint(fields(t, first)["id"])
	if first.Header().Get("Location") != "/api/v1/leads/"+id {
		t.Error(first.Header().Get("Location"))
	}
	again := s.do("anna", http.MethodPost, "/api/v1/leads", `{"company":"Neri Srl","email":"NERI@example.com"}`, http.StatusOK)
	if again["id"] != id {
		t.Errorf("%v", again)
	}
	lead := s.do("anna", http.MethodGet, "/api/v1/leads/"+id, "", http.StatusOK)
	if touches := lead["touches"].([]any); len(touches) != 2 || lead["company"] != "Neri" || lead["score"] != 40.0 {
		t.Errorf("%v", lead)
	}
	p := s.do("anna", http.MethodPost, "/api/v1/leads", `{"company":"Beta","external_id":"web-77"}`, http.StatusConflict)
	if item := p["errors"].([]any)[0].(map[string]any); p["code"] != "duplicate_external_id" || item["params"].(map[string]any)["by"] != id {
		t.Errorf("%v", p)
	}
	foreign := s.do("ben", http.MethodPost, "/api/v1/leads", `{"company":"Neri","email":"neri@example.com"}`, http.StatusOK)
	if len(foreign) != 1 || foreign["id"] != id {
		t.Errorf("another salesperson is shown %v", foreign)
	}
}

// B026: a flood from one address is held off; what came before it is kept.
func TestPublicForm(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	s.exec(`insert into capture_form (key, name, source) values ('web', 'Web', 'website'), ('off', 'Off', 'website'); update capture_form set active = false where key = 'off'`)
	post := func(form, kind, body string) int {
		return s.call(http.MethodPost, "/public/v1/forms/"+form+"/leads", body, "Content-Type", kind, "Origin", "https://shop.example").Code
	}
	const plain, object = "application/x-www-form-urlencoded", "application/json"
	for what, c := range map[string]struct {
		form, kind, body string
		want             int
	}{
		"json":          {"web", object, `{"company":"Json Srl","email":"j@example.com"}`, 202},
		"html form":     {"web", plain, "company=Form+Srl&email=f%40example.com&website=", 202},
		"honeypot":      {"web", plain, "company=Bot&email=bot%40example.com&website=x", 202},
		"unknown name":  {"web", plain, "company=Form&emial=x", 422},
		"no address":    {"web", plain, "company=Form", 422},
		"inactive form": {"off", object, `{"company":"x"}`, 404},
		"no such form":  {"none", object, `{"company":"x"}`, 404},
		"other type":    {"web", "text/plain", `{"company":"x"}`, 415},
	} {
		if got := post(c.form, c.kind, c.body); got != c.want {
			t.Errorf("%s: %d, want %d", what, got, c.want)
		}
	}
	names := fmt.Sprint(s.do("admin", http.MethodGet, "/api/v1/leads?filter[source]=website", "", http.StatusOK)["data"])
	if !strings.Contains(names, "Json Srl") || !strings.Contains(names, "Form Srl") || strings.Contains(names, "Bot") {
		t.Error(names)
	}
	accepted := 0
	for i := range 200 {
		if post("web", object, fmt.Sprintf(`{"company":"Flood","email":"x%d@example.com"}`, i)) == 202 {
			accepted++
		}
	}
	if accepted != formBurst-8 {
		t.Errorf("%d accepted, want %d", accepted, formBurst-8)
	}
	rec := s.call(http.MethodPost, "/public/v1/forms/web/leads", `{"company":"x"}`, "Content-Type", object)
	if rec.Code != 429 || rec.Header().Get("Retry-After") != "30" || rec.Header().Get("Access-Control-Allow-Origin") != "*" {
		t.Errorf("%d, Retry-After %q", rec.Code, rec.Header().Get("Retry-After"))
	}
	s.now = s.now.Add(31 * time.Second)
	if post("web", object, `{"company":"Later","email":"l@example.com"}`) != 202 {
		t.Error("still held off after the time that was named")
	}
}

// S12, B110, B112: a file is what its bytes are.
func TestDocuments(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	path := "/api/v1/opportunities/" + string(s.deal) + "/documents"
	const pdf = "%PDF-1.7\n%âãÏÓ\n1 0 obj\n<<>>\nendobj\n"
	for name, c := range map[string]struct {
		content string
		want    int
		code    string
	}{
		"quote.pdf":  {"<!doctype html><script>alert(1)</script>", 422, "content_differs_from_name"},
		"page.html":  {"<!doctype html><script>alert(1)</script>", 201, `"media_type":"text/html"`}, // kept, and only ever saved
		"logo.svg":   {`<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>`, 201, `"media_type":"image/svg+xml"`},
		"text.png":   {"just words", 422, "content_differs_from_name"},
		"tool.exe":   {"MZ\x90\x00\x03\x00\x00\x00\x04\x00\x00\x00\xff\xff", 422, "type_not_allowed"},
		"notes.txt":  {"just words", 201, `"name":"notes.txt"`},
		"empty.pdf":  {"", 422, "required"},
		"UPPER.PDF":  {pdf, 201, `"media_type":"application/pdf"`},
		"quote.jpeg": {pdf, 422, "content_differs_from_name"},
	} {
		rec := s.uploadTo("anna", path, name, c.content)
		if rec.Code != c.want || !strings.Contains(rec.Body.String(), c.code) {
			t.Errorf("%s: %d %s", name, rec.Code, rec.Body)
		}
	}
	id := s.upload("anna", "../../etc/cron.d/x", pdf)
	rec := s.call1("mara", http.MethodGet, "/api/v1/documents/"+string(id), "", http.StatusOK)
	h := rec.Header()
	if rec.Body.String() != pdf || h.Get("Content-Disposition") != `attachment; filename=x.pdf` || h.Get("X-Content-Type-Options") != "nosniff" ||
		!strings.Contains(h.Get("Content-Security-Policy"), "sandbox") || h.Get("Content-Type") != "application/pdf" {
		t.Errorf("%v", h)
	}
	big := s.uploadTo("anna", path, "big.pdf", strings.Repeat("x", documentLimit+1))
	if p := fields(t, big); big.Code != http.StatusRequestEntityTooLarge || !strings.Contains(fmt.Sprint(p), "/file") { // B109
		t.Errorf("%d %v", big.Code, p)
	}
}
