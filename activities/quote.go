package activities

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"

	"leadtocash/crm"
	"leadtocash/rules"
	"leadtocash/store"
)

// deadlineQuoteExpires comes when a quote lapses: at the local midnight after its last valid day.
const deadlineQuoteExpires = "quote_expires"

// sendQuote sends a draft to the customer's contact with a secret link (S073) and takes the deal to "quote sent", through that stage's gate
// (S075, S098). Any quote that was out before is superseded, but those that it stands beside.
func (s *Steps) sendQuote(ctx context.Context, tx *store.Tx, f crm.QuoteDecision) (crm.Answer, error) {
	o, err := tx.Opportunity(ctx)
	if err != nil {
		return crm.Answer{}, err
	}
	if err := tx.Ahead(ctx, append(filled(tx, o, f.Fill), store.QuoteOf(o.ID, f.QuoteID))...); err != nil {
		return crm.Answer{}, err
	}
	q, err := tx.Quote(ctx, o.ID, f.QuoteID)
	if err != nil {
		return crm.Answer{}, err
	}
	if o.State != crm.OpportunityOpen || q.State != crm.QuoteDraft {
		return refuse("quote_not_draft", "state", string(q.State)), nil
	}
	set, err := s.pipeline(ctx, tx, o)
	if err != nil {
		return crm.Answer{}, err
	}
	sending := sendStage(set, o.Stage)
	later := stageAt(set, o.Stage) >= stageAt(set, sending)
	if !later {
		if a := reachable(set, o, sending); !a.OK() {
			return a, nil
		}
	}
	if a, err := fill(ctx, tx, &o, nil, f.Fill); err != nil || !a.OK() {
		return a, err
	}
	if err := tx.SupersedeQuotes(ctx, o.ID, q); err != nil {
		return crm.Answer{}, err
	}
	v, err := s.quoteGate(ctx, tx, set, o, q, sending)
	if err != nil || !v.Allowed() {
		return gated(v), err
	}
	if err := tx.Ahead(ctx, append(store.CalendarOf(), store.QuoteLinesOf(q.ID), store.QuotedProducts(q.ID), store.AnswersOf(o.ID), tx.RolesOf(), store.RecipientOf(o.AccountID, o.ContactID))...); err != nil {
		return crm.Answer{}, err
	}
	lines, broken, err := tx.PricedLines(ctx, q)
	if err != nil {
		return crm.Answer{}, err
	}
	if len(broken) > 0 { // what the catalogue asks for may have changed since the draft was written
		return crm.Answer{Code: broken[0].Code, Params: broken[0].Params}, nil
	}
	if handed, err := s.handedOff(ctx, tx, q, lines); err != nil || !handed.Allowed() {
		return gated(handed), err
	}
	if limits, err := s.withinLimits(ctx, tx, q, lines); err != nil || !limits.Allowed() {
		return gated(limits), err
	}
	if err := post(ctx, tx, o, &q); err != nil {
		return crm.Answer{}, err
	}
	if later {
		return done("quote", string(q.ID)), nil
	}
	return done("quote", string(q.ID), "stage", sending), s.enter(ctx, tx, &o, sending, v)
}

// sendStage is the stage whose gate a quote passes before it leaves: "send", or what took its place; in a pipeline without one, the stage in
// which the deal is.
func sendStage(set *rules.Set, present string) string {
	if stage := set.Settled(string(crm.StepSend)); stage != "" {
		return stage
	}
	return present
}

// stageAt is a stage's place in the pipeline, -1 when it has none.
func stageAt(set *rules.Set, key string) int {
	for i, stage := range set.Stages() {
		if stage.Key == key {
			return i
		}
	}
	return -1
}

