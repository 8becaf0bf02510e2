package bench

import (
	"context"
	"fmt"
	"time"

	"leadtocash/crm"
	"leadtocash/store"
)

// reportedDeals is with how many deals reports are measured.
const reportedDeals = 100_000

// reportReads are the questions of the reports on deals, over three years.
var reportReads = []struct {
	name string
	ask  func(context.Context, *store.Store, store.ReportFilter) error
}{
	{"stages", func(ctx context.Context, s *store.Store, f store.ReportFilter) error {
		_, err := s.StageReport(ctx, store.Everything(), f)
		return err
	}},
	{"paths", func(ctx context.Context, s *store.Store, f store.ReportFilter) error {
		_, err := s.PathReport(ctx, store.Everything(), f)
		return err
	}},
	{"loops", func(ctx context.Context, s *store.Store, f store.ReportFilter) error {
		_, err := s.LoopReport(ctx, store.Everything(), f)
		return err
	}},
	{"waits-clause", func(ctx context.Context, s *store.Store, f store.ReportFilter) error {
		_, err := s.WaitReport(ctx, store.Everything(), f, "clause")
		return err
	}},
	{"loss-reason", lossBy("reason")},
	{"loss-competitor", lossBy("competitor")},
	{"loss-campaign", lossBy("campaign")},
	{"loss-clause", lossBy("clause")},
	{"activity", func(ctx context.Context, s *store.Store, f store.ReportFilter) error {
		f.Pipeline = ""
		_, err := s.ActivityReport(ctx, store.Everything(), store.Everything(), f, "owner")
		return err
	}},
	{"margin-product", marginBy("product")},
	{"margin-customer", marginBy("customer")},
	{"rows-stage", func(ctx context.Context, s *store.Store, f store.ReportFilter) error {
		_, _, err := s.ReportDeals(ctx, store.Everything(), f, store.ReportChoice{Report: "stages", Stage: "configure", Outcome: "on"}, 200)
		return err
	}},
}

func lossBy(by string) func(context.Context, *store.Store, store.ReportFilter) error {
	return func(ctx context.Context, s *store.Store, f store.ReportFilter) error {
		_, err := s.LossReport(ctx, store.Everything(), f, by)
		return err
	}
}

func marginBy(by string) func(context.Context, *store.Store, store.ReportFilter) error {
	return func(ctx context.Context, s *store.Store, f store.ReportFilter) error {
		_, err := s.MarginReport(ctx, store.Everything(), f, by)
		return err
	}
}

// reports measures them over deals with four visits of stages each, of which every seventh went back once, two products, an activity, and refusals and
// competitors of every tenth.
func reports(ctx context.Context, s Servers, o Options, say func(Result)) error {
	w, err := NewWorld(ctx, s)
	if err != nil {
		return err
	}
	defer w.Close()
	if err := w.fill(ctx, reportedDeals); err != nil {
		return err
	}
	if err := w.wandered(ctx, reportedDeals); err != nil {
		return err
	}
	today := crm.DateOf(time.Now(), time.UTC)
	f := store.ReportFilter{From: today.AddDays(-3 * 365), Until: today, Zone: "Europe/Rome", Pipeline: "standard", Order: []string{"identify", "timing", "configure", "send", "negotiate", "won", "lost"}, Lost: []string{"lost"}}
	for _, r := range reportReads {
		name := fmt.Sprintf("report/%s/deals=%d", r.name, reportedDeals)
		if !o.wants(name) {
			continue
		}
		took, err := median(func() error { return r.ask(ctx, w.Store, f) })
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		say(Result{name, ms(took), "ms"})
	}
	return nil
}

// wandered writes what the deals of fill did.
func (w *World) wandered(ctx context.Context, n int) error {
	return w.bulk(ctx, []string{
		`set session_replication_role = replica`,
		`update opportunity o set closed_at = now() - x.i * interval '10 minutes', lost_reason = case when o.state = 'lost' then (array['price', 'competitor', 'no_budget'])[1 + x.i % 3] else '' end
			from (select md5('deal' || i)::uuid as id, i from generate_series(1, $1::int) i) x where x.id = o.id and o.state <> 'open'`,
		`insert into stage_interval (opportunity_id, pipeline, stage, entered_at, left_at, next_stage, actor, cause, visit)
			select md5('deal' || i)::uuid, 'standard', st[k], now() - i * interval '10 minutes' - (8 - k) * interval '3 days', case when k < 4 then now() - i * interval '10 minutes' - (7 - k) * interval '3 days' + i % 50 * interval '1 hour' end, case when k < 4 then st[k + 1] end, '', '', case when i % 7 = 0 and k > 2 then 2 else 1 end
			from generate_series(1, $1::int) i cross join generate_series(1, 4) k
			cross join lateral (select case when i % 7 = 0 then array['timing', 'configure', 'timing', 'configure'] else array['identify', 'timing', 'configure', (array['send', 'won', 'lost'])[1 + i % 3]] end as st) s order by i, k`,
		`update stage_interval i set again_at = n.again_at, way_again_at = n.way_again_at from (select id, lead(entered_at) over (partition by opportunity_id, stage order by id) as again_at,
			case when next_stage is not null then lead(left_at) over (partition by opportunity_id, stage, next_stage order by id) end as way_again_at from stage_interval) n where n.id = i.id and (n.again_at is not null or n.way_again_at is not null)`,
		`insert into relation (id, opportunity_id, kind, name) select gen_random_uuid(), md5('deal' || i)::uuid, 'competitor', 'Rival ' || i % 37 from generate_series(10, $1::int, 10) i`,
		`insert into process (id, kind, record_id, step, rules, started_at, updated_at) select 'opportunity-' || md5('deal' || i)::uuid, 'opportunity', md5('deal' || i)::uuid, 'x', '{}', now(), now() from generate_series(1, $1::int) i on conflict do nothing`,
		`set session_replication_role = origin`, // what refused a deal is kept by a trigger
		`insert into verdict (cause, kind, process, at, version, key, result, clauses, facts) select 'bench' || i, 'pipeline', 'opportunity-' || md5('deal' || i)::uuid, now() - i * interval '10 minutes' - interval '14 days', 1, 'send', 'refused',
			jsonb_build_array(jsonb_build_object('id', 'send.c' || i % 11, 'source', 'x', 'label', '{}'::jsonb, 'outcome', 'unmet'), '{"id":"send.ok","source":"y","label":{},"outcome":"met"}'::jsonb), '{}' from generate_series(10, $1::int, 10) i`,
		`set session_replication_role = replica`,
		`insert into product_line (id, opportunity_id, product_id, position, quantity, unit_price, unit_cost)
			select gen_random_uuid(), md5('deal' || i)::uuid, p.id, k, 1 + i % 9, 50, 30 from generate_series(1, $1::int) i cross join generate_series(1, 2) k join (select id, row_number() over (order by id) - 1 as n, count(*) over () as of from product) p on p.n = (i + k) % p.of`,
		`insert into engagement (id, kind, opportunity_id, subject, due_at, outcome, owner_id, done_at) select gen_random_uuid(), 'call', o.id, 'Rang', o.created_at, 'reached', o.owner_id, o.created_at from opportunity o`,
		`vacuum (analyze) opportunity, stage_interval, relation, process, verdict, refusal, product_line, engagement`,
	}, n)
}
