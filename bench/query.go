package bench

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"leadtocash/crm"
	"leadtocash/store"

	"github.com/shopspring/decimal"
)

// sizes are the numbers of deals with which reads are measured.
var sizes = []int{1000, 10_000, 100_000}

// reads are the store's questions that a person waits for and whose cost could grow with the number of deals.
var reads = []struct {
	name string
	ask  func(context.Context, *store.Store) error
}{
	{"list", func(ctx context.Context, s *store.Store) error {
		_, _, err := store.Opportunities.Page(ctx, s, store.Everything(), store.Query{Limit: 50})
		return err
	}},
	{"table", func(ctx context.Context, s *store.Store) error {
		_, err := s.DealRows(ctx, store.Everything(), store.DealFilter{}, 50)
		return err
	}},
	{"find", func(ctx context.Context, s *store.Store) error {
		_, err := s.Find(ctx, store.Find{Text: "custommer", Scopes: map[string]store.Scope{"account": store.Everything(), "opportunity": store.Everything()}, Limit: 6})
		return err
	}},
	{"board", func(ctx context.Context, s *store.Store) error {
		if _, err := s.StageSums(ctx, store.Everything(), store.DealFilter{State: crm.OpportunityOpen}); err != nil {
			return err
		}
		_, err := s.BoardCards(ctx, store.Everything(), store.DealFilter{}, []string{"identify", "timing", "configure", "send", "negotiate"}, 50)
		return err
	}},
	{"board-500", func(ctx context.Context, s *store.Store) error {
		if _, err := s.StageSums(ctx, store.Everything(), store.DealFilter{Pipeline: "standard"}); err != nil {
			return err
		}
		_, err := s.BoardCards(ctx, store.Everything(), store.DealFilter{Pipeline: "standard"}, []string{"identify", "timing", "configure", "send", "negotiate"}, 100)
		return err
	}},
	{"table-by-amount", func(ctx context.Context, s *store.Store) error {
		_, err := s.DealRows(ctx, store.Everything(), store.DealFilter{Sort: "amount", Down: true}, 50)
		return err
	}},
	{"potential", func(ctx context.Context, s *store.Store) error {
		odds := []store.Odds{{Pipeline: "standard", Stage: "identify", Probability: decimal.NewFromInt(10)}, {Pipeline: "standard", Stage: "send", Probability: decimal.NewFromInt(60)}, {Pipeline: "standard", Stage: "negotiate", Probability: decimal.NewFromInt(80)}}
		_, err := s.DealsByPotential(ctx, store.Everything(), store.DealFilter{}, odds, crm.DateOf(time.Now(), time.UTC), 50)
		return err
	}},
	{"pipeline-by-stage", func(ctx context.Context, s *store.Store) error {
		_, err := s.StageSums(ctx, store.Everything(), store.DealFilter{State: crm.OpportunityOpen})
		return err
	}},
	{"pipeline-by-month", func(ctx context.Context, s *store.Store) error {
		_, err := s.PipelineMonths(ctx, store.Everything(), store.DealFilter{}, crm.DateOf(time.Now(), time.UTC))
		return err
	}},
	{"forecast", readForecast},
	{"forecast-trend", readTrend},
	{"forecast-bridge", readBridge},
	{"list-by-stage", func(ctx context.Context, s *store.Store) error {
		_, _, err := store.Opportunities.Page(ctx, s, store.Everything(), store.Query{
			Limit: 50, Sort: []store.Order{{Field: "amount", Down: true}},
			Filters: []store.Filter{{Field: "stage", Op: "eq", Value: "configure"}, {Field: "state", Op: "eq", Value: "open"}},
		})
		return err
	}},
}

// repeats is how often each read is asked; the median counts.
const repeats = 21

// queries measures the reads on deals that were written without processes.
func queries(ctx context.Context, s Servers, o Options, say func(Result)) error {
	w, err := NewWorld(ctx, s)
	if err != nil {
		return err
	}
	defer w.Close()
	for _, n := range sizes {
		if err := w.fill(ctx, n); err != nil {
			return err
		}
		for _, r := range reads {
			name := fmt.Sprintf("query/%s/deals=%d", r.name, n)
			if !o.wants(name) {
				continue
			}
			took, err := median(func() error { return r.ask(ctx, w.Store) })
			if err != nil {
				return fmt.Errorf("%s: %w", name, err)
			}
			say(Result{name, ms(took), "ms"})
		}
	}
	if err := w.readPages(ctx, o, sizes[len(sizes)-1], say); err != nil {
		return err
	}
	return errors.Join(w.try(ctx, o, say), w.tryPrices(ctx, o, say))
}

// try measures how long a trial of the shipped pipeline over all open deals takes, from the database to the report; the fastest of five times.
func (w *World) try(ctx context.Context, o Options, say func(Result)) error {
	name := fmt.Sprintf("rules/try/deals=%d", sizes[len(sizes)-1])
	if !o.wants(name) {
		return nil
	}
	return w.tryOut(crm.RulePipeline, 5, w.Store.OpenTrials(ctx), name, say)
}

func median(ask func() error) (time.Duration, error) {
	var all []time.Duration
	for range repeats {
		begin := time.Now()
		if err := ask(); err != nil {
			return 0, err
		}
		all = append(all, time.Since(begin))
	}
	slices.Sort(all)
	return all[len(all)/2], nil
}

// fill brings the number of deals to n: one customer for ten deals, three quarters of them open, spread over stages, months and owners.
func (w *World) fill(ctx context.Context, n int) error {
	return w.bulk(ctx, []string{
		`insert into account (id, name, country, owner_id, created_at)
			select md5('account' || i)::uuid, 'Customer ' || i, 'IT', (select id from app_user order by md5(id::text || i) limit 1), now() - i * interval '1 minute'
			from generate_series(1, $1::int / 10) i on conflict do nothing`,
		`insert into opportunity (id, number, name, account_id, pipeline, stage, state, currency, amount, close_date, owner_id, stage_since, created_at, updated_at)
			select md5('deal' || i)::uuid, 'B-' || i, 'Deal ' || i, md5('account' || 1 + i % ($1::int / 10))::uuid, 'standard',
				(array['identify', 'timing', 'configure', 'send', 'negotiate', 'won', 'lost', 'identify'])[1 + i % 8],
				(array['open', 'open', 'open', 'open', 'open', 'won', 'lost', 'open'])[1 + i % 8], 'EUR', 1000 + (i::bigint * 7919) % 90000,
				current_date + (i * 13) % 365, u.id, now() - i * interval '1 minute', now() - i * interval '1 minute', now() - i * interval '1 minute'
			from generate_series(1, $1::int) i join (select id, row_number() over (order by id) - 1 as n, count(*) over () as of from app_user) u on u.n = i % u.of
			on conflict do nothing`,
		`vacuum (analyze) opportunity, account`,
	}, n)
}
