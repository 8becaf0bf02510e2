package api

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"leadtocash/crm"
)

// S053, S047, S054: files of companies and people are tried and brought in as those of leads are, with the fields of the company's own; every cell is
// checked and told at its column.
func TestImportOfRecordsByAPI(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	s.made("sales_ops", "/api/v1/custom-fields", `{"record":"account","name":"file_branch","type":"choice","labels":{"en":"Branch"},"options":[{"key":"steel","labels":{"it":"Acciaio"}}]}`)
	s.made("sales_ops", "/api/v1/custom-fields", `{"record":"lead","name":"file_since","type":"date","labels":{"en":"Since"}}`)
	s.made("sales_ops", "/api/v1/custom-fields", `{"record":"account","name":"file_rating","type":"number","labels":{"en":"Rating"},"writers":["finance"]}`)
	bring := func(query, body string, want int) map[string]any {
		t.Helper()
		return s.do("sales_ops", http.MethodPost, "/api/v1/imports?"+query, body, want, "Content-Type", "text/csv")
	}
	bring("what=deal", "name\nA", 400)
	bring("known=merge", "name\nA", 400)
	if p := bring("what=account", "name,custom.file_rating\nA,1", 422); !strings.Contains(toText(p), "unknown_column") { // not his to fill
		t.Errorf("%v", p)
	}
	wrong := bring("what=account&dry_run=true", "name,vat,tax_code,sdi,pec,iban,country,city,email,phone,language,payment_days,credit_limit,owner,custom.file_branch,parent\n"+
		",IT12345678901,X,1,x,IT00,Italy,Rome,y,abc,xx,400,ten,nobody,wood,\n"+
		"Good Srl,IT00743110157,,ufy9mh,,,it,,,,IT,60,,,acciaio,Group\n", 422)
	if !strings.Contains(toText(wrong), "credit_limit") { // finance sets it
		t.Errorf("%v", wrong)
	}
	v := bring("what=account&dry_run=true", "name,vat,tax_code,sdi,pec,iban,country,city,email,phone,language,payment_days,owner,custom.file_branch,parent\n"+
		",IT12345678901,X,1,x,IT00,Italy,Rome,y,abc,xx,400,nobody,wood,\n"+
		"Good Srl,IT00743110157,,ufy9mh,,,it,,,,IT,60,,acciaio,Group\n", 200)
	row := v["refused_rows"].([]any)[0].(map[string]any)
	at := map[string]bool{}
	for _, e := range row["errors"].([]any) {
		at[fmt.Sprint(e.(map[string]any)["pointer"])] = true
	}
	for _, pointer := range []string{"/name", "/vat", "/tax_code", "/sdi", "/pec", "/iban", "/country", "/street", "/email", "/phone", "/language", "/payment_days", "/owner", "/custom/file_branch"} {
		if !at[pointer] {
			t.Errorf("nothing is told at %s: %v", pointer, row)
		}
	}
	if v["what"] != "account" || v["total"] != 2.0 || v["refused"] != 1.0 {
		t.Errorf("%v", v)
	}
	m := bring("what=account&known=update&name=c.csv", "name,sdi,custom.file_branch\nGood Srl,ufy9mh,acciaio\n", 202)
	first, err := s.store.FirstRow(t.Context(), crm.ID(fmt.Sprint(m["id"])))
	if err != nil || fmt.Sprint(first.Cells) != "map[custom.file_branch:steel name:Good Srl sdi:UFY9MH]" {
		t.Errorf("%+v %v", first, err)
	}
	people := bring("what=contact&dry_run=true", "name,company,vat,role,consent\nUgo,,,boss,yes\nEva,,IT00743110157,Buyer,\n", 200)
	if got := toText(people); !strings.Contains(got, `"/company"`) || !strings.Contains(got, `"/role"`) || people["refused"] != 1.0 {
		t.Errorf("%v", people)
	}
	leads := bring("name=l.csv", "company,custom.file_since\nGood Srl,2026-01-31\nBad Srl,soon\n", 202)
	if got := toText(leads); !strings.Contains(got, `"/custom/file_since"`) || leads["refused"] != 1.0 {
		t.Errorf("%v", leads)
	}
	if first, err = s.store.FirstRow(t.Context(), crm.ID(fmt.Sprint(leads["id"]))); err != nil || first.Lead.Custom.Text("file_since") != "2026-01-31" {
		t.Errorf("%+v %v", first, err)
	}
}

// The pages offer the three kinds, guess the columns in the words of the file, and show what was wrong in the words of the form.
func TestImportPageOfRecords(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	s.made("sales_ops", "/api/v1/custom-fields", `{"record":"contact","name":"page_badge","type":"number","labels":{"en":"Badge","it":"Tesserino"}}`)
	b := s.browser("sales_ops")
	b.open("/accounts", http.StatusOK).want("a", "Import companies")
	b.open("/imports?what=contact", http.StatusOK).want("code", "custom.page_badge")
	rec := b.sendFile("/imports", "people.csv", "Nome e cognome;Azienda;E-mail;Tesserino;Mansione\nUgo Neri;Rossi;ugo@x.example;7;Buyer\nEva;Rossi;x;many;\n",
		map[string]string{"once": "p", "what": "contact", "known": "update"})
	status(t, rec, http.StatusSeeOther)
	at := rec.Header().Get("Location")
	d := b.open(at, http.StatusOK)
	for element, want := range map[string]string{"h1": "people.csv", "td": "Badge: ", "button": "Bring in 1 row", "option": "Fill in what the row holds"} {
		d.want(element, want)
	}
	m, err := s.store.Import(t.Context(), crm.ID(strings.TrimPrefix(at, "/imports/")))
	must(t, err)
	if got := strings.Join(append(m.Places, m.What, m.Known), " "); got != "name company email custom.page_badge job contact update" {
		t.Errorf("%+v", m)
	}
	file := b.send(http.MethodGet, at+"/refused.csv", nil).Body.String()
	if !strings.Contains(file, "Eva") || !strings.Contains(file, "many") || !strings.Contains(file, "custom.page_badge") {
		t.Error(file)
	}
	form := url.Values{"known": {"new"}}
	for i, place := range []string{"name", "company", "", "custom.page_badge", "job"} {
		form.Set(fmt.Sprintf("column.%d", i), place)
	}
	status(t, b.send(http.MethodPost, at+"/columns", form), http.StatusSeeOther)
	if m, err = s.store.Import(t.Context(), m.ID); err != nil || m.Known != "new" || m.Places[2] != "" || m.Refused != 1 {
		t.Errorf("%+v %v", m, err)
	}
}
