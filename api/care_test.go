package api

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"leadtocash/crm"
	"leadtocash/store"
)

// S086: every call about the conversation of a case, of requests and of how care is reached, and who may make it.
func TestCareEveryCall(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	at := "/api/v1/cases/" + string(s.careCase)
	body := `{"text":"It happens again","name":"Luca"}`
	first := s.do("care", http.MethodPost, at+"/messages", body, http.StatusCreated, "Idempotency-Key", "said")
	if again := s.do("care", http.MethodPost, at+"/messages", body, http.StatusCreated, "Idempotency-Key", "said"); again["id"] != first["id"] {
		t.Error("said twice")
	}
	s.do("care", http.MethodPost, at+"/messages", `{}`, http.StatusUnprocessableEntity)
	s.do("ben", http.MethodPost, at+"/notes", `{"text":"x"}`, http.StatusNotFound) // of another team
	s.do("finance", http.MethodPost, at+"/notes", `{"text":"x"}`, http.StatusForbidden)
	s.do("care", http.MethodPost, at+"/notes", `{"text":"Ask the fitter"}`, http.StatusCreated)
	kinds := ""
	for _, m := range s.do("care", http.MethodGet, at+"/messages", "", http.StatusOK)["data"].([]any) {
		kinds += fmt.Sprint(m.(map[string]any)["kind"], " ")
	}
	if !strings.HasSuffix(kinds, "in note ") {
		t.Error(kinds)
	}
	status(t, s.as(s.keys["care"], http.MethodGet, at+"/files/"+string(store.NewID()), ""), http.StatusNotFound)
	for _, bad := range []string{`{"email":"x","subject":"s"}`, `{"subject":"s"}`, `{"email":"a@b.example"}`, `{"email":"a@b.example","subject":"s","language":"xx"}`} {
		s.do("care", http.MethodPost, "/api/v1/care/requests", bad, http.StatusUnprocessableEntity)
	}
	ask := func(key string) string {
		r := s.do("care", http.MethodPost, "/api/v1/care/requests", `{"email":"nobody@knows.example","subject":"Loud"}`, http.StatusCreated, "Idempotency-Key", key)
		if r["state"] != "held" {
			t.Error(r)
		}
		return fmt.Sprint(r["id"])
	}
	one, two := ask("one"), ask("two")
	if ask("one") != one {
		t.Error("asked twice")
	}
	if rows := s.do("care", http.MethodGet, "/api/v1/care/requests", "", http.StatusOK)["data"].([]any); len(rows) != 2 {
		t.Error(rows)
	}
	s.do("anna", http.MethodGet, "/api/v1/care/requests", "", http.StatusForbidden)
	s.do("care", http.MethodPost, "/api/v1/care/requests/"+one+"/place", `{}`, http.StatusUnprocessableEntity)
	s.do("care", http.MethodPost, "/api/v1/care/requests/"+one+"/place", fmt.Sprintf(`{"account_id":%q}`, store.NewID()), http.StatusUnprocessableEntity)
	if k := s.do("care", http.MethodPost, "/api/v1/care/requests/"+one+"/place", fmt.Sprintf(`{"account_id":%q}`, s.account), http.StatusOK); k["sender"] != "nobody@knows.example" {
		t.Error(k)
	}
	s.do("care", http.MethodPost, "/api/v1/care/requests/"+one+"/drop", "", http.StatusConflict)
	status(t, s.as(s.keys["care"], http.MethodPost, "/api/v1/care/requests/"+two+"/drop", ""), http.StatusNoContent)
	s.do("care", http.MethodPut, "/api/v1/care/setting", `{"round_robin":true}`, http.StatusForbidden)
	s.do("sales_ops", http.MethodPut, "/api/v1/care/setting", `{"addresses":["a b"]}`, http.StatusUnprocessableEntity)
	if c := s.do("sales_ops", http.MethodPut, "/api/v1/care/setting", `{"addresses":["Help@x.example","help"],"form_open":true}`, http.StatusOK); fmt.Sprint(c["addresses"]) != "[help]" || c["version"] != float64(2) {
		t.Error(c)
	}
	s.do("care", http.MethodGet, "/api/v1/care/setting", "", http.StatusOK)
}

