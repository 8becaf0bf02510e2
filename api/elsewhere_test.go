package api

import (
	"net/http"
	"testing"
)

// S061: where invoices are issued is the company's to say, and the contract's page asks for the other system's number.
func TestInvoicedElsewherePages(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	b := s.browser("finance")
	if b.open("/contracts/"+string(s.contract), http.StatusOK).has("button", "Note invoice") {
		t.Error("a number is asked for where invoices are issued here")
	}
	s.exec(`update legal_entity set invoicing = 'elsewhere'; update tranche set state = 'billable', invoice_id = null`)
	page := b.open("/contracts/"+string(s.contract), http.StatusOK)
	page.want("button", "Note invoice")
	page.control("number")
	if v := s.do("finance", http.MethodGet, "/api/v1/company", "", http.StatusOK); v["invoicing"] != "elsewhere" {
		t.Error(v["invoicing"])
	}
	s.browser("admin").open("/settings/company", http.StatusOK).control("invoicing")
}
