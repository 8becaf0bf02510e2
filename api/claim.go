package api

import (
	"leadtocash/crm"
	"leadtocash/store"

	"github.com/shopspring/decimal"
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
	var b waiverBody
	t, amount, err := r.forgiven(&b, func(c *check) (*crm.ID, decimalText, *string) {
		if b.Claim == "" {
			c.fail("/claim", "required", nil)
		}
		c.oneOf("/claim", b.Claim, crm.WaivableClaims()...)
		return &b.InvoiceID, b.Amount, &b.Reason
	})
	if err != nil {
		return err
	}
	w := crm.ClaimWaiver{InvoiceID: b.InvoiceID, Claim: b.Claim, Reason: b.Reason, Amount: amount}
	if w.ID, _, err = r.recordID(); err != nil {
		return err
	}
	if w, err = r.store.Waive(r.ctx(), t, w); err != nil {
		return err
	}
	return r.Created("/api/v1/accounts/"+string(t.ID)+"/statement", r.view(w))
}

// forgiven reads a body by which a debtor's invoice, or a claim on top of it, is given up: the fields that all such bodies have are checked here, those of
// one alone by rest. No amount is zero: all of it.
func (r *request) forgiven(body any, rest func(*check) (invoice *crm.ID, amount decimalText, reason *string)) (t store.Target, amount decimal.Decimal, err error) {
	if t, err = r.moneyTarget(); err != nil {
		return t, amount, err
	}
	if _, err := r.debtor(); err != nil {
		return t, amount, err
	}
	if err := r.decode(body); err != nil {
		return t, amount, err
	}
	e, err := r.store.LegalEntity(r.ctx())
	if err != nil {
		return t, amount, err
	}
	var c check
	invoice, text, reason := rest(&c)
	c.idRequired("/invoice_id", invoice)
	c.required("/reason", reason, maxLine)
	if text != "" {
		amount = c.over("/amount", text, e.Currency)
	}
	return t, amount, c.err()
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
