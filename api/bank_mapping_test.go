package api

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// S087: the columns of a bank's table are proposed from its header, shown with what would be taken, changed and confirmed by a person, and from then on read so
// without asking, by page, API and command line; a mapping by which nothing can be read is refused with every reason.
func TestBankColumnsAreConfirmed(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	s.exec(`update legal_entity set iban = 'IT60X0542811101000000123456'`)
	b := s.browser("finance")
	file := "When;Data;Dare;Avere;Importo;Causale\n2026-01-22;03/13/2026;;1.234,50;9;Saldo\n2026-01-23;03/04/2026;3,50;;9;spese\n"
	post := func(want int, pairs ...string) document {
		t.Helper()
		form := url.Values{"text": {file}, "name": {"march.csv"}, "iban": {"IT60 X054 2811 1010 0000 0123 456"}}
		for i := 0; i+1 < len(pairs); i += 2 {
			form.Set(pairs[i], pairs[i+1])
		}
		return b.read(b.send(http.MethodPost, "/bank/columns", form), "/bank/columns", want)
	}
	post(http.StatusUnprocessableEntity, "action", "take", "column.0", "name", "column.1", "name")
	post(http.StatusUnprocessableEntity, "action", "take", "column.1", "booked_on", "column.4", "amount", "column.3", "paid_in")
	post(http.StatusUnprocessableEntity, "action", "take", "column.1", "booked_on", "column.4", "amount", "iban", "IT00")
	chosen := []string{"column.1", "booked_on", "column.2", "paid_out", "column.3", "paid_in", "column.5", "remittance"}
	post(http.StatusUnprocessableEntity, append([]string{"action", "take"}, chosen...)...) // the thirteenth month
	chosen = append(chosen, "month_first", "true")
	post(http.StatusOK, append([]string{"action", "look"}, chosen...)...).want("td", "€1,234.50")
	if n := s.count(`select count(*) from bank_entry`) + s.count(`select count(*) from bank_mapping`); n != 0 {
		t.Errorf("looking at it kept %d rows", n)
	}
	post(http.StatusSeeOther, append([]string{"action", "take"}, chosen...)...)
	if n := s.count(`select count(*) from bank_entry where amount in (1234.50, -3.50) and booked_on in ('2026-03-13', '2026-03-04')`); n != 2 {
		t.Errorf("%d entries as they were mapped", n)
	}
	again := "when; DATA;Dare;Avere;Importo;Causale\n2026-01-22;03/15/2026;;7,00;9;Saldo\n"
	rec := s.as(s.keys["finance"], http.MethodPost, "/api/v1/bank/files?name=april.csv", again, "Content-Type", "text/csv")
	status(t, rec, http.StatusCreated)
	if n := s.count(`select count(*) from bank_entry where amount = 7 and booked_on = '2026-03-15'`); n != 1 {
		t.Error("a known header is not read as it was confirmed")
	}
	list := s.do("finance", http.MethodGet, "/api/v1/bank/mappings", "", http.StatusOK)["data"].([]any)
	if one := fmt.Sprint(list); len(list) != 1 || !strings.Contains(one, "IT60X0542811101000000123456") {
		t.Errorf("kept: %v", one)
	}
	put := func(body string, want int) {
		t.Helper()
		status(t, s.as(s.keys["finance"], http.MethodPut, "/api/v1/bank/mappings", body), want)
	}
	put(`{"heads":["a","b"],"places":["booked_on"]}`, http.StatusUnprocessableEntity)
	put(`{"heads":["a","b"],"places":["booked_on","cake"],"iban":"IT60X0542811101000000123456"}`, http.StatusUnprocessableEntity)
	put(`{"heads":["a","b"],"places":["booked_on","amount"],"iban":"IT60X0542811101000000123456"}`, http.StatusOK)
	s.do("anna", http.MethodGet, "/api/v1/bank/mappings", "", http.StatusForbidden)
}
