package api

import (
	"errors"
	"fmt"
	"net/http"

	"leadtocash/crm"
	"leadtocash/store"

	"github.com/shopspring/decimal"
)

// allocationBody is the part of an amount that goes to an invoice.
type allocationBody struct {
	InvoiceID crm.ID      `json:"invoice_id" doc:"required"`
	Amount    decimalText `json:"amount" doc:"required;text=Above zero, at most what is open with the fees of its letters."`
}

// receiptBody is money that came in from a customer (S087).
type receiptBody struct {
	Amount      decimalText      `json:"amount" doc:"required;text=Above zero."`
	Currency    string           `json:"currency" doc:"text=Without it, the company's."`
	Reference   string           `json:"reference" doc:"required;max=200;text=Of the bank; the same one twice is refused."`
	ReceivedOn  crm.Date         `json:"received_on" doc:"text=Without it, today."`
	Allocations []allocationBody `json:"allocations" doc:"most=200;text=The invoices that it is for, of any of the customer's contracts. What is left stays on his account."`
}

// allocateBody uses what stands on a customer's account.
type allocateBody struct {
	Currency    string           `json:"currency" doc:"text=Without it, the company's."`
	Allocations []allocationBody `json:"allocations" doc:"most=200"`
}

// refundBody is money on account that was paid back.
type refundBody struct {
	Amount    decimalText `json:"amount" doc:"required;text=Above zero, at most what stands on the account."`
	Currency  string      `json:"currency" doc:"text=Without it, the company's."`
	Reference string      `json:"reference" doc:"required;max=200;text=Of the bank; the same one twice is refused."`
	PaidOn    crm.Date    `json:"paid_on" doc:"text=Without it, today."`
	Reason    string      `json:"reason" doc:"max=500"`
}

// returnBody says why a payment came back.
type returnBody struct {
	OnDate crm.Date    `json:"on_date" doc:"text=Without it, today."`
	Reason string      `json:"reason" doc:"max=500"`
	Fee    decimalText `json:"fee" doc:"text=Asked for with the first invoice; left out: what the dunning rules say."`
}

// statementRecord is what passed between a customer and the house.
type statementRecord struct {
	Lines     []store.LedgerLine
	Open      []openInvoiceRecord
	OnAccount []store.Balance
	Payments  []store.PaymentLine
	Refunds   []crm.Refund
	Claims    []store.ClaimLine `doc:"text=What may be paid of invoices beside what is open, in the order written off, fees, interest; and the interest that runs."`
	Waivers   []crm.ClaimWaiver
}

// openInvoiceRecord is an invoice that is not settled.
type openInvoiceRecord struct {
	ID       crm.ID
	Number   string
	Currency string
	DueDate  crm.Date
	Total    decimal.Decimal
	Open     decimal.Decimal
}

// currencyOr checks a currency; left out it is the company's.
func (r *request) currencyOr(c *check, text string) (string, error) {
	if text != "" {
		known, err := crm.ParseCurrency(text)
		c.add("/currency", err)
		return string(known), nil
	}
	e, err := r.store.LegalEntity(r.ctx())
	return e.Currency, err
}

// over reads an amount above zero.
func (c *check) over(pointer string, text decimalText, currency string) decimal.Decimal {
	before := len(c.wrong)
	d := c.amountRequired(pointer, text, currency)
	if len(c.wrong) == before && !d.IsPositive() {
		c.fail(pointer, "out_of_range", params{"min": crm.Currency(currency).Unit().String()})
	}
	return d
}

func (c *check) allocations(list []allocationBody, currency string) []crm.Allocation {
	out := []crm.Allocation{}
	for i, a := range list {
		at := fmt.Sprintf("/allocations/%d", i)
		if a.InvoiceID == "" {
			c.fail(at+"/invoice_id", "required", nil)
		}
		c.id(at+"/invoice_id", &a.InvoiceID)
		out = append(out, crm.Allocation{InvoiceID: a.InvoiceID, Amount: c.over(at+"/amount", a.Amount, currency)})
	}
	return out
}

// moneyTarget is the record of the path; what moves money needs an Idempotency-Key (B071).
func (r *request) moneyTarget() (store.Target, error) {
	if err := r.keyRequired(); err != nil {
		return store.Target{}, err
	}
	id, err := r.id("id")
	return store.Target{Scope: r.Scope(), Actor: r.user.ID, ID: id}, err
}

