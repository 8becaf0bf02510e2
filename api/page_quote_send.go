package api

import (
	"net/http"

	"leadtocash/crm"
	"leadtocash/store"
)

// formQuoteSend sends the quote through the gate of "quote sent" (S073, S075, S098).
func formQuoteSend(r *request) error {
	id, err := r.id("id")
	if err != nil {
		return err
	}
	q, err := r.store.QuotePage(r.ctx(), r.Scope(), id)
	if err != nil {
		return err
	}
	f, err := r.posted()
	if err != nil {
		return err
	}
	fill := r.fills(&f)
	if f.Failed() {
		return r.sendMistaken(f, q)
	}
	a, cause, err := r.carry(f, crm.QuoteSend, crm.KindOpportunity, q.OpportunityID, crm.QuoteDecision{QuoteID: id, Fill: fill})
	switch {
	case err != nil:
		return err
	case a.OK():
		return r.said("quote_sent", "/quotes/"+string(id))
	case a.Code != string(codeGate):
		r.refuse(&f, a)
		return r.sendMistaken(f, q)
	}
	g, err := r.refusal(cause, crm.RulePipeline, q.OpportunityID, q.Currency, f)
	if err != nil {
		return err
	}
	f.status = http.StatusUnprocessableEntity
	r.sendPanel(&g, q)
	return showQuote(r, id, f, &g)
}

// sendMistaken shows the quote again after a mistake; a mistake in the panel opens the panel.
func (r *request) sendMistaken(f form, q store.QuotePage) error {
	if !f.filling() {
		return showQuote(r, q.ID, f, nil)
	}
	g, err := r.unfilled(q.OpportunityID, string(crm.StepSend), q.Currency, f)
	if err != nil {
		return err
	}
	r.sendPanel(&g, q)
	return showQuote(r, q.ID, f, &g)
}

// sendPanel names the panel and where it is sent.
func (r *request) sendPanel(g *gateView, q store.QuotePage) {
	g.Title = r.words().N("gate.refused", g.Missing, "Name", q.Label(), "Stage", r.placeName(g.Verdict.Key), "Total", g.All)
	g.Action, g.Back, g.Button, g.Wide = "/quotes/"+string(q.ID)+"/send", "/quotes/"+string(q.ID), r.say("gate.save_and_send"), true
}

// formQuoteVersion makes the next version of a quote; the one before stays readable.
func formQuoteVersion(r *request) error {
	id, err := r.id("id")
	if err != nil {
		return err
	}
	f := form{values: map[string]string{}}
	d, err := r.store.ReviseQuote(r.ctx(), store.Target{Scope: r.Scope(), Actor: r.user.ID, ID: id}, store.NewID())
	if err = r.judge(&f, err); err != nil {
		return err
	}
	if f.Failed() {
		return showQuote(r, id, f, nil)
	}
	return r.said("quote_revised", "/quotes/"+string(d.ID))
}
