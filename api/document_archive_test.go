package api

import (
	"bytes"
	"fmt"
	"mime/multipart"
	"net/http"
	"strings"
	"testing"

	"leadtocash/crm"
)

const pixel = "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89"

// uploaded sends a file with fields to the archive.
func (s *scene) uploaded(person, path, name, content string, want int, fields ...string) map[string]any {
	s.t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for i := 0; i+1 < len(fields); i += 2 {
		must(s.t, w.WriteField(fields[i], fields[i+1]))
	}
	part, err := w.CreateFormFile("file", name)
	must(s.t, err)
	_, err = part.Write([]byte(content))
	must(s.t, err)
	must(s.t, w.Close())
	return s.do(person, http.MethodPost, path, b.String(), want, "Content-Type", w.FormDataContentType())
}

// S028, S058, S105, B109-B112, B131: the archive through the API: who may, what is refused, versions, search, links, and files that are only ever saved.
func TestArchive(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	folder := s.made("sales_ops", "/api/v1/folders", `{"name":"Catalogues","writers":["role:salesperson"]}`)
	const docs = "/api/v1/documents"
	evil := `<img src=x onerror=alert(1)>`
	d := s.uploaded("anna", docs, "../../etc/cron.d/page.html", "<!doctype html><script>alert(1)</script><p>Quality", 201, "folder_id", string(folder), "title", evil, "tags", "Spring, 2027", "kind", "brochure", "expires_on", "2027-12-31")
	id := fmt.Sprint(d["id"])
	if d["name"] != "page.html" || d["media_type"] != "text/html" || d["title"] != evil || fmt.Sprint(d["tags"]) != "[2027 spring]" {
		t.Errorf("%v", d)
	}
	for _, c := range []struct {
		person, name, content string
		want                  int
		at, code              string
		fields                []string
	}{
		{"anna", "quote.pdf", "<script>alert(1)</script><html>", 422, "/file", "content_differs_from_name", []string{"folder_id", string(folder)}},
		{"anna", "a.txt", "x", 422, "/folder_id", "required", nil},
		{"anna", "a.txt", "x", 422, "/folder_id", "unknown_record", []string{"folder_id", string(s.folder)}},
		{"ben", "a.txt", "x", 422, "/record_id", "unknown_record", []string{"record_kind", "opportunity", "record_id", string(s.deal)}},
		{"anna", "a.txt", "x", 422, "/kind", "unknown_value", []string{"folder_id", string(folder), "kind", "poem"}},
		{"anna", "a.txt", "x", 422, "/expires_on", "invalid_date", []string{"folder_id", string(folder), "expires_on", "31.12.2027"}},
		{"finance", "a.txt", "x", 403, "", "", []string{"folder_id", string(folder)}},
	} {
		items, _ := s.uploaded(c.person, docs, c.name, c.content, c.want, c.fields...)["errors"].([]any)
		if c.code != "" && !holds(items, map[string]any{"pointer": c.at, "code": c.code}) {
			t.Errorf("%s %v: %v", c.name, c.fields, items)
		}
	}
	b := s.browser("ben")
	for path, want := range map[string]string{"/documents/" + id + "/file": "attachment", "/documents/" + id + "/file?inline=true": "attachment"} {
		rec := b.send(http.MethodGet, path, nil)
		h := rec.Header()
		if rec.Code != 200 || !strings.HasPrefix(h.Get("Content-Disposition"), want) || !strings.Contains(h.Get("Content-Security-Policy"), "sandbox") || h.Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("%s: %d %v", path, rec.Code, h)
		}
	}
	image := s.uploaded("anna", docs, "p.png", pixel, 201, "record_kind", "account", "record_id", string(s.account))
	if rec := s.browser("anna").send(http.MethodGet, "/documents/"+fmt.Sprint(image["id"])+"/file?inline=true", nil); !strings.HasPrefix(rec.Header().Get("Content-Disposition"), "inline") || !strings.Contains(rec.Header().Get("Content-Security-Policy"), "sandbox") {
		t.Errorf("an image is not shown: %v", rec.Header())
	}
	s.do("ben", http.MethodGet, docs+"/"+fmt.Sprint(image["id"])+"/record", "", http.StatusNotFound)

	page := b.open("/documents", http.StatusOK)
	if page.has("td", evil) != true {
		t.Error("the title is not shown as it was typed")
	}
	found := s.do("ben", http.MethodGet, docs+"?q=spring+page&limit=1", "", http.StatusOK)
	if rows := found["data"].([]any); len(rows) != 1 || rows[0].(map[string]any)["id"] != id || found["has_more"] != false {
		t.Errorf("%v", found)
	}
	for query, code := range map[string]string{"colour=red": "unknown_parameter", "limit=0": "out_of_range", "cursor=x": "invalid_cursor", "kind=poem": "unknown_value", "record_kind=folder&record_id=1": "invalid_id"} {
		if p := s.do("ben", http.MethodGet, docs+"?"+query, "", http.StatusBadRequest); !strings.Contains(fmt.Sprint(p), code) {
			t.Errorf("%s: %v", query, p)
		}
	}
	first := s.do("anna", http.MethodGet, docs+"?limit=1", "", http.StatusOK)
	second := s.do("anna", http.MethodGet, docs+"?limit=1&cursor="+fmt.Sprint(first["next_cursor"]), "", http.StatusOK)
	if fmt.Sprint(first["data"]) == fmt.Sprint(second["data"]) || len(second["data"].([]any)) != 1 {
		t.Errorf("%v then %v", first, second)
	}

	v2 := s.uploaded("anna", docs+"/"+id+"/versions", "page.txt", "Quality 2", 200, "why", "Shorter")
	s.do("anna", http.MethodPatch, docs+"/"+id, `{"title":"Page"}`, http.StatusPreconditionFailed, "Content-Type", "application/merge-patch+json", "If-Match", `"1"`)
	s.do("anna", http.MethodPatch, docs+"/"+id, `{"title":"Page"}`, http.StatusOK, "Content-Type", "application/merge-patch+json")
	s.do("anna", http.MethodPost, docs+"/"+id+"/versions/1/restore", `{"why":"Too short"}`, http.StatusOK)
	s.do("finance", http.MethodPost, docs+"/"+id+"/versions/3/approve", "", http.StatusOK)
	if rows := s.do("ben", http.MethodGet, docs+"/"+id+"/versions", "", http.StatusOK)["data"].([]any); len(rows) != 3 || v2["latest"] == nil || rows[1].(map[string]any)["why"] != "Shorter" {
		t.Errorf("%v", rows)
	}
	link := fmt.Sprintf(`{"record":{"kind":"opportunity","id":%q}}`, s.deal)
	s.do("anna", http.MethodPost, docs+"/"+id+"/links", link, http.StatusOK)
	s.do("ben", http.MethodPost, docs+"/"+id+"/links", link, http.StatusUnprocessableEntity)
	deals := s.do("anna", http.MethodGet, docs+"?record_kind=opportunity&record_id="+string(s.deal), "", http.StatusOK)["data"].([]any)
	if links := s.do("ben", http.MethodGet, docs+"/"+id+"/links", "", http.StatusOK)["data"].([]any); len(links) != 0 || len(deals) != 2 {
		t.Errorf("ben sees %v, anna %d documents", links, len(deals))
	}
	s.do("anna", http.MethodDelete, docs+"/"+id+"/links/opportunity/"+string(s.deal), "", http.StatusNoContent)
	s.do("anna", http.MethodDelete, docs+"/"+id, "", http.StatusNoContent)
	s.do("anna", http.MethodGet, docs+"/"+id, "", http.StatusNotFound)
	s.do("sales_ops", http.MethodDelete, "/api/v1/folders/"+string(folder), "", http.StatusConflict)
}

