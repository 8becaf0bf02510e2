package api

import (
	"net/http"

	"leadtocash/crm"
	"leadtocash/store"
)

// refundOrderBody asks for money to be paid back.
type refundOrderBody struct {
	Amount   decimalText `json:"amount" doc:"required;text=At most what stands there and was not asked for yet."`
	Currency string      `json:"currency" doc:"text=Left out: the company's."`
	Reason   string      `json:"reason" doc:"required;max=500"`
	IBAN     string      `json:"iban" doc:"text=To which it is paid."`
	QuoteID  crm.ID      `json:"quote_id" doc:"text=Whose deposit it is; left out: of what stands on account."`
}

// refundDecisionBody decides on a refund.
type refundDecisionBody struct {
	Decision string `json:"decision" doc:"required;text=approved, refused, or cancelled."`
	Note     string `json:"note" doc:"max=500"`
}

// refundPaidBody notes that a refund was paid.
type refundPaidBody struct {
	Reference string   `json:"reference" doc:"required;max=200;text=Of the bank."`
	PaidOn    crm.Date `json:"paid_on" doc:"text=Without it, today."`
}

var refundCalls = map[string]call{
	"GET /api/v1/accounts/:id/refund-orders": call{tag: "Payments", summary: "List a customer's refunds", answers: map[int]any{200: page[store.RefundOrderRow]{}}}.says("S087", "Those that were asked for, with what became of them."),
	"POST /api/v1/accounts/:id/refund-orders": creating("Payments", "Ask for money to be paid back", refundOrderBody{}, crm.RefundOrder{}).located("201").money().
		may(allocating...).says("S087", "Within what the caller may approve himself it is to be paid at once; else another person of finance approves it. The ledger has it when it is paid.").
		like(`{"amount":"5.00","reason":"Paid twice"}`),
	"POST /api/v1/refund-orders/:id/decision": call{tag: "Payments", summary: "Approve, refuse or call off a refund", body: refundDecisionBody{}, answers: map[int]any{200: crm.RefundOrder{}}}.
		may(allocating...).may("already_decided", "self_approval").matching().says("S087", "Nobody approves what he asked for.").like(`{"decision":"approved"}`),
	"POST /api/v1/refund-orders/:id/payment": call{tag: "Payments", summary: "Note that a refund was paid", body: refundPaidBody{}, once: true, answers: map[int]any{200: crm.RefundOrder{}}}.
		money().may(allocating...).may("refund_not_approved", "duplicate_refund").says("S087", "").like(`{"reference":"BANK-9"}`),
}

// refundRoutes is the table of money that goes back.
func refundRoutes() []route {
	return []route{
		{method: get, path: "/api/v1/accounts/:id/refund-orders", need: crm.MayWritePayment, do: listRefundOrders},
		{method: post, path: "/api/v1/accounts/:id/refund-orders", need: crm.MayWritePayment, do: postRefundOrder},
		{method: post, path: "/api/v1/refund-orders/:id/decision", need: crm.MayWritePayment, do: postRefundDecision},
		{method: post, path: "/api/v1/refund-orders/:id/payment", need: crm.MayWritePayment, do: postRefundPayment},
	}
}

func listRefundOrders(r *request) error {
	id, err := r.id("id")
	if err != nil {
		return err
	}
	if _, err := r.store.Statement(r.ctx(), r.Scope(), id); err != nil {
		return err
	}
	rows, err := r.store.RefundOrders(r.ctx(), id)
	if err != nil {
		return err
	}
	return r.JSON(http.StatusOK, r.view(page[store.RefundOrderRow]{Data: rows}))
}

