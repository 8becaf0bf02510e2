package api

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"leadtocash/crm"
	"leadtocash/store"

	"github.com/shopspring/decimal"
)

// madePlan begins a plan of the first quarter of 2027 by month.
func (s *scene) madePlan(unit string) (id, at string) {
	s.t.Helper()
	body := fmt.Sprintf(`{"name":"Q1 by %s","first_day":"2027-01-01","last_day":"2027-03-31","unit":%q,"confirm":true}`, unit, unit)
	id = s.do("mara", http.MethodPost, "/api/v1/plans", body, http.StatusCreated)["id"].(string)
	return id, "/api/v1/plans/" + id
}

// planFigures is a body of positions: first day, amount, and what else, in turn.
func planFigures(account crm.ID, rows ...[3]string) string {
	out := make([]string, len(rows))
	for i, r := range rows {
		out[i] = fmt.Sprintf(`{"account_id":%q,"first_day":%q,"amount":%q%s}`, account, r[0], r[1], r[2])
	}
	return `{"positions":[` + strings.Join(out, ",") + `]}`
}

// S099-S102: the owner of a customer plans him, all or none, against what stands there; the head of sales confirms and doubts with a reason; both numbers are
// told and add up; what is confirmed and planned anew has to be looked at again, what is doubtful stays so; after the deadline nothing is taken.
func TestRevenuePlan(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	_, at := s.madePlan("month")
	for body, want := range map[string]string{
		`{"name":"","first_day":"2027-01-01","last_day":"2027-03-31","unit":"month"}`:   "required",
		`{"name":"x","first_day":"2027-01-01","last_day":"2026-03-31","unit":"month"}`:  "before_start",
		`{"name":"x","first_day":"2027-01-01","last_day":"2027-12-31","unit":"day"}`:    "too_many",
		`{"name":"x","first_day":"2027-01-01","last_day":"2027-03-31","unit":"decade"}`: "unknown_value",
	} {
		if got := s.do("mara", http.MethodPost, "/api/v1/plans", body, 422)["errors"].([]any)[0].(map[string]any)["code"]; got != want {
			t.Errorf("%s: %v", body, got)
		}
	}
	s.do("anna", http.MethodPost, "/api/v1/plans", `{}`, 403)
	put := func(who, body string, want int) map[string]any {
		t.Helper()
		return s.do(who, http.MethodPut, at+"/positions", body, want)
	}
	bad := put("anna", planFigures(s.account, [3]string{"2027-01-02", "1"}, [3]string{"2027-01-01", "-1"}, [3]string{"2027-02-01", "1.001"}), 422)
	if errs := bad["errors"].([]any); len(errs) < 1 {
		t.Errorf("%v", bad)
	}
	put("ben", planFigures(s.account, [3]string{"2027-01-01", "5"}), 422)  // not his customer
	put("mara", planFigures(s.account, [3]string{"2027-01-01", "5"}), 422) // nor hers
	if got := put("anna", planFigures(s.account, [3]string{"2027-01-01", "1000.01", `,"version":0`}, [3]string{"2027-02-01", "2000"}, [3]string{"2027-03-01", "500"}), 200); got["changed"] != 3.0 {
		t.Errorf("%v", got)
	}
	stale := put("anna", planFigures(s.account, [3]string{"2027-01-01", "7", `,"version":0`}, [3]string{"2027-02-01", "9", `,"version":1`}), 422)
	if errs := stale["errors"].([]any); len(errs) != 1 || errs[0].(map[string]any)["code"] != "changed_meanwhile" {
		t.Errorf("%v", stale)
	}
	sums := func(planned, final, doubtful string) {
		t.Helper()
		for _, by := range []string{"person", "team", "account", "period"} {
			w := s.do("mara", http.MethodGet, at+"/report?by="+by, "", 200)["whole"].(map[string]any)
			if w["planned"] != planned || w["final"] != final || w["doubtful"] != doubtful {
				t.Errorf("by %s: %v, want %s = %s + %s", by, w, planned, final, doubtful)
			}
		}
	}
	sums("3500.01", "3500.01", "0.00")
	decide := func(who, rows string, want int) map[string]any {
		t.Helper()
		return s.do(who, http.MethodPost, at+"/decisions", `{"positions":[`+rows+`]}`, want)
	}
	position := func(day, state, more string) string {
		return fmt.Sprintf(`{"account_id":%q,"first_day":%q,"state":%q%s}`, s.account, day, state, more)
	}
	decide("anna", position("2027-01-01", "confirmed", ""), 403)
	decide("max", position("2027-01-01", "confirmed", ""), 422) // the head of another team
	decide("mara", position("2027-02-01", "doubtful", ""), 422)
	decide("mara", position("2027-01-01", "confirmed", "")+","+position("2027-02-01", "doubtful", `,"reason":"Their budget is frozen"`), 200)
	sums("3500.01", "1500.01", "2000.00")
	put("anna", planFigures(s.account, [3]string{"2027-01-01", "1100"}, [3]string{"2027-02-01", "2100"}), 200)
	for _, row := range s.do("anna", http.MethodGet, at+"/positions", "", 200)["data"].([]any) {
		p := row.(map[string]any)
		if want := map[string]string{"2027-01-01": "planned", "2027-02-01": "doubtful", "2027-03-01": "planned"}[p["first_day"].(string)]; p["state"] != want || p["changed"] != (want == "doubtful") {
			t.Errorf("%v", p)
		}
	}
	sums("3700.00", "1600.00", "2100.00")
	if rows := s.do("ben", http.MethodGet, at+"/positions", "", 200)["data"].([]any); len(rows) != 0 {
		t.Errorf("somebody else sees %v", rows)
	}
	s.do("mara", http.MethodPost, at+"/versions", `{"name":"First"}`, 201)
	s.do("mara", http.MethodPost, at+"/versions", `{"name":"First"}`, 422)
	s.do("anna", http.MethodPost, at+"/comments", fmt.Sprintf(`{"account_id":%q,"text":"They build a second hall"}`, s.account), 201)
	s.do("ben", http.MethodPost, at+"/comments", fmt.Sprintf(`{"account_id":%q,"text":"x"}`, s.account), 422)
	if rows := s.do("ben", http.MethodGet, at+"/comments", "", 200)["data"].([]any); len(rows) != 0 {
		t.Errorf("somebody else reads %v", rows)
	}
	s.exec(`update revenue_plan set deadline = '2020-01-01'`)
	if got := put("anna", planFigures(s.account, [3]string{"2027-01-01", "1"}), 409); got["code"] != "plan_closed" {
		t.Errorf("%v", got)
	}
}

