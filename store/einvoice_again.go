package store

import (
	"context"
	"crypto/sha256"
	"fmt"
	"slices"

	"leadtocash/crm"
)

// againTransmissions keeps what later sendings are called apart from the first ones, below fifty thousand of them in sixty years.
const againTransmissions = 950_000

// CorrectEInvoice makes another sending of an invoice or credit note that the exchange rejected, which counts as not issued: its lines may be worded anew, the customer's and the company's
// data are what they are now, and number, date and figures stay, for the customer owes what he did and the series has no gap. What was issued stays as it was, and the
// new wording is chained to it. Errors: ErrNotFound, Refused einvoice_not_rejected, those of crm.Reword.
func (s *Store) CorrectEInvoice(ctx context.Context, t Target, anew []crm.LineWording, reason string) error {
	return s.edit(ctx, t.Actor, func(e *edit) error {
		if _, err := e.q.Exec(ctx, `select pg_advisory_xact_lock(hashtext('sdi'))`); err != nil {
			return told(err)
		}
		args := []any{t.ID}
		d, err := one[document](ctx, e.q, documents+` where d.document_id = $1 and exists (select from account a where a.id = d.account_id and `+t.Scope.covers("a.owner_id", &args)+`)`, args...)
		if err != nil {
			return err
		}
		sent, err := orNone(one[Sending](ctx, e.q, lastSending, d.id()))
		switch {
		case err != nil:
			return err
		case sent.State != crm.SDIIsRejected:
			return Refused{Code: "einvoice_not_rejected"}
		}
		if len(anew) > 0 {
			if d.InvoiceID == "" { // it says what its invoice says
				return crm.FieldErrors{crm.Problem("unknown_value").At("/lines/0/position")}
			}
			if err := e.reword(ctx, d.InvoiceID, anew, reason); err != nil {
				return err
			}
		}
		var n int
		if err := e.q.QueryRow(ctx, `select nextval('einvoice_again')::int`).Scan(&n); err != nil {
			return told(err)
		}
		e.q.later(`insert into einvoice_sending (invoice_id, credit_note_id, attempt, transmission, state, at) values ($1, $2, $3, $4, 'made', $5)`,
			d.InvoiceID, d.CreditNoteID, sent.Attempt+1, transmission(e.today.Year(), againTransmissions+n%50_000), e.now)
		return e.tell(ctx, crm.ProcessID(crm.KindContract, d.ContractID), Entry{
			Code: "einvoice.corrected", AccountID: d.AccountID, OpportunityID: d.OpportunityID,
			Data: map[string]any{"document": d.Number, "invoice_id": d.InvoiceID, "credit_note_id": d.CreditNoteID, "reason": reason, "lines": len(anew)},
		})
	})
}

// reword writes lines of an invoice anew, chained to what was there.
func (e *edit) reword(ctx context.Context, invoice crm.ID, anew []crm.LineWording, reason string) error {
	lines, err := many[crm.InvoiceLine](ctx, e.q, invoiceLine+` where invoice_id = $1 order by position`, invoice)
	if err != nil {
		return err
	}
	if _, err := crm.Reword(lines, anew); err != nil {
		return err
	}
	anew = slices.SortedFunc(slices.Values(anew), func(a, b crm.LineWording) int { return a.Position - b.Position })
	var last []byte
	number := 1
	if err := e.q.QueryRow(ctx, `select coalesce(max(r.number), 0) + 1, coalesce((array_agg(r.hash order by r.number desc))[1], i.hash) from invoice i left join invoice_revision r on r.invoice_id = i.id
		where i.id = $1 group by i.hash`, invoice).Scan(&number, &last); err != nil {
		return told(err)
	}
	e.q.later(`insert into invoice_revision (invoice_id, number, reason, made_by, made_at, hash) values ($1, $2, $3, $4, $5, $6)`,
		invoice, number, reason, string(e.actor), e.now, revisionHash(last, reason, anew))
	for _, w := range anew {
		e.q.later(`insert into invoice_line_revision (invoice_id, number, position, text, tax_code, tax_reason) values ($1, $2, $3, $4, $5, $6)`, invoice, number, w.Position, w.Text, w.TaxCode, w.TaxReason)
	}
	return nil
}

// revisionHash chains a new wording to the invoice, or to the wording before it.
func revisionHash(previous []byte, reason string, lines []crm.LineWording) []byte {
	h := sha256.New()
	fmt.Fprintf(h, "%x\n%q\n", previous, reason)
	for _, l := range lines {
		fmt.Fprintf(h, "%d %q %s %q\n", l.Position, l.Text, l.TaxCode, l.TaxReason)
	}
	return h.Sum(nil)
}

// checkRevisions tells whether the new wordings of an invoice fit it and each other.
func (s *Store) checkRevisions(ctx context.Context, i crm.Invoice) (bool, error) {
	revisions, err := many[struct {
		Number int
		Reason string
		Hash   []byte
	}](ctx, s.pool, `select number, reason, hash from invoice_revision where invoice_id = $1 order by number`, i.ID)
	previous := i.Hash
	for n, r := range revisions {
		lines, err := many[crm.LineWording](ctx, s.pool, `select position, text, tax_code, tax_reason from invoice_line_revision where invoice_id = $1 and number = $2 order by position`, i.ID, r.Number)
		if err != nil || r.Number != n+1 || string(r.Hash) != string(revisionHash(previous, r.Reason, lines)) {
			return false, err
		}
		previous = r.Hash
	}
	return true, err
}
