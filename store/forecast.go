package store

import (
	"context"
	"fmt"
	"slices"
	"time"

	"leadtocash/crm"

	"github.com/jackc/pgx/v5"
	"github.com/shopspring/decimal"
)

// ForecastCell is what open deals of one person, stage and currency may bring in one month.
type ForecastCell struct {
	Month    crm.Date // of the expected closing, its first day; zero: no date
	Slipped  bool     // the closing has passed
	OwnerID  crm.ID
	Pipeline string
	Stage    string
	Currency string
	Deals    int
	Sum      decimal.Decimal
}

// ForecastCells adds up the open deals that the reader may see, by month, owner, pipeline, stage and currency; what was expected before today stands apart.
func (s *Store) ForecastCells(ctx context.Context, sc Scope, f DealFilter, today crm.Date) ([]ForecastCell, error) {
	f.State = crm.OpportunityOpen
	return many[ForecastCell](ctx, s.pool, `select date_trunc('month', o.close_date::timestamp)::date as month, coalesce(o.close_date < @today::date, false) as slipped, o.owner_id, o.pipeline, o.stage, o.currency,
		count(*) as deals, sum(o.amount) as sum from opportunity o`+f.conditions(sc).sql()+` group by 1, 2, 3, 4, 5, 6`, f.args(sc, pgx.NamedArgs{"today": today}))
}

// DealPast are the forecast's pictures of nights: how deals stood at the end of days.
type DealPast struct {
	Scope Scope
	Owner crm.ID
	Team  crm.ID // of the owner as it was on the day, with those above
	Pipe  string
	Rules []Weighing
	Book  crm.RateBook
	Past  *crm.OrganisationPast
}

// Weighing are the odds that the rules gave from a day on, until the next one.
type Weighing struct {
	From crm.Date
	Odds []Odds
}

// odds are those of a night; before the first rules, theirs.
func (p DealPast) odds(on crm.Date) (of map[[2]string]decimal.Decimal) {
	for i, w := range p.Rules {
		if i == 0 || !on.Before(w.From) {
			of = oddsOf(w.Odds)
		}
	}
	return of
}

// DealPast prepares pictures of what the reader may see, weighed by the rules of each night, which are given in their order.
func (s *Store) DealPast(ctx context.Context, sc Scope, rules []Weighing) (p DealPast, err error) {
	p.Scope, p.Rules = sc, rules
	if p.Book, _, _, err = s.rateBook(ctx); err != nil {
		return p, err
	}
	p.Past, err = s.OrganisationPast(ctx)
	return p, err
}

// sees tells whether a deal of the owner is looked at on a day.
func (p DealPast) sees(owner crm.ID, pipeline string, day crm.Date) bool {
	switch {
	case p.Pipe != "" && p.Pipe != pipeline, p.Owner != "" && p.Owner != owner, p.Team != "" && !slices.Contains(p.Past.TeamsOn(owner, day), p.Team):
		return false
	case p.Scope.Reach == crm.ReachAll:
		return true
	case p.Scope.Reach == crm.ReachTeam:
		return owner != "" && (owner == p.Scope.User || slices.Contains(p.Scope.Teams, p.Past.Teams[owner].Now))
	}
	return p.Scope.Reach == crm.ReachOwn && owner == p.Scope.User
}

// pictureRow is a deal at the end of a day.
type pictureRow struct {
	OpportunityID crm.ID
	Pipeline      string
	Stage         string
	State         crm.OpportunityState
	Currency      string
	Amount        decimal.Decimal
	CloseDate     crm.Date
	OwnerID       crm.ID
	StageSince    time.Time
	Slipped       bool
}

const pictureColumns = `d.opportunity_id, d.pipeline, d.stage, d.state, d.currency, d.amount, d.close_date, d.owner_id, d.stage_since`

// day makes what the forecast reads of a row.
func (p DealPast) day(r pictureRow, on crm.Date) crm.DealDay {
	amount, _ := p.Book.At(r.Amount, r.Currency, on)
	return crm.DealDay{
		DealID: r.OpportunityID, Pipeline: r.Pipeline, Stage: r.Stage, State: r.State, Amount: amount,
		CloseDate: r.CloseDate, OwnerID: r.OwnerID, In: p.sees(r.OwnerID, r.Pipeline, on), Slipped: r.Slipped, Stayed: on.DaysSince(crm.DateOf(r.StageSince, time.UTC)),
	}
}

// Trend is what the open pipeline came to on a night.
type Trend struct {
	On       crm.Date
	Sum      decimal.Decimal
	Weighted decimal.Decimal
}

// Trends are the sums of nights (S009), given in their order, in the company's currency at the rates and by the rules of each. Each row of the past is read
// once and counts from its first night to its last.
func (s *Store) Trends(ctx context.Context, p DealPast, nights []crm.Date) ([]Trend, error) {
	if len(nights) == 0 {
		return nil, nil
	}
	args, first, last := pgx.NamedArgs{"since": nights[0]}, `case`, `case`
	for i, d := range nights { // compared one after the other, which for a dozen is a tenth of what it costs to look into an array of them
		args[fmt.Sprint("night", i)] = d
		first += fmt.Sprintf(` when d.day <= @night%d::date then %d`, i, i+1)
		last += fmt.Sprintf(` when d.until_day > @night%d::date then %d`, len(nights)-1-i, len(nights)-i)
	}
	rows, err := many[struct {
		First    int // the first night on which a deal counts, from 1
		Last     int
		Pipeline string
		Stage    string
		Currency string
		OwnerID  crm.ID
		Amount   decimal.Decimal
	}](ctx, s.pool, `select d.* from (
			select `+first+` else 0 end as first, `+last+` else 0 end as last, d.pipeline, d.stage, d.currency, d.owner_id, sum(d.amount) as amount
			from deal_day d where d.state = 'open' and d.until_day > @since::date group by 1, 2, 3, 4, 5, 6) d where d.first between 1 and d.last`, args)
	out := make([]Trend, len(nights))
	for i, d := range nights {
		out[i].On = d
		sums := map[trendGroup]decimal.Decimal{}
		for _, r := range rows {
			if r.First <= i+1 && i+1 <= r.Last && p.sees(r.OwnerID, r.Pipeline, d) {
				g := trendGroup{r.Pipeline, r.Stage, r.Currency, r.OwnerID}
				sums[g] = sums[g].Add(r.Amount)
			}
		}
		chance := p.odds(d)
		for g, sum := range sums {
			amount, _ := p.Book.At(sum, g.currency, d)
			out[i].Sum = out[i].Sum.Add(amount)
			out[i].Weighted = out[i].Weighted.Add(amount.Mul(chance[[2]string{g.pipeline, g.stage}]).Div(percentWhole))
		}
		out[i].Weighted = out[i].Weighted.Round(p.Book.Home().Digits())
	}
	return out, err
}

// trendGroup is what a night's sums are converted and weighed by.
type trendGroup struct {
	pipeline, stage, currency string
	owner                     crm.ID
}

// DealNames are the names of deals that the reader may see, by their ids.
func (s *Store) DealNames(ctx context.Context, sc Scope, ids []string) (map[crm.ID]string, error) {
	args := []any{ids}
	rows, err := many[Choice](ctx, s.pool, `select id, name from opportunity where id = any($1::text[]::uuid[]) and `+sc.covers("owner_id", &args), args...)
	out := map[crm.ID]string{}
	for _, r := range rows {
		out[r.ID] = r.Name
	}
	return out, err
}
