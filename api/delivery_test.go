package api

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"leadtocash/crm"
	"leadtocash/store"
)

// S082, S083: time and costs make the profit and loss; what is entered is taken back by a counter-entry, once.
func TestProjectByAPI(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	project := "/api/v1/contracts/" + string(s.contract) + "/project" // revenue 100, budget 60
	pm := func(method, path, body string, want int, headers ...string) map[string]any {
		t.Helper()
		return s.do("project_manager", method, project+path, body, want, headers...)
	}
	if p := pm(http.MethodPost, "/times", `{"hours":"2"}`, http.StatusUnprocessableEntity); firstCode(p) != "no_cost_rate" {
		t.Errorf("a person without a rate: %v", p)
	}
	pm(http.MethodPatch, "", `{"cost_rate":"10.00"}`, http.StatusOK, "If-Match", `"1"`)
	pm(http.MethodPatch, "", `{"cost_rate":"11.00"}`, http.StatusPreconditionFailed, "If-Match", `"1"`)
	for body, want := range map[string]string{
		`{"hours":"25"}`: "out_of_range", `{"hours":"0"}`: "out_of_range", `{"hours":"1.001"}`: "too_many_decimals",
		`{"hours":"1","on_date":"2099-01-01"}`: "in_the_future", `{"hours":"1","rate":"x"}`: "invalid_decimal", `{}`: "required",
	} {
		if p := pm(http.MethodPost, "/times", body, http.StatusUnprocessableEntity); firstCode(p) != want {
			t.Errorf("%s: %v, want %s", body, firstCode(p), want)
		}
	}
	entry := fmt.Sprint(pm(http.MethodPost, "/times", `{"hours":"1.5"}`, http.StatusCreated)["id"])
	pm(http.MethodPost, "/costs", `{"kind":"material","amount":"20.00","text":"Steel","supplier":"Steel Srl"}`, http.StatusCreated)
	for body, want := range map[string]string{
		`{"kind":"gift","amount":"1","text":"x"}`: "unknown_value", `{"kind":"travel","amount":"0","text":"x"}`: "out_of_range",
		`{"kind":"travel","amount":"1.001","text":"x"}`: "too_many_decimals", `{"kind":"travel","amount":"1"}`: "required",
	} {
		if p := pm(http.MethodPost, "/costs", body, http.StatusUnprocessableEntity); firstCode(p) != want {
			t.Errorf("%s: %v, want %s", body, firstCode(p), want)
		}
	}
	pm(http.MethodPost, "/costs", `{"kind":"material","amount":"5","text":"x","state":"committed"}`, http.StatusForbidden)
	bought := fmt.Sprint(pm(http.MethodPost, "/costs", `{"kind":"subcontract","amount":"30","text":"Welding","state":"requested"}`, http.StatusCreated)["id"])
	pm(http.MethodPost, "/costs/"+bought+"/receive", `{}`, http.StatusConflict)
	s.do("finance", http.MethodPost, project+"/costs/"+bought+"/approve", `{}`, http.StatusOK)
	pnl := func() map[string]any { return pm(http.MethodGet, "", "", http.StatusOK)["pnl"].(map[string]any) }
	if p := pnl(); p["actual"] != "35.00" || p["committed"] != "30.00" || p["estimate"] != "65.00" || p["margin_at_end"] != "35.00" || p["deviation_percent"] != "8.33" {
		t.Errorf("%v", p)
	}
	pm(http.MethodPost, "/costs/"+bought+"/receive", `{"amount":"31.50"}`, http.StatusOK)
	pm(http.MethodPost, "/times/"+entry+"/correction", `{"note":"wrong day"}`, http.StatusCreated)
	if p := pm(http.MethodPost, "/times/"+entry+"/correction", `{}`, http.StatusConflict); p["code"] != "already_corrected" {
		t.Errorf("taken back twice: %v", p)
	}
	if p := pnl(); p["actual"] != "51.50" || p["committed"] != "0.00" {
		t.Errorf("%v", p)
	}
	if times := s.do("anna", http.MethodGet, project, "", http.StatusOK)["times"].([]any); len(times) != 0 {
		t.Errorf("a salesperson reads what whose hours cost: %v", times)
	}
}

func firstCode(p map[string]any) string {
	list, _ := p["errors"].([]any)
	if len(list) == 0 {
		return ""
	}
	return fmt.Sprint(list[0].(map[string]any)["code"])
}

