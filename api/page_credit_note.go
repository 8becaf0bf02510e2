package api

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"

	"leadtocash/crm"
	"leadtocash/i18n"
	"leadtocash/store"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"
)

// creditNotesPage is the list of credit notes: of all, or of a customer, a contract or an invoice.
type creditNotesPage struct {
	Rows        []store.CreditRow
	First, Next string
	Of          string // whose they are; empty: everybody's
	Back        string
}

func pageCreditNotes(r *request) error {
	q := r.gin.Request.URL.Query()
	f := store.CreditFilter{
		Account: optionalID(q.Get("account")), Contract: optionalID(q.Get("contract")), Invoice: optionalID(q.Get("invoice")), After: optionalID(q.Get("after")), Limit: rowsPerPage + 1,
	}
	rows, err := r.store.CreditRows(r.ctx(), r.Scope(), f)
	if err != nil {
		return err
	}
	p := creditNotesPage{}
	p.Rows, p.First, p.Next = paged(r, rows, func(n store.CreditRow) crm.ID { return n.ID })
	if len(p.Rows) > 0 {
		switch n := p.Rows[0]; {
		case f.Invoice != "":
			p.Of, p.Back = n.InvoiceNumber, "/invoices/"+string(n.InvoiceID)
		case f.Contract != "":
			p.Of, p.Back = r.say("deal.contract"), "/contracts/"+string(n.ContractID)
		case f.Account != "":
			p.Of, p.Back = n.Account, "/accounts/"+string(n.AccountID)
		}
	}
	return r.show(http.StatusOK, "credit_notes", r.say("credit.list"), p)
}

// creditNotePage is one credit note.
type creditNotePage struct {
	store.CreditPage
	Seller   crm.LegalEntity
	Exchange exchange
	Form     form
}

func pageCreditNote(r *request) error {
	id, err := r.id("id")
	if err != nil {
		return err
	}
	return showCreditNote(r, id, form{})
}

func showCreditNote(r *request, id crm.ID, f form) error {
	n, err := r.store.CreditPage(r.ctx(), r.Scope(), id)
	if err != nil {
		return err
	}
	seller, err := r.store.LegalEntity(r.ctx())
	if err != nil {
		return err
	}
	x, err := r.exchange(id, "/credit-notes/"+string(id)+"/correction", nil, f)
	if err != nil {
		return err
	}
	return r.show(f.Status(), "credit_note", r.say("credit.title", "Number", n.Number), creditNotePage{n, seller, x, f})
}

// inAddress reads the record whose id stands in the address.
func inAddress[T any](r *request, read func(context.Context, store.Scope, crm.ID) (T, error)) (record T, err error) {
	id, err := r.id("id")
	if err != nil {
		return record, err
	}
	return read(r.ctx(), r.Scope(), id)
}

func pageCreditPaper(r *request) error {
	n, err := inAddress(r, r.store.CreditPage)
	if err != nil {
		return err
	}
	return r.sendBill(n.Language, n.Number, func(w *i18n.Printer) bill { return creditBill(w, n) })
}

func pageInvoicePaper(r *request) error {
	i, err := inAddress(r, r.store.InvoicePage)
	if err != nil {
		return err
	}
	return r.sendBill(i.Language, i.Number, func(w *i18n.Printer) bill { return invoiceBill(w, i) })
}

// creditPage is the form that credits an invoice, line by line.
type creditPage struct {
	store.InvoicePage
	Left      []creditLine
	LeftNet   decimal.Decimal
	LeftTotal decimal.Decimal
	Form      form
	CommandID string
	MayRebill bool
}

// creditLine is a line of the invoice with what is left of it.
type creditLine struct {
	crm.InvoiceLine
	Of    decimal.Decimal
	Field string
}

func pageCredit(r *request) error {
	id, err := r.id("id")
	if err != nil {
		return err
	}
	return showCredit(r, id, form{})
}

