package api

import (
	"net/http"
	"strings"
	"testing"
)

// S091: an issued invoice leaves as FatturaPA and as UBL once the master data have what these ask for; before, API and page name all that is missing.
func TestElectronicInvoice(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	at := "/invoices/" + string(s.invoice)
	s.exec(`update account set country = 'IT', vat = '', tax_code = '' where id = (select account_id from invoice where id = '` + string(s.invoice) + `')`)
	for _, format := range []string{"/fatturapa", "/ubl"} {
		rec := s.as(s.keys["finance"], http.MethodGet, "/api/v1"+at+format, "")
		if got := pointers(t, rec); rec.Code != http.StatusUnprocessableEntity || !strings.Contains(got, "/buyer/city required") || !strings.Contains(got, "/buyer/vat required") {
			t.Errorf("%s: %d %s", format, rec.Code, got)
		}
		page := s.as(s.keys["finance"], http.MethodGet, at+format, "")
		status(t, page, http.StatusUnprocessableEntity)
		if !strings.Contains(page.Body.String(), "Customer, City:") {
			t.Errorf("%s: the page does not say what is missing", format)
		}
	}
	s.do("sales_ops", http.MethodPatch, "/api/v1/company", `{"vat":"IT00743110157","street":"Via Roma 1","postal_code":"20121","city":"Milano","iban":"IT60X0542811101000000123456"}`, http.StatusOK)
	s.exec(`with x as (insert into account_address (id, account_id, purpose, street, postal_code, city, region, country, created_at)
		select gen_random_uuid(), account_id, 'legal', 'Via Po 1', '10121', 'Torino', 'TO', 'IT', now() from invoice where id = '` + string(s.invoice) + `' returning *)
		insert into account_main_address (account_id, purpose, address_id) select account_id, purpose, id from x`)
	s.exec(`update account set vat = 'IT01234567897', sdi = 'M5UXCR1' where id = (select account_id from invoice where id = '` + string(s.invoice) + `')`)
	note := "/credit-notes/" + string(s.creditNote)
	for path, want := range map[string][]string{
		note + "/fatturapa": {"<TipoDocumento>TD04<", "<Numero>N2026/0001<", "<IdDocumento>2026/0001<", "<ImportoTotaleDocumento>12.20<"},
		note + "/ubl":       {"<CreditNote ", ">381<", "<cbc:ID>2026/0001<", "12.20<"},
		at + "/fatturapa":   {"<TipoDocumento>TD0", "<CodiceDestinatario>M5UXCR1<", "<Comune>Torino<", "<IdCodice>01234567897<", "<IBAN>IT60X0542811101000000123456<"},
		at + "/ubl":         {"<cbc:CityName>Torino<", "<cbc:CompanyID>IT01234567897<", "urn:cen.eu:en16931:2017"},
	} {
		for _, path := range []string{"/api/v1" + path, path} {
			rec := s.as(s.keys["finance"], http.MethodGet, path, "")
			status(t, rec, http.StatusOK)
			for _, w := range want {
				if !strings.Contains(rec.Body.String(), w) {
					t.Errorf("%s has no %s\n%s", path, w, rec.Body)
				}
			}
			if d := rec.Header().Get("Content-Disposition"); !strings.HasPrefix(d, "attachment; filename=") || rec.Header().Get("Content-Type") != "application/xml" {
				t.Errorf("%s: %s", path, d)
			}
		}
	}
}