// S086: the pages of it. The customer's page is there for who has its secret and for nobody else, shows no note, and takes his words; the public form holds
// what looks like spam and makes a case of what a customer asks.
func TestCarePages(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	at := "/cases/" + string(s.careCase)
	care := s.browser("care")
	status(t, care.send(http.MethodPost, at+"/notes", url.Values{"note": {"He is angry"}}), http.StatusSeeOther)
	care.read(care.send(http.MethodPost, at+"/notes", url.Values{"note": {""}}), at, http.StatusUnprocessableEntity)
	status(t, care.send(http.MethodPost, at+"/heard", url.Values{"heard": {"It stops"}, "who": {"Luca"}}), http.StatusSeeOther)
	care.open(at, http.StatusOK).want("pre", "He is angry")
	care.open("/settings/care", http.StatusOK).want("h2", "Care")
	ops := s.browser("sales_ops")
	ops.read(ops.send(http.MethodPost, "/settings/care", url.Values{"addresses": {"a!b"}, "version": {"1"}}), "/settings/care", http.StatusUnprocessableEntity)
	status(t, ops.send(http.MethodPost, "/settings/care", url.Values{"addresses": {"care, help"}, "form_open": {"true"}, "version": {"1"}}), http.StatusSeeOther)

	secret, hash := store.NewCaseSecret()
	s.exec(fmt.Sprintf(`insert into case_link (hash, case_id, at) values ('\x%x', '%s', now())`, hash, s.careCase))
	out := &browser{t: t, srv: s.srv}
	out.open("/c/"+strings.Repeat("x", 43), http.StatusNotFound)
	page := out.open("/c/"+secret, http.StatusOK)
	page.want("pre", "It stops")
	if page.has("pre", "He is angry") {
		t.Error("the customer reads a note")
	}
	out.read(out.send(http.MethodPost, "/c/"+secret, url.Values{"text": {""}}), "/c", http.StatusUnprocessableEntity)
	status(t, out.send(http.MethodPost, "/c/"+secret, url.Values{"text": {"Again <b>"}}), http.StatusSeeOther)
	out.open("/c/"+secret, http.StatusOK).want("pre", "Again <b>")

	out.open("/help", http.StatusOK).want("h1", "How can we help?")
	out.read(out.send(http.MethodPost, "/help", url.Values{"email": {"x"}}), "/help", http.StatusUnprocessableEntity)
	status(t, out.send(http.MethodPost, "/help", url.Values{"name": {"Bot"}, "email": {"bot@knows.example"}, "subject": {"Buy"}, "text": {"now"}, "website": {"x"}}), http.StatusSeeOther)
	care.open("/care/requests", http.StatusOK).want("h2", "Buy")
	rows, err := s.store.CareRequests(t.Context())
	if err != nil || len(rows) != 1 || strings.Join(rows[0].Reasons, " ") != "trap no_stamp" {
		t.Fatal(rows, err)
	}
	place := "/care/requests/" + string(rows[0].ID)
	care.read(care.send(http.MethodPost, place, url.Values{}), place, http.StatusUnprocessableEntity)
	status(t, care.send(http.MethodPost, place, url.Values{"account_id": {string(s.account)}}), http.StatusSeeOther)
	if _, _, err := s.store.EditCareSetting(t.Context(), store.Target{}, func(c *crm.CareSetting) error { c.FormOpen = false; return nil }); err != nil {
		t.Fatal(err)
	}
	out.open("/help", http.StatusNotFound)
}

