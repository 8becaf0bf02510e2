package api

import (
	"fmt"
	"net/http"
	"net/url"
	"testing"
)

// S087: the calls and the page by which money is paid back in steps, and what they refuse.
func TestRefundOrderCalls(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	s.exec(`update app_user set approval_limit = 0`)
	account, n := "/api/v1/accounts/"+string(s.account), 0
	do := func(who, path, body string, want int) map[string]any {
		t.Helper()
		n++
		rec := s.as(s.keys[who], http.MethodPost, path, body, "Idempotency-Key", fmt.Sprint("refund ", n))
		status(t, rec, want)
		return fields(t, rec)
	}
	do("finance", account+"/receipts", `{"amount":"50.00","reference":"R 1"}`, http.StatusCreated)
	for _, bad := range []string{`{}`, `{"amount":"-1","reason":"x"}`, `{"amount":"50.01","reason":"x"}`, `{"amount":"1","reason":"x","iban":"IT00"}`, `{"amount":"1","reason":"x","quote_id":"00000000-0000-7000-8000-00000000dead"}`} {
		do("finance", account+"/refund-orders", bad, http.StatusUnprocessableEntity)
	}
	do("anna", account+"/refund-orders", `{"amount":"1","reason":"x"}`, http.StatusForbidden)
	o := do("finance", account+"/refund-orders", `{"amount":"30","reason":"Paid twice","iban":"DE89370400440532013000"}`, http.StatusCreated)
	path := "/api/v1/refund-orders/" + fmt.Sprint(o["id"])
	do("finance", path+"/decision", `{"decision":"paid"}`, http.StatusUnprocessableEntity)
	do("finance", path+"/decision", `{"decision":"approved"}`, http.StatusForbidden)
	do("finance", path+"/payment", `{"reference":"OUT 1"}`, http.StatusConflict)
	do("admin", path+"/decision", `{"decision":"approved"}`, http.StatusOK)
	do("finance", path+"/payment", `{}`, http.StatusUnprocessableEntity)
	if v := do("finance", path+"/payment", `{"reference":"OUT 1"}`, http.StatusOK); v["state"] != "paid" {
		t.Error(v)
	}
	if v := s.do("finance", http.MethodGet, account+"/refund-orders", "", http.StatusOK); len(v["data"].([]any)) != 1 {
		t.Error(v)
	}
	b, at := s.browser("finance"), "/accounts/"+string(s.account)+"/statement"
	b.open(at, http.StatusOK).want("h2", "Money to be paid back")
	post := func(want int, pairs ...string) {
		t.Helper()
		form := url.Values{"currency": {"EUR"}}
		for i := 0; i+1 < len(pairs); i += 2 {
			form.Set(pairs[i], pairs[i+1])
		}
		b.read(b.send(http.MethodPost, at, form), at, want)
	}
	post(http.StatusUnprocessableEntity, "action", "refund_ask", "ask_amount", "21", "ask_reason", "x")
	post(http.StatusUnprocessableEntity, "action", "refund_ask", "ask_amount", "", "ask_reason", "")
	post(http.StatusSeeOther, "action", "refund_ask", "ask_amount", "5", "ask_reason", "Paid twice")
	id := fmt.Sprint(s.do("finance", http.MethodGet, account+"/refund-orders", "", http.StatusOK)["data"].([]any)[0].(map[string]any)["id"])
	post(http.StatusSeeOther, "action", "refund_decide", "refund_order_id", id, "decision", "cancelled")
}
