package store

import (
	"context"

	"leadtocash/crm"

	"github.com/jackc/pgx/v5"
	"github.com/shopspring/decimal"
)

// bridgeRow is a row of a deal's past that holds on one of two nights, or on both.
type bridgeRow struct {
	pictureRow
	Before bool
	After  bool
}

// Bridge explains how the forecast of one night became that of another (S005): pictures of both, with amounts at the rates, and weights by the rules, of each.
// What stands on both nights and counts the same is added up by the database; what makes a difference is looked at deal by deal.
func (s *Store) Bridge(ctx context.Context, p DealPast, v crm.BridgeView, from, to crm.Date) (b crm.ForecastBridge, err error) {
	v.Currency = p.Book.Home()
	w := weighed{DealPast: p, view: v, from: from, to: to, before: p.odds(from), after: p.odds(to)}
	still, shifted, err := w.still(ctx, s)
	if err != nil {
		return b, err
	}
	pipelines, stages, owners := keysOf(shifted)
	rows, err := many[bridgeRow](ctx, s.pool, `select d.opportunity_id, d.pipeline, d.stage, d.state, d.currency, d.amount, d.close_date, d.owner_id, d.day <= @from::date as before, d.until_day > @to::date as after
		from deal_day d where d.day > @from::date and d.day <= @to::date and d.until_day > @to::date
		union all select d.opportunity_id, d.pipeline, d.stage, d.state, d.currency, d.amount, d.close_date, d.owner_id, true, d.until_day > @to::date
		from deal_day d where d.day <= @from::date and d.until_day > @from::date and d.state = 'open' and (d.until_day <= @to::date or d.currency <> @home
			or exists (select from unnest(@pipelines::text[], @stages::text[], @owners::text[]) x(pipeline, stage, owner) where x.pipeline = d.pipeline and x.stage = d.stage and x.owner = coalesce(d.owner_id::text, '')))`,
		pgx.NamedArgs{"from": from, "to": to, "home": string(v.Currency), "pipelines": pipelines, "stages": stages, "owners": owners})
	if err != nil {
		return b, err
	}
	var before, after []crm.DealDay
	for _, r := range rows {
		if r.Before {
			before = append(before, w.day(r.pictureRow, from))
		}
		if r.After {
			after = append(after, w.day(r.pictureRow, to))
		}
	}
	b = v.Between(before, after)
	b.From, b.To = b.From.Add(still), b.To.Add(still)
	return b, nil
}

// weighed are two nights of the past, with the odds of each.
type weighed struct {
	DealPast
	view          crm.BridgeView
	from, to      crm.Date
	before, after map[[2]string]decimal.Decimal
}

// day is a row on one of the two nights. A stage that the later rules do not know keeps its weight: its deals have moved on.
func (w weighed) day(r pictureRow, on crm.Date) crm.DealDay {
	d := w.DealPast.day(r, on)
	key := [2]string{r.Pipeline, r.Stage}
	if d.Probability = w.after[key]; on == w.from {
		d.Probability, d.Later = w.before[key], w.later(key)
	}
	return d
}

func (w weighed) later(key [2]string) decimal.Decimal {
	if after, known := w.after[key]; known {
		return after
	}
	return w.before[key]
}

// stillGroup is what deals that stand on both nights as they did have in common: all that could make them count otherwise all the same.
type stillGroup struct {
	Pipeline string
	Stage    string
	OwnerID  crm.ID
	Sum      decimal.Decimal // of what they count on the first night
}

// still adds up the deals in the company's currency that stand on both nights as they did and count the same; shifted are the groups of those that do not, since
// their owner's team or their stage's weight is another one.
func (w weighed) still(ctx context.Context, s *Store) (sum decimal.Decimal, shifted []stillGroup, err error) {
	where := conditions{`d.day <= @from::date and d.until_day > @to::date and d.state = 'open' and d.currency = @home`}
	where.when(!w.view.Closing.First.IsZero(), `d.close_date between @first::date and @last::date`)
	value := `d.amount`
	if w.view.Weighted {
		value = `round(d.amount * coalesce(x.chance, 0) * 0.01, @digits)`
	}
	pipelines, stages, chances := make([]string, 0, len(w.before)), make([]string, 0, len(w.before)), make([]decimal.Decimal, 0, len(w.before))
	for key, chance := range w.before {
		pipelines, stages, chances = append(pipelines, key[0]), append(stages, key[1]), append(chances, chance)
	}
	groups, err := many[stillGroup](ctx, s.pool, `select d.pipeline, d.stage, d.owner_id, sum(`+value+`) as sum
		from deal_day d left join unnest(@pipelines::text[], @stages::text[], @chances::numeric[]) x(pipeline, stage, chance) on x.pipeline = d.pipeline and x.stage = d.stage`+where.sql()+` group by 1, 2, 3`,
		pgx.NamedArgs{"from": w.from, "to": w.to, "home": string(w.view.Currency), "first": w.view.Closing.First, "last": w.view.Closing.Last, "digits": w.view.Currency.Digits(), "pipelines": pipelines, "stages": stages, "chances": chances})
	for _, g := range groups {
		key := [2]string{g.Pipeline, g.Stage}
		then, now := w.sees(g.OwnerID, g.Pipeline, w.from), w.sees(g.OwnerID, g.Pipeline, w.to)
		switch {
		case then != now || then && w.view.Weighted && !w.before[key].Equal(w.after[key]):
			shifted = append(shifted, g)
		case then:
			sum = sum.Add(g.Sum)
		}
	}
	return sum, shifted, err
}

func keysOf(groups []stillGroup) (pipelines, stages, owners []string) {
	pipelines, stages, owners = []string{}, []string{}, []string{}
	for _, g := range groups {
		pipelines, stages, owners = append(pipelines, g.Pipeline), append(stages, g.Stage), append(owners, string(g.OwnerID))
	}
	return pipelines, stages, owners
}
