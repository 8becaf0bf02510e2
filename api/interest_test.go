package api

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/shopspring/decimal"
)

// S091: an invoice shows what its late payment cost, also after it was paid; sales operations keep the rates and say whether it is asked for.
func TestLateInterestOfAnInvoice(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	s.exec(`delete from interest_rate; insert into interest_rate (from_day, percent) values ('2026-01-01', 10.15);
		insert into ledger (account_id, invoice_id, kind, amount, on_date, at) select account_id, id, 'invoice', 122, issue_date, issued_at from invoice i where id = '` + string(s.invoice) + `'
			and not exists (select from ledger where invoice_id = i.id);
		insert into ledger (account_id, invoice_id, kind, amount, on_date, at) select account_id, id, 'payment', -122, '2026-03-03', issued_at from invoice where id = '` + string(s.invoice) + `'`)
	at := "/api/v1/invoices/" + string(s.invoice)
	is := func(want string) {
		t.Helper()
		in, _ := s.do("anna", http.MethodGet, at, "", http.StatusOK)["interest"].(map[string]any)
		if got, _ := in["amount"].(string); got != want {
			t.Errorf("interest %s, want %s: %v", got, want, in)
		}
	}
	is("1.02") // 30 days of 122 at 10.15 %
	s.browser("anna").open("/invoices/"+string(s.invoice), http.StatusOK).want("strong", "€1.02")
	const setting = "/settings/interest"
	ops := s.browser("sales_ops")
	ops.open(setting, http.StatusOK).want("td", "10.15%")
	add := func(day, percent string, want int) {
		t.Helper()
		version := s.ask(`select version::text from setting where name = 'interest'`)
		status(t, ops.send(http.MethodPost, setting, url.Values{"action": {"add"}, "from_day": {day}, "percent": {percent}, "version": {version}}), want)
	}
	for _, bad := range [][2]string{{"2026-05-01", ""}, {"soon", "8"}, {"2026-05-01", "101"}, {"2026-05-01", "-1"}, {"1026-01-01", "8"}, {"2026-01-01", "8"}, {"", "8"}} {
		add(bad[0], bad[1], http.StatusUnprocessableEntity)
	}
	is("1.02")
	add("2026-02-12", "20", http.StatusSeeOther)
	is("1.68") // 10 days at 10.15 %, 20 at 20 %
	status(t, ops.send(http.MethodPost, setting, url.Values{"action": {"remove"}, "day": {"2026-02-12"}, "version": {"1"}}), http.StatusPreconditionFailed)
	status(t, ops.send(http.MethodPost, setting, url.Values{"action": {"remove"}, "day": {"2026-02-12"}, "version": {"2"}}), http.StatusSeeOther)
	is("1.02")
	status(t, ops.send(http.MethodPost, setting, url.Values{"version": {"3"}}), http.StatusSeeOther)
	is("")
	status(t, ops.send(http.MethodPost, setting, url.Values{"charged": {"true"}, "version": {"4"}}), http.StatusSeeOther)
	status(t, ops.send(http.MethodPost, "/language", url.Values{"language": {"it"}, "back": {"/"}}), http.StatusSeeOther)
	add("2026-07-01", "12,25", http.StatusSeeOther)
	ops.open(setting, http.StatusOK).want("td", "12,25%")
	status(t, s.browser("anna").send(http.MethodPost, setting, url.Values{"action": {"add"}}), http.StatusForbidden)
	const rates = "/api/v1/interest-rates"
	for body, field := range map[string]string{`{}`: "/percent", `{"from_day":"2026-07-01","percent":"9"}`: "/from_day", `{"from_day":"2027-01-01","percent":"9.00001"}`: "/percent"} {
		p := s.do("sales_ops", http.MethodPost, rates, body, http.StatusUnprocessableEntity)
		if !strings.Contains(fmt.Sprint(p["errors"]), field) {
			t.Errorf("%s: %v", body, p["errors"])
		}
	}
	for range 2 { // the second changes nothing
		if got := s.do("sales_ops", http.MethodPost, rates, `{"from_day":"2027-01-01","percent":"9.4"}`, http.StatusOK); got["version"] != float64(7) {
			t.Errorf("version %v", got["version"])
		}
	}
	s.do("anna", http.MethodPost, rates, `{"from_day":"2027-07-01","percent":"9.4"}`, http.StatusForbidden)
	if list, _ := s.do("sales_ops", http.MethodGet, rates, "", http.StatusOK)["rates"].([]any); len(list) != 3 {
		t.Errorf("rates %v", list)
	}
	for range 2 { // the second changes nothing
		status(t, s.as(s.keys["sales_ops"], http.MethodDelete, rates+"/2027-01-01", ""), http.StatusNoContent)
	}
	s.do("sales_ops", http.MethodDelete, rates+"/soon", "", http.StatusNotFound)
	s.do("anna", http.MethodDelete, rates+"/2026-07-01", "", http.StatusForbidden)
	s.exec(`insert into dunning_step (invoice_id, level, key, on_date, state, at, fee, interest) values ('` + string(s.invoice) + `', 1, 'final', '2026-03-01', 'written', '2026-03-01T09:00:00Z', 40, 0.92)`)
	if p := s.do("sales_ops", http.MethodDelete, rates+"/2026-01-01", "", http.StatusConflict); p["code"] != "rate_used" {
		t.Errorf("a rate that a letter asked interest by: %v", p["code"])
	}
	status(t, s.as(s.keys["sales_ops"], http.MethodDelete, rates+"/2026-07-01", ""), http.StatusNoContent) // the letter was written before it
	if list, _ := s.do("sales_ops", http.MethodGet, rates, "", http.StatusOK)["rates"].([]any); len(list) != 1 {
		t.Errorf("rates %v", list)
	}
	ops.open(setting, http.StatusOK).want("p", "Per il semestre dal")
	ops.open("/", http.StatusOK).want("a", "Semestre dal")
	for range 2 { // the rate is there: it says that it stays, once
		if got := s.do("sales_ops", http.MethodPost, rates, `{"from_day":"2026-01-01","percent":"10.15","fixed":true}`, http.StatusOK); got["fixed"] != true || got["version"] != float64(10) {
			t.Errorf("%v", got)
		}
	}
	if ops.open("/", http.StatusOK).has("a", "Semestre dal") {
		t.Error("a rate that stays is asked for")
	}
	ops.open(setting, http.StatusOK).want("label", "Tasso nostro")
}

