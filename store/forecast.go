package store

import (
	"context"
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
	Odds  []Odds
	Book  crm.RateBook
	Past  *crm.OrganisationPast
}

// DealPast prepares pictures of what the reader may see.
func (s *Store) DealPast(ctx context.Context, sc Scope, odds []Odds) (p DealPast, err error) {
	p.Scope, p.Odds = sc, odds
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
func (p DealPast) day(r pictureRow, on crm.Date, chance map[[2]string]decimal.Decimal) crm.DealDay {
	amount, _ := p.Book.At(r.Amount, r.Currency, on)
	return crm.DealDay{
		DealID: r.OpportunityID, Pipeline: r.Pipeline, Stage: r.Stage, State: r.State, Amount: amount, Probability: chance[[2]string{r.Pipeline, r.Stage}],
		CloseDate: r.CloseDate, OwnerID: r.OwnerID, In: p.sees(r.OwnerID, r.Pipeline, on), Slipped: r.Slipped, Stayed: on.DaysSince(crm.DateOf(r.StageSince, time.UTC)),
	}
}

// Bridge explains how the forecast of one night became that of another (S005): pictures of both, with amounts at the rates of each. Probabilities are those
// of the rules in force.
func (s *Store) Bridge(ctx context.Context, p DealPast, v crm.BridgeView, from, to crm.Date) (crm.ForecastBridge, error) {
	v.Currency = p.Book.Home()
	before, err := s.picture(ctx, p, from, `d.state = 'open'`)
	if err != nil {
		return crm.ForecastBridge{}, err
	}
	after, err := s.picture(ctx, p, to, `(d.state = 'open' or d.day > @since::date)`, from)
	return v.Between(before, after), err
}

func (s *Store) picture(ctx context.Context, p DealPast, on crm.Date, which string, since ...crm.Date) ([]crm.DealDay, error) {
	args := pgx.NamedArgs{"on": on, "since": append(since, on)[0]}
	rows, err := many[pictureRow](ctx, s.pool, `select `+pictureColumns+`, false as slipped from deal_day d where d.day <= @on::date and d.until_day > @on::date and `+which, args)
	out, chance := make([]crm.DealDay, len(rows)), oddsOf(p.Odds)
	for i, r := range rows {
		out[i] = p.day(r, on, chance)
	}
	return out, err
}

// Trend is what the open pipeline came to on a night.
type Trend struct {
	On       crm.Date
	Sum      decimal.Decimal
	Weighted decimal.Decimal
}

// Trends are the sums of nights (S009), in the company's currency at the rates of each.
func (s *Store) Trends(ctx context.Context, p DealPast, nights []crm.Date) ([]Trend, error) {
	days := make([]string, len(nights))
	for i, d := range nights {
		days[i] = d.String()
	}
	rows, err := many[struct {
		On       crm.Date
		Pipeline string
		Stage    string
		Currency string
		OwnerID  crm.ID
		Amount   decimal.Decimal
	}](ctx, s.pool, `select n.on::date as on, d.pipeline, d.stage, d.currency, d.owner_id, sum(d.amount) as amount from unnest($1::text[]::date[]) n("on")
		join deal_day d on d.day <= n.on and d.until_day > n.on where d.state = 'open' group by 1, 2, 3, 4, 5`, days)
	at, chance := map[crm.Date]*Trend{}, oddsOf(p.Odds)
	out := make([]Trend, len(nights))
	for i, d := range nights {
		out[i].On, at[d] = d, &out[i]
	}
	for _, r := range rows {
		if !p.sees(r.OwnerID, r.Pipeline, r.On) {
			continue
		}
		amount, _ := p.Book.At(r.Amount, r.Currency, r.On)
		t := at[r.On]
		t.Sum = t.Sum.Add(amount)
		t.Weighted = t.Weighted.Add(amount.Mul(chance[[2]string{r.Pipeline, r.Stage}]).Div(percentWhole))
	}
	for i := range out {
		out[i].Weighted = out[i].Weighted.Round(p.Book.Home().Digits())
	}
	return out, err
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
