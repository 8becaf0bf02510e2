package api

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"leadtocash/documents"
	"leadtocash/store"
)

// S091: every call about the exchange, and the same by the pages' forms: a rejected invoice is shown with the reason, worded anew and sent again.
func TestExchangeEveryCall(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	s.exec(`update legal_entity set vat = 'IT00743110157', street = 'Via Roma 1', postal_code = '20121', city = 'Milano', province = 'MI', country = 'IT'`)
	e, err := s.store.EInvoice(t.Context(), store.Everything(), s.invoice)
	if err != nil {
		t.Fatal(err)
	}
	name, invoice := documents.FatturaName(e), "/api/v1/invoices/"+string(s.invoice)
	send := func(root, inner string, want int) map[string]any {
		t.Helper()
		body := fmt.Sprintf(`<%s><IdentificativoSdI>77</IdentificativoSdI><NomeFile>%s</NomeFile>%s</%s>`, root, name, inner, root)
		rec := s.as(s.keys["finance"], http.MethodPost, "/api/v1/sdi/notices?name=x_NS_001.xml", body, "Content-Type", "application/xml")
		status(t, rec, want)
		return fields(t, rec)
	}
	send("Fattura", "", http.StatusUnprocessableEntity)
	s.do("finance", http.MethodPost, invoice+"/correction", `{}`, http.StatusConflict)
	const why = "<ListaErrori><Errore><Codice>00305</Codice><Descrizione>IdFiscaleIVA</Descrizione></Errore></ListaErrori>"
	n := send("NotificaScarto", why, http.StatusCreated)
	if n["invoice_id"] != string(s.invoice) {
		t.Error(n)
	}
	send("NotificaScarto", why, http.StatusOK)
	if v := s.do("finance", http.MethodGet, invoice+"/einvoice", "", http.StatusOK); v["state"] != "rejected" || v["resend_by"] == "" || len(v["notices"].([]any)) != 1 {
		t.Error(v)
	}
	status(t, s.as(s.keys["finance"], http.MethodGet, "/api/v1/sdi/notices/"+fmt.Sprint(n["id"])+"/content", ""), http.StatusOK)
	if v := s.do("finance", http.MethodGet, "/api/v1/sdi/notices", "", http.StatusOK); len(v["data"].([]any)) != 1 {
		t.Error(v)
	}
	b := s.browser("finance")
	sdi := b.open("/sdi", http.StatusOK)
	sdi.want("td", e.Number)
	sdi.want("span", "rejected")
	page := b.open("/invoices/"+string(s.invoice), http.StatusOK)
	page.want("h2", "Electronic exchange")
	page.want("div", "00305")
	status(t, b.send(http.MethodPost, "/invoices/"+string(s.invoice)+"/correction", url.Values{"line.1.text": {""}, "reason": {"?"}}), http.StatusUnprocessableEntity)
	b.post("/invoices/"+string(s.invoice)+"/correction", url.Values{"line.1.text": {"Press, repaired"}, "reason": {"The code was wrong"}})
	status(t, b.sendFile("/sdi", "x.xml", "<a/>", nil), http.StatusUnprocessableEntity)
	if v := s.do("finance", http.MethodGet, invoice, "", http.StatusOK); !strings.Contains(fmt.Sprint(v["lines"]), "Press, repaired") {
		t.Error(v["lines"])
	}
	s.do("finance", http.MethodPost, invoice+"/correction", `{"lines":[{"position":1,"text":""}]}`, http.StatusUnprocessableEntity)
	again, err := s.store.EInvoice(t.Context(), store.Everything(), s.invoice)
	if err != nil {
		t.Fatal(err)
	}
	if name = documents.FatturaName(again); name == documents.FatturaName(e) {
		t.Error(name)
	}
	send("RicevutaScarto", "", http.StatusCreated)
	s.do("anna", http.MethodPost, invoice+"/correction", `{}`, http.StatusForbidden)
	if v := s.do("finance", http.MethodPost, invoice+"/correction", `{"reason":"Again","lines":[{"position":1,"text":"Press"}]}`, http.StatusOK); v["state"] != "made" || v["attempt"] != float64(3) {
		t.Error(v)
	}
}
