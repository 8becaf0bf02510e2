package api

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
)

// S063, B113, B115: a file of leads is tried, refused by row, brought in; a dry run keeps nothing.
func TestImportOfLeads(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	csv := func(path, body string, want int) map[string]any {
		t.Helper()
		return s.do("sales_ops", http.MethodPost, "/api/v1/imports"+path, body, want, "Content-Type", "text/csv")
	}
	file := "Company,E-Mail\nA,b"
	if p := csv("", file, 422); p["code"] != "import_invalid" || !strings.Contains(toText(p), `"did_you_mean":"email"`) {
		t.Errorf("%v", p)
	}
	if p := csv("", "a;b\n1;2", 422); !strings.Contains(toText(p), "missing_column") || !strings.Contains(toText(p), "/header") {
		t.Errorf("B113: %v", p)
	}
	csv("", "", 422)
	csv("", "company\n\xff\xfe", 422)
	csv("?dry=true", "company\nA", 400)
	file = "\ufeffcompany,email,vat\r\nGood Srl,good@example.com,\r\n,x,IT123\r\n\"Two\r\nlines\",,\r\n"
	v := csv("?dry_run=true", file, 200)
	if v["total"] != 3.0 || v["refused"] != 2.0 || v["state"] != "preview" {
		t.Errorf("%v", v)
	}
	row := v["refused_rows"].([]any)[0].(map[string]any)
	if row["line"] != 3.0 || len(row["errors"].([]any)) != 3 {
		t.Errorf("%v", row)
	}
	out := csv("?name=fair.csv", "company\n=HYPERLINK(1)", 202)
	if out["state"] != "running" || out["total"] != 1.0 {
		t.Errorf("%v", out)
	}
	id := out["id"].(string)
	if got := s.do("sales_ops", http.MethodGet, "/api/v1/imports/"+id, "", 200); got["id"] != id {
		t.Errorf("%v", got)
	}
	s.do("sales_ops", http.MethodPost, "/api/v1/imports", "PK\x03\x04", http.StatusUnprocessableEntity, "Content-Type", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
	s.do("sales_ops", http.MethodPost, "/api/v1/imports", "company,need\n\xff,a", http.StatusUnprocessableEntity, "Content-Type", "text/csv")
	if v := csv("", "company,need\nNul\x00,a", 202); v["refused"] != 1.0 {
		t.Errorf("a row that the database cannot hold: %v", v)
	}
	if p := csv("", "company\n", 422); !strings.Contains(toText(p), "no_rows") {
		t.Errorf("%v", p)
	}
	s.do("anna", http.MethodGet, "/api/v1/imports/"+id, "", http.StatusForbidden)
	s.do("sales_ops", http.MethodPost, "/api/v1/imports", strings.Repeat("x", ImportLimit+1), http.StatusRequestEntityTooLarge, "Content-Type", "text/csv")
}

func toText(p map[string]any) string {
	b, _ := json.Marshal(p)
	return string(b)
}
