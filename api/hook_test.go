package api

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"leadtocash/crm"

	"golang.org/x/net/html"
)

// B122, B124, S063: a delivery counts when it is signed, fresh and new; the same one again changes nothing.
func TestSignedHook(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	b := s.browser("sales_ops")
	d := b.read(b.send(http.MethodPost, "/settings/hooks", url.Values{"key": {"erp"}, "name": {"ERP"}, "source": {"partner"}, "campaign": {"portal"}}), "made", http.StatusOK)
	secret := ""
	d.each("code", func(n *html.Node) {
		if v := text(n); strings.HasPrefix(v, "whsec_") {
			secret = v
		}
	})
	if secret == "" {
		t.Fatal("the page shows no secret")
	}
	row := s.do("sales_ops", http.MethodGet, "/api/v1/hooks?filter[key]=erp", "", http.StatusOK)["data"].([]any)[0].(map[string]any)
	hook := "/api/v1/hooks/" + fmt.Sprint(row["id"])
	if page := b.open("/settings/hooks/"+fmt.Sprint(row["id"]), http.StatusOK); page.has("code", secret) {
		t.Error("the secret is shown again")
	}
	s.do("sales_ops", http.MethodPatch, hook, `{"mapping":{"event_id":"/meta/id","email":"/people/0/mail","company":"/org","shoe":"/x","need":"x"}}`, http.StatusUnprocessableEntity)
	s.do("sales_ops", http.MethodPatch, hook, `{"mapping":{"event_id":"/meta/id","email":"/people/0/mail","company":"/org"}}`, http.StatusOK)
	send := func(signature, body string) *httptest.ResponseRecorder {
		t.Helper()
		return s.call(http.MethodPost, "/hooks/v1/erp", body, "Content-Type", "application/json", signatureHeader, signature)
	}
	signed := func(body string) *httptest.ResponseRecorder {
		t.Helper()
		return send(crm.SignHook(secret, s.now, []byte(body)), body)
	}
	answer := func(rec *httptest.ResponseRecorder, want int, what string) {
		t.Helper()
		got := fields(t, rec)
		said := fmt.Sprint(got["status"], got["code"])
		if got["errors"] != nil {
			said += pointers(t, rec)
		}
		if rec.Code != want || !strings.Contains(said, what) {
			t.Errorf("%d %s, want %d %s", rec.Code, rec.Body, want, what)
		}
	}
	const lead = `{"meta":{"id":"evt_1"},"org":"Hook Srl","people":[{"mail":"hook@example.com"}],"need":"Pumps","more":[1,{"a":null}]}`
	for name, signature := range map[string]string{
		"": "required", "nonsense": "mismatch", "t=1,v1=00": "mismatch",
		crm.SignHook("whsec_other", s.now, []byte(lead)):                           "mismatch",
		crm.SignHook(secret, s.now, []byte(lead+" ")):                              "mismatch",
		crm.SignHook(secret, s.now.Add(-6*time.Minute), []byte(lead)):              "too_old",
		crm.SignHook(secret, s.now.Add(6*time.Minute), []byte(lead)):               "in_the_future",
		strings.Replace(crm.SignHook(secret, s.now, []byte(lead)), "t=", "t=1", 1): "mismatch",
	} {
		rec := send(name, lead)
		item := fields(t, rec)["errors"].([]any)[0].(map[string]any)
		if rec.Code != http.StatusUnauthorized || item["code"] != signature || item["header"] != signatureHeader {
			t.Errorf("%q: %d %s", name, rec.Code, rec.Body)
		}
	}
	for i := range 5 {
		answer(signed(lead), http.StatusOK, []string{"received", "repeated"}[min(i, 1)])
	}
	s.now = s.now.Add(time.Second)
	answer(signed(strings.Replace(lead, "Pumps", "Valves", 1)), http.StatusConflict, "/meta/id other_content")
	answer(signed(`{"meta":{"id":"evt_2"},"org":"Bad","people":[{"mail":"no"}]}`), http.StatusUnprocessableEntity, "/people/0/mail invalid_email")
	answer(signed(`{"meta":{"id":"evt_2"},"org":{"name":"x"}}`), http.StatusUnprocessableEntity, "/org wrong_type")
	answer(signed(`{"meta":{"id":"evt_2"},"org":"Bad"}`), http.StatusUnprocessableEntity, "/people/0/mail required")
	answer(signed(`{"meta":`), http.StatusBadRequest, "malformed_json")
	answer(signed(`{"meta":{"id":"evt_2"},"org":"Good","people":[{"mail":"HOOK@example.com"}]}`), http.StatusOK, "received")

	leads := s.do("admin", http.MethodGet, "/api/v1/leads?filter[source]=partner", "", http.StatusOK)["data"].([]any)
	if len(leads) != 1 {
		t.Fatalf("%d leads", len(leads))
	}
	touches := s.do("admin", http.MethodGet, "/api/v1/leads/"+fmt.Sprint(leads[0].(map[string]any)["id"]), "", http.StatusOK)["touches"].([]any)
	if one := touches[0].(map[string]any); len(touches) != 2 || one["channel"] != "hook" || one["campaign"] != "portal" || one["raw"].(map[string]any)["more"] == nil {
		t.Errorf("%v", touches)
	}
	outcomes := map[string]int{}
	for _, d := range s.do("sales_ops", http.MethodGet, hook+"/deliveries", "", http.StatusOK)["data"].([]any) {
		outcomes[fmt.Sprint(d.(map[string]any)["outcome"])]++
	}
	if fmt.Sprint(outcomes) != "map[made:1 refused:5 repeated:4 touched:1]" {
		t.Errorf("%v", outcomes)
	}
	page := b.open("/settings/hooks/"+fmt.Sprint(row["id"]), http.StatusOK)
	page.want("p", "/people/0/mail: This is not an e-mail address")
	page.want("p", "8 deliveries had no good signature")

	// another secret: both count for a day, then the new one alone
	fresh := fmt.Sprint(s.do("sales_ops", http.MethodPost, hook+"/secrets", "", http.StatusCreated)["secret"])
	answer(signed(lead), http.StatusOK, "repeated")
	answer(send(crm.SignHook(fresh, s.now, []byte(lead)), lead), http.StatusOK, "repeated")
	s.exec(`update capture_hook_secret set ends_at = now() where ends_at is not null`)
	answer(signed(lead), http.StatusUnauthorized, "bad_signature")
	answer(send(crm.SignHook(fresh, s.now, []byte(lead)), lead), http.StatusOK, "repeated")
	s.do("sales_ops", http.MethodPatch, hook, `{"active":false}`, http.StatusOK)
	answer(send(crm.SignHook(fresh, s.now, []byte(lead)), lead), http.StatusNotFound, "not_found")
}
