package api

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"leadtocash/crm"
)

// S061, S062: a file of another system's numbers is looked at, then noted row by row by commands with ids of their own; what is noted already is known, and what does
// not fit is refused with its reason and leaves the others.
func TestNumbersFromFile(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	number := fmt.Sprint(s.do("finance", http.MethodGet, "/api/v1/contracts/"+string(s.contract), "", http.StatusOK)["number"])
	post := func(query, body string, want int) map[string]any {
		t.Helper()
		rec := s.as(s.keys["finance"], http.MethodPost, "/api/v1/external-numbers"+query, body, "Content-Type", "text/csv")
		status(t, rec, want)
		return fields(t, rec)
	}
	file := "Contratto;Rata;Fattura;Data;Importo;Pagata\r\n" + number + ";1;77/A;02/01/2026;;si\r\nC-none;;78/A;2026-01-03;10,00;\r\n" + number + ";1;79/A;2026-13-01;x;maybe\r\n"
	post("", file, http.StatusUnprocessableEntity) // the company issues here
	s.exec(`update legal_entity set invoicing = 'elsewhere'; update tranche set state = 'billable', invoice_id = null, position = 1 where id = '` + string(s.tranche) + `'`)
	for _, bad := range []string{"", "a;b\n1;2\n", "number\n1\n"} {
		post("", bad, http.StatusUnprocessableEntity)
	}
	post("?dry_run=maybe", file, http.StatusBadRequest)
	if v := post("?dry_run=true", file, http.StatusOK); v["noted"] != float64(1) || v["refused"] != float64(2) || len(s.cmd.sent) != 0 {
		t.Errorf("looked at: %v, %d commands", v, len(s.cmd.sent))
	}
	s.cmd.answer = crm.Answer{Code: crm.Done, Params: map[string]string{"invoice": string(s.invoice)}}
	v := post("", file, http.StatusOK)
	rows := v["rows"].([]any)
	if third := fmt.Sprint(rows[2].(map[string]any)["problems"]); !strings.Contains(third, "/date") || !strings.Contains(third, "/amount") || !strings.Contains(third, "/paid") {
		t.Errorf("not all that is wrong: %v", third)
	}
	ids := map[string]bool{}
	for _, c := range s.cmd.sent {
		ids[c.Kind+" "+c.ID] = true
	}
	if len(s.cmd.sent) != 2 || s.cmd.sent[0].Kind != crm.InvoiceIssue || s.cmd.sent[1].Kind != crm.PaymentRecord {
		t.Fatalf("sent: %+v", s.cmd.sent)
	}
	post("", file, http.StatusOK)
	for _, c := range s.cmd.sent {
		if !ids[c.Kind+" "+c.ID] {
			t.Errorf("the same row under another id: %s %s", c.Kind, c.ID)
		}
	}
	b := s.browser("finance")
	b.open("/billing/numbers", http.StatusOK).control("file")
	rec := b.send(http.MethodPost, "/billing/numbers", url.Values{"text": {file}})
	if rec.Code != http.StatusOK || !strings.Contains(rec.Body.String(), "77/A") || !strings.Contains(rec.Body.String(), "Note them") {
		t.Errorf("the page: %d", rec.Code)
	}
	rec = b.send(http.MethodPost, "/billing/numbers", url.Values{"text": {file}, "go": {"true"}})
	if rec.Code != http.StatusOK || !strings.Contains(rec.Body.String(), "What was noted") {
		t.Errorf("the page, noted: %d", rec.Code)
	}
}