// post marks the quote as sent, arms its expiry and writes the mail with the link. The link's secret is kept as a hash only.
func post(ctx context.Context, tx *store.Tx, o crm.Opportunity, q *crm.Quote) error {
	secret := make([]byte, 32)
	_, _ = rand.Read(secret)
	text := base64.RawURLEncoding.EncodeToString(secret)
	hash := sha256.Sum256([]byte(text))
	to, err := tx.Recipient(ctx, o.AccountID, o.ContactID)
	if err != nil {
		return err
	}
	now := tx.Now
	q.State, q.SentAt = crm.QuoteSent, &now
	tx.At(deadlineQuoteExpires, string(q.ID), q.ValidUntil.AddDays(1).StartIn(tx.Zone))
	if err := armReminder(ctx, tx, *q); err != nil {
		return err
	}
	if err := tx.SetQuoteSecret(ctx, q.ID, hash[:]); err != nil {
		return err
	}
	leaveMail(tx, mailKey("quote", q.ID), "", crm.Letter{
		Template: "quote", To: to.Email, Name: to.Name, Language: q.Language, Secret: text,
		Texts: map[string]string{"quote": q.Label(), "deal": o.Name, "valid_until": q.ValidUntil.String()},
		Money: map[string]crm.Amount{"total": {Value: q.Total, Currency: q.Currency}},
	})
	tx.Tell(store.Entry{Code: "quote.sent", AccountID: o.AccountID, OpportunityID: o.ID, Data: map[string]any{"quote": q.Label(), "quote_id": q.ID, "total": q.Total, "to": to.Email}})
	return tx.SaveQuote(ctx, *q)
}

// acceptQuote is the customer's word: in one transaction the quote is accepted, the Products tab and the amount follow it, the deal is won
// and its order is written (S042-S045). Accepting twice gives the same order. One that asks for a deposit waits for it.
func (s *Steps) acceptQuote(ctx context.Context, tx *store.Tx, f crm.QuoteDecision) (crm.Answer, error) {
	o, q, a, err := decidable(ctx, tx, f)
	if err != nil || !a.OK() || q.State == crm.QuoteAccepted || q.State == crm.QuoteAwaiting {
		return a, err
	}
	if q.Deposit().IsPositive() {
		return s.awaitDeposit(ctx, tx, o, q, f)
	}
	return s.accept(ctx, tx, o, q, f)
}

// accept tells the customer's word and takes what it brings.
func (s *Steps) accept(ctx context.Context, tx *store.Tx, o crm.Opportunity, q crm.Quote, f crm.QuoteDecision) (crm.Answer, error) {
	tx.Tell(store.Entry{
		Code: "quote.accepted", AccountID: o.AccountID, OpportunityID: o.ID,
		Data: map[string]any{"quote": q.Label(), "quote_id": q.ID, "by": f.Name, "note": f.Note, "address": f.Address},
	})
	return s.winBy(ctx, tx, o, q, f)
}

// winBy takes what a quote's acceptance brings, when all that it needs is there: products, amount, the deal won, its order (S036, S042-S045).
func (s *Steps) winBy(ctx context.Context, tx *store.Tx, o crm.Opportunity, q crm.Quote, f crm.QuoteDecision) (crm.Answer, error) {
	if err := tx.Ahead(ctx, tx.SenderOf(q.ID), store.QuoteLinesOf(q.ID), store.OrderNumber); err != nil {
		return crm.Answer{}, err
	}
	requester, err := tx.SentBy(ctx, q.ID)
	if err != nil {
		return crm.Answer{}, err
	}
	lines, err := tx.QuoteLines(ctx, q.ID)
	if err != nil {
		return crm.Answer{}, err
	}
	if _, err := tx.ReplaceProducts(ctx, o.ID, lines); err != nil {
		return crm.Answer{}, err
	}
	if err := tx.CloseQuotes(ctx, o.ID, q.ID); err != nil {
		return crm.Answer{}, err
	}
	if err := decideQuote(ctx, tx, &q, crm.QuoteAccepted, f); err != nil {
		return crm.Answer{}, err
	}
	from := o.Stage
	o.Win(q.Net, tx.Now)
	set, err := s.pipeline(ctx, tx, o)
	if err != nil {
		return crm.Answer{}, err
	}
	if won := set.Closed(rules.StageWon); won != "" {
		o.Stage = won // the pipeline's own word for won
	}
	if err := tx.SaveOpportunity(ctx, o); err != nil {
		return crm.Answer{}, err
	}
	order, err := tx.AddOrder(ctx, crm.Order{
		ID: store.NewID(), OpportunityID: o.ID, QuoteID: q.ID, Currency: q.Currency, Net: q.Net, Tax: q.Tax, Total: q.Total, SplitPayment: q.SplitPayment,
		PaymentDays: q.PaymentDays, DeliveryDate: q.DeliveryDate, RequestedBy: requester,
	})
	if err != nil {
		return crm.Answer{}, err
	}
	tx.Process.Step = crm.StepValidate
	tx.Tell(store.Entry{Code: "opportunity.won", AccountID: o.AccountID, OpportunityID: o.ID, Data: map[string]any{"from": from, "amount": o.Amount}})
	tx.Tell(store.Entry{Code: "order.created", AccountID: o.AccountID, OpportunityID: o.ID, Data: map[string]any{"order": order.Number, "order_id": order.ID, "total": order.Total}})
	return done("order", string(order.ID)), nil
}

