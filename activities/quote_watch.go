package activities

import (
	"context"

	"leadtocash/crm"
	"leadtocash/i18n"
	"leadtocash/store"
)

// deadlineQuoteReminder comes in the morning of the working day some days, or a little more, before a quote lapses (S077).
const deadlineQuoteReminder = "quote_reminder"

// remindDays is how many days before a quote's last valid day its owner is reminded.
const remindDays = 3

// armReminder sets the reminder of a quote that is sent now; one that lapses sooner than that needs none.
func armReminder(ctx context.Context, tx *store.Tx, q crm.Quote) error {
	cal, err := tx.Calendar(ctx)
	if err != nil {
		return err
	}
	if at := store.Morning(cal.LastWorkingDay(q.ValidUntil.AddDays(-remindDays)), tx.Zone); at.After(tx.Now) {
		tx.At(deadlineQuoteReminder, string(q.ID), at)
	}
	return nil
}

// remindOfQuote tells that a quote which nobody has decided lapses soon, and gives the deal's owner a call to make (S077).
func (s *Steps) remindOfQuote(ctx context.Context, tx *store.Tx, d store.Deadline) error {
	o, q, err := quoteOf(ctx, tx, crm.ID(d.Key))
	if err != nil || q.State != crm.QuoteSent || o.State != crm.OpportunityOpen || tx.Today.After(q.ValidUntil) {
		return err
	}
	tx.Tell(store.Entry{Code: "quote.expiring", AccountID: o.AccountID, OpportunityID: o.ID, Data: map[string]any{"quote": q.Label(), "quote_id": q.ID, "valid_until": q.ValidUntil}})
	return ownersTask(ctx, tx, o, "task.quote_expiring", func(say *i18n.Printer) map[string]any {
		return map[string]any{"Quote": q.Label(), "Date": say.Date(q.ValidUntil)}
	})
}

// ownersTask gives a deal's owner a call to make, now, in his language.
func ownersTask(ctx context.Context, tx *store.Tx, o crm.Opportunity, text string, values func(*i18n.Printer) map[string]any) error {
	if o.OwnerID == "" {
		return nil
	}
	owner, err := tx.Person(ctx, o.OwnerID)
	if err != nil {
		return err
	}
	say := texts().For(owner.Language)
	return tx.AddTask(ctx, crm.Engagement{ID: store.NewID(), Kind: "call", OpportunityID: o.ID, ContactID: o.ContactID, Subject: say.T(text, values(say)), DueAt: tx.Now, OwnerID: o.OwnerID}, o.AccountID)
}
