package api

import (
	"leadtocash/crm"
	"leadtocash/store"
)

// waiverBody drops fees or interest of an invoice.
type waiverBody struct {
	InvoiceID crm.ID      `json:"invoice_id" doc:"required"`
	Claim     string      `json:"claim" doc:"required;enum=claim"`
	Amount    decimalText `json:"amount" doc:"text=In the invoice's currency; left out: all of it."`
	Reason    string      `json:"reason" doc:"required;max=500"`
}

// postWaiver drops fees or interest that the house asks for no longer.
func postWaiver(r *request) error {
	t, err := r.moneyTarget()
	if err != nil {
		return err
	}
	if _, err := r.debtor(); err != nil {
		return err
	}
	var b waiverBody
	if err := r.decode(&b); err != nil {
		return err
	}
	e, err := r.store.LegalEntity(r.ctx())
	if err != nil {
		return err
	}
	var c check
	c.idRequired("/invoice_id", &b.InvoiceID)
	if b.Claim == "" {
		c.fail("/claim", "required", nil)
	}
	c.oneOf("/claim", b.Claim, crm.WaivableClaims()...)
	c.required("/reason", &b.Reason, maxLine)
	w := crm.ClaimWaiver{InvoiceID: b.InvoiceID, Claim: b.Claim, Reason: b.Reason}
	if b.Amount != "" {
		w.Amount = c.over("/amount", b.Amount, e.Currency)
	}
	if err := c.err(); err != nil {
		return err
	}
	if w.ID, _, err = r.recordID(); err != nil {
		return err
	}
	if w, err = r.store.Waive(r.ctx(), t, w); err != nil {
		return err
	}
	return r.Created("/api/v1/accounts/"+string(t.ID)+"/statement", r.view(w))
}

// waive reads the statement's form.
func (r *request) waive(f *form, t store.Target, once crm.ID) error {
	r.needed(f, "waive_reason")
	w := crm.ClaimWaiver{ID: once, InvoiceID: optionalID(f.Value("invoice_id")), Claim: f.Value("claim"), Amount: r.decimal(f, "waive_amount"), Reason: clean(f.Value("waive_reason"), maxLine)}
	if w.Claim != crm.ClaimFees {
		w.Claim = crm.ClaimInterest
	}
	if f.Wrong("waive_amount") == "" && w.Amount.IsNegative() {
		f.blame("waive_amount", r.errorText(crm.Problem("out_of_range", "min", "0.01")))
	}
	if f.Failed() {
		return nil
	}
	_, err := r.store.Waive(r.ctx(), t, w)
	return r.judge(f, renamed(err, "amount", "waive_amount"))
}
