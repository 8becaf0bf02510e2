package bench

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"math"
	"time"

	"leadtocash/api"
	"leadtocash/crm"
	"leadtocash/rules"
	"leadtocash/store"
)

// tryPrices measures how long a trial of the shipped limits of prices over all open deals takes, each with two lines, from the database to the report;
// the fastest of three times.
func (w *World) tryPrices(ctx context.Context, o Options, say func(Result)) error {
	name := fmt.Sprintf("rules/try-prices/deals=%d", sizes[len(sizes)-1])
	if !o.wants(name) {
		return nil
	}
	if err := w.bulk(ctx, []string{
		`insert into product_line (id, opportunity_id, product_id, position, quantity, unit_price, discount_percent, unit_cost)
			select md5(o.id::text || n)::uuid, o.id, p.id, n, 1 + n, p.price, 5, p.cost from opportunity o cross join generate_series(1, 2) n
			cross join (select id, price, cost from product order by sku limit 1) p where o.state = 'open' and o.number like 'B-%' on conflict do nothing`,
		`vacuum (analyze) product_line`,
	}); err != nil {
		return err
	}
	return w.tryOut(crm.RulePricing, 3, w.Store.PriceTrials(ctx, true), name, say)
}

// tryOut measures how long a trial of the shipped rules of a kind takes, from the database to the report; the fastest of so many times.
func (w *World) tryOut(kind crm.RuleKind, times int, trials iter.Seq2[*store.RuleTrial, error], name string, say func(Result)) error {
	document, problems := rules.ParseDocument(rules.Default())
	if err := problems.Err(); err != nil {
		return err
	}
	set := document[kind].Set
	best := time.Duration(math.MaxInt64)
	for range times {
		var failed error
		begin := time.Now()
		report := rules.Simulate(set, set, func(yield func(*rules.Trial) bool) {
			for t, err := range trials {
				if failed = err; err != nil {
					return
				}
				if !yield(api.TrialOf(kind, set, t)) {
					return
				}
			}
		})
		best = min(best, time.Since(begin))
		if failed == nil && report.Open.Deals == 0 {
			failed = errors.New("no deal was tried")
		}
		if failed != nil {
			return fmt.Errorf("%s: %w", name, failed)
		}
	}
	say(Result{name, ms(best), "ms"})
	return nil
}
