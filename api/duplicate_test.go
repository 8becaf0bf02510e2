package api

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
)

// A name is the same company without its legal form, accents and order, in every country of the Union; an address without case and what is
// behind a plus, points at Gmail only; a telephone number however it is written (S053, table A row 2).
func TestWhatIsTheSame(t *testing.T) {
	t.Parallel()
	s := newWorld(t)
	c, err := pgx.Connect(t.Context(), s.url)
	must(t, err)
	defer c.Close(t.Context())
	ask := func(what string, args ...any) (out string) {
		t.Helper()
		must(t, c.QueryRow(t.Context(), "select "+what, args...).Scan(&out))
		return out
	}
	for plain, names := range map[string][]string{
		"acme":            {"Acme S.p.A.", "ACME spa", "Acme, S. p. A.", "Acme Società per Azioni", "Acmé SpA", "acme", "Acme GmbH & Co. KG", "Acme A/S", "Acme s.r.o.", "UAB Acme", `SIA "Acme"`, "ACME OÜ", "Acme Kft.", "Acme d.o.o."},
		"figli rossi":     {"Rossi & Figli S.r.l.", "Figli Rossi srl", "Rossi Figli S.R.L.", "Rossi & Figli S.n.c."},
		"lodzkie maszyny": {"Łódzkie Maszyny Sp. z o.o.", "Maszyny Łódzkie spółka z ograniczoną odpowiedzialnością", "lodzkie maszyny sp. z o. o.", "Łódzkie Maszyny Sp.j."},
		"garcia hijos":    {"García Hijos, S.L.", "Hijos Garcia S.L.U.", "Garcia Hijos S.A.", "García Hijos Sociedad Limitada"},
		"mueller":         {"Mueller AG", "Mueller Aktiengesellschaft", "MUELLER mbH"},
		"dupont":          {"Dupont SARL", "Dupont S.A.S.", "DUPONT SASU", "Dupont B.V.", "Dupont Ltd.", "Dupont Limited", "Dupont Oy", "Dupont ApS", "Dupont Lda.", "Dupont PLC"},
		"roma":            {"AS Roma", "Roma SpA"},
		"spa":             {"SpA", "S.p.A."},
	} {
		for _, name := range names {
			if got := ask(`match_name($1)`, name); got != plain {
				t.Errorf("%q is %q, want %q", name, got, plain)
			}
		}
	}
	for in, want := range map[string]string{
		"Anna.Rossi+shop@Example.com": "anna.rossi@example.com", "A.n.n.a+x@gmail.com": "anna@gmail.com", "anna@googlemail.com": "anna@gmail.com", "": "", "@x.it": "",
	} {
		if got := ask(`match_email($1)`, in); got != want {
			t.Errorf("%q is %q, want %q", in, got, want)
		}
	}
	for _, row := range [][3]string{
		{"+39021234567", "", "+39021234567"}, {"021234567", "IT", "+39021234567"}, {"0039021234567", "ES", "+39021234567"}, {"030 901820", "DE", "+4930901820"},
		{"+49 (0)30 901820", "IT", "+4930901820"}, {"600 100 200", "PL", "+48600100200"}, {"06 1 234 5678", "HU", "+3612345678"}, {"020 7946 0018", "GB", "+442079460018"},
		{"+442079460018", "", "+442079460018"}, {"8 612 34567", "LT", "+37061234567"}, {"1-202-555-0143", "US", "+12025550143"}, {"12345", "XX", "12345"}, {"", "IT", ""},
	} {
		if got := ask(`match_phone($1, $2)`, row[0], row[1]); got != row[2] {
			t.Errorf("%q of %s is %q, want %q", row[0], row[1], got, row[2])
		}
	}
}

