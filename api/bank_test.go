package api

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"leadtocash/store"
)

// S087, S062, S091: every call about money that comes in, goes to several invoices, stands on account, goes back, and comes back; and the same by the pages' forms.
func TestBankEveryCall(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	s.exec(`update legal_entity set iban = 'IT60X0542811101000000123456'; insert into number_series (series, year, next) values ('A', 2026, 2) on conflict do nothing;
		insert into ledger (account_id, invoice_id, kind, amount, on_date, at) select account_id, id, 'invoice', total, issue_date, now() from invoice`)
	keyed := 0
	do := func(method, path, body string, want int) map[string]any {
		t.Helper()
		keyed++
		rec := s.as(s.keys["finance"], method, path, body, "Idempotency-Key", fmt.Sprint("bank ", keyed))
		status(t, rec, want)
		if rec.Header().Get("Content-Type") == "text/csv; charset=utf-8" {
			return map[string]any{"csv": rec.Body.String()}
		}
		return fields(t, rec)
	}
	account, invoice := "/api/v1/accounts/"+string(s.account), string(s.invoice)
	do(http.MethodPost, account+"/receipts", `{"amount":"-1","reference":""}`, http.StatusUnprocessableEntity)
	r := do(http.MethodPost, account+"/receipts", fmt.Sprintf(`{"amount":"50.00","reference":"R 1","allocations":[{"invoice_id":%q,"amount":"20.00"}]}`, invoice), http.StatusCreated)
	if r["on_account"] != "30.00" {
		t.Error(r)
	}
	do(http.MethodPost, account+"/receipts", `{"amount":"50.00","reference":"R 1"}`, http.StatusConflict)
	do(http.MethodPost, account+"/allocations", fmt.Sprintf(`{"allocations":[{"invoice_id":%q,"amount":"40"}]}`, invoice), http.StatusUnprocessableEntity)
	if v := do(http.MethodPost, account+"/allocations", fmt.Sprintf(`{"allocations":[{"invoice_id":%q,"amount":"10"}]}`, invoice), http.StatusOK); len(v["lines"].([]any)) != 5 {
		t.Error(v["lines"])
	}
	do(http.MethodPost, "/api/v1/payments/"+fmt.Sprint(r["id"])+"/return", `{"reason":"AC04"}`, http.StatusOK)
	do(http.MethodPost, "/api/v1/payments/"+fmt.Sprint(r["id"])+"/return", `{}`, http.StatusConflict)
	do(http.MethodPost, account+"/receipts", `{"amount":"5","reference":"R 2"}`, http.StatusCreated)
	do(http.MethodPost, account+"/refunds", `{"amount":"5.01","reference":"OUT 1"}`, http.StatusUnprocessableEntity)
	do(http.MethodPost, account+"/refunds", `{"amount":"5","reference":"OUT 1","reason":"paid twice"}`, http.StatusCreated)
	if v := s.do("finance", http.MethodGet, account+"/statement", "", http.StatusOK); len(v["on_account"].([]any)) != 0 || len(v["refunds"].([]any)) != 1 {
		t.Error(v)
	}

	file := "Data contabile;Importo;Ordinante;IBAN ordinante;Causale\r\n22/01/2026;122,00;Bianchi;DE89370400440532013000;Saldo FT 2026/0001\r\n22/01/2026;1.000,00;Nobody;;?\r\n23/01/2026;-3,50;Bank;;spese\r\n"
	csv := func(body string, want int) map[string]any {
		t.Helper()
		rec := s.as(s.keys["finance"], http.MethodPost, "/api/v1/bank/files?name=one.csv", body, "Content-Type", "text/csv")
		status(t, rec, want)
		return fields(t, rec)
	}
	if b := csv(file, http.StatusCreated); b["entries"] != float64(3) {
		t.Error(b)
	}
	csv(file, http.StatusOK)
	for _, bad := range []string{"x,y\n1,2\n", "date,amount\n2026-13-01,1\n", "date,amount\n2026-01-01,1e5\n", "<a><b></a>", "date,amount,account\n2026-01-01,1,IT00\n"} {
		csv(bad, http.StatusUnprocessableEntity)
	}
	ids := map[string]string{}
	for _, x := range s.do("finance", http.MethodGet, "/api/v1/bank/entries?filter[state]=open", "", http.StatusOK)["data"].([]any) {
		one := x.(map[string]any)
		ids[fmt.Sprint(one["amount"])] = fmt.Sprint(one["id"])
		if rec := s.as(s.keys["finance"], http.MethodGet, "/api/v1/bank/files/"+fmt.Sprint(one["file_id"]), ""); rec.Body.String() != file {
			t.Errorf("%d %q", rec.Code, rec.Body)
		}
	}
	entry := func(amount string) string { return "/api/v1/bank/entries/" + ids[amount] }
	if x := s.do("finance", http.MethodGet, entry("122.00"), "", http.StatusOK); x["proposals"].([]any)[0].(map[string]any)["confidence"] != "certain" {
		t.Error(x)
	}
	if n := do(http.MethodPost, "/api/v1/bank/certain", `{}`, http.StatusOK); n["booked"] != float64(1) {
		t.Error(n)
	}
	do(http.MethodPost, entry("-3.50")+"/aside", `{"aside":true,"note":"charges"}`, http.StatusOK)
	do(http.MethodPost, entry("-3.50")+"/aside", `{"aside":false}`, http.StatusOK)
	do(http.MethodPost, entry("1000.00")+"/book", `{}`, http.StatusUnprocessableEntity)
	do(http.MethodPost, entry("1000.00")+"/return", fmt.Sprintf(`{"payment_id":%q}`, r["id"]), http.StatusConflict)
	body := fmt.Sprintf(`{"account_id":%q,"allocations":[]}`, s.account)
	one, two := do(http.MethodPost, entry("1000.00")+"/book", body, http.StatusOK), do(http.MethodPost, entry("1000.00")+"/book", body, http.StatusOK)
	if one["id"] != two["id"] || one["on_account"] != "1000.00" {
		t.Error(one, two)
	}
	if v := do(http.MethodGet, "/api/v1/vat-register?from=2026-01-01&to=2026-12-31", "", http.StatusOK)["csv"].(string); !strings.Contains(v, "2026/0001") || !strings.Contains(v, ",sum,") {
		t.Error(v)
	}
	if v := do(http.MethodGet, "/api/v1/ledger?from=2026-01-01&to=2026-12-31", "", http.StatusOK)["csv"].(string); !strings.Contains(v, "refund") || !strings.Contains(v, ",-122.00,") {
		t.Error(v)
	}
	s.do("finance", http.MethodGet, "/api/v1/ledger?from=x", "", http.StatusBadRequest)
	s.bankPages(ids["-3.50"])
}