// S101: what was planned before a customer, a person or a team changed place stays with those of then.
func TestPlanFollowsTheOrganisation(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	today := s.today()
	first, last := today.AddDays(-10), today.AddDays(9)
	id := s.do("mara", http.MethodPost, "/api/v1/plans", fmt.Sprintf(`{"name":"Twenty days","first_day":%q,"last_day":%q,"unit":"month"}`, first, last), http.StatusCreated)["id"].(string)
	p, err := s.store.Plan(t.Context(), crm.ID(id))
	must(t, err)
	body := make([][3]string, 0, 2)
	total := 0
	for _, x := range p.Periods() { // a hundred a day
		body, total = append(body, [3]string{x.First.String(), fmt.Sprint(100 * x.Days())}), total+100*x.Days()
	}
	s.do("anna", http.MethodPut, "/api/v1/plans/"+id+"/positions", planFigures(s.account, body...), 200)
	_, err = s.store.EditAccount(t.Context(), store.Target{Scope: store.Everything(), Actor: s.mara.ID, ID: s.account}, func(a *crm.Account) error { a.OwnerID = s.ben.ID; return nil })
	must(t, err)
	lines := s.do("admin", http.MethodGet, "/api/v1/plans/"+id+"/report?by=person", "", 200)["lines"].([]any)
	got := map[string]string{}
	for _, l := range lines {
		x := l.(map[string]any)
		if planned := x["planned"].(string); planned != "0.00" {
			got[x["key"].(string)] = planned
		}
	}
	if len(got) != 2 || got[string(s.anna.ID)] != "1000.00" || got[string(s.ben.ID)] != fmt.Sprintf("%d.00", total-1000) {
		t.Errorf("%v of %d", got, total)
	}
	s.do("admin", http.MethodPut, "/api/v1/users/"+string(s.ben.ID)+"/team", `{"team_id":"018f0000-0000-7000-8000-000000000009"}`, 422)
	s.do("admin", http.MethodPut, "/api/v1/users/"+string(s.ben.ID)+"/team", `{}`, 204)
	if past, err := s.store.OrganisationPast(t.Context()); err != nil || len(past.TeamsOn(s.ben.ID, today)) != 0 || len(past.TeamsOn(s.ben.ID, today.AddDays(-1))) == 0 {
		t.Errorf("%v %v", past, err)
	}
}

