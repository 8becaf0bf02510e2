package store

import (
	"context"

	"leadtocash/crm"
)

// PlanEngagement puts a call, meeting, visit, mail or letter on the calendar, for a deal or a lead within the scope (S019, S093).
func (s *Store) PlanEngagement(ctx context.Context, t Target, g crm.Engagement) (crm.Engagement, error) {
	err := s.edit(ctx, t.Actor, func(e *edit) error {
		entry := Entry{Code: "engagement.planned", Data: map[string]any{"kind": g.Kind, "subject": g.Subject, "due_at": g.DueAt}}
		process, err := e.engaged(ctx, t.Scope, g, &entry)
		if err != nil {
			return err
		}
		if g.OwnerID == "" {
			g.OwnerID = t.Actor
		} else if err := e.activeUser(ctx, "/owner_id", g.OwnerID); err != nil {
			return err
		}
		g.Version, g.ChangedAt = 1, e.now
		if g.Outcome != "" { // logged after the fact
			g.DoneAt = &e.now
			entry.Code = "engagement.done"
			entry.Data["outcome"] = g.Outcome
		}
		if _, err := e.q.Exec(ctx, `insert into engagement (id, kind, opportunity_id, lead_id, contact_id, subject, due_at, ends_at, outcome, note, owner_id, done_at, place, changed_at)
			values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`,
			g.ID, g.Kind, g.OpportunityID, g.LeadID, g.ContactID, g.Subject, g.DueAt, g.EndsAt, g.Outcome, g.Note, g.OwnerID, g.DoneAt, g.Place, g.ChangedAt); err != nil {
			return told(err)
		}
		if err := e.reported(ctx, process, g, nil); err != nil {
			return err
		}
		if err := e.moveStatus(ctx, g); err != nil {
			return err
		}
		return e.tell(ctx, process, entry)
	})
	return g, err
}

// engaged finds the deal or lead that an engagement belongs to; without one, or with one outside the scope, it is refused.
func (e *edit) engaged(ctx context.Context, sc Scope, g crm.Engagement, entry *Entry) (string, error) {
	if g.OpportunityID != "" {
		o, err := e.lockOpportunity(ctx, sc, g.OpportunityID)
		if err != nil {
			return "", unknown(err, "/opportunity_id")
		}
		entry.AccountID, entry.OpportunityID = o.AccountID, o.ID
		return crm.ProcessID(crm.KindOpportunity, o.ID), e.contactOf(ctx, o.AccountID, g.ContactID)
	}
	if err := e.join(ctx, crm.KindLead, g.LeadID); err != nil {
		return "", err
	}
	args := []any{g.LeadID}
	l, err := one[crm.Lead](ctx, e.q, `select `+leadColumns+` from lead where id = $1 and `+sc.covers("owner_id", &args), args...)
	if err != nil {
		return "", unknown(err, "/lead_id")
	}
	return crm.ProcessID(crm.KindLead, l.ID), nil
}

// EngagementOutcome is the short answer after an engagement (S094, S096), and when the next one is, if there is one.
type EngagementOutcome struct {
	Outcome string
	Note    string
	Next    *crm.Engagement // kind, subject and time
}

// EndEngagement notes how a call or meeting went, moves the contact's potential (S050) and may plan the next step. It happens once.
func (s *Store) EndEngagement(ctx context.Context, t Target, out EngagementOutcome) (g crm.Engagement, err error) {
	err = s.edit(ctx, t.Actor, func(e *edit) error {
		if g, err = e.lockEngagement(ctx, t); err != nil {
			return err
		}
		g.Outcome, g.Note, g.DoneAt, g.Version, g.ChangedAt = out.Outcome, out.Note, &e.now, g.Version+1, e.now
		if _, err := e.q.Exec(ctx, `update engagement set outcome = $2, note = $3, done_at = $4, version = $5, changed_at = $4 where id = $1`, g.ID, g.Outcome, g.Note, g.DoneAt, g.Version); err != nil {
			return err
		}
		entry := Entry{Code: "engagement.done", Data: map[string]any{"kind": g.Kind, "subject": g.Subject, "outcome": g.Outcome}}
		process, err := e.engaged(ctx, Everything(), g, &entry)
		if err != nil {
			return err
		}
		if err := e.reported(ctx, process, g, out.Next); err != nil {
			return err
		}
		if err := e.moveStatus(ctx, g); err != nil {
			return err
		}
		if err := e.tell(ctx, process, entry); err != nil {
			return err
		}
		return e.next(ctx, process, g, out.Next, entry)
	})
	return g, err
}

// lockEngagement takes one that is still planned for a change: of a person within the scope, or on a deal within it. Errors: ErrNotFound,
// Stale, already_done, already_cancelled.
func (e *edit) lockEngagement(ctx context.Context, t Target) (crm.Engagement, error) {
	args := []any{t.ID}
	g, err := one[crm.Engagement](ctx, e.q, `select * from engagement g where g.id = $1 and (`+t.Scope.covers("g.owner_id", &args)+` or exists (
		select from opportunity o where o.id = g.opportunity_id and `+t.Scope.covers("o.owner_id", &args)+`)) for update`, args...)
	switch {
	case err != nil:
		return g, err
	case t.Version != 0 && t.Version != g.Version:
		return g, Stale{Version: g.Version}
	case g.CancelledAt != nil:
		return g, Refused{Code: "already_cancelled"}
	case g.DoneAt != nil:
		return g, Refused{Code: "already_done", Params: map[string]string{"outcome": g.Outcome}}
	}
	return g, nil
}

// next plans the step after an engagement.
func (e *edit) next(ctx context.Context, process string, g crm.Engagement, n *crm.Engagement, entry Entry) error {
	if n == nil {
		return nil
	}
	if _, err := e.q.Exec(ctx, `insert into engagement (id, kind, opportunity_id, lead_id, contact_id, subject, due_at, owner_id, changed_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		NewID(), n.Kind, g.OpportunityID, g.LeadID, g.ContactID, n.Subject, n.DueAt, g.OwnerID, e.now); err != nil {
		return err
	}
	entry.Code, entry.Data = "engagement.planned", map[string]any{"kind": n.Kind, "subject": n.Subject, "due_at": n.DueAt}
	return e.tell(ctx, process, entry)
}