// postReceipt books money that came in for several invoices, or for none yet.
func postReceipt(r *request) error {
	t, err := r.moneyTarget()
	if err != nil {
		return err
	}
	var b receiptBody
	if err := r.decode(&b); err != nil {
		return err
	}
	var c check
	p := crm.Payment{ReceivedOn: b.ReceivedOn}
	if p.Currency, err = r.currencyOr(&c, b.Currency); err != nil {
		return err
	}
	c.required("/reference", &b.Reference, maxName)
	p.Amount, p.Reference = c.over("/amount", b.Amount, p.Currency), b.Reference
	parts := c.allocations(b.Allocations, p.Currency)
	if err := c.err(); err != nil {
		return err
	}
	if p.ID, _, err = r.recordID(); err != nil {
		return err
	}
	out, err := r.store.Receive(r.ctx(), t, p, parts)
	if err != nil {
		return err
	}
	return r.Created("/api/v1/accounts/"+string(t.ID)+"/statement", r.view(out))
}

// postAllocations settles invoices with what stands on a customer's account.
func postAllocations(r *request) error {
	t, err := r.moneyTarget()
	if err != nil {
		return err
	}
	var b allocateBody
	if err := r.decode(&b); err != nil {
		return err
	}
	var c check
	currency, err := r.currencyOr(&c, b.Currency)
	if err != nil {
		return err
	}
	parts := c.allocations(b.Allocations, currency)
	if err := c.err(); err != nil {
		return err
	}
	if err := r.store.UseOnAccount(r.ctx(), t, "", currency, parts); err != nil {
		return err
	}
	return r.statement(t.ID)
}

// postRefund notes that money on account was paid back.
func postRefund(r *request) error {
	t, err := r.moneyTarget()
	if err != nil {
		return err
	}
	var b refundBody
	if err := r.decode(&b); err != nil {
		return err
	}
	var c check
	f := crm.Refund{PaidOn: b.PaidOn}
	if f.Currency, err = r.currencyOr(&c, b.Currency); err != nil {
		return err
	}
	c.required("/reference", &b.Reference, maxName)
	c.line("/reason", &b.Reason, maxLine)
	f.Amount, f.Reference, f.Reason = c.over("/amount", b.Amount, f.Currency), b.Reference, b.Reason
	if err := c.err(); err != nil {
		return err
	}
	if f.ID, _, err = r.recordID(); err != nil {
		return err
	}
	if f, err = r.store.Refund(r.ctx(), t, f); err != nil {
		return err
	}
	return r.Created("/api/v1/accounts/"+string(t.ID)+"/statement", r.view(f))
}

// postReturn takes a payment back that the bank did not keep (S062).
func postReturn(r *request) error {
	t, err := r.moneyTarget()
	if err != nil {
		return err
	}
	var b returnBody
	if err := r.decodeOptional(&b); err != nil {
		return err
	}
	var c check
	c.line("/reason", &b.Reason, maxLine)
	f := crm.PaymentReturn{OnDate: b.OnDate, Reason: b.Reason}
	if b.Fee != "" {
		e, err := r.store.LegalEntity(r.ctx())
		if err != nil {
			return err
		}
		f.Fee = c.amount("/fee", b.Fee, e.Currency)
	}
	if err := c.err(); err != nil {
		return err
	}
	if b.Fee == "" {
		if f, err = r.feeByRule(t.ID, f); err != nil {
			return err
		}
	}
	if f, err = r.store.ReturnPayment(r.ctx(), t, f); err != nil {
		return err
	}
	return r.JSON(http.StatusOK, r.view(f))
}

// feeByRule gives the return of a payment the fee that the rules say by which its customer is chased.
func (r *request) feeByRule(payment crm.ID, f crm.PaymentReturn) (crm.PaymentReturn, error) {
	account, err := r.store.PayerOf(r.ctx(), payment)
	if errors.Is(err, store.ErrNotFound) { // what takes it back tells that
		return f, nil
	} else if err != nil {
		return f, err
	}
	today, err := r.today()
	if err != nil {
		return f, err
	}
	policy, err := r.dunning(account, today)
	if err != nil || !policy.ReturnFee.IsPositive() {
		return f, err
	}
	f.Fee = policy.ReturnFee
	f.RuleVersion, err = r.store.DunningVersion(r.ctx(), account)
	return f, err
}

func getStatement(r *request) error {
	id, err := r.id("id")
	if err != nil {
		return err
	}
	return r.statement(id)
}

func (r *request) statement(id crm.ID) error {
	v, err := r.store.Statement(r.ctx(), r.Scope(), id)
	if err != nil {
		return err
	}
	out := statementRecord{Lines: v.Lines, OnAccount: v.OnAccount, Payments: v.Payments, Refunds: v.Refunds}
	for _, i := range v.Open {
		out.Open = append(out.Open, openInvoiceRecord{i.ID, i.Number, i.Currency, i.DueDate, i.Total, i.Open})
	}
	today, err := r.today()
	if err != nil {
		return err
	}
	if out.Claims, err = r.store.ClaimLines(r.ctx(), id, today); err != nil {
		return err
	}
	if out.Waivers, err = r.store.Waivers(r.ctx(), id); err != nil {
		return err
	}
	return r.JSON(http.StatusOK, r.view(out))
}