// S099, S100: the sheet is a plain form: it spreads a sum exactly, shows mistakes beside their cells with what was typed, and saves; the head of sales confirms by
// a plain form too.
func TestPlanPages(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	id, _ := s.madePlan("week")
	anna := s.browser("anna")
	at := "/plan/" + id
	anna.open("/plan", http.StatusOK).sound("en")
	anna.open(at, http.StatusOK).sound("en")
	form := url.Values{"rows.0.account": {string(s.account)}, "rows.0.seen": {"0"}, "rows.0.cells.total": {"10,000.01"}, "action": {"split"}}
	d := anna.read(anna.send(http.MethodPost, at, form), at, http.StatusOK)
	d.sound("en")
	form.Del("action")
	status(t, anna.send(http.MethodPost, at, form), http.StatusSeeOther)
	var sum decimal.Decimal
	p, err := s.store.Plan(t.Context(), crm.ID(id))
	must(t, err)
	cells, err := s.store.PlanCells(t.Context(), store.Everything(), p.ID)
	must(t, err)
	for _, c := range cells {
		sum = sum.Add(c.Amount)
	}
	if len(cells) != len(p.Periods()) || !sum.Equal(decimal.RequireFromString("10000.01")) {
		t.Errorf("%d cells come to %s", len(cells), sum)
	}
	bad := url.Values{"rows.0.account": {string(s.account)}, "rows.0.seen": {"1,1"}, "rows.0.cells.0": {"much"}, "rows.0.cells.1": {"-5"}}
	d = anna.read(anna.send(http.MethodPost, at, bad), at, http.StatusUnprocessableEntity)
	d.sound("en")
	for _, cell := range []string{"f-rows-0-cells-0-err", "f-rows-0-cells-1-err"} { // both at once, each at its cell
		if d.byID(cell) == nil {
			t.Errorf("nothing is said at %s", cell)
		}
	}
	mara := s.browser("mara")
	mara.open(at+"/decide", http.StatusOK).sound("en")
	mara.open(at, http.StatusOK).want("p", "You have no customers of your own") // and those of her team stand there
	mara.open(at+"?who=own", http.StatusOK).want("p", "A plan has a line for each customer that you own")
	mara.open(at+"?q=nobody+is+called+so", http.StatusOK).want("h3", "No customers here")
	doubt := url.Values{"rows.0.account": {string(s.account)}, "rows.0.seen": {"0:1,1:1,2:1"}, "rows.0.cells.1": {"doubtful"}}
	d = mara.read(mara.send(http.MethodPost, at+"/decide", doubt), at+"/decide", http.StatusUnprocessableEntity)
	d.sound("en")
	doubt.Set("rows.0.reason", "Their budget is frozen")
	status(t, mara.send(http.MethodPost, at+"/decide", doubt), http.StatusSeeOther)
	for _, by := range []string{"person", "team", "account", "period", "nonsense"} {
		mara.open(at+"/report?by="+by, http.StatusOK).sound("en")
	}
	status(t, mara.send(http.MethodPost, at+"/version", url.Values{"version_name": {"First"}}), http.StatusSeeOther)
	status(t, mara.send(http.MethodPost, at+"/version", url.Values{"version_name": {"First"}}), http.StatusUnprocessableEntity)
	status(t, anna.send(http.MethodPost, at+"/comment", url.Values{"text": {"Soon"}}), http.StatusSeeOther)
	status(t, mara.send(http.MethodPost, at+"/edit", url.Values{"version": {"1"}, "name": {"Weeks"}, "deadline": {"2020-01-01"}}), http.StatusSeeOther)
	anna.open(at, http.StatusOK).want("span", "Until")
	ops := s.browser("sales_ops")
	ops.open("/settings/plan", http.StatusOK).sound("en")
	status(t, ops.send(http.MethodPost, "/settings/plan", url.Values{"version": {"1"}, "fiscal_month": {"13"}}), http.StatusUnprocessableEntity)
	status(t, ops.send(http.MethodPost, "/settings/plan", url.Values{"version": {"1"}, "fiscal_month": {"4"}}), http.StatusSeeOther)
}

