package store

import (
	"context"
	"encoding/json"
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
	pipelines, stages, chances := make([]string, len(odds)), make([]string, len(odds)), make([]decimal.Decimal, len(odds))
	for i, o := range odds {
		pipelines[i], stages[i], chances[i] = o.Pipeline, o.Stage, o.Probability
	}
	args := f.args(sc, pgx.NamedArgs{
		"pipelines": pipelines, "stages": stages, "chances": chances, "today": today, "limit": limit, "later": crm.TimingLater, "unknown": crm.TimingUnknown,
	})
	timing := `case when o.close_date is null or o.close_date < @today::date then @unknown::numeric`
	for i, step := range crm.TimingSteps() {
		name := "step" + string(rune('a'+i))
		args[name], args[name+"_factor"] = step.Days, step.Factor
		timing += ` when o.close_date - @today::date <= @` + name + `::int then @` + name + `_factor::numeric`
	}
	timing += ` else @later::numeric end`
	return many[RankedDeal](ctx, s.pool, `select c.*, best.probability from (
			select o.id, x.probability, round(case when o.amount = 0 then o.target else o.amount end * x.probability * (`+timing+`) / 100, 2) as score
			from opportunity o join unnest(@pipelines::text[], @stages::text[], @chances::numeric[]) x(pipeline, stage, probability) on x.pipeline = o.pipeline and x.stage = o.stage`+
		where.sql()+` order by score desc, o.id limit @limit) best
		cross join lateral (`+cards+` where o.id = best.id) c order by best.score desc, c.id`, args)
}
