package store

import (
	"context"

	"leadtocash/crm"
)

const samples = `select s.id, s.opportunity_id, s.product_id, p.sku, p.name, s.quantity, s.state, s.note, s.requested_at, s.reference, s.shipped_at,
	s.feedback_due, s.reminded_at, s.outcome, s.feedback, s.answered_at from sample s join product p on p.id = s.product_id`

// Sample locks a sample of the deal.
func (tx *Tx) Sample(ctx context.Context, opportunity, id crm.ID) (crm.Sample, error) {
	return one[crm.Sample](ctx, tx.q, samples+` where s.id = $1 and s.opportunity_id = $2 for update of s`, id, opportunity)
}

// AddSample writes a new sample; ErrNotFound when the catalogue has no such product.
func (tx *Tx) AddSample(ctx context.Context, m crm.Sample) (crm.Sample, error) {
	tag, err := tx.q.Exec(ctx, `insert into sample (id, opportunity_id, product_id, quantity, note, requested_by, requested_at)
		select $1, $2, id, $4, $5, $6, $7 from product where id = $3 and active`, m.ID, m.OpportunityID, m.ProductID, m.Quantity, m.Note, tx.Actor, tx.Now)
	if err != nil {
		return m, told(err)
	}
	if tag.RowsAffected() == 0 {
		return m, ErrNotFound
	}
	return tx.Sample(ctx, m.OpportunityID, m.ID)
}

// SaveSample writes what a step changed on a sample.
func (tx *Tx) SaveSample(ctx context.Context, m crm.Sample) error {
	return late(ctx, tx.q, `update sample set state = $2, reference = $3, shipped_at = $4, feedback_due = $5, reminded_at = $6, outcome = $7, feedback = $8,
		answered_at = $9 where id = $1`, m.ID, m.State, m.Reference, m.ShippedAt, m.FeedbackDue, m.RemindedAt, m.Outcome, m.Feedback, m.AnsweredAt)
}

// OpportunitySamples lists the samples of a deal that may be seen, the newest first (S071).
func (s *Store) OpportunitySamples(ctx context.Context, opportunity crm.ID) ([]crm.Sample, error) {
	return many[crm.Sample](ctx, s.pool, samples+` where s.opportunity_id = $1 order by s.requested_at desc, s.id`, opportunity)
}
