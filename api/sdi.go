package api

import (
	"io"
	"net/http"
	"strconv"

	"leadtocash/crm"
	"leadtocash/documents"
	"leadtocash/store"
)

// sdiTypes are the media types of notices of the exchange.
var sdiTypes = []string{"application/xml", "text/xml"}

// einvoiceRecord is where a document is with the exchange.
type einvoiceRecord struct {
	State        crm.SDIState
	Attempt      int    `doc:"text=Which sending; 0 while nothing was heard of it."`
	Transmission string `doc:"text=What the sending is called."`
	Exchange     string `doc:"text=The exchange's number for it."`
	ResendBy     crm.Date
	Notices      []store.SDINoticeRow
}

// correctBody makes another sending of a rejected document.
type correctBody struct {
	Reason string        `json:"reason" doc:"max=500"`
	Lines  []wordingBody `json:"lines" doc:"most=500;text=Lines of an invoice that are worded anew; what they come to stays."`
}

type wordingBody struct {
	Position  int    `json:"position" doc:"required;min=1;top=1000"`
	Text      string `json:"text" doc:"required;max=500"`
	TaxCode   string `json:"tax_code" doc:"max=4;text=Why nothing is charged, of a line without tax: N1 to N7."`
	TaxReason string `json:"tax_reason" doc:"max=200"`
}

var sdiCalls = map[string]call{
	"GET /api/v1/sdi/notices": listing("Invoices", "List notices of the exchange", store.SDINotices).says("S091", "What the Italian exchange (SdI) said of invoices and credit notes."),
	"POST /api/v1/sdi/notices": call{
		tag: "Invoices", summary: "Bring in a notice of the exchange", media: sdiTypes, body: file{}, refuses: []code{codeValidation, codeMediaType, codeBusy},
		query: []parameter{{"name", "Of the file, such as IT00743110157_0YLR1_RC_001.xml.", schema{"type": "string"}}}, answers: map[int]any{200: store.SDINoticeRow{}, 201: store.SDINoticeRow{}},
	}.says("S091", "RC, NS, MC, NE, DT and AT. It finds its document by the name of the document's file, else by the exchange's number, and its state follows. The same file again changes nothing."),
	"GET /api/v1/sdi/notices/:id/content":      call{tag: "Invoices", summary: "Download a notice of the exchange as it came", answers: map[int]any{200: file{}}}.header("Content-Disposition", "200"),
	"GET /api/v1/invoices/:id/einvoice":        reading("Invoices", "Read where an invoice is with the exchange", einvoiceRecord{}).says("S091", ""),
	"GET /api/v1/credit-notes/:id/einvoice":    reading("Invoices", "Read where a credit note is with the exchange", einvoiceRecord{}).says("S091", ""),
	"POST /api/v1/invoices/:id/correction":     correcting("Word a rejected invoice anew and make another sending"),
	"POST /api/v1/credit-notes/:id/correction": correcting("Make another sending of a rejected credit note"),
}

func correcting(summary string) call {
	return call{tag: "Invoices", summary: summary, body: correctBody{}, optional: true, once: true, answers: map[int]any{200: einvoiceRecord{}}}.
		may(codeConflict, codeBusy, codeNotFound, codeValidation, "einvoice_not_rejected").
		says("S091", "A rejected document counts as not issued: within five days it is sent again under its number and date. Figures stay; other ones are a credit note and another invoice.").
		like(`{"reason":"The code of the office was wrong."}`)
}

// postSDINotice brings in a notice of the exchange.
func postSDINotice(r *request) error {
	if err := mediaType(r.gin.Request, sdiTypes...); err != nil {
		return err
	}
	body, err := io.ReadAll(r.gin.Request.Body)
	if err != nil {
		return err
	}
	out, again, err := r.takeNotice(clean(r.gin.Query("name"), maxName), body)
	if err != nil {
		return err
	}
	status := http.StatusCreated
	if again {
		status = http.StatusOK
	}
	return r.JSON(status, r.view(out))
}

func (r *request) takeNotice(name string, body []byte) (store.SDINoticeRow, bool, error) {
	n, err := documents.ReadSDI(name, body)
	if err != nil {
		return store.SDINoticeRow{}, false, err
	}
	return r.store.TakeNotice(r.ctx(), r.user.ID, n, body)
}

// seen reads a document's id, and refuses one that the person may not see.
type seen func(*request) (crm.ID, error)

func seenInvoice(r *request) (crm.ID, error) {
	i, err := r.invoice()
	return i.ID, err
}

func seenCreditNote(r *request) (crm.ID, error) {
	id, err := r.id("id")
	if err != nil {
		return "", err
	}
	n, err := store.CreditNotes.Record(r.ctx(), r.store, r.Scope(), id)
	return n.ID, err
}

func getEInvoiceState(of seen) func(*request) error {
	return func(r *request) error {
		id, err := of(r)
		if err != nil {
			return err
		}
		return r.einvoiceState(id)
	}
}

func (r *request) einvoiceState(id crm.ID) error {
	v, err := r.store.EInvoiceState(r.ctx(), id)
	if err != nil {
		return err
	}
	return r.record(einvoiceRecord{v.State, v.Attempt, v.Transmission, v.Exchange, v.ResendBy(), v.Notices}, 0)
}

func postCorrection(of seen) func(*request) error {
	return func(r *request) error {
		id, err := of(r)
		if err != nil {
			return err
		}
		var b correctBody
		if err := r.decodeOptional(&b); err != nil {
			return err
		}
		var c check
		c.line("/reason", &b.Reason, maxLine)
		var anew []crm.LineWording
		for k := range b.Lines {
			l := &b.Lines[k]
			at := "/lines/" + strconv.Itoa(k)
			c.required(at+"/text", &l.Text, maxLine)
			c.line(at+"/tax_reason", &l.TaxReason, maxName)
			anew = append(anew, crm.LineWording(*l))
		}
		if err := c.err(); err != nil {
			return err
		}
		if err := r.store.CorrectEInvoice(r.ctx(), store.Target{Scope: r.Scope(), Actor: r.user.ID, ID: id}, anew, b.Reason); err != nil {
			return err
		}
		return r.einvoiceState(id)
	}
}