// S084: milestones are planned, moved and reached, with optimistic locking.
func TestMilestonesByAPI(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	project := "/api/v1/contracts/" + string(s.contract) + "/project"
	m := s.made("project_manager", project+"/milestones", `{"name":"Factory test","due_date":"2027-02-01"}`)
	at := project + "/milestones/" + string(m)
	s.do("project_manager", http.MethodPatch, at, `{"due_date":"2027-03-01"}`, http.StatusOK, "If-Match", `"1"`)
	s.do("project_manager", http.MethodPatch, at, `{"due_date":"2027-04-01"}`, http.StatusPreconditionFailed, "If-Match", `"1"`)
	if p := s.do("project_manager", http.MethodPatch, at, `{"done_on":"2099-04-01"}`, http.StatusUnprocessableEntity); firstCode(p) != "in_the_future" {
		t.Errorf("%v", p)
	}
	s.do("project_manager", http.MethodPost, project+"/actions", fmt.Sprintf(`{"text":"Second shift","milestone_id":%q}`, m), http.StatusCreated)
	out := s.do("anna", http.MethodGet, project, "", http.StatusOK)
	if len(out["milestones"].([]any)) != 1 || len(out["actions"].([]any)) != 1 {
		t.Errorf("%v", out)
	}
}

// S061, S062: finance notes what another system invoiced and that a payment bounced; others may not.
func TestTrancheElsewhere(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	at := "/api/v1/contracts/" + string(s.contract) + "/tranches/" + string(s.tranche)
	s.do("anna", http.MethodPatch, at, `{"dishonoured":true}`, http.StatusForbidden)
	s.do("finance", http.MethodPatch, at, `{"external_number":"ERP-1","dishonoured":true}`, http.StatusOK, "If-Match", `"1"`)
	s.do("finance", http.MethodPatch, at, `{"dishonoured":false}`, http.StatusPreconditionFailed, "If-Match", `"1"`)
	if p := s.do("finance", http.MethodPatch, at, `{"paid":true}`, http.StatusConflict); p["code"] != "already_invoiced" {
		t.Errorf("paid here by a note: %v", p)
	}
	for person, want := range map[string]int{"anna": 1, "ben": 0, "finance": 1} {
		if rows := s.do(person, http.MethodGet, "/api/v1/dishonoured", "", http.StatusOK)["data"].([]any); len(rows) != want {
			t.Errorf("%s sees %d dishonoured tranches, want %d", person, len(rows), want)
		}
	}
}

// S088: the end of a contract and its notice are edited, and checked.
func TestContractTerm(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	at := "/api/v1/contracts/" + string(s.contract)
	out := s.do("mara", http.MethodPatch, at, `{"end_date":"2027-12-31","notice_days":90}`, http.StatusOK)
	if out["end_date"] != "2027-12-31" || out["notice_days"] != 90.0 {
		t.Errorf("%v", out)
	}
	if p := s.do("mara", http.MethodPatch, at, `{"end_date":"2025-12-31"}`, http.StatusUnprocessableEntity); firstCode(p) != "before_start" {
		t.Errorf("%v", p)
	}
	if p := s.do("mara", http.MethodPatch, at, `{"notice_days":-1}`, http.StatusUnprocessableEntity); firstCode(p) != "out_of_range" {
		t.Errorf("%v", p)
	}
}

