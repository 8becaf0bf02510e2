package store

import (
	"context"

	"leadtocash/crm"

	"github.com/shopspring/decimal"
)

// rangeNights is how many horizons back a range forecast looks for what became of deals.
const rangeNights = 12

// RangeForecast is what may be won within a horizon of the deals that are open, and how such forecasts did before (N12).
type RangeForecast struct {
	crm.Range
	Horizon     int // days
	Deals       int
	Open        decimal.Decimal // of their amounts
	Learnt      int             // deals from whose past it was made
	Tests       []crm.BackTest  // the latest first
	Calibration crm.Calibration
	Enough      bool
}

// pastDeal is a deal that was open on a night, with what became of it within the horizon.
type pastDeal struct {
	pictureRow
	On          crm.Date
	WonAmount   *decimal.Decimal
	WonCurrency *string
}

// RangeForecast learns from every horizon back what became of the deals that were open then, tries itself on each of these nights with what was known by then,
// and says what today's open deals may bring. The night is the seed, so that the page says the same all day.
func (s *Store) RangeForecast(ctx context.Context, p DealPast, today crm.Date, horizon int) (f RangeForecast, err error) {
	f.Horizon = horizon
	nights := make([]string, 0, rangeNights+1)
	for k := range rangeNights + 1 {
		nights = append(nights, today.AddDays(-k*horizon).String())
	}
	rows, err := many[pastDeal](ctx, s.pool, `select n.on::date as on, `+pictureColumns+`, w.amount as won_amount, w.currency as won_currency,
			coalesce(d.close_date < n.on or exists (select from deal_day p where p.opportunity_id = d.opportunity_id and p.day < d.day and p.close_date < d.close_date), false) as slipped
		from unnest($1::text[]::date[]) n("on") join deal_day d on d.day <= n.on and d.until_day > n.on and d.state = 'open'
		left join lateral (select amount, currency from deal_day x where x.opportunity_id = d.opportunity_id and x.state = 'won' and x.day > n.on and x.day <= n.on + $2::int order by x.day desc limit 1) w on true`, nights, horizon)
	if err != nil {
		return f, err
	}
	of := map[crm.Date][]pastDeal{}
	for _, r := range rows {
		if p.sees(r.OwnerID, r.Pipeline, r.On) {
			of[r.On] = append(of[r.On], r)
		}
	}
	model := crm.NewRangeModel()
	for k := rangeNights; k >= 0; k-- { // the oldest night first: each is tried before it is learnt from
		on := today.AddDays(-k * horizon)
		deals, won, sum := p.rangeDeals(of[on], on, horizon)
		switch {
		case k == 0:
			f.Deals, f.Open, f.Learnt = len(deals), sum, model.Seen()
			f.Range = model.Forecast(deals, runsFor(len(deals)), uint64(on.Time().Unix()))
		case model.Seen() > 0 && len(deals) > 0:
			f.Tests = append(f.Tests, crm.BackTest{On: on, Deals: len(deals), Learnt: model.Seen(), Range: model.Forecast(deals, runsFor(len(deals)), uint64(on.Time().Unix())), Won: won})
		}
		if k > 0 {
			p.learn(model, of[on], on)
		}
	}
	f.Calibration = crm.Calibrate(f.Tests)
	f.Enough = f.Calibration.Enough(f.Learnt)
	for i, j := 0, len(f.Tests)-1; i < j; i, j = i+1, j-1 {
		f.Tests[i], f.Tests[j] = f.Tests[j], f.Tests[i]
	}
	return f, nil
}

// runsFor bounds the work: fewer futures of very many deals, whose sums vary less.
func runsFor(deals int) int { return max(500, min(crm.Runs, 20_000_000/max(deals, 1))) }

func (p DealPast) learn(m *crm.RangeModel, deals []pastDeal, on crm.Date) {
	for _, r := range deals {
		m.Learn(crm.ClassOf(p.day(r.pictureRow, on)), r.WonAmount != nil)
	}
}

// rangeDeals are deals for the forecast, what was won of them, and what they come to.
func (p DealPast) rangeDeals(rows []pastDeal, on crm.Date, horizon int) (out []crm.RangeDeal, won float64, sum decimal.Decimal) {
	for _, r := range rows {
		d := p.day(r.pictureRow, on)
		amount, _ := d.Amount.Float64()
		out, sum = append(out, crm.RangeDeal{Class: crm.ClassOf(d), Amount: amount}), sum.Add(d.Amount)
		if r.WonAmount != nil {
			got, _ := p.Book.At(*r.WonAmount, *r.WonCurrency, on.AddDays(horizon))
			amount, _ := got.Float64()
			won += amount
		}
	}
	return out, won, sum
}
