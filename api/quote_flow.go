package api

import (
	"net/http"

	"leadtocash/crm"
	"leadtocash/store"
)

// commentBody is what somebody of the house writes to the customer under an offer.
type commentBody struct {
	Text string `json:"text" doc:"required;max=2000"`
}

// quoteFlowRoutes is the table of what happens to an offer beside its lines (S042, S073, S076).
func quoteFlowRoutes() []route {
	const quote = "/api/v1/quotes/:id"
	return []route{
		{method: post, path: quote + "/alternatives", need: crm.MayWriteOpportunity, do: postAlternative},
		{method: post, path: quote + "/withdraw", need: crm.MayWriteOpportunity, do: onQuote(postWithdraw)},
		{method: get, path: quote + "/deposit", need: crm.MayReadOpportunity, do: onQuote(getDeposit)},
		{method: post, path: quote + "/deposit", need: crm.MayWritePayment, do: keyed(onQuote(postDeposit))},
		{method: get, path: quote + "/comments", need: crm.MayReadOpportunity, do: onQuote(getComments)},
		{method: post, path: quote + "/comments", need: crm.MayWriteOpportunity, do: onQuote(postComment)},
	}
}

var quoteFlowCalls = map[string]call{
	"POST /api/v1/quotes/:id/alternatives": creating("Quotes", "Make an offer that stands beside this one", nil, quoteRecord{}).located("201").tagged("201").
		may("opportunity_closed", "quote_not_open", "too_many_variants").says("S042", "A draft with the same lines. The customer sees both and accepts one; the other was not chosen then."),
	"POST /api/v1/quotes/:id/withdraw": commanding("Quotes", "Take back an offer that is out", rejectBody{}, "quote_not_open").
		says("S073", "The customer's page says so.").like(`{"reason":"The price was of last year."}`),
	"GET /api/v1/quotes/:id/deposit": reading("Quotes", "Read the deposit that confirms an acceptance", crm.Deposit{}).plain().
		says("S042", "`used` is what was set off against invoices. Not found where none was asked for."),
	"POST /api/v1/quotes/:id/deposit": commanding("Quotes", "Note that the deposit came in", paymentBody{}, "deposit_not_due", "deposit_too_small").money().
		says("S042-S045", "The deal is won by it. The money stands on the customer's account and is set off against the first invoices of the contract.").
		like(`{"amount":"300.00","reference":"BANK-7"}`),
	"GET /api/v1/quotes/:id/comments": call{tag: "Quotes", summary: "List what was written under a deal's offers", answers: map[int]any{200: page[crm.QuoteComment]{}}}.
		says("S073", "The oldest first; `by` is null for the customer's words."),
	"POST /api/v1/quotes/:id/comments": creating("Quotes", "Write to the customer under an offer", commentBody{}, crm.QuoteComment{}).may("too_many_comments").
		says("S073", "He is mailed.").like(`{"text":"We can deliver a week earlier."}`),
}

// onQuote makes the handler of something on a quote within the person's reach.
func onQuote(do func(*request, crm.Quote) error) func(*request) error {
	return func(r *request) error {
		id, err := r.id("id")
		if err != nil {
			return err
		}
		q, err := store.Quotes.Record(r.ctx(), r.store, r.Scope(), id)
		if err != nil {
			return err
		}
		return do(r, q)
	}
}

// postAlternative makes an offer that stands beside a quote (S042).
func postAlternative(r *request) error {
	t, err := r.target()
	if err != nil {
		return err
	}
	return made(r, r.quote, func(id crm.ID) (store.QuoteDraft, error) { return r.store.AlternativeQuote(r.ctx(), t, id) }, r.quoteCreated)
}

// postWithdraw takes back a quote that is out, with the reason.
func postWithdraw(r *request, q crm.Quote) error {
	var b rejectBody
	if err := r.decode(&b); err != nil {
		return err
	}
	var c check
	if c.lines("/reason", &b.Reason, maxText); b.Reason == "" && len(c.wrong) == 0 {
		c.fail("/reason", "required", nil)
	}
	if err := c.err(); err != nil {
		return err
	}
	return r.command(crm.QuoteWithdraw, crm.ProcessID(crm.KindOpportunity, q.OpportunityID), crm.QuoteDecision{QuoteID: q.ID, Note: b.Reason})
}

func getDeposit(r *request, q crm.Quote) error {
	d, err := r.store.QuoteDeposit(r.ctx(), q.ID)
	switch {
	case err != nil:
		return err
	case d.QuoteID == "":
		return store.ErrNotFound
	}
	return r.record(d, 0)
}

// postDeposit notes that a deposit came in.
func postDeposit(r *request, q crm.Quote) error {
	b, err := r.moneyIn(q.Currency)
	if err != nil {
		return err
	}
	return r.command(crm.QuoteDeposit, crm.ProcessID(crm.KindOpportunity, q.OpportunityID),
		crm.DepositFields{QuoteID: q.ID, Amount: string(b.Amount), Reference: b.Reference, ReceivedOn: b.ReceivedOn})
}

func getComments(r *request, q crm.Quote) error {
	comments, err := r.store.QuoteComments(r.ctx(), q.OpportunityID)
	if err != nil {
		return err
	}
	return r.JSON(http.StatusOK, r.view(page[crm.QuoteComment]{Data: comments}))
}

// postComment writes to the customer under an offer.
func postComment(r *request, q crm.Quote) error {
	var b commentBody
	if err := r.decode(&b); err != nil {
		return err
	}
	var c check
	if c.lines("/text", &b.Text, crm.MaxComment); b.Text == "" && len(c.wrong) == 0 {
		c.fail("/text", "required", nil)
	}
	if err := c.err(); err != nil {
		return err
	}
	id, _, err := r.recordID()
	if err != nil {
		return err
	}
	said, err := r.store.CommentQuote(r.ctx(), store.Target{Scope: r.Scope(), Actor: r.user.ID, ID: q.ID}, crm.QuoteComment{ID: id, Text: b.Text})
	if err != nil {
		return err
	}
	return r.JSON(http.StatusCreated, r.view(said))
}
