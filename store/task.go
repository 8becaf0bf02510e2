package store

import (
	"context"

	"leadtocash/crm"
)

// AddTask plans an engagement for a person as part of a step, and tells it.
func (tx *Tx) AddTask(ctx context.Context, g crm.Engagement, account crm.ID) error {
	tx.q.later(`insert into engagement (id, kind, opportunity_id, lead_id, contact_id, subject, due_at, owner_id, changed_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		g.ID, g.Kind, g.OpportunityID, g.LeadID, g.ContactID, g.Subject, g.DueAt, g.OwnerID, tx.Now)
	tx.Tell(Entry{Code: "engagement.planned", AccountID: account, OpportunityID: g.OpportunityID, Data: map[string]any{"kind": g.Kind, "subject": g.Subject, "due_at": g.DueAt}})
	return nil
}
