package api

import (
	"leadtocash/crm"
	"leadtocash/store"
)

// getInvoice shows an invoice with its lines, payments and dunning steps.
func getInvoice(r *request) error {
	i, err := r.invoice()
	if err != nil {
		return err
	}
	parts, err := r.store.InvoiceParts(r.ctx(), i.ID)
	if err != nil {
		return err
	}
	return r.record(invoiceRecord{i, parts.Lines, parts.Payments, parts.Dunning}, 0)
}

func (r *request) invoice() (store.OpenInvoice, error) {
	id, err := r.id("id")
	if err != nil {
		return store.OpenInvoice{}, err
	}
	return store.Invoices.Record(r.ctx(), r.store, r.Scope(), id)
}

// patchInvoice refuses: what was issued never changes (B049).
func patchInvoice(r *request) error {
	if _, err := r.invoice(); err != nil {
		return err
	}
	var b invoiceBody
	if err := r.decodePatch(&b); err != nil {
		return err
	}
	p := refusal("issued_invoice_is_immutable")
	for name, given := range map[string]bool{"/number": b.Number.Set, "/due_date": b.DueDate.Set, "/total": b.Total.Set} {
		if given {
			p.Errors = append(p.Errors, invalid(name, "read_only", nil))
		}
	}
	return p
}

// postPayment books money that came in for an invoice (S087). It needs an Idempotency-Key (B071).
func postPayment(r *request) error {
	if err := r.keyRequired(); err != nil {
		return err
	}
	if _, err := r.idempotencyKey(); err != nil {
		return err
	}
	i, err := r.invoice()
	if err != nil {
		return err
	}
	var b paymentBody
	if err := r.decode(&b); err != nil {
		return err
	}
	var c check
	if amount := c.amountRequired("/amount", b.Amount, i.Currency); len(c.wrong) == 0 && !amount.IsPositive() {
		c.fail("/amount", "out_of_range", params{"min": crm.Currency(i.Currency).Unit().String()})
	}
	c.required("/reference", &b.Reference, maxName)
	if err := c.err(); err != nil {
		return err
	}
	return r.command(crm.PaymentRecord, crm.ProcessID(crm.KindContract, i.ContractID),
		crm.PaymentFields{InvoiceID: i.ID, Amount: string(b.Amount), Reference: b.Reference, ReceivedOn: b.ReceivedOn})
}

// overdue keeps what is open past its due date (S091).
var overdue = store.Filter{Field: "state", Op: "eq", Value: "overdue"}
