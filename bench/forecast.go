package bench

import (
	"context"
	"fmt"
	"math/rand/v2"
	"time"

	"leadtocash/crm"
	"leadtocash/store"

	"github.com/shopspring/decimal"
)

// benchOdds weigh the deals of the measurements.
var benchOdds = []store.Odds{
	{Pipeline: "standard", Stage: "identify", Probability: decimal.NewFromInt(10)},
	{Pipeline: "standard", Stage: "timing", Probability: decimal.NewFromInt(20)},
	{Pipeline: "standard", Stage: "configure", Probability: decimal.NewFromInt(40)},
	{Pipeline: "standard", Stage: "send", Probability: decimal.NewFromInt(60)},
	{Pipeline: "standard", Stage: "negotiate", Probability: decimal.NewFromInt(80)},
}

// readForecast asks what the page of the forecast asks of open deals.
func readForecast(ctx context.Context, s *store.Store) error {
	_, err := s.ForecastCells(ctx, store.Everything(), store.DealFilter{}, crm.DateOf(time.Now(), time.UTC))
	return err
}

// readBridge explains the way from the night of a month ago to the last.
func readBridge(ctx context.Context, s *store.Store) error {
	p, err := s.DealPast(ctx, store.Everything(), []store.Weighing{{Odds: benchOdds}})
	if err != nil {
		return err
	}
	today := crm.DateOf(time.Now(), time.UTC)
	_, err = s.Bridge(ctx, p, crm.BridgeView{Weighted: true}, today.AddDays(-30), today)
	return err
}

// readTrend asks what the forecast's page asks of the last quarter's nights.
func readTrend(ctx context.Context, s *store.Store) error {
	p, err := s.DealPast(ctx, store.Everything(), []store.Weighing{{Odds: benchOdds}})
	if err != nil {
		return err
	}
	today := crm.DateOf(time.Now(), time.UTC)
	var nights []crm.Date
	for i := 12; i >= 0; i-- {
		nights = append(nights, today.AddDays(-7*i))
	}
	_, err = s.Trends(ctx, p, nights)
	return err
}

// ranges measures a range forecast of 10,000 futures of 1,000 deals, on one core.
func ranges(o Options, say func(Result)) error {
	name := fmt.Sprintf("forecast/range/runs=%d/deals=1000", crm.Runs)
	if !o.wants(name) {
		return nil
	}
	rnd := rand.New(rand.NewPCG(1, 2)) //nolint:gosec // a measurement
	m := crm.NewRangeModel()
	deals := make([]crm.RangeDeal, 1000)
	for i := range deals {
		c := crm.DealClass{Stage: fmt.Sprint("stage", i%6), Age: i % 4, Slipped: i%3 == 0}
		for range 10 {
			m.Learn(c, rnd.IntN(3) == 0)
		}
		deals[i] = crm.RangeDeal{Class: c, Amount: float64(1000 + rnd.IntN(90_000))}
	}
	took, err := median(func() error { m.Forecast(deals, crm.Runs, 1); return nil })
	say(Result{name, ms(took), "ms"})
	return err
}
