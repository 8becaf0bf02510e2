package store

import (
	"context"

	"leadtocash/crm"
)

// AddBid writes a move of the negotiation into a deal's log (S076). It never changes.
func (s *Store) AddBid(ctx context.Context, t Target, b crm.Bid) (crm.Bid, error) {
	err := s.edit(ctx, t.Actor, func(e *edit) error {
		o, err := e.openDeal(ctx, t)
		if err != nil {
			return err
		}
		if b.QuoteID != "" {
			if _, err := one[crm.Quote](ctx, e.q, `select `+quoteColumns+` from quote where id = $1 and opportunity_id = $2`, b.QuoteID, o.ID); err != nil {
				return unknown(err, "/quote_id")
			}
		}
		b.OpportunityID, b.By, b.At = o.ID, e.actor, e.now
		return e.addBid(ctx, o.AccountID, b)
	})
	return b, err
}

func (e *edit) addBid(ctx context.Context, account crm.ID, b crm.Bid) error {
	tag, err := e.q.Exec(ctx, `insert into bid (id, opportunity_id, quote_id, side, amount, terms, note, "by", name, at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) on conflict do nothing`,
		b.ID, b.OpportunityID, b.QuoteID, b.Side, b.Amount, b.Terms, b.Note, b.By, b.Name, b.At)
	if err != nil || tag.RowsAffected() == 0 { // a form that was sent twice
		return told(err)
	}
	return e.tell(ctx, crm.ProcessID(crm.KindOpportunity, b.OpportunityID), Entry{
		Code: "negotiation.bid", AccountID: account, OpportunityID: b.OpportunityID,
		Data: map[string]any{"side": b.Side, "amount": b.Amount, "terms": b.Terms},
	})
}

// BidRow is a move of a negotiation as people read it.
type BidRow struct {
	crm.Bid
	Author string
	Quote  string // "Q-2026-0012 v2", when it is about one
	Sent   bool   // it is the quote itself, which went to the customer
}

// Negotiation is the log of a deal that may be seen: what was written down, and each quote that was sent or refused; the newest first.
func (s *Store) Negotiation(ctx context.Context, opportunity crm.ID) ([]BidRow, error) {
	return many[BidRow](ctx, s.pool, `select b.id, b.opportunity_id, b.quote_id, b.side, b.amount, b.terms, b.note, b."by", b.name, b.at, coalesce(u.name, b.name) as author,
			coalesce(q.number || ' v' || q.revision, '') as quote, false as sent
		from bid b left join app_user u on u.id = b."by" left join quote q on q.id = b.quote_id where b.opportunity_id = $1
		union all select q.id, q.opportunity_id, q.id, 'offer', q.net, '', '', null, '', q.sent_at, '', q.number || ' v' || q.revision, true
		from quote q where q.opportunity_id = $1 and q.sent_at is not null
		union all select q.id, q.opportunity_id, q.id, 'counter', 0, '', q.decided_note, null, '', q.decided_at, q.decided_by, q.number || ' v' || q.revision, true
		from quote q where q.opportunity_id = $1 and q.state = 'refused' and q.decided_at is not null
		order by at desc, id desc limit 500`, opportunity)
}

// QuoteComparison is two versions of one offer, or two offers of one deal, and what lies between them.
type QuoteComparison struct {
	From, To crm.Quote
	Diff     crm.QuoteDiff
}

// CompareQuotes compares two quotes of one deal within the scope, the older one first (S076). A quote of another deal does not exist here.
func (s *Store) CompareQuotes(ctx context.Context, sc Scope, a, b crm.ID) (c QuoteComparison, err error) {
	if c.From, err = Quotes.Record(ctx, s, sc, a); err != nil {
		return c, err
	}
	if c.To, err = Quotes.Record(ctx, s, sc, b); err != nil {
		return c, err
	}
	if c.From.OpportunityID != c.To.OpportunityID {
		return c, ErrNotFound
	}
	if c.To.CreatedAt.Before(c.From.CreatedAt) {
		c.From, c.To = c.To, c.From
	}
	before, err := quoteLines(ctx, s.pool, c.From.ID)
	if err != nil {
		return c, err
	}
	after, err := quoteLines(ctx, s.pool, c.To.ID)
	if err != nil {
		return c, err
	}
	c.Diff = c.To.Pricing().DiffQuotes(c.From, c.To, before, after)
	return c, err
}
