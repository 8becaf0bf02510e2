package api

import (
	"errors"
	"net/http"
	"strconv"

	"leadtocash/crm"
	"leadtocash/store"
)

// sdiPage is what the exchange said, and where its notices are brought in.
type sdiPage struct {
	Rows []sdiRow
	Form form
}

// sdiRow is a notice in words.
type sdiRow struct {
	store.SDINoticeRow
	State crm.SDIState
	Tone  string
	Href  string
}

// shownNotices is how many notices the page shows.
const shownNotices = 100

func sdiTone(s crm.SDIState) string {
	return map[crm.SDIState]string{
		crm.SDIIsRejected: "bad", crm.SDIIsRefused: "bad", crm.SDIIsUndelivered: "warn", crm.SDIIsAttested: "warn", crm.SDIIsDelivered: "ok", crm.SDIIsAccepted: "ok", crm.SDIIsExpired: "ok", crm.SDIMade: "wait",
	}[s]
}

func sdiRows(notices []store.SDINoticeRow) (out []sdiRow) {
	for _, n := range notices {
		row := sdiRow{SDINoticeRow: n, State: crm.SDINotice{Kind: n.Kind, Accepted: n.Accepted}.State()}
		if row.Tone = sdiTone(row.State); n.InvoiceID != "" {
			row.Href = "/invoices/" + string(n.InvoiceID)
		} else if n.CreditNoteID != "" {
			row.Href = "/credit-notes/" + string(n.CreditNoteID)
		}
		out = append(out, row)
	}
	return out
}

func pageSDI(r *request) error { return showSDI(r, values("file", "")) }

func showSDI(r *request, f form) error {
	notices, _, err := store.SDINotices.Page(r.ctx(), r.store, r.Scope(), store.Query{Limit: shownNotices})
	if err != nil {
		return err
	}
	return r.show(f.Status(), "sdi", r.say("sdi.title"), sdiPage{sdiRows(notices), f})
}

// formSDI brings in a notice of the exchange.
func formSDI(r *request) error {
	name, body, f, err := r.leadFile()
	if err != nil {
		return err
	}
	if len(body) > 0 { // XML is no plain text
		f = values("file", "")
	}
	if f.Failed() {
		return showSDI(r, f)
	}
	n, again, err := r.takeNotice(name, body)
	if wrong, is := errors.AsType[crm.FieldErrors](err); is {
		f.status = http.StatusUnprocessableEntity
		f.blame("file", r.errorText(crm.FieldError{Code: wrong[0].Code, Params: wrong[0].Params}))
		return showSDI(r, f)
	} else if err != nil {
		return err
	}
	said := "sdi_taken"
	switch {
	case again:
		said = "sdi_known"
	case n.Number == "":
		said = "sdi_unmatched"
	}
	return r.said(said, "/sdi")
}

// exchange is what a document's page shows of the exchange.
type exchange struct {
	store.EInvoiceState
	Rows     []sdiRow
	Tone     string
	Action   string // where a correction is posted; empty: none may be made
	ResendBy crm.Date
	Lines    []wordingRow
	Naturas  []option
	Form     form
	Files    bool // electronic ones are made
}

// wordingRow is a line of a rejected invoice as it may be worded anew.
type wordingRow struct {
	crm.InvoiceLine
	Name string // of its fields
	Zero bool   // nothing is charged
}

func (r *request) exchange(id crm.ID, action string, lines []crm.InvoiceLine, f form) (x exchange, err error) {
	if x.EInvoiceState, err = r.store.EInvoiceState(r.ctx(), id); err != nil {
		return x, err
	}
	x.Files = r.whyOff(crm.ModuleEInvoicing) == ""
	x.Rows, x.Tone, x.ResendBy, x.Form = sdiRows(x.Notices), sdiTone(x.State), x.EInvoiceState.ResendBy(), f
	if x.State != crm.SDIIsRejected || !r.Can(crm.MayIssueInvoice) {
		return x, nil
	}
	x.Action, x.Naturas = action, r.naturaOptions()
	for _, l := range lines {
		x.Lines = append(x.Lines, wordingRow{l, "line." + strconv.Itoa(l.Position), l.TaxPercent.IsZero()})
	}
	return x, nil
}

// formCorrection words a rejected document anew and makes another sending.
func formCorrection(of seen, place string, show func(*request, crm.ID, form) error) func(*request) error {
	return func(r *request) error {
		id, err := of(r)
		if err != nil {
			return err
		}
		f, err := r.posted()
		if err != nil {
			return err
		}
		parts, err := r.store.InvoiceParts(r.ctx(), id)
		if err != nil {
			return err
		}
		var anew []crm.LineWording
		var names []string
		for _, l := range parts.Lines { // a credit note says what its invoice says
			name := "line." + strconv.Itoa(l.Position)
			w := crm.LineWording{Position: l.Position, Text: clean(f.Value(name+".text"), maxLine), TaxCode: l.TaxCode, TaxReason: l.TaxReason}
			if l.TaxPercent.IsZero() {
				w.TaxCode, w.TaxReason = clean(f.Value(name+".tax_code"), 4), clean(f.Value(name+".tax_reason"), maxName)
			}
			if w.Text != l.Text || w.TaxCode != l.TaxCode || w.TaxReason != l.TaxReason {
				anew, names = append(anew, w), append(names, name)
			}
		}
		err = r.store.CorrectEInvoice(r.ctx(), store.Target{Scope: r.Scope(), Actor: r.user.ID, ID: id}, anew, clean(f.Value("reason"), maxLine))
		for k, name := range names {
			err = renamed(err, "lines/"+strconv.Itoa(k)+"/text", name+".text")
			err = renamed(err, "lines/"+strconv.Itoa(k)+"/tax_code", name+".tax_code")
		}
		if err = r.judge(&f, err); err != nil {
			return err
		}
		if f.Failed() {
			return show(r, id, f)
		}
		return r.said("einvoice_corrected", place+string(id))
	}
}