// S091: interest that a letter asked for is paid by what comes in beyond what is open, after fees, and a returned payment asks for it again; what is waived is asked for no longer.
func TestInterestIsPaidAndWaived(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	at, statement := "/api/v1/accounts/"+string(s.account), "/api/v1/accounts/"+string(s.account)+"/statement"
	s.exec(`delete from interest_rate; insert into interest_rate (from_day, percent) values ('2000-01-01', 10);
		insert into ledger (account_id, invoice_id, kind, amount, on_date, at) select account_id, id, 'invoice', 122, issue_date - 400, issued_at from invoice i where id = '` + string(s.invoice) + `'
			and not exists (select from ledger where invoice_id = i.id);
		insert into dunning_step (invoice_id, level, key, on_date, state, at, fee, interest) values ('` + string(s.invoice) + `', 1, 'final', '2026-03-01', 'written', '2026-03-01T09:00:00Z', 40, 7.5)`)
	keyed := 0
	do := func(person, path, body string, want int) map[string]any {
		t.Helper()
		keyed++
		rec := s.as(s.keys[person], http.MethodPost, path, body, "Idempotency-Key", fmt.Sprint("interest ", keyed))
		status(t, rec, want)
		return fields(t, rec)
	}
	claim := func(field, want string) {
		t.Helper()
		v := s.do("finance", http.MethodGet, statement, "", http.StatusOK)
		got := "0"
		for _, c := range v["claims"].([]any) {
			if m := c.(map[string]any); m["invoice_id"] == string(s.invoice) {
				got = fmt.Sprint(m[field])
			}
		}
		if got != want {
			t.Errorf("%s is %s, want %s", field, got, want)
		}
	}
	claim("interest", "7.50")
	claim("fees", "40.00")
	open := s.ask(`select open::text from receivable where invoice_id = '` + string(s.invoice) + `'`)
	pay := func(reference string, over int64) map[string]any {
		amount := decimal.RequireFromString(open).Add(decimal.NewFromInt(over)).StringFixed(2)
		return do("finance", at+"/receipts", fmt.Sprintf(`{"amount":"%s","reference":"%s","allocations":[{"invoice_id":"%s","amount":"%s"}]}`, amount, reference, s.invoice, amount), http.StatusCreated)
	}
	first := pay("I 1", 45)
	claim("fees", "0.00")
	claim("interest", "2.50")
	if sum := s.ask(`select string_agg(kind || ' ' || amount, ', ' order by id) from ledger where payment_id = '` + fmt.Sprint(first["id"]) + `' and kind <> 'payment'`); sum != "fee 40.00, interest 5.00" {
		t.Errorf("the ledger has %s", sum)
	}
	do("finance", "/api/v1/payments/"+fmt.Sprint(first["id"])+"/return", "", http.StatusOK)
	claim("interest", "7.50")
	claim("fees", "40.00")
	for body, want := range map[string]string{
		`{"invoice_id":"` + string(s.invoice) + `","claim":"fees"}`:                               "/reason",
		`{"invoice_id":"` + string(s.invoice) + `","claim":"rent","reason":"x"}`:                  "/claim",
		`{"invoice_id":"` + string(s.invoice) + `","claim":"fees","amount":"40.01","reason":"x"}`: "/amount",
		`{"claim":"fees","reason":"x"}`:                                                           "/invoice_id",
	} {
		if p := do("finance", at+"/waivers", body, http.StatusUnprocessableEntity); !strings.Contains(fmt.Sprint(p["errors"]), want) {
			t.Errorf("%s: %v", body, p["errors"])
		}
	}
	do("anna", at+"/waivers", `{"invoice_id":"`+string(s.invoice)+`","claim":"fees","reason":"x"}`, http.StatusForbidden)
	do("finance", at+"/waivers", `{"invoice_id":"`+string(s.invoice)+`","claim":"fees","amount":"15","reason":"Agreed"}`, http.StatusCreated)
	claim("fees", "25.00")
	finance := s.browser("finance")
	page := "/accounts/" + string(s.account) + "/statement"
	status(t, finance.send(http.MethodPost, page, url.Values{"action": {"waive"}, "invoice_id": {string(s.invoice)}, "claim": {"interest"}}), http.StatusUnprocessableEntity)
	status(t, finance.send(http.MethodPost, page, url.Values{"action": {"waive"}, "invoice_id": {string(s.invoice)}, "claim": {"interest"}, "waive_reason": {"An old customer"}}), http.StatusSeeOther)
	claim("interest", "0.00")
	claim("running", "0.00")
	finance.open(page, http.StatusOK).want("li", "An old customer")
}

// ask reads one text.
func (s *scene) ask(sql string) (text string) {
	s.t.Helper()
	c, err := pgx.Connect(s.t.Context(), s.url)
	must(s.t, err)
	defer c.Close(s.t.Context())
	must(s.t, c.QueryRow(s.t.Context(), sql).Scan(&text))
	return text
}
