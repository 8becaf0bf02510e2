package activities

import (
	"context"
	"errors"
	"time"

	"leadtocash/crm"
	"leadtocash/rules"
	"leadtocash/store"
)

// FollowResponses looks after the response clocks of leads given after the instant (S066).
func (s *Steps) FollowResponses(ctx context.Context, since time.Time) (store.ResponsePass, error) {
	return s.Store.FollowResponses(ctx, since, responseLetter)
}

// responseLetter reminds an owner of a lead that waits for him, or tells a manager of one that nobody touched.
func responseLetter(n store.ResponseNotice) crm.Letter {
	l := crm.Letter{Template: "lead_response_due", To: n.To.Email, Name: n.To.Name, Language: n.To.Language, Texts: map[string]string{
		"lead": n.Company, "owner": n.Owner, "due": texts().For(n.To.Language).Time(n.DueAt, n.Zone),
	}}
	if n.Late {
		l.Template = "lead_response_late"
	}
	return l
}

// reassign gives a lead that its owner did not touch in time to the next by the assignment rules (S066): never to one who had it already, is away
// or has his fill. An owner who got in touch meanwhile keeps it. When nobody else can be found, the manager is told.
func (s *Steps) reassign(ctx context.Context, tx *store.Tx, f crm.ReassignFields) (crm.Answer, error) {
	l, err := tx.Lead(ctx)
	if err != nil {
		return crm.Answer{}, err
	}
	r, err := tx.LateResponse(ctx, l.ID, f.AssignedAt)
	if err != nil {
		return crm.Answer{}, err
	}
	if r.State != crm.ResponsePassing || l.State != crm.LeadAssigned || l.OwnerID != r.OwnerID || l.AssignedAt == nil || !l.AssignedAt.Equal(r.AssignedAt) || r.ActedAt != nil {
		return done("kept", string(l.OwnerID)), nil
	}
	set, err := s.set(ctx, tx, crm.RuleAssignment)
	if err != nil {
		return crm.Answer{}, err
	}
	facts, _, err := tx.LeadFacts(ctx, l)
	if err != nil {
		return crm.Answer{}, err
	}
	applying, v := set.Assign(facts)
	tx.Rule(v, facts)
	for _, rule := range applying {
		to, inHand, err := tx.FreeSeller(ctx, store.Search{Team: rule.Team, Users: rule.Users, Cap: rule.Cap, Turn: rule.Strategy == rules.RoundRobin, Not: r.Had})
		if errors.Is(err, store.ErrNotFound) {
			continue
		} else if err != nil {
			return crm.Answer{}, err
		}
		tx.Tell(store.Entry{Code: "lead.passed_on", Data: map[string]any{"from": r.OwnerID, "due": r.DueAt, "round": r.Round + 1}})
		hand(tx, &l, to, rule.Key, set.Version(), map[string]any{"from": r.OwnerID, "to": to, "rule": rule.Key, "rule_name": rule.Name, "strategy": rule.Strategy, "in_hand": inHand})
		if err := tx.PassResponse(ctx, r.LeadResponse, to); err != nil {
			return crm.Answer{}, err
		}
		return done("owner", string(to), "rule", rule.Key), tx.SaveLead(ctx, l)
	}
	return s.nobodyElse(ctx, tx, l, r)
}

// nobodyElse tells the managers of a lead's owner that nobody else could be found for it; he keeps it.
func (s *Steps) nobodyElse(ctx context.Context, tx *store.Tx, l crm.Lead, r store.LateResponse) (crm.Answer, error) {
	people, err := tx.EscalateResponse(ctx, r.LeadResponse)
	if err != nil {
		return crm.Answer{}, err
	}
	tx.Tell(store.Entry{Code: "lead.response_escalated", Data: map[string]any{"because": "nobody", "passes": r.Round}})
	for _, u := range people {
		n := store.ResponseNotice{LeadID: l.ID, Company: l.Company, AssignedAt: r.AssignedAt, DueAt: *r.DueAt, Late: true, Owner: r.Owner, To: u, Zone: tx.Zone}
		leaveMail(tx, n.Key(), "", responseLetter(n))
	}
	return done("escalated", string(l.OwnerID)), nil
}
