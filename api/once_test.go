package api

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"leadtocash/crm"
	"leadtocash/store"

	"github.com/jackc/pgx/v5"
)

// keyed are requests of every kind that takes a key: what is sent, the same written otherwise, and another one.
func (s *scene) keyed() []struct{ person, method, path, body, same, other string } {
	deal, project := "/api/v1/opportunities/"+string(s.deal), "/api/v1/contracts/"+string(s.contract)+"/project"
	later := crm.NewDate(2027, 3, 1).String()
	return []struct{ person, method, path, body, same, other string }{
		{"anna", http.MethodPost, "/api/v1/leads", `{"company":"Key Srl","email":"key@example.com"}`, `{"email":"key@example.com", "company":"Key Srl"}`, `{"company":"Key Srl","email":"other@example.com"}`},
		{"anna", http.MethodPost, "/api/v1/accounts", `{"name":"Lock Srl","country":"IT"}`, `{ "country":"IT","name":"Lock Srl"}`, `{"name":"Other Srl","country":"IT"}`},
		{"anna", http.MethodPost, "/api/v1/contacts", fmt.Sprintf(`{"account_id":%q,"name":"Key"}`, s.account), "", fmt.Sprintf(`{"account_id":%q,"name":"Other"}`, s.account)},
		{"anna", http.MethodPost, deal + "/notes", `{"text":"Key"}`, "", `{"text":"Other"}`},
		{"anna", http.MethodPost, deal + "/products", fmt.Sprintf(`{"product_id":%q,"quantity":"1"}`, s.product), "", fmt.Sprintf(`{"product_id":%q,"quantity":"2"}`, s.product)},
		{"sales_ops", http.MethodPost, "/api/v1/products", `{"sku":"KEY","name":"Key","price":"1"}`, "", `{"sku":"KEY","name":"Other","price":"1"}`},
		{"care", http.MethodPost, "/api/v1/cases", fmt.Sprintf(`{"contract_id":%q,"subject":"Key"}`, s.contract), "", fmt.Sprintf(`{"contract_id":%q,"subject":"Other"}`, s.contract)},
		{"project_manager", http.MethodPost, project + "/milestones", `{"name":"Key","due_date":"` + later + `"}`, "", `{"name":"Other","due_date":"` + later + `"}`},
		{"anna", http.MethodPost, "/api/v1/engagements/" + string(s.engagement) + "/outcome", `{"outcome":"reached"}`, "", `{"outcome":"interested"}`},
		{"anna", http.MethodPatch, "/api/v1/leads/" + string(s.lead), `{"need":"Key"}`, `{ "need": "Key" }`, `{"need":"Other"}`},
		{"anna", http.MethodPatch, "/api/v1/accounts/" + string(s.account), `{"phone":"+39 02 1234567"}`, "", `{"phone":"+39 02 7654321"}`},
		{"anna", http.MethodPatch, "/api/v1/contacts/" + string(s.contact), `{"job":"Buyer"}`, "", `{"job":"Owner"}`},
		{"anna", http.MethodPost, "/api/v1/accounts/" + string(s.account) + "/addresses", `{"purpose":"legal","street":"Key"}`, "", `{"purpose":"legal","street":"Other"}`},
		{"sales_ops", http.MethodPatch, "/api/v1/custom-fields/" + string(s.ownField), `{"position":3}`, "", `{"position":4}`},
		{"anna", http.MethodPatch, deal, `{"name":"Key"}`, "", `{"name":"Other"}`},
		{"anna", http.MethodPatch, deal + "/products/" + string(s.line), `{"quantity":"4"}`, "", `{"quantity":"5"}`},
		{"anna", http.MethodPatch, "/api/v1/quotes/" + string(s.quote), `{"discount_percent":"1"}`, "", `{"discount_percent":"2"}`},
		{"sales_ops", http.MethodPatch, "/api/v1/products/" + string(s.product), `{"name":"Key"}`, "", `{"name":"Other"}`},
		{"project_manager", http.MethodPatch, project, `{"name":"Key"}`, "", `{"name":"Other"}`},
		{"sales_ops", http.MethodPatch, "/api/v1/tax-classes/" + string(s.taxClass), `{"name":"Key"}`, "", `{"name":"Other"}`},
		{"sales_ops", http.MethodPut, "/api/v1/service-levels", `{"levels":[{"priority":"low","answer_minutes":60,"solve_minutes":90}]}`, "", `{"levels":[{"priority":"low","answer_minutes":61,"solve_minutes":90}]}`},
		{"sales_ops", http.MethodPut, "/api/v1/deal-words", `{"en":"opportunity"}`, "", `{"en":"deal"}`},
		{"sales_ops", http.MethodPut, "/api/v1/calendar", calendarOfTest, " " + calendarOfTest, strings.Replace(calendarOfTest, "09:00", "09:30", 1)},
	}
}

