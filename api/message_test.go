package api

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"leadtocash/crm"
	"leadtocash/documents"
	"leadtocash/store"

	"github.com/jackc/pgx/v5"
)

// A mail is written from its engagement by a template in the customer's language, its fields filled; it leaves as one effect however often it
// is sent, ends the engagement and stands on the timeline. A letter is kept to be printed (S093, S096).
func TestMessagesToCustomers(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	template := s.made("sales_ops", "/api/v1/mail-templates", `{"kind":"mail","name":"Thanks","texts":[
		{"language":"en","subject":"Thank you, {contact}","text":"Dear {contact},\nwe meet on {date} at {time}.\n{sender}, {our_company}"},
		{"language":"it","subject":"Grazie, {contact}","text":"Gentile {contact},\nci vediamo il {date} alle {time} a {place}.\n{sender}, {our_company}"}]}`)
	s.exec(fmt.Sprintf(`update contact set language = 'it', name = 'Carla Neri', email = 'carla@neri.example' where id = '%s'`, s.contact))
	write := func(kind, place string) crm.ID {
		return s.made("anna", "/api/v1/engagements", fmt.Sprintf(`{"opportunity_id":%q,"contact_id":%q,"kind":%q,"subject":"Thank them","place":%q,"start":"2027-02-10T10:30","zone":"Europe/Rome"}`, s.deal, s.contact, kind, place))
	}
	mail, letter, call := write("mail", ""), write("letter", ""), write("call", "")
	path := func(id crm.ID) string { return "/api/v1/engagements/" + string(id) + "/message" }
	p := s.do("anna", http.MethodPost, path(mail), fmt.Sprintf(`{"template_id":%q}`, template), http.StatusUnprocessableEntity)
	if got := fmt.Sprint(p["errors"]); !slices.Contains(codesOf(p), "unfilled") || !strings.Contains(got, "place") {
		t.Error("an unfilled field was taken:", got)
	}
	s.do("anna", http.MethodPatch, "/api/v1/engagements/"+string(mail), `{"place":"Torino"}`, http.StatusOK)
	s.do("anna", http.MethodGet, path(mail), "", http.StatusNotFound)
	sent := s.do("anna", http.MethodPost, path(mail), fmt.Sprintf(`{"template_id":%q}`, template), http.StatusOK, "Idempotency-Key", "once")
	s.do("anna", http.MethodPost, path(mail), fmt.Sprintf(`{"template_id":%q}`, template), http.StatusOK, "Idempotency-Key", "once")
	p = s.do("anna", http.MethodPost, path(mail), fmt.Sprintf(`{"template_id":%q}`, template), http.StatusConflict)
	if p["code"] != "already_done" || sent["done_at"] == nil || sent["outcome"] != "" {
		t.Error(p["code"], sent)
	}
	m := s.do("anna", http.MethodGet, path(mail), "", http.StatusOK)
	if m["subject"] != "Grazie, Carla Neri" || m["language"] != "it" || m["address"] != "carla@neri.example" || m["state"] != "due" ||
		!strings.HasPrefix(fmt.Sprint(m["text"]), "Gentile Carla Neri,\nci vediamo il 10 febbraio 2027 alle 10:30 a Torino.\n") {
		t.Error(m)
	}
	conn, err := pgx.Connect(t.Context(), s.url)
	must(t, err)
	defer conn.Close(t.Context())
	var n int
	var to, text string
	must(t, conn.QueryRow(t.Context(), `select count(*), min(payload->>'to'), min(payload->'texts'->>'text') from effect where channel = 'mail' and process = $1`, crm.ProcessID(crm.KindOpportunity, s.deal)).Scan(&n, &to, &text))
	if n != 1 || to != "carla@neri.example" || !strings.Contains(text, "Torino") {
		t.Error("effects:", n, to, text)
	}
	s.do("ben", http.MethodGet, path(mail), "", http.StatusNotFound)
	for body, code := range map[string]string{
		`{}`: "required", `{"subject":"x"}`: "required", fmt.Sprintf(`{"template_id":%q}`, template): "unknown_record", fmt.Sprintf(`{"template_id":%q}`, store.NewID()): "unknown_record",
		`{"subject":"Dear {contact}","text":"x"}`: "unfilled", `{"subject":"x","text":"x","language":"de"}`: "unknown_value", `{"subject":"a\r\nBcc: all@example.com","text":"x"}`: "control_character",
	} {
		if p := s.do("anna", http.MethodPost, path(letter), body, http.StatusUnprocessableEntity); !slices.Contains(codesOf(p), code) {
			t.Errorf("%s: %v", body, codesOf(p))
		}
	}
	s.do("anna", http.MethodPost, path(call), `{"subject":"x","text":"x"}`, http.StatusConflict)
	b := s.browser("anna")
	page := b.open("/engagements/"+string(letter), http.StatusOK)
	page.want("button", "Keep the letter")
	form := url.Values{"version": {"1"}, "message_subject": {"Grazie"}, "text": {"Gentile {contact}"}, "language": {"it"}}
	b.read(b.send(http.MethodPost, "/engagements/"+string(letter)+"/message", form), "letter", http.StatusUnprocessableEntity).want("textarea", "Gentile {contact}")
	form.Set("text", "<script>alert(1)</script> Gentile Carla")
	b.post("/engagements/"+string(letter)+"/message", form).want("pre", "Gentile Carla")
	b.open("/engagements/"+string(letter)+"/letter", http.StatusOK).want("pre", "<script>alert(1)</script> Gentile Carla")
	for at, rec := range map[string]*httptest.ResponseRecorder{
		"page": b.send(http.MethodGet, "/engagements/"+string(letter)+"/letter.pdf", nil), "api": s.call1("anna", http.MethodGet, "/api/v1/engagements/"+string(letter)+"/letter", "", http.StatusOK),
	} {
		words, err := documents.Text("application/pdf", rec.Body.Bytes())
		must(t, err)
		if flat := strings.Join(strings.Fields(words), ""); !strings.Contains(flat, "GentileCarla") || !strings.Contains(flat, "Data") || rec.Header().Get("Content-Type") != "application/pdf" {
			t.Errorf("%s: %s %q", at, rec.Header(), words)
		}
	}
	s.call1("ben", http.MethodGet, "/api/v1/engagements/"+string(letter)+"/letter", "", http.StatusNotFound)
	s.call1("anna", http.MethodGet, "/api/v1/engagements/"+string(mail)+"/letter", "", http.StatusNotFound)
	b.open("/opportunities/"+string(s.deal)+"?tab=documents", http.StatusOK).want("a", "Grazie")
}

