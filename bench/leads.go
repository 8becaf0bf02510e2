package bench

import (
	"context"
	"fmt"
	"time"

	"leadtocash/store"
)

// leadsMany is with how many leads that can be worked on their order is measured.
const leadsMany = 100_000

// leads measures what a manager waits for who asks what to do next with leads, and how long it takes to put all of them in order (S064).
func leads(ctx context.Context, s Servers, o Options, say func(Result)) error {
	page, rank := fmt.Sprint("query/leads-priority/leads=", leadsMany), fmt.Sprint("query/leads-rank/leads=", leadsMany)
	if !o.wants(page, rank) {
		return nil
	}
	w, err := NewWorld(ctx, s)
	if err != nil {
		return err
	}
	defer w.Close()
	if err := w.fillLeads(ctx, leadsMany); err != nil {
		return err
	}
	began := time.Now()
	if _, err := w.Store.RankLeads(ctx, 0); err != nil {
		return err
	}
	say(Result{rank, ms(time.Since(began)), "ms"})
	order := store.LeadOrder{At: time.Now()}
	took, err := median(func() error {
		rows, err := w.Store.LeadsToDo(ctx, store.Everything(), order, 51)
		if err == nil && len(rows) == 51 { // the next time, the next page
			order, _ = order.Continue(order.Cursor(rows[49]))
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("%s: %w", page, err)
	}
	say(Result{page, ms(took), "ms"})
	return nil
}

// fillLeads writes leads without processes: a third of them given to somebody, one in sixty with a clock that runs.
func (w *World) fillLeads(ctx context.Context, n int) error {
	return w.bulk(ctx, []string{
		`insert into lead (id, company, contact_name, email, need, source, state, score, consent, owner_id, assigned_at, created_at, updated_at)
			select md5('lead' || i)::uuid, 'Company ' || i, 'Person ' || i, 'p' || i || '@bench.example', 'A pump', 'web', (array['new', 'qualified', 'assigned'])[1 + i % 3], (i * 7919) % 101, i % 2 = 0,
				case when i % 3 = 2 then u.id end, case when i % 3 = 2 then now() - i * interval '1 minute' end, now() - i * interval '1 minute', now()
			from generate_series(1, $1::int) i join (select id, row_number() over (order by id) - 1 as n, count(*) over () as of from app_user where roles && '{salesperson}') u on u.n = i % u.of`,
		`insert into touch (id, lead_id, channel, source, raw, at) select md5('touch' || id)::uuid, id, 'form', 'web', '{}', created_at from lead`,
		`insert into lead_response (lead_id, assigned_at, owner_id, source, score, minutes, version, remind_at, due_at, state)
			select id, assigned_at, owner_id, source, score, 60, 1, assigned_at, assigned_at + interval '3 hours', case when score % 20 = 0 then 'running' else 'answered' end
			from lead where owner_id is not null`,
		`vacuum (analyze) lead, touch, lead_response`,
	}, n)
}
