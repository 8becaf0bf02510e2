package api

import (
	"fmt"
	"net/http"
	"net/url"
	"testing"
)

// S084: a risk stands on the register with the loss to be expected, which no cost of the project holds; on the day of its review it is on its owner's day, and what came about is no exposure any more.
func TestRisks(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	at := "/api/v1/contracts/" + string(s.contract) + "/project/risks"
	for _, bad := range []string{
		`{}`, `{"title":"x","probability":"101","impact":"5"}`, `{"title":"x","probability":"10","impact":"-5"}`, `{"title":"x","probability":"10","impact":"5","response":"pray"}`,
		`{"title":"x","probability":"10","impact":"5","phase_id":"018f0000-0000-7000-8000-000000000009"}`,
	} {
		s.do("project_manager", http.MethodPost, at, bad, 422)
	}
	s.do("anna", http.MethodPost, at, `{"title":"x","probability":"10","impact":"5"}`, 403)
	first := s.do("project_manager", http.MethodPost, at, fmt.Sprintf(`{"title":"The steel comes late","probability":"33.33","impact":"1000.01","owner_id":%q,"review_on":%q}`, s.anna.ID, s.today()), 201)
	if first["expected"] != "333.30" || first["state"] != "open" {
		t.Errorf("%v", first)
	}
	s.do("project_manager", http.MethodPost, at, `{"title":"The hall floods","probability":"1","impact":"50000"}`, 201)
	if got := s.do("anna", http.MethodGet, at, "", 200); got["exposure"] != "833.30" || len(got["data"].([]any)) != 2 {
		t.Errorf("%v", got)
	}
	s.browser("anna").open("/", http.StatusOK).want("a", "The steel comes late")
	id := fmt.Sprint(first["id"])
	if n := ask[int](s, `select count(*)::int from deadline where kind = 'risk' and key = '`+id+`'`); n != 1 {
		t.Errorf("%d deadlines", n)
	}
	pm, page := s.browser("project_manager"), "/contracts/"+string(s.contract)+"/risks"
	d := pm.open(page+"?risk="+id, http.StatusOK)
	d.sound("en")
	status(t, pm.send(http.MethodPost, "/contracts/"+string(s.contract)+"/actions", url.Values{"action": {"Second supplier"}, "risk_id": {id}}), http.StatusSeeOther)
	pm.open(page, http.StatusOK).want("td", "Second supplier")
	status(t, pm.send(http.MethodPost, page, url.Values{"title": {""}, "probability": {"200"}, "impact": {"x"}}), http.StatusUnprocessableEntity)
	s.do("project_manager", http.MethodPatch, at+"/"+id, `{"state":"occurred"}`, 200)
	if got := s.do("anna", http.MethodGet, at, "", 200); got["exposure"] != "500.00" {
		t.Errorf("it came about, the exposure is %v", got["exposure"])
	}
	if n := ask[int](s, `select count(*)::int from deadline where kind = 'risk' and key = '`+id+`'`); n != 0 {
		t.Errorf("%d deadlines", n)
	}
	if s.browser("anna").open("/", http.StatusOK).has("a", "The steel comes late") {
		t.Error("it is still to be looked at")
	}
	s.do("project_manager", http.MethodPatch, at+"/"+id, `{"state":"open"}`, http.StatusPreconditionFailed, "If-Match", `"1"`)
}
