package api

import (
	"leadtocash/crm"
	"leadtocash/store"
)

// debtorLetterRoutes is the table of letters that come back, and of those that are printed and posted instead.
func debtorLetterRoutes() []route {
	return []route{
		{method: post, path: "/api/v1/accounts/:id/undeliverable/:other/confirm", need: crm.MayWritePayment, do: onDebtor(crm.CollectionAddress, readEnd)},
		{method: post, path: "/api/v1/accounts/:id/paper-letters/:other/posted", need: crm.MayWritePayment, do: onDebtor(crm.CollectionPosted, readEnd)},
		{method: get, path: "/accounts/:id/paper-letters/:other", need: crm.MayReadInvoice, do: getPaperLetter, page: true},
	}
}

var debtorLetterCalls = map[string]call{
	"POST /api/v1/accounts/:id/undeliverable/:other/confirm": commanding("Collections", "Say that an address takes mail from which a letter came back", endBody{}, "nothing_open", "hold_over").bodiless().
		says("N5", "Letters go there again. An address that is corrected with the customer needs no word."),
	"POST /api/v1/accounts/:id/paper-letters/:other/posted": commanding("Collections", "Say that a letter was printed and posted", endBody{}, "nothing_open", "hold_over").bodiless().
		says("N5", "Whoever had to do it has done so."),
}

// getPaperLetter sends a letter to a debtor as a PDF, to be printed and posted.
func getPaperLetter(r *request) error {
	id, other, err := r.idAndOther()
	if err != nil {
		return err
	}
	a, err := store.Accounts.Record(r.ctx(), r.store, store.ScopeOf(r.user, crm.MayReadInvoice), id)
	if err != nil {
		return err
	}
	l, p, address, err := r.store.PaperLetter(r.ctx(), a.ID, other)
	if err != nil {
		return err
	}
	e, err := r.store.LegalEntity(r.ctx())
	if err != nil {
		return err
	}
	m := crm.Message{Language: l.Language, Recipient: l.Name, Address: address, At: p.At}
	m.Subject, m.Text = r.srv.screens().texts.Letter(l, "")
	f, err := r.letterPrinter()(m, e)
	if err != nil {
		return err
	}
	r.sendBytes(f, "attachment", "default-src 'none'; sandbox")
	return nil
}
