package api

import (
	"context"
	"errors"
	"mime"
	"net/http"
	"strings"

	"leadtocash/crm"
	"leadtocash/documents"
	"leadtocash/store"
)

// einvoiceFormat is a way in which an invoice leaves electronically.
type einvoiceFormat struct {
	write func(crm.EInvoice) ([]byte, error)
	name  func(crm.EInvoice) string
	read  func(*store.Store, context.Context, store.Scope, crm.ID) (crm.EInvoice, error)
}

var (
	asFatturaPA       = einvoiceFormat{documents.FatturaPA, documents.FatturaName, (*store.Store).EInvoice}
	asUBL             = einvoiceFormat{documents.UBLInvoice, ublName, (*store.Store).EInvoice}
	creditAsFatturaPA = einvoiceFormat{documents.FatturaPA, documents.FatturaName, (*store.Store).ECreditNote}
	creditAsUBL       = einvoiceFormat{documents.UBLInvoice, ublName, (*store.Store).ECreditNote}
)

func ublName(e crm.EInvoice) string { return strings.ReplaceAll(e.Number, "/", "-") + ".xml" }

// einvoice writes an invoice in the format; what stands against it is refused with all that is missing.
func (r *request) einvoice(id crm.ID, as einvoiceFormat) error {
	e, err := as.read(r.store, r.ctx(), r.Scope(), id)
	if err != nil {
		return err
	}
	text, err := as.write(e)
	if err != nil {
		return err
	}
	r.gin.Header("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": as.name(e)}))
	r.gin.Header("Content-Security-Policy", "default-src 'none'; sandbox")
	r.gin.Header("Cache-Control", "private, no-store")
	r.gin.Data(http.StatusOK, "application/xml", text)
	return nil
}

// getEInvoice sends an invoice electronically written (S091).
func getEInvoice(as einvoiceFormat) func(*request) error {
	return func(r *request) error {
		id, err := r.id("id")
		if err != nil {
			return err
		}
		return r.einvoice(id, as)
	}
}

// pageEInvoice does the same for a person, and shows on the document's page what stands against it.
func pageEInvoice(as einvoiceFormat, show func(*request, crm.ID, form) error) func(*request) error {
	return func(r *request) error {
		id, err := r.id("id")
		if err != nil {
			return err
		}
		wrong := crm.FieldErrors{}
		if err = r.einvoice(id, as); !errors.As(err, &wrong) {
			return err
		}
		f := form{status: http.StatusUnprocessableEntity}
		for _, e := range wrong {
			f.other = append(f.other, r.einvoicePlace(e.Pointer)+": "+r.errorText(crm.FieldError{Code: e.Code, Params: e.Params}))
		}
		return show(r, id, f)
	}
}

// einvoicePlace is what a part of an electronic invoice is called: whose it is, and what.
func (r *request) einvoicePlace(pointer string) string {
	parts := strings.Split(strings.TrimPrefix(pointer, "/"), "/")
	switch parts[0] {
	case "seller", "buyer":
		return r.say("einvoice."+parts[0]) + ", " + r.say("company."+parts[len(parts)-1])
	case "lines", "taxes":
		return r.say("einvoice.lines")
	}
	return r.say("einvoice.figures")
}

// einvoiceRoutes is the table of electronic invoices.
func einvoiceRoutes() []route {
	return []route{
		{method: get, path: "/api/v1/invoices/:id/fatturapa", need: crm.MayReadInvoice, do: getEInvoice(asFatturaPA)},
		{method: get, path: "/api/v1/invoices/:id/ubl", need: crm.MayReadInvoice, do: getEInvoice(asUBL)},
		{method: get, path: "/invoices/:id/fatturapa", need: crm.MayReadInvoice, do: pageEInvoice(asFatturaPA, showInvoice), page: true},
		{method: get, path: "/invoices/:id/ubl", need: crm.MayReadInvoice, do: pageEInvoice(asUBL, showInvoice), page: true},
	}
}