func postRefundOrder(r *request) error {
	t, err := r.moneyTarget()
	if err != nil {
		return err
	}
	var b refundOrderBody
	if err := r.decode(&b); err != nil {
		return err
	}
	var c check
	o := crm.RefundOrder{}
	if o.Currency, err = r.currencyOr(&c, b.Currency); err != nil {
		return err
	}
	c.required("/reason", &b.Reason, maxLine)
	c.id("/quote_id", &b.QuoteID)
	if b.IBAN != "" {
		iban, err := crm.CheckIBAN(b.IBAN)
		c.add("/iban", err)
		o.IBAN = iban
	}
	o.Amount, o.Reason, o.QuoteID = c.over("/amount", b.Amount, o.Currency), b.Reason, b.QuoteID
	if err := c.err(); err != nil {
		return err
	}
	if o.ID, _, err = r.recordID(); err != nil {
		return err
	}
	if o, err = r.store.AskRefund(r.ctx(), t, o); err != nil {
		return err
	}
	return r.Created("/api/v1/accounts/"+string(t.ID)+"/refund-orders", r.view(o))
}

// refundDecisions are the words of a decision.
var refundDecisions = []string{string(crm.RefundApproved), string(crm.RefundRefused), string(crm.RefundCancelled)}

func postRefundDecision(r *request) error {
	t, err := r.target()
	if err != nil {
		return err
	}
	var b refundDecisionBody
	if err := r.decode(&b); err != nil {
		return err
	}
	var c check
	if b.Decision == "" {
		c.fail("/decision", "required", nil)
	} else if known(b.Decision, refundDecisions) == "" {
		c.fail("/decision", "unknown_value", nil)
	}
	c.line("/note", &b.Note, maxLine)
	if err := c.err(); err != nil {
		return err
	}
	o, err := r.store.DecideRefund(r.ctx(), t, crm.RefundState(b.Decision), b.Note)
	if err != nil {
		return err
	}
	return r.JSON(http.StatusOK, r.view(o))
}

func postRefundPayment(r *request) error {
	t, err := r.moneyTarget()
	if err != nil {
		return err
	}
	var b refundPaidBody
	if err := r.decode(&b); err != nil {
		return err
	}
	var c check
	c.required("/reference", &b.Reference, maxName)
	if err := c.err(); err != nil {
		return err
	}
	o, err := r.store.PayRefund(r.ctx(), t, b.Reference, b.PaidOn)
	if err != nil {
		return err
	}
	return r.JSON(http.StatusOK, r.view(o))
}

// refundOrder takes what the page of a customer's statement says about refunds.
func (r *request) refundOrder(f *form, t store.Target, once crm.ID) (said string, err error) {
	order := store.Target{Scope: t.Scope, Actor: t.Actor, ID: optionalID(f.Value("refund_order_id"))}
	switch f.Value("action") {
	case "refund_pay":
		said = "refunded"
		r.needed(f, "paid_reference")
		if on := r.date(f, "refund_paid_on"); !f.Failed() {
			_, err = r.store.PayRefund(r.ctx(), order, clean(f.Value("paid_reference"), maxName), on)
		}
	case "refund_decide":
		said = "saved"
		_, err = r.store.DecideRefund(r.ctx(), order, crm.RefundState(known(f.Value("decision"), refundDecisions)), clean(f.Value("note"), maxLine))
	default:
		said = "refund_asked"
		r.needed(f, "ask_amount", "ask_reason")
		o := crm.RefundOrder{ID: once, Amount: r.decimal(f, "ask_amount"), Currency: f.Value("currency"), Reason: clean(f.Value("ask_reason"), maxLine), QuoteID: optionalID(f.Value("quote_id"))}
		if f.Wrong("ask_amount") == "" && !o.Amount.IsPositive() {
			f.blame("ask_amount", r.errorText(crm.Problem("out_of_range", "min", "0.01")))
		}
		if f.Value("ask_iban") != "" {
			if o.IBAN, err = crm.CheckIBAN(f.Value("ask_iban")); err != nil {
				f.blame("ask_iban", r.errorText(err))
			}
		}
		if err = nil; !f.Failed() {
			_, err = r.store.AskRefund(r.ctx(), t, o)
			err = atField(atField(err, "/amount", "/ask_amount"), "/currency", "/ask_amount")
		}
	}
	return said, r.judge(f, err)
}