// bankPages does by form what the calls do; what is left open is the outgoing entry.
func (s *scene) bankPages(entry string) {
	s.t.Helper()
	b := s.browser("finance")
	b.open("/bank", http.StatusOK).want("td", "Bank")
	b.open("/bank/entries/"+entry, http.StatusOK).want("h2", "Not of a customer")
	post := func(path string, want int, pairs ...string) document {
		s.t.Helper()
		form := url.Values{}
		for i := 0; i+1 < len(pairs); i += 2 {
			form.Set(pairs[i], pairs[i+1])
		}
		return b.read(b.send(http.MethodPost, path, form), path, want)
	}
	post("/bank/entries/"+entry, http.StatusSeeOther, "action", "aside")
	post("/bank/certain", http.StatusSeeOther)
	at := "/accounts/" + string(s.account) + "/statement"
	b.open(at, http.StatusOK).want("td", "Refund")
	once := string(store.NewID())
	for range 2 {
		post(at, http.StatusSeeOther, "action", "receive", "once", once, "currency", "EUR", "amount", "7.50", "reference", "R 3", "received_on", "2026-01-05")
	}
	post(at, http.StatusUnprocessableEntity, "action", "receive", "currency", "EUR", "amount", "x", "reference", "R 4", "received_on", "2026-01-05").want("a", "number")
	post(at, http.StatusUnprocessableEntity, "action", "use", "currency", "EUR", "a."+string(s.invoice), "5")
	post(at, http.StatusUnprocessableEntity, "action", "refund", "currency", "EUR", "refund_amount", "99999", "refund_reference", "OUT 2", "paid_on", "2026-01-05")
	post(at, http.StatusSeeOther, "action", "refund", "currency", "EUR", "refund_amount", "1", "refund_reference", "OUT 3", "paid_on", "2026-01-05")
	b.open("/registers?from=2026-01-01&to=2026-12-31", http.StatusOK).want("td", "22%")
	b.open("/registers?from=2026-12-31&to=2026-01-01", http.StatusUnprocessableEntity)
	if v, err := s.store.Statement(s.t.Context(), store.Everything(), s.account); err != nil || len(v.OnAccount) != 1 || v.OnAccount[0].Amount.String() != "1006.5" || v.Payments[0].Reference != "R 3" {
		s.t.Error(v.OnAccount, err)
	}
}
