package api

import (
	"net/http"

	"leadtocash/crm"
	"leadtocash/store"

	"github.com/shopspring/decimal"
)

// legalBody hands all that a customer owes over to somebody outside.
type legalBody struct {
	Handler string   `json:"handler" doc:"required;max=200;text=The lawyer or agency."`
	Since   crm.Date `json:"since" doc:"text=Left out: today."`
	Reason  string   `json:"reason" doc:"required;max=500"`
}

// legalEndBody says how it ended.
type legalEndBody struct {
	Outcome string `json:"outcome" doc:"required;max=500"`
}

func readLegal(r *request, f *crm.LegalFields) error {
	var b legalBody
	if err := r.decode(&b); err != nil {
		return err
	}
	var k check
	k.required("/handler", &b.Handler, maxName)
	k.required("/reason", &b.Reason, maxLine)
	*f = crm.LegalFields{Handler: b.Handler, Since: b.Since, Reason: b.Reason}
	return k.err()
}

func readReturn(r *request, f *crm.ReturnFields) error {
	var b legalEndBody
	if err := r.decode(&b); err != nil {
		return err
	}
	var k check
	k.required("/outcome", &b.Outcome, maxLine)
	f.Outcome = b.Outcome
	return k.err()
}

// writeOffBody asks for an invoice to be given up.
type writeOffBody struct {
	InvoiceID crm.ID      `json:"invoice_id" doc:"required"`
	Amount    decimalText `json:"amount" doc:"text=In the invoice's currency; left out: all that is open."`
	Reason    string      `json:"reason" doc:"required;max=500"`
}

// writeOffDecision decides on it.
type writeOffDecision struct {
	Approve bool   `json:"approve"`
	Note    string `json:"note" doc:"max=500"`
}

func postWriteOff(r *request) error {
	var b writeOffBody
	t, amount, err := r.forgiven(&b, func(*check) (*crm.ID, decimalText, *string) { return &b.InvoiceID, b.Amount, &b.Reason })
	if err != nil {
		return err
	}
	w := crm.WriteOff{InvoiceID: b.InvoiceID, Reason: b.Reason, Amount: amount}
	if w.ID, _, err = r.recordID(); err != nil {
		return err
	}
	out, err := r.store.AskWriteOff(r.ctx(), t, w)
	if err != nil {
		return err
	}
	return r.Created("/api/v1/accounts/"+string(t.ID)+"/statement", r.view(out))
}

func postWriteOffDecision(r *request) error {
	id, err := r.id("id")
	if err != nil {
		return err
	}
	var b writeOffDecision
	if err := r.decode(&b); err != nil {
		return err
	}
	var c check
	c.line("/note", &b.Note, maxLine)
	if err := c.err(); err != nil {
		return err
	}
	limit, err := r.writeOffLimit()
	if err != nil {
		return err
	}
	out, err := r.store.DecideWriteOff(r.ctx(), store.Target{Scope: r.Scope(), Actor: r.user.ID, ID: id}, b.Approve, b.Note, limit)
	if err != nil {
		return err
	}
	return r.JSON(http.StatusOK, r.view(out))
}

// writeOffLimit is the most that the person may approve; zero: whatever it is.
func (r *request) writeOffLimit() (decimal.Decimal, error) {
	if r.user.Has(crm.RoleAdmin) {
		return decimal.Zero, nil
	}
	set, err := r.rules(crm.RuleDunning)
	if err != nil {
		return decimal.Zero, err
	}
	return set.Dunning().WriteOffLimit, nil
}

// askWriteOff reads the collector's form.
func (r *request) askWriteOff(account crm.ID, f form) error {
	r.needed(&f, "off_reason")
	w := crm.WriteOff{ID: optionalID(f.Value("command")), InvoiceID: optionalID(f.Value("off_invoice")), Amount: r.decimal(&f, "off_amount"), Reason: clean(f.Value("off_reason"), maxLine)}
	if w.ID == "" {
		w.ID = store.NewID()
	}
	if f.Wrong("off_amount") == "" && w.Amount.IsNegative() {
		f.blame("off_amount", r.errorText(crm.Problem("out_of_range", "min", "0.01")))
	}
	if !f.Failed() {
		_, err := r.store.AskWriteOff(r.ctx(), store.Target{Scope: r.Scope(), Actor: r.user.ID, ID: account}, w)
		if err = r.judge(&f, renamed(err, "amount", "off_amount")); err != nil {
			return err
		}
	}
	if f.Failed() {
		return showCollection(r, account, f)
	}
	return r.said("write_off_asked", r.afterAct(account))
}

// decideWriteOff reads the form of who decides.
func (r *request) decideWriteOff(account crm.ID, f form) error {
	if !r.Can(crm.MayApproveWriteOff) {
		return refusal(codeForbidden)
	}
	limit, err := r.writeOffLimit()
	if err != nil {
		return err
	}
	t := store.Target{Scope: r.Scope(), Actor: r.user.ID, ID: optionalID(f.Value("id"))}
	_, err = r.store.DecideWriteOff(r.ctx(), t, f.Value("verdict") == "approved", clean(f.Value("off_note"), maxLine), limit)
	if err = r.judge(&f, err); err != nil {
		return err
	}
	if f.Failed() {
		return showCollection(r, account, f)
	}
	return r.said("write_off_decided", r.afterAct(account))
}