// S086: who may open a case, for whom; the same key opens one; commands go to its process.
func TestCasesByAPI(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	body := fmt.Sprintf(`{"account_id":%q,"contact_id":%q,"subject":"The pump leaks","priority":"high"}`, s.account, s.contact)
	first := s.do("anna", http.MethodPost, "/api/v1/cases", body, http.StatusCreated, "Idempotency-Key", "k")
	again := s.do("anna", http.MethodPost, "/api/v1/cases", body, http.StatusCreated, "Idempotency-Key", "k")
	if first["id"] != again["id"] || first["state"] != "open" || !strings.HasPrefix(fmt.Sprint(first["number"]), "CASE-") {
		t.Errorf("%v, then %v", first, again)
	}
	if due, err := time.Parse(time.RFC3339, fmt.Sprint(first["solve_due"])); err != nil || !due.After(time.Now()) {
		t.Errorf("due %v: %v", first["solve_due"], err)
	}
	for body, want := range map[string]string{
		`{"subject":"x"}`: "required", fmt.Sprintf(`{"account_id":%q,"subject":"x"}`, store.NewID()): "unknown_record",
		fmt.Sprintf(`{"account_id":%q,"subject":"x","priority":"soon"}`, s.account): "unknown_value", fmt.Sprintf(`{"contract_id":%q}`, s.contract): "required",
	} {
		if p := s.do("care", http.MethodPost, "/api/v1/cases", body, http.StatusUnprocessableEntity); firstCode(p) != want {
			t.Errorf("%s: %v, want %s", body, p, want)
		}
	}
	if p := s.do("ben", http.MethodPost, "/api/v1/cases", body, http.StatusUnprocessableEntity); firstCode(p) != "unknown_record" {
		t.Errorf("a case for a foreign customer: %v", p)
	}
	at := "/api/v1/cases/" + fmt.Sprint(first["id"])
	s.do("anna", http.MethodPost, at+"/solve", `{"text":"x"}`, http.StatusForbidden)
	s.do("care", http.MethodPost, at+"/solve", `{}`, http.StatusUnprocessableEntity)
	s.do("care", http.MethodPost, at+"/solve", `{"text":"New seal"}`, http.StatusOK)
	if c := s.cmd.sent[len(s.cmd.sent)-1]; c.Kind != crm.CareSolve || c.Process != "case-"+fmt.Sprint(first["id"]) {
		t.Errorf("%+v", c)
	}
	if rows := s.do("care", http.MethodGet, "/api/v1/cases?filter[state]=open", "", http.StatusOK)["data"].([]any); len(rows) != 2 {
		t.Errorf("%d cases are open, want the scene's and this one", len(rows))
	}
}

// S076: the log of the negotiation, and what lies between two versions.
func TestNegotiationByAPI(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	deal := "/api/v1/opportunities/" + string(s.deal)
	s.do("anna", http.MethodPost, deal+"/negotiation", `{"side":"counter","amount":"250.00","terms":"60 days","note":"by phone"}`, http.StatusCreated)
	for body, want := range map[string]string{
		`{"side":"mine","amount":"1"}`: "unknown_value", `{"side":"offer"}`: "required", `{"side":"offer","amount":"-1"}`: "out_of_range",
		fmt.Sprintf(`{"side":"offer","amount":"1","quote_id":%q}`, store.NewID()): "unknown_record",
	} {
		if p := s.do("anna", http.MethodPost, deal+"/negotiation", body, http.StatusUnprocessableEntity); firstCode(p) != want {
			t.Errorf("%s: %v, want %s", body, firstCode(p), want)
		}
	}
	rows := s.do("mara", http.MethodGet, deal+"/negotiation", "", http.StatusOK)["data"].([]any)
	if len(rows) != 1 || rows[0].(map[string]any)["terms"] != "60 days" || rows[0].(map[string]any)["author"] != "anna" {
		t.Errorf("%v", rows)
	}
	s.exec(`update quote set state = 'sent', sent_at = now() where id = '` + string(s.quote) + `'`)
	next := s.made("anna", "/api/v1/quotes/"+string(s.quote)+"/revisions", "")
	s.do("anna", http.MethodPatch, "/api/v1/quotes/"+string(next), fmt.Sprintf(`{"lines":[{"product_id":%q,"quantity":"4","unit_price":"90"},{"name":"Training","quantity":"1","unit_price":"50","tax_percent":"22"}]}`, s.product), http.StatusOK)
	diff := s.do("anna", http.MethodGet, "/api/v1/quotes/"+string(next)+"/diff/"+string(s.quote), "", http.StatusOK)
	if len(diff["added"].([]any)) != 1 || len(diff["changed"].([]any)) != 1 || len(diff["removed"].([]any)) != 0 {
		t.Errorf("%v", diff)
	}
	if got := fmt.Sprint(diff["bridge"]); got != "[map[amount:50.00 code:added] map[amount:100.00 code:quantity] map[amount:-40.00 code:price]]" {
		t.Errorf("%s", got)
	}
	s.do("ben", http.MethodGet, "/api/v1/quotes/"+string(next)+"/diff/"+string(s.quote), "", http.StatusNotFound)
	if rows := s.do("mara", http.MethodGet, deal+"/negotiation", "", http.StatusOK)["data"].([]any); len(rows) != 2 {
		t.Errorf("the sent quote is no offer of the log: %v", rows)
	}
}
