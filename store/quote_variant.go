package store

import (
	"context"
	"fmt"
	"strings"

	"leadtocash/crm"
)

// variants are the letters of offers that stand side by side.
const variants = "ABCDEF"

// AlternativeQuote makes a draft of another offer with a quote's lines, which stands beside it: the customer sees both and accepts one. The quote becomes A when
// it stood alone. Errors: opportunity_closed, quote_not_open for one that is decided or gone, too_many_variants.
func (s *Store) AlternativeQuote(ctx context.Context, t Target, quote crm.ID) (d QuoteDraft, err error) {
	err = s.edit(ctx, t.Actor, func(e *edit) error {
		o, err := e.lockQuote(ctx, t, &d)
		switch {
		case err != nil:
			return err
		case o.State != crm.OpportunityOpen:
			return Refused{Code: "opportunity_closed", Params: map[string]string{"state": string(o.State)}}
		case d.State != crm.QuoteDraft && d.State != crm.QuoteSent:
			return Refused{Code: "quote_not_open", Params: map[string]string{"state": string(d.State)}}
		}
		if d.Variant == "" {
			if _, err := e.q.Exec(ctx, `update quote set variant = 'A' where number = $1`, d.Number); err != nil {
				return told(err)
			}
		}
		var used string
		var n int64
		if err := e.q.QueryRow(ctx, `select coalesce(string_agg(distinct variant, ''), ''), nextval('quote_number') from quote where opportunity_id = $1`, o.ID).Scan(&used, &n); err != nil {
			return told(err)
		}
		free := strings.Trim(variants, used)
		if free == "" {
			return Refused{Code: "too_many_variants", Params: map[string]string{"max": fmt.Sprint(len(variants))}}
		}
		d.ID, d.Number, d.Revision, d.Variant = quote, fmt.Sprintf("Q-%d-%04d", e.today.Year(), n), 1, free[:1]
		d.State, d.Version, d.CreatedAt, d.ValidUntil = crm.QuoteDraft, 1, e.now, e.today.AddDays(e.entity.QuoteDays)
		d.SentAt, d.SeenAt, d.LastSeenAt, d.SeenCount = nil, nil, nil, 0
		return e.insertQuote(ctx, o, &d, "quote.alternative")
	})
	return d, err
}

// Alternatives are the offers that a customer may choose between, in the order of their letters: of each the newest version that left.
func (s *Store) Alternatives(ctx context.Context, opportunity crm.ID) ([]crm.Quote, error) {
	return many[crm.Quote](ctx, s.pool, `select distinct on (variant) `+quoteColumns+` from quote where opportunity_id = $1 and variant <> '' and state not in ('draft', 'superseded')
		order by variant, revision desc, created_at desc`, opportunity)
}
