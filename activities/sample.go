package activities

import (
	"context"
	"errors"

	"leadtocash/crm"
	"leadtocash/store"

	"github.com/shopspring/decimal"
)

// deadlineSample comes when the customer should have had time to try a sample.
const deadlineSample = "sample_feedback"

// requestSample notes that the customer wants to try a catalogue product (S071).
func (s *Steps) requestSample(ctx context.Context, tx *store.Tx, f crm.SampleFields) (crm.Answer, error) {
	o, err := tx.Opportunity(ctx)
	if err != nil {
		return crm.Answer{}, err
	}
	if o.State != crm.OpportunityOpen {
		return refuse("transition_not_allowed", "from", o.Stage), nil
	}
	quantity := decimal.NewFromInt(1)
	if f.Quantity != "" {
		if quantity, err = crm.ParseQuantity(f.Quantity); err != nil {
			return invalid("/quantity", codeOf(err)), nil
		}
	}
	m, err := tx.AddSample(ctx, crm.Sample{ID: store.NewID(), OpportunityID: o.ID, ProductID: f.ProductID, Quantity: quantity, Note: f.Note})
	if errors.Is(err, store.ErrNotFound) {
		return invalid("/product_id", "unknown_value"), nil
	} else if err != nil {
		return crm.Answer{}, err
	}
	tx.Tell(store.Entry{Code: "sample.requested", AccountID: o.AccountID, OpportunityID: o.ID, Data: map[string]any{"sample_id": m.ID, "sku": m.SKU, "quantity": quantity}})
	return done("sample", string(m.ID)), nil
}

// shipSample notes that a sample is on its way, and when the customer is to be asked about it.
func (s *Steps) shipSample(ctx context.Context, tx *store.Tx, f crm.ShipmentFields) (crm.Answer, error) {
	o, m, err := sampleOf(ctx, tx, f.SampleID)
	if err != nil {
		return crm.Answer{}, err
	}
	switch {
	case m.State != crm.SampleRequested:
		return refuse("already_done", "state", string(m.State)), nil
	case f.Days < 0 || f.Days > crm.SampleDaysMost:
		return invalid("/days", "out_of_range"), nil
	case f.Days == 0:
		f.Days = crm.SampleDays
	}
	cal, err := tx.Calendar(ctx)
	if err != nil {
		return crm.Answer{}, err
	}
	now := tx.Now
	m.State, m.Reference, m.ShippedAt, m.FeedbackDue = crm.SampleShipped, f.Reference, &now, cal.NextWorkingDay(tx.Today.AddDays(f.Days))
	tx.At(deadlineSample, string(m.ID), store.Morning(m.FeedbackDue, tx.Zone))
	tx.Tell(store.Entry{
		Code: "sample.shipped", AccountID: o.AccountID, OpportunityID: o.ID,
		Data: map[string]any{"sample_id": m.ID, "sku": m.SKU, "reference": f.Reference, "feedback_due": m.FeedbackDue},
	})
	return done("feedback_due", m.FeedbackDue.String()), tx.SaveSample(ctx, m)
}

// sampleFeedback keeps what the customer says of a sample; it may come before anything was shipped, never twice.
func (s *Steps) sampleFeedback(ctx context.Context, tx *store.Tx, f crm.SampleFeedbackFields) (crm.Answer, error) {
	o, m, err := sampleOf(ctx, tx, f.SampleID)
	if err != nil {
		return crm.Answer{}, err
	}
	if m.State == crm.SampleAnswered {
		return refuse("already_done", "outcome", m.Outcome), nil
	}
	if !known(crm.SampleOutcomes(), f.Outcome) {
		return invalid("/outcome", "unknown_value"), nil
	}
	now := tx.Now
	m.State, m.Outcome, m.Feedback, m.AnsweredAt = crm.SampleAnswered, f.Outcome, f.Note, &now
	tx.Unset(deadlineSample, string(m.ID))
	tx.Tell(store.Entry{Code: "sample.answered", AccountID: o.AccountID, OpportunityID: o.ID, Data: map[string]any{"sample_id": m.ID, "sku": m.SKU, "outcome": f.Outcome, "note": f.Note}})
	return done(), tx.SaveSample(ctx, m)
}

func sampleOf(ctx context.Context, tx *store.Tx, id crm.ID) (o crm.Opportunity, m crm.Sample, err error) {
	if o, err = tx.Opportunity(ctx); err == nil {
		m, err = tx.Sample(ctx, o.ID, id)
	}
	return o, m, err
}

// remindSample puts a call on the owner's list when a sample's feedback is due, once.
func (s *Steps) remindSample(ctx context.Context, tx *store.Tx, d store.Deadline) error {
	o, m, err := sampleOf(ctx, tx, crm.ID(d.Key))
	if err != nil || m.State != crm.SampleShipped || m.RemindedAt != nil {
		return err
	}
	if o.OwnerID != "" {
		owner, err := tx.Person(ctx, o.OwnerID)
		if err != nil {
			return err
		}
		if err := tx.AddTask(ctx, crm.Engagement{
			ID: store.NewID(), Kind: "call", OpportunityID: o.ID, ContactID: o.ContactID, DueAt: tx.Now, OwnerID: o.OwnerID,
			Subject: texts().For(owner.Language).T("sample.ask", map[string]any{"Name": m.Name}),
		}, o.AccountID); err != nil {
			return err
		}
	}
	now := tx.Now
	m.RemindedAt = &now
	tx.Tell(store.Entry{Code: "sample.feedback_due", AccountID: o.AccountID, OpportunityID: o.ID, Data: map[string]any{"sample_id": m.ID, "sku": m.SKU}})
	return tx.SaveSample(ctx, m)
}
