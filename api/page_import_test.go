package api

import (
	"bytes"
	"encoding/csv"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"leadtocash/crm"
)

// sendFile posts a file by a form, as a browser without script does.
func (b *browser) sendFile(path, name, content string, fields map[string]string) *httptest.ResponseRecorder {
	b.t.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for k, v := range fields {
		must(b.t, w.WriteField(k, v))
	}
	part, err := w.CreateFormFile("file", name)
	must(b.t, err)
	_, err = part.Write([]byte(content))
	must(b.t, err)
	must(b.t, w.Close())
	req := httptest.NewRequestWithContext(b.t.Context(), http.MethodPost, path, &body)
	req.Header.Set("Content-Type", w.FormDataContentType())
	req.Header.Set("Sec-Fetch-Site", "same-origin")
	req.AddCookie(&http.Cookie{Name: cookieName, Value: b.cookie})
	rec := httptest.NewRecorder()
	b.srv.ServeHTTP(rec, req)
	return rec
}

const fairFile = "\ufeffcompany;email;country;language;need\r\n" +
	"Good Srl;good@example.com;IT;it;Two pumps\r\n" +
	"=cmd|'/C calc'!A0;no mail;ITA;itt;\r\n" +
	";x@example.com;IT;;\r\n" +
	"Nul\x00Srl;;IT;;a\x00b\r\n"

// S063: a file is uploaded by a form, looked at with what its columns become and why rows are refused, and begun by a button, once.
func TestImportPage(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	b := s.browser("sales_ops")
	b.open("/leads", http.StatusOK).want("a", "Import leads")
	once := map[string]string{"once": "a"}
	rec := b.sendFile("/imports", `C:\fairs\fair.csv`, fairFile, once)
	status(t, rec, http.StatusSeeOther)
	at := rec.Header().Get("Location")
	if again := b.sendFile("/imports", "fair.csv", fairFile, once); again.Header().Get("Location") != at {
		t.Errorf("sent twice it is %s and %s", at, again.Header().Get("Location"))
	}
	if other := b.sendFile("/imports", "fair.csv", "company\nOther", once); other.Header().Get("Location") == at {
		t.Error("another file under the same form is taken for the first")
	}
	d := b.open(at, http.StatusOK)
	for element, want := range map[string]string{
		"h1": "fair.csv", "td": "Did you mean “IT”?", "button": "Bring in 1 row", "code": "language",
	} {
		d.want(element, want)
	}
	d.want("td", "This is not one of: en, it, es, pl. Did you mean “it”?")
	d.want("td", "Two pumps")
	d.want("td", "This is not an e-mail address")
	if n := len(s.do("sales_ops", http.MethodGet, "/api/v1/leads?filter[company]=Good%20Srl", "", 200)["data"].([]any)); n != 0 {
		t.Error("a lead before the file was begun")
	}
	refusedFile(t, b, at)
	for range 2 { // pressed twice
		status(t, b.send(http.MethodPost, at+"/start", map[string][]string{}), http.StatusSeeOther)
	}
	id := crm.ID(strings.TrimPrefix(at, "/imports/"))
	if m, err := s.store.Import(t.Context(), id); err != nil || m.State != "running" || m.Total != 4 || m.Refused != 3 {
		t.Errorf("%+v %v", m, err)
	}
	b.open(at, http.StatusOK).want("label", "3 of 4 rows")
	b.open("/process/"+crm.ProcessID(crm.KindImport, id), http.StatusOK).want("h1", "fair.csv")
	b.read(b.send(http.MethodPost, at+"/discard", map[string][]string{}), at, http.StatusConflict).want("li", "This was done before.")
	b.open("/imports", http.StatusOK).want("td", "sales_ops")
}

func refusedFile(t *testing.T, b *browser, at string) {
	t.Helper()
	rec := b.send(http.MethodGet, at+"/refused.csv", nil)
	status(t, rec, http.StatusOK)
	if got := rec.Header().Get("Content-Disposition"); got != "attachment; filename=fair-refused.csv" {
		t.Errorf("sent as %s", got)
	}
	text, marked := strings.CutPrefix(rec.Body.String(), "\ufeff")
	rows, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	must(t, err)
	if !marked || len(rows) != 4 || rows[0][2] != "company" || rows[1][0] != "3" || rows[3][0] != "5" {
		t.Fatalf("%q", rows)
	}
	if rows[1][2] != "'=cmd|'/C calc'!A0" || !strings.Contains(rows[1][1], "Did you mean “IT”?") {
		t.Errorf("a cell is sent as %q, the reason as %q", rows[1][2], rows[1][1])
	}
}

// B113, B114, B116: a file that cannot be taken is told why in the page, and leaves nothing behind.
func TestImportPageRefusesFiles(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	b := s.browser("sales_ops")
	for name, c := range map[string]struct {
		file, want string
		status     int
	}{
		"empty":         {"", "This file is empty", 422},
		"blank":         {" \n \n", "Nothing is written here", 422},
		"only a header": {"company,email\n", "a header and no rows", 422},
		"no header":     {"Good Srl,good@example.com\nBest Srl,b@example.com\n", "A column is missing: company", 422},
		"twice":         {"company,company\nA,b\n", "is there twice", 422},
		"latin-1":       {"company,need\nCaf\xe9,x\n", "not valid UTF-8", 422},
		"utf-16":        {"\xff\xfec\x00o\x00m\x00p\x00a\x00n\x00y\x00", "UTF-16", 422},
		"spreadsheet":   {"PK\x03\x04\x14\x00\x06\x00", "cannot be read", 422},
		"page":          {"<!doctype html><p>company", "text/html", 422},
		"too large":     {"company\n" + strings.Repeat("x", ImportLimit), "larger than 10 MB", 413},
		"too many rows": {"company\n" + strings.Repeat("x\n", importRowLimit+1), "Too many entries. Allowed: 100,000.", 422},
	} {
		rec := b.sendFile("/imports", "fair.csv", c.file, map[string]string{"once": name})
		if rec.Code != c.status {
			t.Errorf("%s: status %d", name, rec.Code)
			continue
		}
		d := b.read(rec, name, c.status)
		if !d.has("li", c.want) || !d.has("h1", "Import leads") {
			t.Errorf("%s: the page does not say %q", name, c.want)
		}
	}
	status(t, b.sendFile("/imports", "fair.csv", strings.Repeat("x", importUpload+1), nil), http.StatusRequestEntityTooLarge)
	b.read(b.send(http.MethodPost, "/imports", map[string][]string{"once": {"x"}}), "no file", 422).want("li", "Please fill this in.")
	if list, err := s.store.Imports(t.Context()); err != nil || len(list) != 1 || list[0].ID != s.file {
		t.Errorf("a refused file left something behind: %+v %v", list, err)
	}
}

// A file that is all mistakes cannot be begun, and can be dropped.
func TestImportPageOfMistakes(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	b := s.browser("sales_ops")
	at := b.sendFile("/imports", "bad.csv", "company,email\n,x\n", nil).Header().Get("Location")
	b.read(b.send(http.MethodPost, at+"/start", map[string][]string{}), at, http.StatusConflict).want("li", "there is nothing to bring in")
	status(t, b.send(http.MethodPost, at+"/discard", map[string][]string{}), http.StatusSeeOther)
	b.open(at, http.StatusNotFound)
}
