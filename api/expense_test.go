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

// S083: an expense is entered with its receipt, handed in at the rate of its day, returned with a reason, approved by somebody else once, and then a cost of the project.
func TestExpense(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	project := ask[string](s, `select id::text from project where contract_id = '`+string(s.contract)+`'`)
	s.exec(`insert into exchange_rate (currency, on_date, rate, source) values ('USD', '2020-01-02', 1.25, 'ECB') on conflict (currency, on_date) do update set rate = 1.25`)
	s.exec(`delete from exchange_rate where currency = 'USD' and on_date > '2020-01-02'`)
	body := func(from, to string) string {
		return strings.Replace(fmt.Sprintf(`{"project_id":%q,"on_date":%q,"kind":"lodging","amount":"125.00","currency":"USD","text":"Hotel in Turin"}`, project, s.today()), from, to, 1)
	}
	s.do("ben", http.MethodPost, "/api/v1/expenses", body("", ""), 422) // not his project
	for _, bad := range []string{
		`{"project_id":"` + project + `"}`, body("lodging", "gold"), body("125.00", "-1"), body("USD", "XXQ"), body(s.today().String(), "2999-01-01"),
		body(`"kind"`, `"phase_id":"018f0000-0000-7000-8000-000000000009","kind"`),
	} {
		s.do("anna", http.MethodPost, "/api/v1/expenses", bad, 422)
	}
	id := fmt.Sprint(s.do("anna", http.MethodPost, "/api/v1/expenses", body(`"kind"`, `"billable":true,"kind"`), 201)["id"])
	at := "/api/v1/expenses/" + id
	if p := s.do("anna", http.MethodPost, at+"/submit", "", 422); firstCode(p) != "required" {
		t.Errorf("without a receipt: %v", p)
	}
	status(t, s.uploadTo("anna", at+"/receipt", "bill.pdf", "%PDF-1.4 a bill"), 200)
	s.do("ben", http.MethodPatch, at, `{"amount":"1"}`, 404)
	if got := s.do("anna", http.MethodPost, at+"/submit", "", 200); got["cost"] != "100.00" || got["state"] != "submitted" {
		t.Errorf("%v", got)
	}
	s.do("anna", http.MethodPatch, at, `{"amount":"1"}`, 409)
	s.do("anna", http.MethodDelete, at, "", 409)
	s.do("anna", http.MethodPost, at+"/approve", "", 403)
	for _, who := range []string{"ben", "max", "care"} {
		s.do(who, http.MethodPost, at+"/approve", "", 404)
	}
	status(t, s.call1("mara", http.MethodGet, at+"/receipt", "", 200), 200)
	s.call1("ben", http.MethodGet, at+"/receipt", "", 404)
	if rows := s.do("mara", http.MethodGet, "/api/v1/expense-approvals", "", 200)["data"].([]any); len(rows) != 1 {
		t.Errorf("%v", rows)
	}
	s.do("mara", http.MethodPost, at+"/return", `{"reason":""}`, 422)
	s.do("mara", http.MethodPost, at+"/return", `{"reason":"Breakfast is not ours"}`, 200)
	s.do("mara", http.MethodPost, at+"/approve", "", 409)
	s.do("anna", http.MethodPatch, at, `{"amount":"120.00"}`, 200)
	s.do("anna", http.MethodPost, at+"/submit", "", 200)
	c, err := store.Contracts.Record(t.Context(), s.store, store.Everything(), s.contract)
	must(t, err)
	before, err := s.store.ProjectPNL(t.Context(), c)
	must(t, err)
	for range 2 {
		s.do("mara", http.MethodPost, at+"/approve", "", 200)
	}
	after, err := s.store.ProjectPNL(t.Context(), c)
	must(t, err)
	if got := after.Spending.Travel.Sub(before.Spending.Travel); got.String() != "96" {
		t.Errorf("approved, the project costs %s more", got)
	}
	s.browser("project_manager").open("/contracts/"+string(s.contract)+"/entries", http.StatusOK).want("a", "Receipt")
	s.do("project_manager", http.MethodPost, "/api/v1/contracts/"+string(s.contract)+"/project/costs/"+id+"/correction", "", 201)
}

// S083: the pages take an expense with what is wrong beside its field, and decide what waits.
func TestExpensePages(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	project := crm.ID(ask[string](s, `select id::text from project where contract_id = '`+string(s.contract)+`'`))
	anna, mara := s.browser("anna"), s.browser("mara")
	fields := map[string]string{"place": timesheetKey(project, ""), "spent_on": s.today().String(), "kind": "meals", "amount": "nothing", "currency": "EUR", "text": "Lunch", "action": "submit"}
	refused := anna.read(anna.sendFile("/expenses", "bill.pdf", "%PDF-1.4 a bill", fields), "/expenses", http.StatusUnprocessableEntity)
	refused.sound("en")
	if attr(refused.control("amount"), "aria-invalid") != "true" {
		t.Error("the amount is not marked")
	}
	fields["amount"] = "12.50"
	status(t, anna.sendFile("/expenses", "bill.pdf", "%PDF-1.4 a bill", fields), http.StatusSeeOther)
	own := anna.open("/expenses", http.StatusOK)
	own.sound("en")
	own.want("span", "Handed in")
	fields["action"], fields["kind"] = "save", "mileage"
	status(t, anna.sendFile("/expenses", "", "", fields), http.StatusSeeOther)
	draft := ask[string](s, `select id::text from expense where state = 'draft'`)
	anna.open("/expenses?expense="+draft, http.StatusOK).sound("en")
	status(t, anna.send(http.MethodPost, "/expenses/"+draft+"/remove", url.Values{}), http.StatusSeeOther)
	waits := mara.open("/expense-approvals", http.StatusOK)
	waits.sound("en")
	waits.want("span", "Lunch")
	at := "/expense-approvals/" + ask[string](s, `select id::text from expense`)
	status(t, mara.send(http.MethodPost, at+"/return", url.Values{"reason": {""}}), http.StatusUnprocessableEntity)
	status(t, mara.send(http.MethodPost, at+"/approve", url.Values{}), http.StatusSeeOther)
	if got := ask[string](s, `select state || ' ' || (select amount from cost_entry where id = expense.id) from expense`); got != "approved 12.50" {
		t.Error(got)
	}
}
