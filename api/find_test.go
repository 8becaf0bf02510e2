package api

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// hits are the kinds and titles that a person finds.
func (s *scene) hits(person, text string) (out []string) {
	list, _ := s.do(person, http.MethodGet, "/api/v1/search?q="+url.QueryEscape(text), "", http.StatusOK)["data"].([]any)
	for _, v := range list {
		row := v.(map[string]any)
		out = append(out, row["kind"].(string)+" "+row["title"].(string))
	}
	return out
}

// Whatever is known of a record finds it: its name without accents or with a slip, its number, VAT number, address or amount (S092).
func TestSearchFinds(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	account := s.made("anna", "/api/v1/accounts", `{"name":"Łódzkie Maszyny Sp. z o.o.","vat":"PL5260250995","country":"PL","email":"biuro@lodzkie.example"}`)
	deal := s.made("anna", "/api/v1/opportunities", `{"name":"Młyn do kawy","account_id":"`+string(account)+`","amount":"96000.50"}`)
	number := s.do("anna", http.MethodGet, "/api/v1/opportunities/"+string(deal), "", http.StatusOK)["number"].(string)
	for text, want := range map[string]string{
		"lodzkie": "account Łódzkie Maszyny Sp. z o.o.", "MASZYNY łódzkie": "account Łódzkie Maszyny Sp. z o.o.", "maszny": "account Łódzkie Maszyny Sp. z o.o.",
		"5260250995": "account Łódzkie Maszyny Sp. z o.o.", "biuro@lodzkie": "account Łódzkie Maszyny Sp. z o.o.",
		"mlyn": "opportunity Młyn do kawy", strings.ToLower(number): "opportunity Młyn do kawy", "96000.50": "opportunity Młyn do kawy", "96000": "opportunity Młyn do kawy",
	} {
		got := s.hits("anna", text)
		if len(got) == 0 || got[0] != want {
			t.Errorf("%q finds %q", text, got)
		}
	}
	for _, text := range []string{"", " ", "zzzzqqqq", "%", "_", `\`, "'; drop table lead --", "96001", strings.Repeat("a", 200)} {
		if got := s.hits("anna", text); len(got) > 0 {
			t.Errorf("%.20q finds %q", text, got)
		}
	}
	if got := s.hits("ben", "lodzkie"); len(got) > 0 {
		t.Errorf("another salesperson finds %q", got)
	}
}

// The page and the palette show places, actions and stages by their names too; "deal" and "opportunity" find the same (S010).
func TestSearchPage(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	b := s.browser("anna")
	for text, want := range map[string]string{
		"deal": `href="/board"`, "opportunity": `href="/board"`, "comp": `href="/accounts"`, "timing": `href="/opportunities?stage=timing"`, "": `href="/leads"`, "new opp": `href="/board#new"`,
	} {
		page := b.send(http.MethodGet, "/search?q="+url.QueryEscape(text), nil).Body.String()
		_, found, _ := strings.Cut(page, `id="found"`)
		if !strings.Contains(found, want) {
			t.Errorf("%q does not find %s", text, want)
		}
	}
	if page := b.send(http.MethodGet, "/search?q=%3Cscript%3Ezz", nil).Body.String(); strings.Contains(page, "<script>zz") || !strings.Contains(page, "Nothing fits") {
		t.Error("what nothing fits is not said, or not escaped")
	}
}
