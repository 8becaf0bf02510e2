package store_test

import (
	"testing"
	"time"

	"leadtocash/crm"
	"leadtocash/store"

	"github.com/jackc/pgx/v5"
)

// BenchmarkAccountPage reads the page of a company with 1,000 deals and 3,000 activities; the goal is 200 ms (table B).
func BenchmarkAccountPage(b *testing.B) {
	e := newEdited(b)
	account := e.crowded(b, 1000)
	for b.Loop() {
		p, err := e.store.AccountPage(b.Context(), store.Everything(), account, crm.NewDate(2026, 11, 22))
		if err != nil || p.Figures.AllDeals != 1001 || len(p.Deals360) != 10 || p.Deals != 1001 {
			b.Fatal(err, p.Figures)
		}
	}
}

// The page of a company with 1,000 deals is read in one round trip, well under its 200 ms on a machine that is not slower than most, by what it takes to count
// 200,000 rows; each of its numbers has as many rows behind it.
func TestCrowdedAccountPage(t *testing.T) {
	t.Parallel()
	e := newEdited(t)
	account := e.crowded(t, 1000)
	best, counted := time.Hour, time.Hour
	var p store.AccountPage
	for range 5 {
		begin := time.Now()
		var err error
		p, err = e.store.AccountPage(t.Context(), store.Everything(), account, crm.NewDate(2026, 11, 22))
		must(t, err)
		best = min(best, time.Since(begin))
		begin = time.Now()
		e.count(t, `select count(i % 7) from generate_series(1, 200000) i`)
		counted = min(counted, time.Since(begin))
	}
	if t.Logf("it took %v, to count %v", best, counted); best > max(200*time.Millisecond, 3*counted) {
		t.Errorf("it took %v", best)
	}
	rows := 0
	var after crm.ID
	for {
		r, err := e.store.List360(t.Context(), store.Everything(), store.Part360{Of: "account", ID: account, What: "deals", State: "open", After: after}, crm.NewDate(2026, 11, 22), 400)
		must(t, err)
		if rows += len(r.Deals); len(r.Deals) == 0 {
			break
		}
		after = r.Deals[len(r.Deals)-1].ID
	}
	if rows != p.Deals {
		t.Errorf("%d open deals, %d rows behind them", p.Deals, rows)
	}
}

// crowded fills the company of the deal with n more deals, and three activities of each.
func (e edited) crowded(t testing.TB, n int) crm.ID {
	t.Helper()
	deal, err := store.Opportunities.Record(t.Context(), e.store, store.Everything(), e.target.ID)
	must(t, err)
	c, err := pgx.Connect(t.Context(), e.url)
	must(t, err)
	defer c.Close(t.Context())
	for _, sql := range []string{
		`insert into opportunity (id, number, name, account_id, pipeline, stage, currency, amount, owner_id, stage_since, created_at, updated_at)
			select gen_random_uuid(), 'X-' || i, 'Deal ' || i, $1, 'standard', 'identify', 'EUR', i, $2, now(), now(), now() - make_interval(mins => i) from generate_series(1, $3) i`,
		`insert into engagement (id, kind, opportunity_id, subject, due_at, owner_id) select gen_random_uuid(), 'call', o.id, 'Ask', now() + make_interval(mins => i), $2
			from opportunity o cross join generate_series(1, 3) i where o.account_id = $1 and $3 > 0`,
	} {
		if _, err := c.Exec(t.Context(), sql, deal.AccountID, e.target.Actor, n); err != nil {
			t.Fatal(err)
		}
	}
	_, err = c.Exec(t.Context(), `analyze`)
	must(t, err)
	return deal.AccountID
}
