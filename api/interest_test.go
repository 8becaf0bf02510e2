package api

import (
	"net/http"
	"net/url"
	"testing"
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
	ops.open(setting, http.StatusOK).want("textarea", "2026-01-01 10.15")
	for _, bad := range []string{"2026-01-01", "soon 8", "2026-01-01 101", "2026-01-01 -1", "1026-01-01 8", "2026-01-01 8\r\n2026-01-01 9"} {
		v := url.Values{"rates": {bad}, "charged": {"true"}, "version": {"1"}}
		if rec := ops.send(http.MethodPost, setting, v); rec.Code != http.StatusUnprocessableEntity && rec.Code != http.StatusConflict {
			t.Errorf("%q: %d", bad, rec.Code)
		}
	}
	is("1.02")
	status(t, ops.send(http.MethodPost, setting, url.Values{"rates": {"2026-02-12 20\r\n2026-01-01 10"}, "charged": {"true"}, "version": {"1"}}), http.StatusSeeOther)
	is("1.67") // 10 days at 10 %, 20 at 20 %
	status(t, ops.send(http.MethodPost, setting, url.Values{"rates": {"2026-01-01 10"}, "version": {"1"}}), http.StatusPreconditionFailed)
	status(t, ops.send(http.MethodPost, setting, url.Values{"rates": {"2026-01-01 10"}, "version": {"2"}}), http.StatusSeeOther)
	is("")
	status(t, ops.send(http.MethodPost, setting, url.Values{"rates": {"2026-01-01 12.25"}, "version": {"3"}}), http.StatusSeeOther)
	status(t, ops.send(http.MethodPost, "/language", url.Values{"language": {"it"}, "back": {"/"}}), http.StatusSeeOther)
	ops.open(setting, http.StatusOK).want("textarea", "2026-01-01 12,25")
	status(t, ops.send(http.MethodPost, setting, url.Values{"rates": {"2026-01-01 12,25"}, "charged": {"true"}, "version": {"4"}}), http.StatusSeeOther)
	status(t, s.browser("anna").send(http.MethodPost, setting, url.Values{"rates": {""}}), http.StatusForbidden)
}