func showCredit(r *request, id crm.ID, f form) error {
	i, err := r.store.InvoicePage(r.ctx(), r.Scope(), id)
	if err != nil {
		return err
	}
	left, err := r.store.Uncredited(r.ctx(), id)
	if err != nil {
		return err
	}
	p := creditPage{InvoicePage: i, Form: f, CommandID: uuid.NewString(), MayRebill: i.TrancheID != "" && i.ContractState == crm.ContractActive}
	p.LeftNet, _, p.LeftTotal = crm.Sums(left)
	if f.values == nil {
		p.Form.values = map[string]string{}
	}
	for k, l := range left {
		line := creditLine{l, i.Lines[k].Net, "net." + strconv.Itoa(l.Position)}
		if f.values == nil && !l.Net.IsZero() {
			p.Form.values[line.Field] = plainAmount(r.words(), l.Net, i.Currency)
		}
		p.Left = append(p.Left, line)
	}
	return r.show(f.Status(), "credit", r.say("credit.make", "Number", i.Number), p)
}

// formCredit writes the credit note; what is refused is shown at its line.
func formCredit(r *request) error {
	i, err := inAddress(r, r.store.InvoicePage)
	if err != nil {
		return err
	}
	f, err := r.posted()
	if err != nil {
		return err
	}
	r.needed(&f, "reason")
	what := crm.CreditFields{InvoiceID: i.ID, Reason: clean(f.Value("reason"), maxLine), Rebill: f.Value("rebill") == "true", Tells: f.Value("tells") == "true"}
	names := r.creditParts(&f, i, &what)
	if f.Failed() {
		return showCredit(r, i.ID, f)
	}
	a, _, err := r.carry(f, crm.InvoiceCredit, crm.KindContract, i.ContractID, what)
	if err != nil {
		return err
	}
	if a.OK() {
		return r.said("credited", "/credit-notes/"+a.Params["credit_note"])
	}
	for k, name := range names { // the step names parts by their place
		pointer := "/lines/" + strconv.Itoa(k) + "/net"
		if wrong := a.Params[pointer]; wrong != "" {
			f.blame(name, r.errorText(crm.Problem(wrong)))
			delete(a.Params, pointer)
		}
	}
	if len(a.Params) > 0 || len(f.order) == 0 {
		r.refuse(&f, a)
	}
	return showCredit(r, i.ID, f)
}

// creditParts reads what is taken of each line and gives the names of its fields. More than the invoice has is blamed at once, beside what else is wrong;
// what is left of it the step looks at.
func (r *request) creditParts(f *form, i store.InvoicePage, what *crm.CreditFields) (names []string) {
	wrong := false
	for _, l := range i.Lines {
		name := "net." + strconv.Itoa(l.Position)
		net := r.decimal(f, name)
		if f.Wrong(name) != "" {
			wrong = true
		} else if !net.IsZero() {
			what.Lines, names = append(what.Lines, crm.CreditPart{Position: l.Position, Net: net.String()}), append(names, name)
		}
	}
	if len(what.Lines) == 0 && !wrong {
		f.refuse(r.say("credit.nothing"), http.StatusUnprocessableEntity)
	}
	if len(what.Lines) > 0 {
		_, err := crm.CreditLines(i.Lines, nil, what.Lines, crm.Currency(i.Currency))
		if errs, ok := errors.AsType[crm.FieldErrors](err); ok {
			for _, e := range errs {
				var k int
				if _, err := fmt.Sscanf(e.Pointer, "/lines/%d/", &k); err == nil {
					f.blame(names[k], r.errorText(e))
				}
			}
		}
	}
	return names
}

// creditPageRoutes is the table of its pages.
func creditPageRoutes() []route {
	return []route{
		{method: get, path: "/invoices", need: crm.MayReadInvoice, do: pageInvoices, page: true},
		{method: get, path: "/credit-notes", need: crm.MayReadInvoice, do: pageCreditNotes, page: true},
		{method: get, path: "/credit-notes/:id", need: crm.MayReadInvoice, do: pageCreditNote, page: true},
		{method: get, path: "/credit-notes/:id/paper", need: crm.MayReadInvoice, do: pageCreditPaper, page: true},
		{method: get, path: "/credit-notes/:id/fatturapa", need: crm.MayReadInvoice, do: pageEInvoice(creditAsFatturaPA, showCreditNote), page: true},
		{method: get, path: "/credit-notes/:id/ubl", need: crm.MayReadInvoice, do: pageEInvoice(creditAsUBL, showCreditNote), page: true},
		{method: get, path: "/invoices/:id/paper", need: crm.MayReadInvoice, do: pageInvoicePaper, page: true},
		{method: get, path: "/invoices/:id/credit", need: crm.MayIssueInvoice, do: pageCredit, page: true},
		{method: post, path: "/invoices/:id/credit", need: crm.MayIssueInvoice, do: formCredit, page: true},
	}
}
