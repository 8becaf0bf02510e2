package api

import (
	"net/http"

	"leadtocash/crm"
	"leadtocash/store"
)

// dealNegotiation is the log of offers and counter-offers (S076).
func dealNegotiation(r *request, deal crm.ID) ([]store.BidRow, error) {
	return r.store.Negotiation(r.ctx(), deal)
}

// postBid writes an offer or a counter-offer into a deal's log.
func postBid(r *request) error {
	t, err := r.target()
	if err != nil {
		return err
	}
	t.Version = 0
	o, err := store.Opportunities.Record(r.ctx(), r.store, t.Scope, t.ID)
	if err != nil {
		return err
	}
	var b bidBody
	if err := r.decode(&b); err != nil {
		return err
	}
	var k check
	k.required("/side", &b.Side, maxName)
	k.oneOf("/side", b.Side, string(crm.BidOffer), string(crm.BidCounter))
	amount := k.amountRequired("/amount", b.Amount, o.Currency)
	k.id("/quote_id", &b.QuoteID)
	k.line("/terms", &b.Terms, maxLine)
	k.lines("/note", &b.Note, maxText)
	if err := k.err(); err != nil {
		return err
	}
	id, _, err := r.recordID()
	if err != nil {
		return err
	}
	bid, err := r.store.AddBid(r.ctx(), t, crm.Bid{ID: id, QuoteID: b.QuoteID, Side: crm.BidSide(b.Side), Amount: amount, Terms: b.Terms, Note: b.Note})
	if err != nil {
		return err
	}
	return r.JSON(http.StatusCreated, r.view(bid))
}

// getQuoteDiff compares two quotes of one deal, the older one first (S076).
func getQuoteDiff(r *request) error {
	id, other, err := r.idAndOther()
	if err != nil {
		return err
	}
	c, err := r.store.CompareQuotes(r.ctx(), r.Scope(), id, other)
	if err != nil {
		return err
	}
	return r.JSON(http.StatusOK, r.view(quoteDiffRecord{c.From, c.To, c.Diff.Added, c.Diff.Removed, c.Diff.Changed, c.Diff.Bridge}))
}
