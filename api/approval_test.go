package api

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"leadtocash/crm"
	"leadtocash/store"
)

// S079, N6: the route of an order that waits for validation is the preview; stand-ins are in it, and who asked for the order is not.
func TestRoutePreviewByAPI(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	s.exec(fmt.Sprintf(`update sales_order set state = 'validate', round = 2, requested_by = '%[1]s' where id = '%[2]s'`, s.anna.ID, s.order))
	s.exec(`update app_user set approval_limit = 1000000 where 'sales_manager' = any(roles)`)
	path := "/api/v1/orders/" + string(s.order)
	people := func() string {
		t.Helper()
		got := s.do("admin", http.MethodGet, path+"/route", "", http.StatusOK)
		var out []string
		for _, st := range got["stations"].([]any) {
			for _, a := range st.(map[string]any)["asked"].([]any) {
				out = append(out, fmt.Sprint(a.(map[string]any)["user_id"]))
			}
		}
		if got["frozen"] != false {
			t.Error("the preview is frozen")
		}
		return strings.Join(out, " ")
	}
	before := people()
	if before == "" {
		t.Fatal("nobody is asked")
	}
	manager := strings.Fields(before)[0]
	today := time.Now().UTC().AddDate(0, 0, -1).Format(time.DateOnly)
	until := time.Now().UTC().AddDate(0, 0, 3).Format(time.DateOnly)
	body := fmt.Sprintf(`{"from_id":%q,"to_id":%q,"first_day":%q,"last_day":%q}`, manager, s.ben.ID, today, until)
	if p := s.do("ben", http.MethodPost, "/api/v1/delegations", body, http.StatusUnprocessableEntity); firstCode(p) != "unknown_record" {
		t.Errorf("another's rights: %v", p)
	}
	id := fmt.Sprint(s.do("admin", http.MethodPost, "/api/v1/delegations", body, http.StatusCreated)["id"])
	if got := people(); !strings.Contains(got, string(s.ben.ID)) {
		t.Error("who stands in is not asked:", got)
	}
	if rows := s.do("ben", http.MethodGet, "/api/v1/delegations", "", http.StatusOK)["data"].([]any); len(rows) != 1 {
		t.Errorf("%v", rows)
	}
	for wrong, want := range map[string]string{
		`{}`: "required",
		fmt.Sprintf(`{"to_id":%q,"first_day":%q,"last_day":%q}`, s.ben.ID, until, today):        "before_start",
		fmt.Sprintf(`{"to_id":%q,"first_day":%q,"last_day":"2099-01-01"}`, s.ben.ID, today):     "out_of_range",
		fmt.Sprintf(`{"to_id":%q,"first_day":%q,"last_day":%q}`, s.id("finance"), today, until): "already_used",
		fmt.Sprintf(`{"to_id":%q,"first_day":"2027-02-29","last_day":%q}`, s.ben.ID, until):     "invalid_date",
		fmt.Sprintf(`{"to_id":%q,"first_day":%q,"last_day":%q}`, store.NewID(), today, until):   "unknown_record",
		fmt.Sprintf(`{"to_id":%q,"first_day":%q,"last_day":%q}`, s.id("care"), today, until):    "may_not_approve",
		fmt.Sprintf(`{"to_id":%q,"first_day":%q,"last_day":%q,"x":1}`, s.ben.ID, today, until):  "unknown_field",
	} {
		if p := s.do("finance", http.MethodPost, "/api/v1/delegations", wrong, http.StatusUnprocessableEntity); firstCode(p) != want {
			t.Errorf("%s: %v, want %s", wrong, firstCode(p), want)
		}
	}
	s.do("ben", http.MethodDelete, "/api/v1/delegations/"+id, "", http.StatusNotFound) // he was given it
	s.do("admin", http.MethodDelete, "/api/v1/delegations/"+id, "", http.StatusNoContent)
	if got := people(); got != before {
		t.Error("after it was taken back:", got)
	}
	p := s.do("admin", http.MethodGet, "/api/v1/approval-settings", "", http.StatusOK)
	if p["undo_seconds"] != json.Number("0") && fmt.Sprint(p["undo_seconds"]) != "0" {
		t.Errorf("%v", p)
	}
	s.do("admin", http.MethodPut, "/api/v1/approval-settings", `{"undo_seconds":300}`, http.StatusOK)
	s.do("admin", http.MethodPut, "/api/v1/approval-settings", `{"undo_seconds":-1}`, http.StatusUnprocessableEntity)
	s.do("admin", http.MethodPut, "/api/v1/approval-settings", `{}`, http.StatusUnprocessableEntity)
	s.do("anna", http.MethodPut, "/api/v1/approval-settings", `{"undo_seconds":0}`, http.StatusForbidden)
}

