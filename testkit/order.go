package testkit

import (
	"context"
	"testing"

	"github.com/jackc/pgx/v5"
)

// Orders writes so many accepted orders of 1000.00 net that wait for validation, each with a won deal of the account and of who asked for them, past the
// store and in one statement, and gives the ids of orders and deals. The database holds a pipeline "standard" and one legal entity.
func Orders(t *testing.T, c *pgx.Conn, account, owner string, n int) (orders, deals []string) {
	t.Helper()
	rows, err := c.Query(context.Background(), `with n as materialized (select i, gen_random_uuid() as deal, gen_random_uuid() as quote, gen_random_uuid() as placed from generate_series(1, $3) i),
		deals as (insert into opportunity (id, number, name, account_id, stage, state, currency, amount, amount_source, owner_id, pipeline, stage_since, closed_at, created_at, updated_at)
			select deal, 'OPP-' || i, 'Press', $1::uuid, 'won', 'won', 'EUR', 1000, 'quote', $2::uuid, 'standard', now(), now(), now(), now() from n),
		stages as (insert into stage_interval (opportunity_id, pipeline, stage, entered_at, left_at, actor, cause)
			select deal, 'standard', s, now(), case s when 'negotiate' then now() end, 'x', 'x' from n, unnest('{negotiate,won}'::text[]) s),
		quotes as (insert into quote (id, number, revision, opportunity_id, state, currency, valid_until, payment_days, language, net, tax, total, cost, list_total, created_at)
			select quote, 'QT-' || i, 1, deal, 'accepted', 'EUR', current_date + 30, 30, 'it', 1000, 220, 1220, 600, 1000, now() from n),
		lines as (insert into quote_line (id, quote_id, position, name, quantity, unit_price, tax_percent, unit_cost, net) select gen_random_uuid(), quote, 1, 'Press', 1, 1000, 22, 600, 1000 from n),
		shares as (insert into quote_share (quote_id, position, kind, percent) select quote, 1, 'balance', 100 from n),
		placed as (insert into sales_order (id, number, opportunity_id, quote_id, currency, net, tax, total, payment_days, requested_by, created_at)
			select placed, 'ORD-' || i, deal, quote, 'EUR', 1000, 220, 1220, 30, $2, now() from n),
		runs as (insert into process (id, kind, record_id, step, started_at, updated_at) select 'opportunity-' || deal, 'opportunity', deal, 'validate', now(), now() from n)
		select placed::text, deal::text from n order by i`, account, owner, n)
	if err != nil {
		t.Fatal(err)
	}
	var order, deal string
	if _, err := pgx.ForEachRow(rows, []any{&order, &deal}, func() error {
		orders, deals = append(orders, order), append(deals, deal)
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	return orders, deals
}