// What is entered is held against what is there: the same VAT number or address stops it, a like name asks for a reason, which the history
// keeps; and of what another team has, only that it exists is told (S049, S053, table A row 2).
func TestDuplicates(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	b := s.browser("anna")
	acme := s.made("anna", "/api/v1/accounts", `{"name":"Acme S.p.A.","country":"IT","vat":"IT00743110157","email":"info@acme.example","phone":"02 1234567"}`)
	refused := func(person, path, body string, want string) map[string]any {
		t.Helper()
		p := s.do(person, http.MethodPost, path, body, http.StatusConflict)
		if p["code"] != want {
			t.Fatalf("%s: %v", body, p)
		}
		return p["errors"].([]any)[0].(map[string]any)
	}
	t.Run("blocked", func(t *testing.T) {
		for body, want := range map[string]string{
			`{"name":"ACME spa","country":"IT","vat":"IT 00743110157","confirm":"No"}`:            "duplicate_vat",
			`{"name":"Something else","email":"INFO+x@acme.example","confirm":"Another one"}`:     "duplicate_record",
			`{"name":"Other","country":"ES","vat":"IT00743110157"}`:                               "duplicate_vat",
			`{"name":"Acme","country":"IT"}`:                                                      "duplicate_record",
			`{"name":"Acmee","country":"IT","phone":"+39 02 1234567"}`:                            "duplicate_record",
			`{"name":"Unlike","country":"IT","phone":"0039021234567"}`:                            "duplicate_record",
			fmt.Sprintf(`{"name":"Verdi S.r.l.","email":%q,"country":"IT"}`, "Verdi@example.com"): "duplicate_record", // the lead
			fmt.Sprintf(`{"name":"Whoever","email":%q,"country":"IT"}`, "carla+fair@example.com"): "duplicate_record", // the person
		} {
			e := refused("anna", "/api/v1/accounts", body, want)
			if e["code"] != "duplicate_found" || e["params"].(map[string]any)["url"] == "" {
				t.Errorf("%s: %v", body, e)
			}
		}
	})
	t.Run("hidden", func(t *testing.T) {
		e := refused("ben", "/api/v1/accounts", `{"name":"ACME spa","country":"IT"}`, "duplicate_record")
		text := fmt.Sprint(e)
		if e["code"] != "duplicate_hidden" || strings.Contains(text, string(acme)) || strings.Contains(text, "S.p.A.") || strings.Contains(text, "anna") {
			t.Errorf("ben reads %v", e)
		}
	})
	t.Run("confirmed", func(t *testing.T) {
		for _, body := range []string{`{"name":"Acme","country":"ES"}`, `{"name":"Hall 1","country":"IT"}`, `{"name":"Hall 2","country":"IT"}`, `{"name":"Cosa","country":"IT"}`} {
			s.made("anna", "/api/v1/accounts", body)
		}
		id := s.made("anna", "/api/v1/accounts", `{"name":"Acme srl","country":"IT","confirm":"The subsidiary"}`)
		page := b.send(http.MethodGet, "/accounts/"+string(id), nil).Body.String()
		if !strings.Contains(page, "The subsidiary") {
			t.Error("the reason is not in the history")
		}
		p := s.do("anna", http.MethodPatch, "/api/v1/accounts/"+string(id), `{"vat":"IT00743110157"}`, http.StatusConflict, "Content-Type", "application/merge-patch+json")
		if p["code"] != "duplicate_vat" {
			t.Error(p)
		}
		s.do("anna", http.MethodPatch, "/api/v1/accounts/"+string(id), `{"class":"A"}`, http.StatusOK, "Content-Type", "application/merge-patch+json")
	})
	t.Run("people", func(t *testing.T) {
		body := `{"account_id":"` + string(s.account) + `","name":%q,"email":%q}`
		refused("anna", "/api/v1/contacts", fmt.Sprintf(body, "Bianchi Carla", ""), "duplicate_record")
		refused("anna", "/api/v1/contacts", fmt.Sprintf(body, "Somebody", "CARLA@example.com"), "duplicate_record")
		s.made("anna", "/api/v1/contacts", fmt.Sprintf(body, "Paolo Bianchi", "paolo@example.com"))
		s.made("anna", "/api/v1/contacts", fmt.Sprintf(`{"account_id":%q,"name":"Carla Bianchi","email":"info@acme.example"}`, acme)) // another company's, at its own address
	})
	t.Run("asked", func(t *testing.T) {
		out := s.do("anna", http.MethodPost, "/api/v1/duplicates", `{"kind":"lead","name":"acme","country":"IT","vat":"IT00743110157"}`, http.StatusOK)
		first := out["data"].([]any)[0].(map[string]any)
		if out["blocked"] != false || first["id"] != string(acme) || first["same_vat"] != true || first["similarity"] != 100.0 {
			t.Error(out)
		}
		if out := s.do("anna", http.MethodPost, "/api/v1/duplicates", `{"kind":"account","vat":"IT00743110157"}`, http.StatusOK); out["blocked"] != true {
			t.Error(out)
		}
		s.do("anna", http.MethodPost, "/api/v1/duplicates", `{"kind":"deal"}`, http.StatusUnprocessableEntity)
	})
	t.Run("merged", func(t *testing.T) {
		other := s.made("anna", "/api/v1/accounts", `{"name":"Grandi Srl","country":"IT","email":"grandi@example.com"}`)
		third := s.made("anna", "/api/v1/accounts", `{"name":"Piccoli Srl","country":"IT"}`)
		s.made("anna", "/api/v1/contacts", fmt.Sprintf(`{"account_id":%q,"name":"Rosa"}`, other))
		pair := fmt.Sprintf(`"kind":"account","kept":%q,"gone":%q`, third, other)
		for person, want := range map[string]int{"ben": http.StatusConflict, "care": http.StatusForbidden, "anna": http.StatusOK} {
			s.do(person, http.MethodPost, "/api/v1/merges/preview", "{"+pair+"}", want)
		}
		for _, bad := range []string{`{"kind":"deal"}`, "{}", "{" + pair + `,"take":["version"]}`, fmt.Sprintf(`{"kind":"account","kept":%q,"gone":%q}`, other, other)} {
			s.do("anna", http.MethodPost, "/api/v1/merges", bad, http.StatusUnprocessableEntity)
		}
		s.do("anna", http.MethodPost, "/api/v1/merges", "{"+pair+`,"take":["credit_limit"]}`, http.StatusForbidden)
		body := "{" + pair + `,"take":["email"]}`
		merge := s.do("anna", http.MethodPost, "/api/v1/merges", body, http.StatusCreated, "Idempotency-Key", "m")["id"]
		if again := s.do("anna", http.MethodPost, "/api/v1/merges", body, http.StatusCreated, "Idempotency-Key", "m")["id"]; again != merge {
			t.Error("merged again", again)
		}
		if a := s.do("anna", http.MethodGet, "/api/v1/accounts/"+string(third), "", http.StatusOK); a["email"] != "grandi@example.com" || a["name"] != "Piccoli Srl" {
			t.Error(a)
		}
		s.do("anna", http.MethodGet, "/api/v1/accounts/"+string(other), "", http.StatusNotFound)
		if rec := b.send(http.MethodGet, "/accounts/"+string(other), nil); rec.Code != http.StatusSeeOther || rec.Header().Get("Location") != "/accounts/"+string(third) {
			t.Error("the page of the one that is gone:", rec.Code)
		}
		if page := b.send(http.MethodGet, "/accounts/"+string(third), nil).Body.String(); !strings.Contains(page, "Rosa") || !strings.Contains(page, "Grandi Srl was merged") {
			t.Error("the page lacks what moved")
		}
		undo := fmt.Sprintf("/merges/%s/undo", merge)
		s.do("ben", http.MethodPost, "/api/v1"+undo, "", http.StatusNotFound)
		if page := b.send(http.MethodGet, "/duplicates", nil).Body.String(); !strings.Contains(page, undo) {
			t.Error("nothing to undo on the page")
		}
		s.do("anna", http.MethodPost, "/api/v1"+undo, "", http.StatusOK)
		s.do("anna", http.MethodGet, "/api/v1/accounts/"+string(other), "", http.StatusOK)
		form := url.Values{"kind": {"account"}, "kept": {string(third)}, "gone": {string(other)}, "f.name": {"gone"}}
		if page := b.send(http.MethodGet, "/merge?"+form.Encode(), nil).Body.String(); !strings.Contains(page, "Piccoli Srl") || !strings.Contains(page, `name="f.email"`) {
			t.Error("the two are not side by side")
		}
		if rec := b.send(http.MethodPost, "/merge", form); rec.Code != http.StatusSeeOther {
			t.Errorf("status %d: %s", rec.Code, rec.Body)
		}
		if a := s.do("anna", http.MethodGet, "/api/v1/accounts/"+string(third), "", http.StatusOK); a["name"] != "Grandi Srl" {
			t.Error(a)
		}
		if page := b.send(http.MethodGet, "/duplicates?kind=account&id="+string(acme), nil).Body.String(); !strings.Contains(page, "Acme srl") {
			t.Error("what it is like is not shown")
		}
	})
	t.Run("page", func(t *testing.T) {
		form := url.Values{"name": {"Acme"}, "country": {"IT"}}
		rec := b.send(http.MethodPost, "/accounts", form)
		if page := rec.Body.String(); rec.Code != http.StatusConflict || !strings.Contains(page, `href="/accounts/`+string(acme)+`"`) || !strings.Contains(page, `name="confirm"`) {
			t.Errorf("status %d", rec.Code)
		}
		form.Set("confirm", "Another Acme")
		if rec := b.send(http.MethodPost, "/accounts", form); rec.Code != http.StatusSeeOther {
			t.Errorf("status %d: %s", rec.Code, rec.Body)
		}
		lead := url.Values{"company": {"ACME spa"}, "external_id": {"one"}}
		if rec := b.send(http.MethodPost, "/leads", lead); rec.Code != http.StatusConflict || !strings.Contains(rec.Body.String(), "Acme S.p.A.") {
			t.Errorf("a lead: status %d", rec.Code)
		}
		lead.Set("confirm", "Another plant")
		if rec := b.send(http.MethodPost, "/leads", lead); rec.Code != http.StatusSeeOther {
			t.Errorf("a lead with a reason: status %d", rec.Code)
		}
	})
}
