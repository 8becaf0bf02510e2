package api

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"leadtocash/store"

	"golang.org/x/net/html"
)

func quoted(text string) string {
	b, _ := json.Marshal(text)
	return string(b)
}

// A key is shown once, acts as its person until it is revoked or ends, and nobody revokes another's.
func TestKeysPage(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	b := s.browser("anna")
	rec := b.send(http.MethodPost, "/settings/keys", url.Values{"name": {"robot"}, "until": {"2099-12-31"}})
	status(t, rec, http.StatusOK)
	key := regexp.MustCompile(store.KeyPrefix + `[A-Za-z0-9_-]{20,}`).FindString(rec.Body.String())
	if key == "" || rec.Header().Get("Cache-Control") != "no-store" {
		t.Fatalf("no key, or one that is kept: %q", rec.Header().Get("Cache-Control"))
	}
	status(t, s.as(key, http.MethodGet, "/api/v1/me", ""), http.StatusOK)
	page := b.send(http.MethodGet, "/settings/keys", nil).Body.String()
	if strings.Contains(page, key) || !strings.Contains(page, "robot") {
		t.Error("the key is shown again, or its name is not")
	}
	keys, err := s.store.APIKeys(t.Context(), s.anna.ID)
	must(t, err)
	revoke := "/settings/keys/" + string(keys[0].ID) + "/revoke"
	status(t, s.browser("ben").send(http.MethodPost, revoke, nil), http.StatusNotFound)
	status(t, s.as(key, http.MethodGet, "/api/v1/me", ""), http.StatusOK)
	status(t, b.send(http.MethodPost, revoke, nil), http.StatusSeeOther)
	status(t, s.as(key, http.MethodGet, "/api/v1/me", ""), http.StatusUnauthorized)
}

// A key needs a name and an end that is to come; a key makes no other key, so that what leaks with an end cannot live on.
func TestKeysAreRefused(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	b := s.browser("anna")
	for what, form := range map[string]url.Values{
		"no name": {"name": {" "}}, "past": {"name": {"x"}, "until": {"2020-01-01"}}, "no date": {"name": {"x"}, "until": {"soon"}},
		"long": {"name": {strings.Repeat("x", 201)}},
	} {
		if rec := b.send(http.MethodPost, "/settings/keys", form); rec.Code != http.StatusUnprocessableEntity {
			t.Errorf("%s: %d", what, rec.Code)
		}
	}
	rec := s.as(s.keys["anna"], http.MethodPost, "/settings/keys", "name=more", "Content-Type", "application/x-www-form-urlencoded")
	status(t, rec, http.StatusForbidden)
	keys, err := s.store.APIKeys(t.Context(), s.anna.ID)
	must(t, err)
	if len(keys) != 1 {
		t.Errorf("%d keys", len(keys))
	}
}

// Every example of the documentation page can be run as it stands by its reader: it reads and changes what it says, or is refused for
// the state that the record is in, never for what is written there.
func TestExamplesWork(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	d := s.browser("admin").open("/api/docs", http.StatusOK)
	ran := map[string]bool{}
	d.each("pre", func(n *html.Node) {
		method, path, rec := s.runs(t, raw(n))
		// an address with a name in braces is of a kind of record of which the reader has none
		if path == "" || strings.Contains(path, "disable") || strings.Contains(path, "%7B") || strings.Contains(path, "/me") && ran["GET /api/v1/me"] {
			return
		}
		ran[method+" "+path] = true
		switch {
		case rec.Code < 300, rec.Code == http.StatusConflict, rec.Code == http.StatusTooManyRequests:
		case rec.Code == http.StatusUnprocessableEntity && path == "/api/v1/documents" && strings.Contains(rec.Body.String(), "/folder_id"): // the reader says where
		case rec.Code == http.StatusNotFound && strings.HasPrefix(path, "/public/"): // the scene has no form
		case rec.Code == http.StatusNotFound && (strings.HasSuffix(path, "/message") || strings.HasSuffix(path, "/letter")): // nothing is written for a call
		case rec.Code == http.StatusNotFound && strings.Contains(path, "/erp"): // the scene's order never left
		case rec.Code == http.StatusNotFound && strings.HasSuffix(path, "/deposit"): // none is asked for
		case rec.Code == http.StatusUnprocessableEntity && strings.Contains(rec.Body.String(), `"more_than_on_account"`): // nothing stands there
		case rec.Code == http.StatusUnprocessableEntity && strings.HasSuffix(path, "/closing") && strings.Contains(rec.Body.String(), `/ticks/`): // nothing is vouched for here
		case rec.Code == http.StatusUnprocessableEntity && strings.HasPrefix(path, "/api/v1/cases/") && strings.Contains(rec.Body.String(), `"same_record"`): // the reader names another
		case rec.Code == http.StatusUnprocessableEntity && path == "/api/v1/bank/files" && strings.Contains(rec.Body.String(), `/account"`): // the scene's company has none
		case rec.Code == http.StatusUnprocessableEntity && path == "/api/v1/external-numbers" && strings.Contains(rec.Body.String(), `"invoiced_here"`): // the scene's company issues itself
		case rec.Code == http.StatusUnprocessableEntity && (strings.HasPrefix(path, "/api/v1/invoices/") || strings.HasPrefix(path, "/api/v1/credit-notes/")) && strings.Contains(rec.Body.String(), `"/buyer/`): // of the customer not all is known
		case rec.Code == http.StatusNotFound && method == http.MethodDelete && strings.HasPrefix(path, "/api/v1/rules/drafts/"): // it is in force by now
		default:
			t.Errorf("%s %s: %d %.300s", method, path, rec.Code, rec.Body)
		}
	})
	if len(ran) < 70 {
		t.Errorf("%d examples", len(ran))
	}
}

// raw is an element's text as it was written.
func raw(n *html.Node) string {
	var b strings.Builder
	for c := range n.Descendants() {
		if c.Type == html.TextNode {
			b.WriteString(c.Data)
		}
	}
	return b.String()
}

var curlWords = regexp.MustCompile(`(?s)-X (\w+)|-H "([^:"]+): ([^"]*)"|-d '(.*?)' \\|'(http[^']+)'|-F (file)`)

// runs does what a curl line of the page does.
func (s *scene) runs(t *testing.T, line string) (method, path string, rec *httptest.ResponseRecorder) {
	t.Helper()
	if !strings.HasPrefix(line, "curl") {
		return "", "", nil
	}
	method, body, headers, upload := http.MethodGet, "", []string{}, false
	for _, m := range curlWords.FindAllStringSubmatch(line, -1) {
		switch {
		case m[1] != "":
			method = m[1]
		case m[2] != "":
			headers = append(headers, m[2], strings.ReplaceAll(m[3], "$LEADTOCASH_TOKEN", s.keys["admin"]))
		case m[4] != "":
			body = strings.ReplaceAll(m[4], `'\''`, "'")
		case m[5] != "":
			u, err := url.Parse(m[5])
			must(t, err)
			path = u.RequestURI()
		case m[6] != "":
			upload = true
		}
	}
	if strings.Contains(path, "disable") {
		return method, path, nil
	}
	if upload {
		return method, path, s.uploadTo("admin", path, "offer.pdf", "%PDF-1.7\n%âãÏÓ\n1 0 obj\n<<>>\nendobj\n")
	}
	return method, path, s.call(method, path, body, headers...)
}
