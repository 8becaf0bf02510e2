package store

import (
	"context"

	"leadtocash/crm"

	"github.com/jackc/pgx/v5"
	"github.com/shopspring/decimal"
)

// Rival is how we do against a competitor, over the deals that the reader may see (S024). Prices are of deals where his is known.
type Rival struct {
	Name     string // as it was written last
	Won      int    // against him
	Lost     int
	LostHim  int // of the lost ones, for the reason that is him
	Open     int
	WonSum   decimal.Decimal // of the amounts, in the company's currency
	LostSum  decimal.Decimal
	Currency string
	Cheaper  int // deals where his known price is below our amount
	Priced   int // deals where his price is known
}

// WonPercent is how many of the closed deals we won, in per cent; 0 when none is closed.
func (r Rival) WonPercent() decimal.Decimal {
	return crm.PercentOf(decimal.NewFromInt(int64(r.Won)), decimal.NewFromInt(int64(r.Won+r.Lost)))
}

// shownRivals is how many competitors a page shows.
const shownRivals = 200

// Rivals lists the competitors by how often they meet us, over all deals, or over those where one of the names is involved.
func (s *Store) Rivals(ctx context.Context, sc Scope, names ...string) ([]Rival, error) {
	where := conditions{sc.sees("o.owner_id"), `r.kind = 'competitor'`}
	where.when(len(names) > 0, `lower(r.name) = any(select lower(n) from unnest(@names::text[]) n)`)
	return many[Rival](ctx, s.pool, `select (array_agg(r.name order by r.id desc))[1] as name,
			count(*) filter (where o.state = 'won') as won, count(*) filter (where o.state = 'lost') as lost,
			count(*) filter (where o.state = 'lost' and o.lost_reason = 'competitor') as lost_him, count(*) filter (where o.state = 'open') as open,
			coalesce(sum(o.amount) filter (where o.state = 'won'), 0) as won_sum, coalesce(sum(o.amount) filter (where o.state = 'lost'), 0) as lost_sum, o.currency,
			count(*) filter (where r.price > 0 and r.price < o.amount) as cheaper, count(*) filter (where r.price > 0) as priced
		from relation r join opportunity o on o.id = r.opportunity_id`+where.sql()+` group by lower(r.name), o.currency order by count(*) desc, 1 limit @limit`,
		sc.args(pgx.NamedArgs{"names": names, "limit": shownRivals}))
}
