package store

import (
	"context"
	"time"

	"leadtocash/crm"
)

// LateResponse is a lead whose owner's time to get in touch is over, as the step that passes it on finds it.
type LateResponse struct {
	crm.LeadResponse
	Owner string
	Had   []crm.ID `db:"had"` // who had it since a person or a rule gave it first, and did not touch it
}

// LateResponse locks what is known of the lead's response since it was given at the instant; the act is the owner's, by now. ErrNotFound when no
// clock ran for it.
func (tx *Tx) LateResponse(ctx context.Context, lead crm.ID, assigned time.Time) (LateResponse, error) {
	return one[LateResponse](ctx, tx.q, `select r.lead_id, r.assigned_at, r.owner_id, r.source, r.score, r.minutes, r.round, r.due_at, r.state, coalesce(a.act, '') as act, a.at as acted_at,
			u.name as owner, array(select b.owner_id::text from lead_response b where b.lead_id = r.lead_id and b.assigned_at <= r.assigned_at and b.assigned_at >= coalesce(
				(select max(f.assigned_at) from lead_response f where f.lead_id = r.lead_id and f.round = 0 and f.assigned_at <= r.assigned_at), r.assigned_at)) as had
		from lead_response r join app_user u on u.id = r.owner_id left join lateral lead_act(r.lead_id, r.owner_id, r.assigned_at) a on true
		where r.lead_id = $1 and r.assigned_at = $2 for update of r`, lead, assigned)
}

// PassResponse notes that the lead went to somebody else since its owner did not touch it in time.
func (tx *Tx) PassResponse(ctx context.Context, r crm.LeadResponse, to crm.ID) error {
	return late(ctx, tx.q, `update lead_response set state = 'passed', passed_to = $3, ended_at = $4 where lead_id = $1 and assigned_at = $2`, r.LeadID, r.AssignedAt, to, tx.Now)
}

// EscalateResponse notes that nobody else could be found, and gives the managers to be told.
func (tx *Tx) EscalateResponse(ctx context.Context, r crm.LeadResponse) ([]crm.User, error) {
	if err := late(ctx, tx.q, `update lead_response set state = 'escalated', escalated_at = $3 where lead_id = $1 and assigned_at = $2`, r.LeadID, r.AssignedAt, tx.Now); err != nil {
		return nil, err
	}
	return managersOf(ctx, tx.q, r.OwnerID)
}
