package store

import (
	"context"
	"fmt"

	"leadtocash/crm"
)

const orderColumns = `id, number, opportunity_id, quote_id, state, currency, net, tax, total, split_payment, payment_days, delivery_date, requested_by, validated_by,
	validated_at, decided_by, decided_at, reason, decision, effective_at, round, follows_id, asked_at, ticks, terms, version, created_at`

// Order locks an order of this opportunity.
func (tx *Tx) Order(ctx context.Context, opportunity, id crm.ID) (crm.Order, error) {
	return ask[crm.Order](ctx, tx.q, OrderBy(opportunity, id))
}

// OrderBy is the question for Order.
func OrderBy(opportunity, id crm.ID) Question {
	return asks(`select `+orderColumns+` from sales_order where id = $1 and opportunity_id = $2 for update`, id, opportunity)
}

// OrderNumber is the question for the number of an order that is to be added. One that is not used is lost.
var OrderNumber = asks(`select nextval('order_number')`)

// AddOrder writes the order that an accepted quote asks for; the quote's id keeps it from being made twice.
func (tx *Tx) AddOrder(ctx context.Context, o crm.Order) (crm.Order, error) {
	var n int64
	if err := askRow(ctx, tx.q, OrderNumber).Scan(&n); err != nil {
		return o, told(err)
	}
	o.Number = fmt.Sprintf("O-%d-%04d", tx.Today.Year(), n)
	return o, late(ctx, tx.q, `insert into sales_order (id, number, opportunity_id, quote_id, currency, net, tax, total, payment_days, delivery_date, requested_by, created_at, split_payment, follows_id)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, (select id from sales_order where opportunity_id = $3 order by created_at desc limit 1))`,
		o.ID, o.Number, o.OpportunityID, o.QuoteID, o.Currency, o.Net, o.Tax, o.Total, o.PaymentDays, o.DeliveryDate, o.RequestedBy, tx.Now, o.SplitPayment)
}

// SaveOrder writes what a step changed on an order.
func (tx *Tx) SaveOrder(ctx context.Context, o crm.Order) error {
	return late(ctx, tx.q, `update sales_order set state = $2, payment_days = $3, delivery_date = $4, validated_by = $5, validated_at = $6, decided_by = $7,
		decided_at = $8, reason = $9, decision = $10, effective_at = $11, round = $12, asked_at = $13, ticks = $14, version = version + 1 where id = $1`,
		o.ID, o.State, o.PaymentDays, o.DeliveryDate, o.ValidatedBy, o.ValidatedAt, o.DecidedBy, o.DecidedAt, o.Reason, o.Decision, o.EffectiveAt, o.Round, o.AskedAt, o.Ticks)
}
