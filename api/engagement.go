package api

import (
	"net/http"

	"leadtocash/crm"
	"leadtocash/store"
)

func (b *engagementBody) engagement() (crm.Engagement, error) {
	var c check
	c.required("/kind", &b.Kind, maxName)
	c.oneOf("/kind", b.Kind, crm.EngagementKinds()...)
	c.required("/subject", &b.Subject, maxName)
	c.oneOf("/outcome", b.Outcome, crm.EngagementOutcomes()...)
	c.lines("/note", &b.Note, maxText)
	c.line("/place", &b.Place, maxName)
	c.id("/opportunity_id", &b.OpportunityID)
	c.id("/lead_id", &b.LeadID)
	c.id("/contact_id", &b.ContactID)
	c.id("/owner_id", &b.OwnerID)
	ends := b.when(&c)
	switch {
	case b.OpportunityID == "" && b.LeadID == "":
		c.fail("/opportunity_id", "required", nil)
	case b.OpportunityID != "" && b.LeadID != "":
		c.fail("/lead_id", "not_with_opportunity", nil)
	case b.LeadID != "" && b.ContactID != "":
		c.fail("/contact_id", "not_with_lead", nil)
	}
	return crm.Engagement{
		Kind: b.Kind, OpportunityID: b.OpportunityID, LeadID: b.LeadID, ContactID: b.ContactID, Subject: b.Subject, DueAt: b.DueAt, EndsAt: ends,
		Outcome: b.Outcome, Note: b.Note, OwnerID: b.OwnerID, Place: b.Place,
	}, c.err()
}

func postEngagement(r *request) error {
	var b engagementBody
	if err := r.decode(&b); err != nil {
		return err
	}
	g, err := b.engagement()
	if err != nil {
		return err
	}
	if g.OwnerID != "" && g.OwnerID != r.user.ID && r.Reach() == crm.ReachOwn {
		return r.missing("/owner_id", crm.MayAssignLead)
	}
	scope := r.Scope()
	if g.LeadID != "" {
		scope = store.ScopeOf(r.user, crm.MayWriteLead)
	}
	return create(r, "/api/v1/engagements/", store.Engagements, func(id crm.ID) (crm.Engagement, error) {
		g.ID = id
		return r.store.PlanEngagement(r.ctx(), store.Target{Scope: scope, Actor: r.user.ID}, g)
	})
}

// postOutcome is the short answer after a call or meeting (S094), with the next step if there is one.
func postOutcome(r *request) error {
	t, err := r.target()
	if err != nil {
		return err
	}
	var b outcomeBody
	if err := r.decode(&b); err != nil {
		return err
	}
	var c check
	c.required("/outcome", &b.Outcome, maxName)
	c.oneOf("/outcome", b.Outcome, crm.EngagementOutcomes()...)
	c.lines("/note", &b.Note, maxText)
	out := store.EngagementOutcome{Outcome: b.Outcome, Note: b.Note}
	if n := b.Next; n != nil {
		c.required("/next/kind", &n.Kind, maxName)
		c.oneOf("/next/kind", n.Kind, crm.EngagementKinds()...)
		c.required("/next/subject", &n.Subject, maxName)
		if n.DueAt.IsZero() {
			c.fail("/next/due_at", "required", nil)
		}
		out.Next = &crm.Engagement{Kind: n.Kind, Subject: n.Subject, DueAt: n.DueAt}
	}
	out.Outcome, out.Note = b.Outcome, b.Note
	if err := c.err(); err != nil {
		return err
	}
	g, err := r.store.EndEngagement(r.ctx(), t, out)
	if err != nil {
		return err
	}
	return r.JSON(http.StatusOK, r.view(g))
}
