package api

import (
	"net/http"
	"strings"
	"testing"
)

// S059, S087: an invoice line from before reasons were kept has that of the accepted quote, unless an amendment added lines on which nothing is charged: then the quote does not speak for all.
func TestQuoteSpeaksForItsOwnLines(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	s.exec(`alter table invoice_line disable trigger user; alter table contract_version disable trigger user;
		insert into tax_class (id, name, percent, exemption, country, code) values ('018f0000-0000-7000-8000-0000000000c1', 'Abroad', 0, 'Art. 8', 'IT', 'N3.1');
		update invoice_line set tax_percent = 0, tax = 0, tax_code = '' where invoice_id = '` + string(s.invoice) + `';
		insert into quote_line (id, quote_id, position, name, quantity, unit_price, tax_percent, tax_class_id, net)
			select gen_random_uuid(), o.quote_id, 99, 'Abroad', 1, 100, 0, '018f0000-0000-7000-8000-0000000000c1', 100 from contract c join sales_order o on o.id = c.order_id where c.id = '` + string(s.contract) + `'`)
	speaks := func() bool {
		v := s.as(s.keys["finance"], http.MethodGet, "/api/v1/vat-register?from=2026-01-01&to=2026-01-03", "").Body.String()
		if !strings.Contains(v, "2026/0001") {
			t.Fatalf("the invoice is not there:\n%s", v)
		}
		return strings.Contains(v, "N3.1")
	}
	if !speaks() {
		t.Error("the quote does not say why nothing is charged")
	}
	s.exec(`insert into contract_version (contract_id, number, terms, from_day, made_at) values ('` + string(s.contract) + `', 1, '{"lines":null}', '2026-01-01', now())`)
	for terms, want := range map[string]bool{
		`{"lines":null}`: true, `{"lines":[{"id":"x"}]}`: true, `{"lines":[{"id":"x","added":{"tax_percent":"22"}}]}`: true, `{"lines":[{"id":"x","added":{"tax_percent":"0"}}]}`: false,
		`{"lines":[{"id":"x","added":{"tax_percent":"10"}},{"id":"y","added":{"tax_percent":"0.00"}}]}`: false,
	} {
		s.exec(`update contract_version set terms = '` + terms + `'`)
		if speaks() != want {
			t.Errorf("%s: the quote speaks for it is %v", terms, !want)
		}
	}
}