// S005, S009, N12: forecast, bridge and range are there for people and by the API; a month is adjusted with its reason only; bad parameters are refused.
func TestForecast(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	f := s.do("anna", http.MethodGet, "/api/v1/forecast", "", 200)
	whole := decimal.RequireFromString(f["whole"].(map[string]any)["sum"].(string))
	parts := decimal.RequireFromString(f["slipped"].(map[string]any)["sum"].(string)).Add(decimal.RequireFromString(f["undated"].(map[string]any)["sum"].(string)))
	for _, m := range f["months"].([]any) {
		parts = parts.Add(decimal.RequireFromString(m.(map[string]any)["sum"].(string)))
	}
	if !whole.IsPositive() || !parts.Equal(whole) {
		t.Errorf("the parts come to %s, the whole is %s", parts, whole)
	}
	if got := s.do("max", http.MethodGet, "/api/v1/forecast", "", 200)["whole"].(map[string]any)["sum"]; got != "0.00" {
		t.Errorf("another team's head sees %v", got)
	}
	for path, want := range map[string]string{
		"?colour=red": "unknown_parameter", "?owner=x": "invalid_id", "/bridge?from=soon": "invalid_date", "/bridge?from=2027-01-02&until=2027-01-01": "ends_before_it_begins",
		"/bridge?first=2027-01-01": "ends_before_it_begins", "/range?days=7": "unknown_value",
	} {
		if got := s.do("anna", http.MethodGet, "/api/v1/forecast"+path, "", 400)["errors"].([]any)[0].(map[string]any)["code"]; got != want {
			t.Errorf("%s: %v", path, got)
		}
	}
	body := fmt.Sprintf(`{"month":"2027-01-15","owner_id":%q,"category":"commit","amount":"-500.00","reason":"%%s"}`, s.anna.ID)
	s.do("anna", http.MethodPost, "/api/v1/forecast/adjustments", fmt.Sprintf(body, "x"), 403)
	s.do("max", http.MethodPost, "/api/v1/forecast/adjustments", fmt.Sprintf(body, "x"), 422)
	s.do("mara", http.MethodPost, "/api/v1/forecast/adjustments", fmt.Sprintf(body, ""), 422)
	s.do("mara", http.MethodPost, "/api/v1/forecast/adjustments", fmt.Sprintf(body, "One is sure to slip"), 201)
	if rows := s.do("anna", http.MethodGet, "/api/v1/forecast/adjustments", "", 200)["data"].([]any); len(rows) != 1 {
		t.Errorf("%v", rows)
	}
	if got := s.do("anna", http.MethodGet, "/api/v1/forecast/range?days=30", "", 200); got["enough"] != false {
		t.Errorf("a range is trusted without a history: %v", got)
	}
	s.pipelineByMonth(whole)
	mara := s.browser("mara")
	for _, path := range []string{"/forecast", "/forecast/stages", "/forecast/stages?months=24&as=page", "/forecast?owner=" + string(s.anna.ID), "/forecast/bridge", "/forecast/bridge?weighted=true&from=2026-01-01", "/forecast/bridge?first=2027-01-01", "/forecast/range", "/forecast/range?days=30"} {
		mara.open(path, http.StatusOK).sound("en")
	}
	status(t, mara.send(http.MethodPost, "/forecast", url.Values{"month": {"2027-13"}, "owner_id": {string(s.anna.ID)}, "category": {"commit"}, "amount": {"x"}}), http.StatusUnprocessableEntity)
	status(t, mara.send(http.MethodPost, "/forecast", url.Values{"month": {"2027-02"}, "owner_id": {string(s.anna.ID)}, "category": {"commit"}, "amount": {"100"}, "reason": {"They said so"}}), http.StatusSeeOther)
}
