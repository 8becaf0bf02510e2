package api

import (
	"fmt"
	"net/http"
	"net/url"
	"testing"

	"leadtocash/crm"

	"github.com/shopspring/decimal"
)

// S091: what is open is written off only by another person than who asked, within his limit; the ledger holds it, the invoice is closed by it, and money that comes later recovers it,
// until a returned payment takes it back.
func TestWriteOff(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	account := "/api/v1/accounts/" + string(s.account)
	s.exec(`insert into ledger (account_id, invoice_id, kind, amount, on_date, at) select account_id, id, 'invoice', total, issue_date, issued_at from invoice i
		where not exists (select from ledger where invoice_id = i.id)`)
	s.activate(crm.RuleDunning, "dunning:\n  write_off_limit: 50\n  levels: []\n")
	keyed := 0
	do := func(person, path, body string, want int) map[string]any {
		t.Helper()
		keyed++
		rec := s.as(s.keys[person], http.MethodPost, path, body, "Idempotency-Key", fmt.Sprint("off ", keyed))
		status(t, rec, want)
		return fields(t, rec)
	}
	open := func(want string) {
		t.Helper()
		if got := s.ask(`select r.open || ' ' || sum(l.amount) from receivable r join ledger l using (invoice_id) where invoice_id = '` + string(s.invoice) + `' group by r.open`); got != want+" "+want {
			t.Errorf("open and ledger are %s, want %s", got, want)
		}
	}
	was := s.ask(`select open::text from receivable where invoice_id = '` + string(s.invoice) + `'`)
	open(was)
	at := account + "/write-offs"
	do("anna", at, `{"invoice_id":"`+string(s.invoice)+`","reason":"x"}`, http.StatusForbidden)
	do("finance", at, `{}`, http.StatusUnprocessableEntity)
	do("finance", at, `{"invoice_id":"`+string(s.invoice)+`","amount":"99999","reason":"x"}`, http.StatusUnprocessableEntity)
	w := do("finance", at, `{"invoice_id":"`+string(s.invoice)+`","reason":"Insolvent"}`, http.StatusCreated)
	do("admin", at, `{"invoice_id":"`+string(s.invoice)+`","reason":"Twice"}`, http.StatusConflict)
	decide := "/api/v1/write-offs/" + fmt.Sprint(w["id"]) + "/decision"
	if p := do("finance", decide, `{"approve":true}`, http.StatusForbidden); p["code"] != "self_approval" {
		t.Errorf("who asked is told %v", p["code"])
	}
	s.exec(`update write_off set asked_by = (select id from app_user where email = 'admin@example.com' or 'admin' = any(roles) limit 1)`)
	if p := do("finance", decide, `{"approve":true}`, http.StatusForbidden); p["code"] != "above_limit" {
		t.Errorf("above the limit %v", p["code"])
	}
	do("finance", decide, `{"approve":false,"note":"Try once more"}`, http.StatusOK)
	open(was)
	do("finance", decide, `{"approve":true}`, http.StatusConflict)
	w = do("finance", at, `{"invoice_id":"`+string(s.invoice)+`","reason":"Insolvent"}`, http.StatusCreated)
	own := s.browser("finance").open("/overdue", http.StatusOK)
	own.want("span", "Insolvent")
	own.want("span", "You asked for it: another person decides.")
	status(t, s.browser("admin").send(http.MethodPost, "/overdue/"+string(s.account), url.Values{"action": {"decide_write_off"}, "id": {fmt.Sprint(w["id"])}, "verdict": {"approved"}, "off_note": {"No assets"}}), http.StatusSeeOther)
	open("0.00")
	s.browser("finance").open("/overdue?account="+string(s.account), http.StatusOK).want("div", "approved. No assets")
	said := func(state, off, paid string) {
		t.Helper()
		if v := s.do("finance", http.MethodGet, "/api/v1/invoices/"+string(s.invoice), "", http.StatusOK); v["state"] != state || v["written_off"] != off || v["paid"] != paid || v["open"] != "0.00" {
			t.Errorf("the invoice says %v, %v written off, %v paid, %v open; want %s %s %s", v["state"], v["written_off"], v["paid"], v["open"], state, off, paid)
		}
	}
	less := func(a, b string) string {
		return decimal.RequireFromString(a).Sub(decimal.RequireFromString(b)).StringFixed(2)
	}
	i := s.do("finance", http.MethodGet, "/api/v1/invoices/"+string(s.invoice), "", http.StatusOK)
	toPay := less(i["to_pay"].(string), i["credited"].(string)) // the scene has a credit note that its ledger knows nothing of
	said("written_off", was, less(toPay, was))
	page := s.browser("finance").open("/invoices/"+string(s.invoice), http.StatusOK)
	page.want("span", "Written off")
	page.want("dt", "Written off")
	p := do("finance", account+"/receipts", `{"amount":"10.00","reference":"OFF 1","allocations":[{"invoice_id":"`+string(s.invoice)+`","amount":"10.00"}]}`, http.StatusCreated)
	open("0.00")
	if !s.browser("finance").open("/overdue/paid", http.StatusOK).has("span", "Paid €10.00 at") || s.browser("ben").open("/overdue/paid", http.StatusOK).has("span", "Paid") { // ux section 6: each line is for who may see it
		t.Error("who hears of the money")
	}
	left := `select (-sum(amount))::text from ledger where kind = 'write_off' and invoice_id = '` + string(s.invoice) + `'`
	recovered := s.ask(`select (` + was + ` - (` + left + `)::numeric)::text`)
	if recovered != "10.00" {
		t.Errorf("%s came back", recovered)
	}
	said("written_off", less(was, recovered), less(toPay, less(was, recovered)))
	do("finance", "/api/v1/payments/"+fmt.Sprint(p["id"])+"/return", "", http.StatusOK)
	open("0.00")
	if got := s.ask(left); got != was {
		t.Errorf("written off is %s after the payment came back, want %s", got, was)
	}
}