// S029, S106: messages, mentions and what is made of a post, through the API and as forms without script.
func TestMessages(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	about := fmt.Sprintf(`"record_kind":"opportunity","record_id":%q`, s.deal)
	for text, code := range map[string]string{"@nobody": "unknown_person", "@ben": "mention_cannot_see"} {
		p := s.do("anna", http.MethodPost, "/api/v1/notes", fmt.Sprintf(`{"text":%q,%s}`, text, about), http.StatusUnprocessableEntity)
		if items, _ := p["errors"].([]any); !holds(items, map[string]any{"pointer": "/text", "code": code}) {
			t.Errorf("%s: %v", text, p)
		}
	}
	note := s.made("anna", "/api/v1/notes", fmt.Sprintf(`{"text":"@mara <b>look</b>",%s}`, about))
	if rows := s.do("mara", http.MethodGet, "/api/v1/notices", "", http.StatusOK)["data"].([]any); len(rows) != 1 {
		t.Errorf("%v", rows)
	}
	m := s.browser("mara")
	m.open("/", http.StatusOK).want("a", "<b>look</b>")
	thread := "/feed/" + string(note)
	m.open(thread, http.StatusOK).want("pre", "@mara <b>look</b>")
	if rows := s.do("mara", http.MethodGet, "/api/v1/notices", "", http.StatusOK)["data"].([]any); len(rows) != 0 {
		t.Errorf("still unread: %v", rows)
	}
	for path, form := range map[string]map[string][]string{
		thread:           {"text": {"Yes"}},
		thread + "/task": {"due_on": {"2031-01-05"}},
		thread + "/copy": {"record": {"account " + string(s.account)}, "as": {"document"}},
		"/follows":       {"record": {"account " + string(s.account)}, "follow": {"true"}},
		"/feed":          {"text": {"Hello all"}},
	} {
		status(t, m.send(http.MethodPost, path, form), http.StatusSeeOther)
	}
	status(t, m.send(http.MethodPost, "/feed", map[string][]string{"text": {"@ghost"}}), http.StatusUnprocessableEntity)
	made := s.do("anna", http.MethodGet, "/api/v1/notes/"+string(note), "", http.StatusOK)
	if rows, became := made["data"].([]any), made["made"].([]any); len(rows) != 2 || len(became) != 2 {
		t.Errorf("%v", made)
	}
	s.do("anna", http.MethodPatch, "/api/v1/notes/"+string(note), `{"text":"Look"}`, http.StatusOK, "Content-Type", "application/merge-patch+json")
	s.do("mara", http.MethodDelete, "/api/v1/notes/"+string(note), "", http.StatusForbidden)
	if rows := s.do("mara", http.MethodGet, "/api/v1/notes/"+string(note)+"/history", "", http.StatusOK)["data"].([]any); len(rows) != 1 {
		t.Errorf("%v", rows)
	}
	s.do("ben", http.MethodGet, "/api/v1/notes/"+string(note), "", http.StatusNotFound)
	feed := s.do("ben", http.MethodGet, "/api/v1/feed?show=all", "", http.StatusOK)["data"].([]any)
	if len(feed) != 1 || feed[0].(map[string]any)["record_kind"] != string(crm.SubjectCompany) {
		t.Errorf("%v", feed)
	}
	tasks := s.do("mara", http.MethodGet, "/api/v1/tasks", "", http.StatusOK)["data"].([]any)
	if len(tasks) != 1 {
		t.Fatalf("%v", tasks)
	}
	s.do("mara", http.MethodPost, fmt.Sprintf("/api/v1/tasks/%v/done", tasks[0].(map[string]any)["id"]), "", http.StatusNoContent)
	s.do("anna", http.MethodDelete, "/api/v1/notes/"+string(note), "", http.StatusNoContent)
	s.do("anna", http.MethodPatch, "/api/v1/notes/"+string(note), `{"text":"x"}`, http.StatusConflict, "Content-Type", "application/merge-patch+json")
}