// S088: the calls and pages of a contract's closing, and of what people vouch for.
func TestClosingEveryCall(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	for _, bad := range []string{`{}`, `{"items":[{"key":"A","name":"x"}]}`, `{"items":[{"key":"a","name":""}]}`, `{"items":[{"key":"a","name":"x"},{"key":"a","name":"y"}]}`} {
		s.do("sales_ops", http.MethodPut, "/api/v1/closing-items", bad, http.StatusUnprocessableEntity)
	}
	s.do("care", http.MethodPut, "/api/v1/closing-items", `{"items":[]}`, http.StatusForbidden)
	s.do("sales_ops", http.MethodPut, "/api/v1/closing-items", `{"items":[{"key":"handover","name":"Documents handed over"}]}`, http.StatusOK)
	if v := s.do("care", http.MethodGet, "/api/v1/closing-items", "", http.StatusOK); v["version"] != float64(2) {
		t.Error(v)
	}
	at := "/api/v1/contracts/" + string(s.contract) + "/closing"
	s.do("mara", http.MethodPost, at, `{"ticks":{"x":true}}`, http.StatusUnprocessableEntity)
	s.do("mara", http.MethodPost, at, `{}`, http.StatusUnprocessableEntity)
	s.do("max", http.MethodPost, at, `{"ticks":{"handover":true}}`, http.StatusNotFound) // of another team
	s.do("anna", http.MethodPost, at, `{"ticks":{"handover":true}}`, http.StatusForbidden)
	if v := s.do("mara", http.MethodPost, at, `{"ticks":{"handover":true}}`, http.StatusOK); len(v["ticks"].([]any)) != 1 || v["open"] != true {
		t.Error(v)
	}
	s.do("anna", http.MethodGet, at, "", http.StatusOK)
	s.do("care", http.MethodPost, "/api/v1/cases/"+string(s.careCase)+"/deal", `{}`, http.StatusOK)
	mara := s.browser("mara")
	page := "/contracts/" + string(s.contract) + "/closing"
	mara.open(page, http.StatusOK).want("label", "Documents handed over")
	status(t, mara.send(http.MethodPost, page, url.Values{"keys": {"handover"}}), http.StatusSeeOther)
	mara.read(mara.send(http.MethodPost, page, url.Values{"keys": {"gone"}, "tick.gone": {"true"}}), page, http.StatusUnprocessableEntity)
	ops := s.browser("sales_ops")
	ops.read(ops.send(http.MethodPost, "/settings/closing", url.Values{"items": {"A b: x"}, "version": {"2"}}), "/settings/closing", http.StatusUnprocessableEntity)
	status(t, ops.send(http.MethodPost, "/settings/closing", url.Values{"items": {"a: One\r\nb: Two"}, "version": {"2"}}), http.StatusSeeOther)
	ops.open("/settings/closing", http.StatusOK).want("textarea", "b: Two")
}

// S088: the calls and pages of notice, price and renewal of a contract.
func TestRenewalEveryCall(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	at := "/api/v1/contracts/" + string(s.contract)
	s.exec(`update contract set renewal = 'automatic', end_date = current_date + 90`)
	for _, bad := range []string{`{}`, `{"percent":"1"}`, `{"source":"x"}`, `{"percent":1,"source":"x"}`} {
		if rec := s.as(s.keys["mara"], http.MethodPost, at+"/adjustment", bad); rec.Code != http.StatusUnprocessableEntity && rec.Code != http.StatusBadRequest {
			t.Error(bad, rec.Code)
		}
	}
	s.do("mara", http.MethodPost, at+"/adjustment", `{"percent":"2.5","source":"FOI"}`, http.StatusOK)
	s.do("mara", http.MethodPost, at+"/notice", `{"given_on":"nonsense"}`, http.StatusUnprocessableEntity)
	s.do("mara", http.MethodPost, at+"/notice", `{"reason":"They move"}`, http.StatusOK)
	s.do("anna", http.MethodPost, at+"/notice", `{}`, http.StatusForbidden)
	s.do("max", http.MethodPost, at+"/notice", `{}`, http.StatusNotFound)
	if v := s.do("anna", http.MethodGet, at+"/renewal", "", http.StatusOK); v["renewal"] != "automatic" {
		t.Error(v)
	}
	if rows := s.do("anna", http.MethodGet, "/api/v1/renewals?kind=automatic", "", http.StatusOK)["data"].([]any); len(rows) != 1 {
		t.Error(rows)
	}
	if rows := s.do("ben", http.MethodGet, "/api/v1/renewals", "", http.StatusOK)["data"].([]any); len(rows) != 0 {
		t.Error("ben sees", rows)
	}
	for _, bad := range []string{"from=x", "kind=x", "other=1", "from=2027-01-01&to=2026-01-01"} {
		s.do("anna", http.MethodGet, "/api/v1/renewals?"+bad, "", http.StatusBadRequest)
	}
	mara := s.browser("mara")
	mara.open("/renewals", http.StatusOK).want("a", "C-1")
	if rec := mara.send(http.MethodGet, "/renewals.csv", nil); !strings.Contains(rec.Body.String(), "C-1,") {
		t.Error(rec.Body)
	}
	page := "/contracts/" + string(s.contract)
	mara.open(page+"/renewal", http.StatusOK).want("h2", "Notice by the customer")
	mara.read(mara.send(http.MethodPost, page+"/notice", url.Values{"given_on": {""}}), page, http.StatusUnprocessableEntity)
	status(t, mara.send(http.MethodPost, page+"/notice", url.Values{"given_on": {"2026-01-01"}}), http.StatusSeeOther)
	mara.read(mara.send(http.MethodPost, page+"/adjustment", url.Values{"percent": {"x"}}), page, http.StatusUnprocessableEntity)
	status(t, mara.send(http.MethodPost, page+"/adjustment", url.Values{"percent": {"2"}, "source": {"FOI"}}), http.StatusSeeOther)
}

