package api

import (
	"net/http"
	"net/url"
	"testing"

	"leadtocash/crm"
	"leadtocash/store"

	"github.com/shopspring/decimal"
)

// S060, S084: the page and the API show what hours have earned and send what was shown; a price of one's own takes the place of the project's; finance bills nothing of it.
func TestEarnedHoursAreShown(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	at, project := "/contracts/"+string(s.contract), "/api/v1/contracts/"+string(s.contract)+"/project"
	s.exec(`update tranche set state = 'planned', invoice_id = null, kind = 'progress', opens_at_percent = 50, milestone = '', milestone_id = null where id = '` + string(s.tranche) + `'; update project set cost_rate = 40; insert into tranche_part (tranche_id, tax_percent, net, tax) select id, 22, net, tax from tranche`)
	pm := s.browser("project_manager")
	pm.open(at+"/earned", http.StatusOK).want("p", "tranches of its contract")
	s.do("project_manager", http.MethodPatch, project, `{"billing":"hours","hour_price":"1.00"}`, http.StatusOK)
	if p := s.do("project_manager", http.MethodPatch, project, `{"billing":"gold"}`, http.StatusUnprocessableEntity); p["code"] != "validation_failed" {
		t.Errorf("%v", p)
	}
	_, err := s.store.AddTime(t.Context(), store.Target{Scope: store.Everything(), Actor: s.mara.ID, ID: s.contract}, crm.TimeEntry{ID: store.NewID(), UserID: s.mara.ID, Hours: decimal.NewFromInt(2), OnDate: s.today()})
	must(t, err)
	status(t, pm.send(http.MethodPost, at+"/hour-prices", url.Values{"price_user": {string(s.mara.ID)}, "price": {"3"}}), http.StatusSeeOther)
	status(t, pm.send(http.MethodPost, at+"/hour-prices", url.Values{"price": {"3"}}), http.StatusUnprocessableEntity)
	pm.open(at+"/earned", http.StatusOK).want("button", "Bill €6.00")
	if e := s.do("project_manager", http.MethodGet, project+"/earned", "", http.StatusOK); e["net"] != "6.00" || e["why"] != "" || len(e["times"].([]any)) != 1 {
		t.Errorf("%v", e)
	}
	if e := s.do("project_manager", http.MethodGet, project+"/earned?up_to=2020-01-01", "", http.StatusOK); e["net"] != "0.00" || e["why"] != "nothing_earned" {
		t.Errorf("%v", e)
	}
	s.do("project_manager", http.MethodGet, project+"/earned?up_to=then", "", http.StatusBadRequest)
	pm.send(http.MethodPost, at+"/bill", url.Values{"up_to": {s.today().String()}, "net": {"6.00"}})
	if got := s.cmd.sent[len(s.cmd.sent)-1]; got.Kind != crm.ProjectBill || string(got.Fields) != `{"up_to":"`+s.today().String()+`","net":"6.00"}` {
		t.Errorf("%s %s", got.Kind, got.Fields)
	}
	s.do("finance", http.MethodPost, project+"/bill", `{}`, http.StatusForbidden)

	x := string(store.NewID())
	s.exec(`insert into expense (id, user_id, project_id, on_date, kind, amount, currency, cost, text, billable, state, decided_by, at) select '` + x + `', '` + string(s.anna.ID) + `', id, '2026-01-09', 'travel', 20, 'EUR', 20, 'Train <b>', true, 'approved', '` + string(s.mara.ID) + `', now() from project`)
	fin := s.browser("finance")
	fin.open(at+"/earned", http.StatusOK).want("td", "Train <b>")
	fin.open(at+"/earned", http.StatusOK).want("button", "Bill the chosen expenses")
	status(t, fin.send(http.MethodPost, at+"/bill-expenses", url.Values{"markup": {"5"}}), http.StatusUnprocessableEntity)
	fin.send(http.MethodPost, at+"/bill-expenses", url.Values{"markup": {"5"}, "expense." + x: {"yes"}})
	if got := s.cmd.sent[len(s.cmd.sent)-1]; got.Kind != crm.ExpenseBill || string(got.Fields) != `{"expense_ids":["`+x+`"],"markup_percent":"5"}` {
		t.Errorf("%s %s", got.Kind, got.Fields)
	}
	if rows := s.do("finance", http.MethodGet, project+"/billable-expenses", "", http.StatusOK)["data"].([]any); len(rows) != 1 {
		t.Errorf("%v", rows)
	}
	fin.open(at+"/closing", http.StatusOK).want("p", "1 expense for the customer is not billed: €20.00")
	fin.open(at+"/closing", http.StatusOK).want("p", "Work is earned that nobody was billed: €6.00")
}