// Templates that cannot be filled or read are refused, each mistake at its place, by API and page.
func TestMailTemplates(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	one := func(more string) string {
		return `{"kind":"mail","name":"One","texts":[{"language":"en","subject":"x","text":"x"` + more + `}]}`
	}
	for body, code := range map[string]string{
		`{}`: "required", `{"kind":"call","name":"x","texts":[]}`: "unknown_value", `{"kind":"mail","name":"x","texts":[]}`: "required",
		one(`},{"language":"en","subject":"y","text":"y"`): "given_twice", one(`},{"language":"de","subject":"y","text":"y"`): "unknown_value",
		one(`},{"language":"it","subject":"{price}","text":"y"`): "unknown_field", one(`},{"language":"it","subject":"y","text":"{{.Secret}}"`): "unknown_field",
		`{"kind":"mail","name":"x","texts":{"en":"x"}}`: "wrong_type",
	} {
		if p := s.do("sales_ops", http.MethodPost, "/api/v1/mail-templates", body, http.StatusUnprocessableEntity); !slices.Contains(codesOf(p), code) {
			t.Errorf("%s: %v", body, codesOf(p))
		}
	}
	s.do("anna", http.MethodPost, "/api/v1/mail-templates", one(""), http.StatusForbidden)
	id := s.made("sales_ops", "/api/v1/mail-templates", one(""))
	s.do("sales_ops", http.MethodPost, "/api/v1/mail-templates", one(""), http.StatusConflict)
	s.do("sales_ops", http.MethodPatch, "/api/v1/mail-templates/"+string(id), `{"kind":"letter"}`, http.StatusUnprocessableEntity)
	s.do("sales_ops", http.MethodPatch, "/api/v1/mail-templates/"+string(id), `{"active":false}`, http.StatusOK, "If-Match", `"1"`)
	s.do("sales_ops", http.MethodPatch, "/api/v1/mail-templates/"+string(id), `{"active":true}`, http.StatusPreconditionFailed, "If-Match", `"1"`)
	b := s.browser("sales_ops")
	form := url.Values{"kind": {"letter"}, "name": {"Invitation"}, "active": {"true"}, "subject_en": {"Come"}, "text_en": {"Dear {who}"}}
	page := b.read(b.send(http.MethodPost, "/settings/templates", form), "templates", http.StatusUnprocessableEntity)
	page.want("div", "Please check these points")
	page.want("textarea", "Dear {who}")
	form.Set("text_en", "Dear {contact}")
	b.post("/settings/templates", form).want("a", "Invitation")
	b.open("/settings/templates?id="+string(id), http.StatusOK).want("h2", "One")
	b.open("/settings/templates?id="+string(store.NewID()), http.StatusNotFound)
}
