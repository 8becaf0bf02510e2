package store

import (
	"context"
	"time"

	"leadtocash/crm"

	"github.com/jackc/pgx/v5"
	"github.com/shopspring/decimal"
)

// PlanFacts are what happened, or is expected, between two days of the entity's zone with customers within the scope, net and in the company's currency by the
// rate of each day, at the latest of today; missing are currencies that had none, whose amounts are left out. Odds weigh the pipeline.
func (s *Store) PlanFacts(ctx context.Context, sc Scope, span crm.Period, odds []Odds) (facts []crm.PlanFact, missing []string, err error) {
	book, zone, today, err := s.rateBook(ctx)
	if err != nil {
		return nil, nil, err
	}
	type fact struct {
		Kind      string
		AccountID crm.ID
		Day       crm.Date
		Currency  string
		Pipeline  string
		Stage     string
		Amount    decimal.Decimal
	}
	sees := sc.sees("a.owner_id")
	rows, err := many[fact](ctx, s.pool, `with own as (select a.id from account a where `+sees+`)
		select 'pipeline' as kind, o.account_id, o.close_date as day, o.currency, o.pipeline, o.stage, sum(o.amount) as amount from opportunity o
			where o.state = 'open' and o.close_date between @first::date and @last::date and o.account_id in (select id from own) group by 2, 3, 4, 5, 6
		union all select 'accepted', o.account_id, (o.closed_at at time zone @zone)::date, o.currency, '', '', sum(o.amount) from opportunity o
			where o.state = 'won' and (o.closed_at at time zone @zone)::date between @first::date and @last::date and o.account_id in (select id from own) group by 2, 3, 4
		union all select 'invoiced', i.account_id, i.issue_date, i.currency, '', '', sum(i.net) from invoice i
			where i.issue_date between @first::date and @last::date and i.account_id in (select id from own) group by 2, 3, 4
		union all select 'invoiced', i.account_id, n.issue_date, n.currency, '', '', -sum(n.net) from credit_note n join invoice i on i.id = n.invoice_id
			where n.issue_date between @first::date and @last::date and i.account_id in (select id from own) group by 2, 3, 4
		union all select 'paid', i.account_id, g.on_date, i.currency, '', '', sum(round(-g.amount * i.net / i.total, 2)) from ledger g join invoice i on i.id = g.invoice_id
			where g.kind in ('payment', 'deposit') and i.total <> 0 and g.on_date between @first::date and @last::date and i.account_id in (select id from own) group by 2, 3, 4`,
		sc.args(pgx.NamedArgs{"first": span.First, "last": span.Last, "zone": zone}))
	if err != nil {
		return nil, nil, err
	}
	chance := oddsOf(odds)
	rates := book.Converting()
	for _, f := range rows {
		day := f.Day
		if day.After(today) {
			day = today
		}
		amount, known := rates.At(f.Amount, f.Currency, day)
		if !known {
			continue
		}
		facts = append(facts, crm.PlanFact{Kind: f.Kind, AccountID: f.AccountID, Day: f.Day, Amount: amount})
		if f.Kind == crm.FactPipeline {
			weighted := amount.Mul(chance[[2]string{f.Pipeline, f.Stage}]).Div(percentWhole).Round(book.Home().Digits())
			facts = append(facts, crm.PlanFact{Kind: crm.FactWeighted, AccountID: f.AccountID, Day: f.Day, Amount: weighted})
		}
	}
	return facts, rates.Without(), nil
}

var percentWhole = decimal.NewFromInt(100)

// oddsOf are odds by pipeline and stage.
func oddsOf(odds []Odds) map[[2]string]decimal.Decimal {
	out := map[[2]string]decimal.Decimal{}
	for _, o := range odds {
		out[[2]string{o.Pipeline, o.Stage}] = o.Probability
	}
	return out
}

// rateBook reads all rates of the company's currency, with its zone and today.
func (s *Store) rateBook(ctx context.Context) (b crm.RateBook, zone string, today crm.Date, err error) {
	entity, err := s.LegalEntity(ctx)
	if err != nil {
		return b, "", today, err
	}
	rates, err := many[crm.ExchangeRate](ctx, s.pool, `select * from exchange_rate order by on_date`)
	if err != nil {
		return b, "", today, err
	}
	now, err := s.Now(ctx)
	if err != nil {
		return b, "", today, err
	}
	loc, err := time.LoadLocation(entity.TimeZone)
	return crm.NewRateBook(entity.Currency, rates), entity.TimeZone, crm.DateOf(now, loc), err
}

// LastYear are what customers were invoiced, less credits, in the periods of a plan a year earlier: what a planner may begin with.
func (s *Store) LastYear(ctx context.Context, sc Scope, periods []crm.Period) (map[crm.ID]map[crm.Date]decimal.Decimal, error) {
	if len(periods) == 0 {
		return nil, nil
	}
	span := crm.Period{First: periods[0].First.AddMonths(-12), Last: periods[len(periods)-1].Last.AddMonths(-12)}
	facts, _, err := s.PlanFacts(ctx, sc, span, nil)
	out := map[crm.ID]map[crm.Date]decimal.Decimal{}
	for _, f := range facts {
		if f.Kind != crm.FactInvoiced {
			continue
		}
		for _, p := range periods {
			if !f.Day.Before(p.First.AddMonths(-12)) && f.Day.Before(p.Last.AddDays(1).AddMonths(-12)) {
				if out[f.AccountID] == nil {
					out[f.AccountID] = map[crm.Date]decimal.Decimal{}
				}
				out[f.AccountID][p.First] = out[f.AccountID][p.First].Add(f.Amount)
				break
			}
		}
	}
	return out, err
}

// NamesOf are the names of people, or of companies, by their ids.
func (s *Store) NamesOf(ctx context.Context, people bool, ids []string) ([]Choice, error) {
	table := "account"
	if people {
		table = "app_user"
	}
	return many[Choice](ctx, s.pool, `select id, name from `+table+` where id::text = any($1::text[])`, ids)
}

// RateBook reads all rates of the company's currency.
func (s *Store) RateBook(ctx context.Context) (crm.RateBook, error) {
	b, _, _, err := s.rateBook(ctx)
	return b, err
}
