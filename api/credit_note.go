package api

import (
	"strings"

	"leadtocash/crm"
	"leadtocash/store"
)

// creditBody takes an issued invoice back, as a whole or in part (S087).
type creditBody struct {
	Lines  []creditPartBody `json:"lines" doc:"text=Without any, all that is not credited yet."`
	Reason string           `json:"reason" doc:"required;max=500;text=It stands on the credit note."`
	Rebill bool             `json:"rebill" doc:"text=The tranche may be invoiced again; only where nothing is left of the invoice."`
	Tells  bool             `json:"tells" doc:"text=Whether the customer is told by mail."`
}

// creditPartBody is what is taken from a line or from the lines of a rate.
type creditPartBody struct {
	Position   int         `json:"position" doc:"min=0;top=1000;text=Of the invoice's line. Without it, tax_percent says which lines, in their order."`
	TaxPercent decimalText `json:"tax_percent" doc:"text=Without position."`
	Net        decimalText `json:"net" doc:"required;text=Without tax; at most what is left. The tax follows from it."`
}

// maxCreditParts is how many parts a credit note is asked for in at most.
const maxCreditParts = 1000

// creditNoteRecord is a credit note with its lines.
type creditNoteRecord struct {
	crm.CreditNote
	Lines []crm.InvoiceLine
}

var creditCalls = map[string]call{
	"GET /api/v1/credit-notes":     listing("Invoices", "List credit notes", store.CreditNotes).says("S087", ""),
	"GET /api/v1/credit-notes/:id": reading("Invoices", "Read a credit note with its lines", creditNoteRecord{}).says("S087, S091", ""),
	"GET /api/v1/credit-notes/:id/fatturapa": call{tag: "Invoices", summary: "Download a credit note as FatturaPA", refuses: []code{codeValidation}, answers: map[int]any{200: file{}}}.
		header("Content-Disposition", "200").says("S091", "A TD04 that names its invoice."),
	"GET /api/v1/credit-notes/:id/ubl": call{tag: "Invoices", summary: "Download a credit note as UBL by EN 16931", refuses: []code{codeValidation}, answers: map[int]any{200: file{}}}.
		header("Content-Disposition", "200").says("S091", "A UBL 2.1 CreditNote that names its invoice."),
	"POST /api/v1/invoices/:id/credit-notes": commanding("Invoices", "Credit an invoice", creditBody{}, "nothing_to_credit", "rebill_not_whole", "contract_closed").money().
		says("S087, S091", "What is open on the invoice is settled, what was paid already stands on the customer's account. Its number has no gaps, and it never changes.").
		like(`{"lines":[{"position":1,"net":"10.00"}],"reason":"One came back damaged."}`),
}

// creditRoutes is the table of credit notes.
func creditRoutes() []route {
	return []route{
		{method: get, path: "/api/v1/credit-notes/:id", need: crm.MayReadInvoice, do: getCreditNote},
		{method: get, path: "/api/v1/credit-notes/:id/fatturapa", need: crm.MayReadInvoice, do: getEInvoice(creditAsFatturaPA)},
		{method: get, path: "/api/v1/credit-notes/:id/ubl", need: crm.MayReadInvoice, do: getEInvoice(creditAsUBL)},
		{method: post, path: "/api/v1/invoices/:id/credit-notes", need: crm.MayIssueInvoice, do: postCreditNote},
	}
}

func getCreditNote(r *request) error {
	id, err := r.id("id")
	if err != nil {
		return err
	}
	n, err := store.CreditNotes.Record(r.ctx(), r.store, r.Scope(), id)
	if err != nil {
		return err
	}
	lines, err := r.store.CreditNoteLines(r.ctx(), id)
	if err != nil {
		return err
	}
	return r.record(creditNoteRecord{n, lines}, 0)
}

// postCreditNote credits an invoice. It needs an Idempotency-Key (B071).
func postCreditNote(r *request) error {
	if err := r.keyRequired(); err != nil {
		return err
	}
	i, err := r.invoice()
	if err != nil {
		return err
	}
	var b creditBody
	if err := r.decode(&b); err != nil {
		return err
	}
	var c check
	c.required("/reason", &b.Reason, maxLine)
	f := crm.CreditFields{InvoiceID: i.ID, Reason: b.Reason, Rebill: b.Rebill, Tells: b.Tells}
	for _, l := range b.Lines {
		f.Lines = append(f.Lines, crm.CreditPart{Position: l.Position, TaxPercent: strings.TrimSpace(string(l.TaxPercent)), Net: string(l.Net)})
	}
	if len(f.Lines) > maxCreditParts {
		c.fail("/lines", "too_many", params{"max": maxCreditParts})
	} else if len(f.Lines) > 0 { // what is left the step looks at, so that a repeated call is told what it was told
		parts, err := r.store.InvoiceParts(r.ctx(), i.ID)
		if err != nil {
			return err
		}
		_, err = crm.CreditLines(parts.Lines, nil, f.Lines, crm.Currency(i.Currency))
		c.add("", err)
	}
	if err := c.err(); err != nil {
		return err
	}
	return r.command(crm.InvoiceCredit, crm.ProcessID(crm.KindContract, i.ContractID), f)
}
