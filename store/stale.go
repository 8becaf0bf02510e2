package store

import (
	"context"

	"leadtocash/crm"
)

// snoozed joins what lets a deal under the alias o rest: what was said since it came into its stage.
const snoozed = ` left join deal_snooze z on z.opportunity_id = o.id and z.at >= o.stage_since`

// Snooze lets an open deal rest until a day (S070). Errors: those of crm.Snooze.Check, Stale, Refused (opportunity_closed).
func (s *Store) Snooze(ctx context.Context, t Target, z crm.Snooze) (crm.Snooze, error) {
	err := s.resting(ctx, t, func(e *edit, o crm.Opportunity) error {
		if err := z.Check(e.today); err != nil {
			return err
		}
		z.OpportunityID, z.ByID, z.At = o.ID, e.actor, e.now
		if _, err := e.q.Exec(ctx, `insert into deal_snooze (opportunity_id, until, reason, by_id, at) values ($1, $2, $3, $4, $5)
			on conflict (opportunity_id) do update set until = excluded.until, reason = excluded.reason, by_id = excluded.by_id, at = excluded.at`, z.OpportunityID, z.Until, z.Reason, z.ByID, z.At); err != nil {
			return told(err)
		}
		return e.tell(ctx, crm.ProcessID(crm.KindOpportunity, o.ID), Entry{Code: "opportunity.snoozed", AccountID: o.AccountID, OpportunityID: o.ID, Data: map[string]any{"until": z.Until.String(), "note": z.Reason}})
	})
	return z, err
}

// Wake ends the rest of a deal; one that does not rest stays as it is. Errors: Stale, Refused (opportunity_closed).
func (s *Store) Wake(ctx context.Context, t Target) error {
	return s.resting(ctx, t, func(e *edit, o crm.Opportunity) error {
		tag, err := e.q.Exec(ctx, `delete from deal_snooze where opportunity_id = $1`, o.ID)
		if err != nil || tag.RowsAffected() == 0 {
			return told(err)
		}
		return e.tell(ctx, crm.ProcessID(crm.KindOpportunity, o.ID), Entry{Code: "opportunity.woken", AccountID: o.AccountID, OpportunityID: o.ID})
	})
}

// resting locks an open deal as the person saw it.
func (s *Store) resting(ctx context.Context, t Target, do func(*edit, crm.Opportunity) error) error {
	return s.edit(ctx, t.Actor, func(e *edit) error {
		o, err := e.lockOpportunity(ctx, t.Scope, t.ID)
		if err != nil {
			return err
		}
		if err := e.fresh(ctx, crm.ProcessID(crm.KindOpportunity, o.ID), t.Version, o.Version); err != nil {
			return err
		}
		if o.State != crm.OpportunityOpen {
			return Refused{Code: "opportunity_closed", Params: map[string]string{"state": string(o.State)}}
		}
		return do(e, o)
	})
}
