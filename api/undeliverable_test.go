package api

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"leadtocash/crm"
)

// N5: the collector's screen says which address takes no mail and why, and has the letters that are to be printed and posted, each as a PDF; what is done about them goes to the debtor's collection.
func TestLettersOnPaper(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	account, paper, bad := string(s.account), "5b7c2f0e-0000-4000-8000-000000000001", "5b7c2f0e-0000-4000-8000-000000000002"
	s.exec(`update account set email = 'Gone@example.com' where id = '` + account + `';
		insert into effect (key, channel, process, payload, invoice_id, next_at, created_at) values ('mail/dunning/x/1', 'paper', 'collection-` + account + `',
			'{"template":"dunning_friendly","to":"Gone@example.com","name":"Łódź <b>","language":"pl","texts":{"invoice":"2026/0001","due_date":"2026-02-01","days":"9","level":"Pierwsze"},"money":{"open":{"value":"5","currency":"EUR"},"total":{"value":"5","currency":"EUR"}}}',
			'` + string(s.invoice) + `', now(), now());
		insert into paper_letter (id, account_id, effect_key, at) values ('` + paper + `', '` + account + `', 'mail/dunning/x/1', now());
		insert into undeliverable (id, account_id, email, reason, effect_key, at) values ('` + bad + `', '` + account + `', 'gone@example.com', '550 <i>nobody</i>', 'mail/dunning/x/1', now())`)
	finance := s.browser("finance")
	page := finance.open("/overdue?account="+account, http.StatusOK)
	page.want("p", "gone@example.com takes no mail")
	page.want("p", "550 <i>nobody</i>")
	page.want("button", "It takes mail")
	page.want("a", "Letter as PDF")
	for action, kind := range map[string]string{"address": crm.CollectionAddress, "posted": crm.CollectionPosted} {
		id := map[string]string{"address": bad, "posted": paper}[action]
		status(t, finance.send(http.MethodPost, "/overdue/"+account, url.Values{"action": {action}, "id": {id}}), http.StatusSeeOther)
		if sent := s.cmd.sent[len(s.cmd.sent)-1]; sent.Kind != kind || !strings.Contains(string(sent.Fields), id) {
			t.Errorf("%s: sent %+v", action, sent)
		}
	}
	at := "/accounts/" + account + "/paper-letters/"
	if rec := finance.send(http.MethodGet, at+paper, nil); rec.Code != http.StatusOK || !strings.HasPrefix(rec.Body.String(), "%PDF") {
		t.Errorf("the letter: %d", rec.Code)
	}
	status(t, finance.send(http.MethodGet, at+bad, nil), http.StatusNotFound)
	status(t, s.browser("care").send(http.MethodGet, at+paper, nil), http.StatusForbidden)
	read := s.do("finance", http.MethodGet, "/api/v1/accounts/"+account+"/collection", "", http.StatusOK)
	if len(read["undeliverable"].([]any)) != 1 || len(read["paper_letters"].([]any)) != 1 {
		t.Errorf("%v", read)
	}
}
