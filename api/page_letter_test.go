package api

import (
	"net/http"
	"net/url"
	"testing"

	"golang.org/x/net/html"
)

// S091: the letters of an invoice are read on its page as their reader got them, in his language, whatever the reader of the page speaks.
func TestLettersOfAnInvoice(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	key := "mail/dunning/" + string(s.invoice) + "/1"
	s.exec(`insert into effect (key, channel, process, payload, invoice_id, state, next_at, outcome_at, created_at) values ('` + key + `', 'mail', 'collection-` + string(s.account) + `',
			'{"template":"dunning_friendly","to":"carla@example.com","name":"Carla <b>","language":"it","texts":{"invoice":"2026/0001","due_date":"2026-02-01","days":"9","level":"Promemoria"},
			"money":{"open":{"value":"122","currency":"EUR"},"total":{"value":"127","currency":"EUR"},"fee":{"value":"5","currency":"EUR"}}}', '` + string(s.invoice) + `', 'done', now(), now(), now());
		insert into dunning_step (invoice_id, level, key, on_date, state, effect_key, at, fee) values ('` + string(s.invoice) + `', 1, 'friendly', '2026-02-10', 'written', '` + key + `', now(), 5)`)
	d := s.browser("finance").open("/invoices/"+string(s.invoice), http.StatusOK)
	d.sound("en")
	d.want("span", "Promemoria: fattura 2026/0001")
	d.want("span", "Level 1")
	d.want("span", "Fee €5.00")
	d.want("summary", "To carla@example.com")
	d.want("pre", "Carla <b>")
	d.want("pre", "122,00 €")
	d.each("pre", func(n *html.Node) {
		if attr(n, "lang") != "it" {
			t.Errorf("the letter is marked as %q", attr(n, "lang"))
		}
	})
	for n := range d.byID("chase").Parent.Parent.Descendants() {
		if n.Data == "a" {
			d.byID(attr(n, "href")[1:])
			return
		}
	}
	t.Error("the step does not lead to its letter")
}

// S062: finance notes on an invoice that its payment came back; Overdue counts and lists it with the ways to it, until the note is gone.
func TestDishonouredPayments(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	at := "/invoices/" + string(s.invoice)
	finance := s.browser("finance")
	finance.open("/overdue", http.StatusOK).want("p", "No payment came back.")
	finance.open(at, http.StatusOK).want("button", "Note payment as dishonoured")
	if s.browser("anna").open(at, http.StatusOK).has("button", "dishonoured") {
		t.Error("a salesperson may note it")
	}
	status(t, s.browser("anna").send(http.MethodPost, at+"/dishonoured", url.Values{"dishonoured": {"true"}}), http.StatusForbidden)
	status(t, finance.send(http.MethodPost, at+"/dishonoured", url.Values{"dishonoured": {"true"}}), http.StatusSeeOther)
	d := s.browser("anna").open("/overdue", http.StatusOK)
	d.sound("en")
	links, n := map[string]bool{}, 0
	for x := range d.byID("returned").Parent.Parent.Descendants() {
		if x.Data == "a" {
			links[attr(x, "href")] = true
		}
		if x.Data == "tr" {
			n++
		}
	}
	if n != 2 || !links[at] || !links["/contracts/"+string(s.contract)+"#tranche-1"] || !links["/accounts/"+string(s.account)] {
		t.Errorf("%d rows, links %v", n, links)
	}
	if s.browser("ben").open("/overdue", http.StatusOK).has("td", "Bianchi") {
		t.Error("another team sees it")
	}
	finance.open(at, http.StatusOK).want("span", "Dishonoured")
	status(t, finance.send(http.MethodPost, at+"/dishonoured", url.Values{"dishonoured": {"false"}}), http.StatusSeeOther)
	finance.open("/overdue", http.StatusOK).want("p", "No payment came back.")
	s.exec(`update contract set state = 'closed'`)
	d = finance.read(finance.send(http.MethodPost, at+"/dishonoured", url.Values{"dishonoured": {"true"}}), at, http.StatusConflict)
	d.want("li", "The contract is closed.")
}
