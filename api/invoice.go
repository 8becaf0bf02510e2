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
	today, err := r.today()
	if err != nil {
		return err
	}
	interest, err := r.store.LateInterest(r.ctx(), i.Invoice, today)
	if err != nil {
		return err
	}
	paid := i.ToPay().Sub(parts.Credited).Sub(i.WrittenOff).Sub(i.Open)
	return r.record(invoiceRecord{i, i.ToPay(), parts.Lines, parts.Parts, parts.Payments, parts.Credited, paid, parts.Dunning, interest}, 0)
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

// postPayment books money that came in for an invoice (S087).
func postPayment(r *request) error {
	i, err := r.invoice()
	if err != nil {
		return err
	}
	b, err := r.moneyIn(i.Currency)
	if err != nil {
		return err
	}
	return r.command(crm.PaymentRecord, crm.ProcessID(crm.KindContract, i.ContractID),
		crm.PaymentFields{InvoiceID: i.ID, Amount: string(b.Amount), Reference: b.Reference, ReceivedOn: b.ReceivedOn})
}

// moneyIn reads money that came in.
func (r *request) moneyIn(currency string) (b paymentBody, err error) {
	if err := r.decode(&b); err != nil {
		return b, err
	}
	var c check
	if amount := c.amountRequired("/amount", b.Amount, currency); len(c.wrong) == 0 && !amount.IsPositive() {
		c.fail("/amount", "out_of_range", params{"min": crm.Currency(currency).Unit().String()})
	}
	c.required("/reference", &b.Reference, maxName)
	return b, c.err()
}

// overdue keeps what is open past its due date (S091).
var overdue = store.Filter{Field: "state", Op: "eq", Value: "overdue"}
