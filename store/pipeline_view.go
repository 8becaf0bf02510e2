package store

import (
	"context"

	"leadtocash/crm"

	"github.com/jackc/pgx/v5"
	"github.com/shopspring/decimal"
)

// MonthSum is what is expected to close in one month, in one stage and one currency.
type MonthSum struct {
	Pipeline string
	Stage    string
	Month    crm.Date // its first day; zero for deals without a closing date
	Slipped  bool     // the closing has passed
	Currency string
	Deals    int
	Sum      decimal.Decimal // of the amounts
}

// Closing is a day on which the deals of the sum may close, from today on unless they have slipped; zero where none is expected.
func (m MonthSum) Closing(today crm.Date) crm.Date {
	switch {
	case m.Slipped:
		return today.AddDays(-1)
	case !m.Month.IsZero() && m.Month.Before(today):
		return today
	}
	return m.Month
}

// PipelineMonths adds up the open deals that the reader may see, by stage of each pipeline, month of their expected closing and currency; what was expected
// before today stands apart.
func (s *Store) PipelineMonths(ctx context.Context, sc Scope, f DealFilter, today crm.Date) ([]MonthSum, error) {
	f.State = crm.OpportunityOpen
	return many[MonthSum](ctx, s.pool, `select o.pipeline, o.stage, date_trunc('month', o.close_date::timestamp)::date as month, coalesce(o.close_date < @today::date, false) as slipped, o.currency,
		count(*) as deals, sum(o.amount) as sum from opportunity o`+f.conditions(sc).sql()+` group by 1, 2, 3, 4, 5 order by 1, 2, 3, 4, 5`, f.args(sc, pgx.NamedArgs{"today": today}))
}
