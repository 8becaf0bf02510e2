package store

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"leadtocash/crm"

	"github.com/jackc/pgx/v5"
	"github.com/shopspring/decimal"
)

// DealSlips are the changes of a deal's expected closing date, the oldest first, as its timeline tells them (S070).
func (s *Store) DealSlips(ctx context.Context, id crm.ID) ([]crm.Slip, error) {
	rows, err := many[struct {
		At    time.Time
		Actor string
		Data  json.RawMessage
	}](ctx, s.pool, `select at, actor, data from timeline where opportunity_id = $1
		and (code = 'opportunity.edited' and data->'changes' ? 'close_date' or code = 'fields.filled' and data ? 'deal.close_date') order by id`, id)
	if err != nil {
		return nil, err
	}
	var out []crm.Slip
	var known crm.Date
	for _, r := range rows {
		var told struct {
			Changes map[string]change
			Filled  string `json:"deal.close_date"`
		}
		if err := json.Unmarshal(r.Data, &told); err != nil {
			return nil, err
		}
		slip := crm.Slip{At: r.At, By: r.Actor, From: known}
		if c, edited := told.Changes["close_date"]; edited {
			slip.From, _ = crm.ParseDate(c.From)
			told.Filled = c.To
		}
		slip.To, _ = crm.ParseDate(told.Filled)
		if slip.From != slip.To {
			out = append(out, slip)
		}
		known = slip.To
	}
	return out, nil
}

// Stays lists the stays of a deal in its stages, in order.
func (s *Store) Stays(ctx context.Context, id crm.ID) ([]crm.Stay, error) {
	return many[crm.Stay](ctx, s.pool, `select stage, entered_at, left_at from stage_interval where opportunity_id = $1 order by id`, id)
}

// Decider tells whether somebody who decides is among the deal's contacts (S022).
func (s *Store) Decider(ctx context.Context, id crm.ID) (there bool, err error) {
	err = s.pool.QueryRow(ctx, `select exists (select from relation where opportunity_id = $1 and kind = 'contact' and role = $2)`, id, crm.RoleDecisionMaker).Scan(&there)
	return there, told(err)
}

// Odds are how likely the deals of a stage are won, in per cent.
type Odds struct {
	Pipeline, Stage string
	Probability     decimal.Decimal
}

// RankedDeal is an open deal with its place by potential.
type RankedDeal struct {
	Card
	Probability decimal.Decimal
}

// DealsByPotential lists the open deals that promise most today (S069), in the order of crm.PotentialOf. A stage that odds do not name counts nothing.
func (s *Store) DealsByPotential(ctx context.Context, sc Scope, f DealFilter, odds []Odds, today crm.Date, limit int) ([]RankedDeal, error) {
	where := f.conditions(sc)
	where.when(true, `o.state = 'open'`)
	steps := crm.TimingSteps()
	soon := append(make([]decimal.Decimal, 0, len(steps)+2), crm.TimingUnknown)
	for _, step := range steps {
		soon = append(soon, step.Factor)
	}
	soon = append(soon, crm.TimingLater)
	args := f.args(sc, pgx.NamedArgs{"today": today, "limit": limit})
	timing := `case when o.close_date is null or o.close_date < @today::date then 1`
	for i, step := range steps {
		name := fmt.Sprint("step", i)
		args[name] = step.Days
		timing += fmt.Sprintf(` when o.close_date <= @today::date + @%s::int then %d`, name, i+2)
	}
	timing += fmt.Sprintf(` else %d end`, len(soon))
	pipelines, stages, chances, weights := make([]string, len(odds)), make([]string, len(odds)), make([]decimal.Decimal, len(odds)), ""
	for i, o := range odds {
		pipelines[i], stages[i], chances[i] = o.Pipeline, o.Stage, o.Probability
	}
	for i, factor := range soon { // probability and timing are multiplied once a stage and not once a deal
		column := make([]decimal.Decimal, len(odds))
		for j, o := range odds {
			column[j] = o.Probability.Mul(factor).Shift(-2)
		}
		name := fmt.Sprint("weights", i)
		args[name] = column
		weights += `, @` + name + `::numeric[]`
	}
	args["pipelines"], args["stages"], args["chances"] = pipelines, stages, chances
	names := make([]string, len(soon))
	for i := range soon {
		names[i] = fmt.Sprint("w", i)
	}
	return many[RankedDeal](ctx, s.pool, `select c.*, best.probability from (
			select o.id, x.probability, round(case when o.amount = 0 then o.target else o.amount end * x.weights[`+timing+`], 2) as score
			from opportunity o join (select pipeline, stage, probability, array[`+strings.Join(names, ", ")+`] as weights
				from unnest(@pipelines::text[], @stages::text[], @chances::numeric[]`+weights+`) x(pipeline, stage, probability, `+strings.Join(names, ", ")+`)) x
				on x.pipeline = o.pipeline and x.stage = o.stage`+
		where.sql()+` order by score desc, o.id limit @limit) best
		cross join lateral (`+cards+` where o.id = best.id) c order by best.score desc, c.id`, args)
}
