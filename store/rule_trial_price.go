package store

import (
	"context"
	"iter"

	"leadtocash/crm"

	"github.com/jackc/pgx/v5"
)

// pricedLines are the lines of a deal as rules on prices are asked about them: those of its quote, and while it is open those of its Products
// tab too. Their figures are those of lineFacts and quoteLineFacts.
const pricedLines = `(select jsonb_agg(jsonb_build_object('sku', l.sku, 'name', l.name, 'quantity', l.quantity, 'list_price', l.list_price, 'unit_price', l.unit_price,
		'discount_percent', l.discount_percent, 'unit_cost', l.unit_cost, 'made_to_order', l.made_to_order) order by l.tab, l.position)
	from (select 0 as tab, x.position, p.sku, p.name, x.quantity, p.price as list_price, x.unit_price, x.discount_percent, x.unit_cost, p.made_to_order
			from product_line x join product p on p.id = x.product_id where x.opportunity_id = o.id and o.state = 'open'
		union all
		select 1, x.position, coalesce(p.sku, ''), x.name, x.quantity, coalesce(p.price, 0), x.unit_price, x.discount_percent, x.unit_cost, coalesce(p.made_to_order, false)
			from quote_line x left join product p on p.id = x.product_id
			where x.quote_id = (select id from quote where opportunity_id = o.id and state <> 'superseded' order by created_at desc, revision desc limit 1)) l)`

// pastFacts are the facts on which rules let a closed deal take its last step.
const pastFacts = `case when o.state <> 'open' then (select v.facts from verdict v where v.process = 'opportunity-' || o.id and v.kind in ('pipeline', 'order')
	and v.result = 'allowed' order by v.at desc limit 1) end`

// PriceTrials reads the open deals, or the won and lost ones, with the lines and the quote that they have, one after the other (N2). Its quote
// and lines are how a closed deal was offered; what else rules read of it is as it was at its last step, as far as that is known. Who asks is its
// owner. Deals without a line are left out.
func (s *Store) PriceTrials(ctx context.Context, open bool) iter.Seq2[*RuleTrial, error] {
	return func(yield func(*RuleTrial, error) bool) {
		fail := func(err error) { yield(nil, told(err)) }
		today, err := s.today(ctx)
		if err != nil {
			fail(err)
			return
		}
		days, err := s.holidays(ctx, today)
		if err != nil {
			fail(err)
			return
		}
		rows, err := s.pool.Query(ctx, selectTrial+`, coalesce(`+pricedLines+`, '[]'), coalesce(`+pastFacts+`, '{}'), coalesce((select roles from app_user where id = o.owner_id), '{}')`+
			fromTrial+` where (o.state = 'open') = $2 order by o.id`, today, open)
		if err != nil {
			fail(err)
			return
		}
		defer rows.Close()
		for rows.Next() {
			t, err := scanPriceTrial(rows, today, days)
			if err == nil && len(t.Lines) == 0 {
				continue
			}
			if !yield(&t, err) || err != nil {
				return
			}
		}
		if err := rows.Err(); err != nil {
			fail(err)
		}
	}
}

func scanPriceTrial(row pgx.Row, today crm.Date, days []crm.Date) (RuleTrial, error) {
	var lines []crm.LineFacts
	var past crm.Facts
	var by crm.UserFacts
	t, err := scanTrial(row, today, &lines, &past, &by.Roles)
	if err != nil {
		return t, err
	}
	f := &t.Facts
	f.Process.Holidays = days
	if !past.Process.Today.IsZero() {
		past.Quote, past.Order, past.Line = f.Quote, f.Order, crm.LineFacts{}
		*f = past
	}
	f.User = by
	for _, l := range lines {
		t.Lines = append(t.Lines, l.Priced())
	}
	return t, nil
}