// S086: the queue holds what its address asks for, in the order of the promises; ticked cases are given; a case keeps what it is about; what waits says why.
func TestCareQueue(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	at := "/api/v1/cases/" + string(s.careCase)
	s.do("sales_ops", http.MethodPut, "/api/v1/care/setting", `{"categories":["Pumps","Pumps"," "],"causes":["Wear"]}`, http.StatusOK)
	s.do("care", http.MethodPatch, at, `{"category":"Trains"}`, http.StatusUnprocessableEntity)
	s.do("care", http.MethodPatch, at, `{"priority":""}`, http.StatusUnprocessableEntity)
	s.do("care", http.MethodPatch, at, fmt.Sprintf(`{"contract_id":%q}`, store.NewID()), http.StatusUnprocessableEntity)
	s.do("anna", http.MethodPatch, at, `{"category":"Pumps"}`, http.StatusForbidden)
	if k := s.do("care", http.MethodPatch, at, `{"category":"Pumps","cause":"Wear","priority":"high"}`, http.StatusOK); k["category"] != "Pumps" || k["priority"] != "high" {
		t.Error(k)
	}
	s.do("care", http.MethodPost, at+"/wait", `{}`, http.StatusUnprocessableEntity)
	care := s.browser("care")
	late, err := s.store.OpenCase(t.Context(), store.Target{Scope: store.Everything(), Actor: s.anna.ID}, crm.Case{ID: store.NewID(), AccountID: s.account, Subject: "It is late", Priority: crm.PriorityLow})
	must(t, err)
	s.exec(fmt.Sprintf(`update care_case set answer_due = '2020-01-01', solve_due = '2020-01-02' where id = '%s'`, late.ID))
	rows, err := s.store.CaseQueue(t.Context(), store.Everything(), store.CaseFilter{State: "active"}, 0, 10)
	if err != nil || len(rows) != 2 || rows[0].ID != late.ID || !rows[0].Late || rows[1].Late {
		t.Fatal(rows, err)
	}
	care.open("/cases?late=true&state=active", http.StatusOK).want("a", late.Number+" It is late")
	if care.open("/cases?category=Pumps", http.StatusOK).has("a", late.Number+" It is late") || care.open("/cases?owner=me", http.StatusOK).has("a", late.Number+" It is late") {
		t.Error("the filters let through what they should not")
	}
	care.open("/cases?owner=nobody&priority=low&from=0", http.StatusOK).want("a", late.Number+" It is late")
	care.read(care.send(http.MethodPost, "/cases/take", url.Values{}), "/cases", http.StatusUnprocessableEntity)
	status(t, care.send(http.MethodPost, "/cases/take?state=active", url.Values{"id": {string(late.ID)}}), http.StatusSeeOther)
	if c := s.cmd.sent[len(s.cmd.sent)-1]; c.Kind != crm.CareTake {
		t.Error("nobody was given the case")
	}
	page := "/cases/" + string(s.careCase)
	care.open(page, http.StatusOK).want("dd", "Pumps")
	status(t, care.send(http.MethodPost, page+"/edit", url.Values{"priority": {"low"}, "category": {"Pumps"}, "cause": {""}, "contract_id": {string(s.contract)}}), http.StatusSeeOther)
	care.read(care.send(http.MethodPost, page+"/edit", url.Values{"category": {"Trains"}, "cause": {""}}), page, http.StatusUnprocessableEntity)
	s.exec(fmt.Sprintf(`insert into case_rating (id, case_id, solution, owner_id, asked_at, stars, words, answered_at) values (gen_random_uuid(), '%s', 1, null, now(), 4, '=1+1', now())`, s.careCase))
	care.open("/care/report", http.StatusOK).want("td", "=1+1")
	if rec := care.send(http.MethodGet, "/care/report.csv", nil); !strings.Contains(rec.Body.String(), ",4,'=1+1,") {
		t.Error(rec.Body)
	}
}