// id is somebody's.
func (s *scene) id(name string) crm.ID {
	s.t.Helper()
	u, err := s.store.UserByEmail(s.t.Context(), name+"@example.com")
	must(s.t, err)
	return u.ID
}

// S079: what goes on around a decision: the commands, what they refuse, and who sees an order that is not in his reach.
func TestApprovalTalkByAPI(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	path := "/api/v1/orders/" + string(s.order)
	s.do("ben", http.MethodGet, path, "", http.StatusNotFound)
	s.exec(fmt.Sprintf(`delete from approval where order_id = '%[1]s'`, s.order))
	s.exec(fmt.Sprintf(`update sales_order set state = 'approve', validated_at = now(), decided_at = null, decided_by = '' where id = '%[1]s'`, s.order))
	s.exec(fmt.Sprintf(`insert into approval (order_id, position, key, role, need) values ('%[1]s', 1, 'all', 'salesperson', 0)`, s.order))
	s.exec(fmt.Sprintf(`insert into approval_person (order_id, round, position, user_id) values ('%[1]s', 1, 1, '%[2]s')`, s.order, s.ben.ID))
	s.do("ben", http.MethodGet, path, "", http.StatusOK)
	for call, wrong := range map[string]string{"/ask": `{}`, "/recall": `{}`, "/answer": `{"answer":"x"}`} {
		if p := s.do("ben", http.MethodPost, path+call, wrong, http.StatusUnprocessableEntity); firstCode(p) != "required" {
			t.Errorf("%s: %v", call, p)
		}
	}
	s.do("ben", http.MethodPost, path+"/ask", `{"question":"Why?"}`, http.StatusOK)
	s.do("anna", http.MethodPost, path+"/answer", fmt.Sprintf(`{"question_id":%q,"answer":"So"}`, store.NewID()), http.StatusOK)
	s.do("anna", http.MethodPost, path+"/recall", `{"reason":"Wrong date"}`, http.StatusOK)
	s.do("ben", http.MethodPost, path+"/undo", ``, http.StatusOK)
	s.cmd.answer = crm.Answer{Code: "decision_final"}
	if p := s.do("ben", http.MethodPost, path+"/undo", `{}`, http.StatusConflict); p["code"] != "decision_final" {
		t.Errorf("%v", p)
	}
	s.cmd.answer = crm.Answer{}
	s.exec(fmt.Sprintf(`insert into approval_question (id, order_id, round, position, question, asked_by, asked_at) values (gen_random_uuid(), '%[1]s', 1, 1, 'Why <20>?', '%[2]s', now())`, s.order, s.ben.ID))
	s.exec(fmt.Sprintf(`update sales_order set asked_at = now(), requested_by = '%[2]s' where id = '%[1]s'`, s.order, s.anna.ID))
	b := s.browser("ben")
	page := b.send(http.MethodGet, "/orders/"+string(s.order), nil).Body.String()
	for _, want := range []string{"Why &lt;20&gt;?", `action="/orders/` + string(s.order) + `/approve"`, `action="/orders/` + string(s.order) + `/ask"`, "waits for the answer"} {
		if !strings.Contains(page, want) {
			t.Errorf("the approver's form lacks %s", want)
		}
	}
	if day := b.send(http.MethodGet, "/", nil).Body.String(); !strings.Contains(day, `action="/orders/`+string(s.order)+`/approve"`) {
		t.Error("it cannot be decided from his day")
	}
	s.cmd.answer = crm.Answer{Code: "already_decided", Params: map[string]string{"decision": "approved", "by": string(s.id("admin")), "at": "2027-01-01T10:00:00Z"}}
	rec := b.send(http.MethodPost, "/orders/"+string(s.order)+"/approve", url.Values{"version": {"1"}})
	if rec.Code != http.StatusConflict || !strings.Contains(rec.Body.String(), "Approved by "+"admin") {
		t.Error("who was faster is not told:", rec.Code)
	}
	s.cmd.answer = crm.Answer{}
	asker := s.browser("anna").send(http.MethodGet, "/orders/"+string(s.order), nil).Body.String()
	for _, want := range []string{`/answer"`, `/recall"`} {
		if !strings.Contains(asker, want) {
			t.Errorf("who asked for it lacks %s", want)
		}
	}
	if rec := b.send(http.MethodPost, "/delegations", url.Values{"to_id": {string(s.max.ID)}, "first_day": {"2027-01-01"}, "last_day": {"2027-01-02"}}); rec.Code != http.StatusSeeOther {
		t.Error(rec.Code, rec.Body.String())
	}
	if rec := b.send(http.MethodGet, "/delegations", nil); rec.Code != http.StatusOK || !strings.Contains(rec.Body.String(), "/drop") {
		t.Error("his stand-in cannot be taken back")
	}
}
