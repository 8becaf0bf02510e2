package store

import (
	"context"

	"leadtocash/crm"

	"github.com/shopspring/decimal"
)

// MonthSum is what is expected to close in one month, in one stage.
type MonthSum struct {
	Pipeline string
	Stage    string
	Month    crm.Date // its first day; zero for deals without a closing date
	Deals    int
	Sum      decimal.Decimal // of the amounts
}

// PipelineMonths adds up the open deals that the reader may see, by stage of each pipeline and by the month of their expected closing.
func (s *Store) PipelineMonths(ctx context.Context, sc Scope, f DealFilter) ([]MonthSum, error) {
	f.State = crm.OpportunityOpen
	return many[MonthSum](ctx, s.pool, `select o.pipeline, o.stage, date_trunc('month', o.close_date::timestamp)::date as month, count(*) as deals, coalesce(sum(o.amount), 0) as sum
		from opportunity o`+f.conditions(sc).sql()+` group by 1, 2, 3 order by 1, 2, 3`, f.args(sc, nil))
}