// R3, R4: the same key and content get the same answer, marked as a replay, with what was made once; other content is a clash that changes
// nothing; a refused request leaves its key free. On every verb that takes a key.
func TestKeyMeansOneRequest(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	for _, tt := range s.keyed() {
		send := func(body, key string) *httptest.ResponseRecorder {
			return s.as(s.keys[tt.person], tt.method, tt.path, body, "Content-Type", "application/json", "Idempotency-Key", key)
		}
		refused := send(`{"nonsense":1}`, "one")
		first := send(tt.body, "one")
		if refused.Code != http.StatusUnprocessableEntity || first.Code >= 300 || first.Header().Get("Idempotency-Replayed") != "" {
			t.Errorf("%s %s: %d, then %d replayed %q: %s", tt.method, tt.path, refused.Code, first.Code, first.Header().Get("Idempotency-Replayed"), first.Body)
			continue
		}
		if tt.same == "" {
			tt.same = tt.body
		}
		lines := s.count(`select count(*) from timeline`)
		if tt.method != http.MethodPost { // what comes between does not show in the answer
			if rec := s.as(s.keys[tt.person], tt.method, tt.path, tt.other, "Content-Type", "application/json"); rec.Code >= 300 {
				t.Errorf("%s %s: %d %s", tt.method, tt.path, rec.Code, rec.Body)
			}
			lines = s.count(`select count(*) from timeline`)
		}
		again := send(tt.same, "one")
		if again.Code != first.Code || again.Body.String() != first.Body.String() || again.Header().Get("Idempotency-Replayed") != "true" ||
			again.Header().Get("ETag") != first.Header().Get("ETag") || again.Header().Get("Location") != first.Header().Get("Location") {
			t.Errorf("%s %s: first %d %s, again %d %q %s", tt.method, tt.path, first.Code, first.Body, again.Code, again.Header().Get("Idempotency-Replayed"), again.Body)
		}
		clash := send(tt.other, "one")
		if p := fields(t, clash); clash.Code != http.StatusConflict || p["code"] != "idempotency_clash" {
			t.Errorf("%s %s with other content: %d %v", tt.method, tt.path, clash.Code, p)
		}
		if now := s.count(`select count(*) from timeline`); now != lines {
			t.Errorf("%s %s: %d lines more in the timeline", tt.method, tt.path, now-lines)
		}
	}
}

// R3: a patch that is sent several times at once with a key and the version that was seen is made once, and all get its answer.
func TestPatchedAtOnce(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	path := "/api/v1/accounts/" + string(s.account)
	version := s.call1("anna", http.MethodGet, path, "", http.StatusOK).Header().Get("ETag")
	bodies := make([]string, 6)
	var all sync.WaitGroup
	for i := range bodies {
		all.Go(func() {
			rec := s.as(s.keys["anna"], http.MethodPatch, path, `{"class":"A"}`, "Content-Type", "application/json", "Idempotency-Key", "k", "If-Match", version)
			bodies[i] = fmt.Sprint(rec.Code, rec.Body)
		})
	}
	all.Wait()
	for _, b := range bodies {
		if b != bodies[0] || !strings.HasPrefix(b, "200") {
			t.Fatalf("%s and %s", bodies[0], b)
		}
	}
	if now := s.do("anna", http.MethodGet, path, "", http.StatusOK)["version"]; fmt.Sprintf(`"%v"`, now.(float64)-1) != version {
		t.Errorf("version %v after one change of %s", now, version)
	}
}

// R3: when the answer was lost after the change was made, sending it again makes no second change and says so.
func TestLostAnswer(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	path := "/api/v1/accounts/" + string(s.account)
	s.call1("anna", http.MethodPatch, path, `{"class":"A"}`, http.StatusOK, "Idempotency-Key", "lost")
	s.exec(`update idempotency set status = null, headers = null, body = null`)
	rec := s.as(s.keys["anna"], http.MethodPatch, path, `{"class":"A"}`, "Content-Type", "application/json", "Idempotency-Key", "lost")
	if p := fields(t, rec); rec.Code != http.StatusConflict || p["code"] != "already_done" {
		t.Errorf("%d %v", rec.Code, p)
	}
	note := "/api/v1/opportunities/" + string(s.deal) + "/notes"
	first := s.call1("anna", http.MethodPost, note, `{"text":"x"}`, http.StatusCreated, "Idempotency-Key", "lost")
	s.exec(`update idempotency set status = null, headers = null, body = null`)
	if again := s.call1("anna", http.MethodPost, note, `{"text":"x"}`, http.StatusCreated, "Idempotency-Key", "lost"); again.Body.String() != first.Body.String() {
		t.Errorf("%s and %s", first.Body, again.Body)
	}
	s.exec(`update idempotency set at = now() - interval '4 days'`)
	if _, err := s.store.Begin(t.Context(), "new", []byte("x")); err != nil {
		t.Fatal(err)
	}
	if n := s.count(`select count(*) from idempotency`); n != 1 {
		t.Errorf("%d old keys are kept", n-1)
	}
	if k, err := s.store.ReplyTo(t.Context(), "new"); k != nil || err != nil {
		t.Errorf("%v, %v", k, err)
	}
	if _, err := s.store.Begin(t.Context(), "new", []byte("y")); err != store.ErrClash {
		t.Errorf("%v, want a clash", err)
	}
}

// count asks for one number.
func (s *scene) count(sql string) (n int) {
	s.t.Helper()
	c, err := pgx.Connect(s.t.Context(), s.url)
	must(s.t, err)
	defer c.Close(s.t.Context())
	must(s.t, c.QueryRow(s.t.Context(), sql).Scan(&n))
	return n
}
