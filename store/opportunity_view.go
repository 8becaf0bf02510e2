package store

import (
	"context"

	"leadtocash/crm"

	"github.com/jackc/pgx/v5"
	"github.com/shopspring/decimal"
)

// DealPage is the head of a deal's page; the tabs are read on their own.
type DealPage struct {
	Card
	Contact    string
	AccountVAT string
	Cost       decimal.Decimal // of the product lines
	Lines      int             // in the Products tab
	Quotes     int
	ContractID crm.ID
	OrderID    crm.ID // the newest order
}

// Margin is amount minus cost in per cent of the amount; 0 when there is no amount (S046).
func (d DealPage) Margin() decimal.Decimal {
	if !d.Amount.IsPositive() {
		return decimal.Zero
	}
	return d.Amount.Sub(d.Cost).Mul(decimal.NewFromInt(100)).DivRound(d.Amount, 1)
}

// DealPage reads one deal; ErrNotFound when the reader may not see it.
func (s *Store) DealPage(ctx context.Context, sc Scope, id crm.ID) (DealPage, error) {
	return one[DealPage](ctx, s.pool, `select c.*, coalesce(k.name, '') as contact, a.vat as account_vat,
		coalesce(l.cost, 0) as cost, coalesce(l.lines, 0) as lines, (select count(*) from quote q where q.opportunity_id = c.id) as quotes,
		(select x.id from contract x where x.opportunity_id = c.id order by x.signed_at desc limit 1) as contract_id,
		(select x.id from sales_order x where x.opportunity_id = c.id order by x.created_at desc limit 1) as order_id
		from (`+cards+` where o.id = @id and `+sc.sees("o.owner_id")+`) c join account a on a.id = c.account_id left join contact k on k.id = c.contact_id
		left join lateral (select sum(round(quantity * unit_cost, 2)) as cost, count(*) as lines from product_line where opportunity_id = c.id) l on true`,
		sc.args(pgx.NamedArgs{"id": id}))
}

// DealTimeline is the Timeline tab: activities done and changes made (S018).
func (s *Store) DealTimeline(ctx context.Context, id crm.ID) ([]Event, error) {
	return s.opportunityTimeline(ctx, id)
}

// DealEngagements is the Activities tab (S019): planned ones first.
func (s *Store) DealEngagements(ctx context.Context, id crm.ID) ([]EngagementRow, error) {
	return s.engagements(ctx, `e.opportunity_id = $1`, id)
}

// DealLines is the Products tab (S020, S038).
func (s *Store) DealLines(ctx context.Context, id crm.ID) ([]crm.ProductLine, error) {
	return many[crm.ProductLine](ctx, s.pool, `select l.*, p.sku, p.name, p.unit, p.tax_class_id, p.tax_percent, `+exemption+`, p.made_to_order
		from product_line l join product p on p.id = l.product_id where l.opportunity_id = $1 order by l.position, l.id`, id)
}

// DealRelations is the Relations tab with its three sections (S021-S025).
func (s *Store) DealRelations(ctx context.Context, id crm.ID) ([]crm.Relation, error) {
	return many[crm.Relation](ctx, s.pool, `select * from relation where opportunity_id = $1 order by kind, name, id`, id)
}

// DealQuotes is the Quotes tab (S026), newest version first.
func (s *Store) DealQuotes(ctx context.Context, id crm.ID) ([]crm.Quote, error) {
	return many[crm.Quote](ctx, s.pool, `select `+quoteColumns+` from quote where opportunity_id = $1 order by number desc, revision desc`, id)
}