// refuseQuote is the customer's no, with his reason; the deal stays open.
func (s *Steps) refuseQuote(ctx context.Context, tx *store.Tx, f crm.QuoteDecision) (crm.Answer, error) {
	o, q, a, err := decidable(ctx, tx, f)
	if err != nil || !a.OK() {
		return a, err
	}
	if q.State == crm.QuoteAccepted || q.State == crm.QuoteAwaiting {
		return refuse("quote_already_accepted"), nil
	}
	tx.Tell(store.Entry{Code: "quote.refused", AccountID: o.AccountID, OpportunityID: o.ID, Data: map[string]any{"quote": q.Label(), "quote_id": q.ID, "by": f.Name, "note": f.Note}})
	return done(), decideQuote(ctx, tx, &q, crm.QuoteRefused, f)
}

// quoteOf is a quote of this deal, with the deal.
func quoteOf(ctx context.Context, tx *store.Tx, id crm.ID) (o crm.Opportunity, q crm.Quote, err error) {
	if o, err = tx.Opportunity(ctx); err != nil {
		return o, q, err
	}
	q, err = tx.Quote(ctx, o.ID, id)
	return o, q, err
}

// decidable finds the quote that a customer decides on. One that was accepted answers with its order; any other that is not out is refused
// with its state, so that the customer's page can say why.
func decidable(ctx context.Context, tx *store.Tx, f crm.QuoteDecision) (o crm.Opportunity, q crm.Quote, a crm.Answer, err error) {
	if o, q, err = quoteOf(ctx, tx, f.QuoteID); err != nil {
		return o, q, a, err
	}
	switch {
	case q.State == crm.QuoteAccepted:
		order, err := tx.OrderOf(ctx, q.ID)
		return o, q, done("order", string(order)), err
	case q.State == crm.QuoteAwaiting:
		return o, q, done("deposit", q.Deposit().StringFixed(2)), nil
	case q.State != crm.QuoteSent:
		return o, q, refuse("quote_not_open", "state", string(q.State)), nil
	case tx.Today.After(q.ValidUntil):
		return o, q, refuse("quote_not_open", "state", string(crm.QuoteExpired)), nil
	case f.Name == "":
		return o, q, invalid("/name", "required"), nil
	}
	return o, q, done(), nil
}

func decideQuote(ctx context.Context, tx *store.Tx, q *crm.Quote, state crm.QuoteState, f crm.QuoteDecision) error {
	if q.DecidedAt == nil { // else it is his word of then, which a deposit confirms now
		now := tx.Now
		q.DecidedAt, q.DecidedBy, q.DecidedNote = &now, f.Name, f.Note
		q.DecidedRole, q.DecidedPlace, q.DecidedAddress, q.DecidedPaper = f.Role, f.Place, f.Address, f.Paper
	}
	q.State = state
	tx.Unset(deadlineQuoteExpires, string(q.ID))
	tx.Unset(deadlineQuoteReminder, string(q.ID))
	return tx.SaveQuote(ctx, *q)
}

// expireQuote lapses a quote that nobody decided in time.
func (s *Steps) expireQuote(ctx context.Context, tx *store.Tx, d store.Deadline) error {
	o, q, err := quoteOf(ctx, tx, crm.ID(d.Key))
	if err != nil || q.State != crm.QuoteSent || !tx.Today.After(q.ValidUntil) {
		return err
	}
	q.State = crm.QuoteExpired
	tx.Tell(store.Entry{Code: "quote.expired", AccountID: o.AccountID, OpportunityID: o.ID, Data: map[string]any{"quote": q.Label(), "quote_id": q.ID}})
	return tx.SaveQuote(ctx, q)
}
