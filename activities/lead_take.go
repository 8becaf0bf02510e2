package activities

import (
	"context"

	"leadtocash/crm"
	"leadtocash/store"
)

// offer says who may take a lead that nobody has: the teams and people of all assignment rules that apply to it; everybody who sells when
// one of them names nobody, or none applies (S066).
func (s *Steps) offer(ctx context.Context, tx *store.Tx, lead crm.ID, facts crm.Facts) error {
	set, err := s.set(ctx, tx, crm.RuleAssignment)
	if err != nil {
		return err
	}
	applying, _ := set.Assign(facts)
	var to []store.Search
	for _, rule := range applying {
		if rule.Team == "" && len(rule.Users) == 0 {
			return tx.OfferLead(ctx, lead, nil)
		}
		to = append(to, store.Search{Team: rule.Team, Users: rule.Users})
	}
	return tx.OfferLead(ctx, lead, to)
}

// takeLead gives a lead that nobody has to the salesperson who asks (S066): the first of two who ask gets it. A new one is qualified with it.
func (s *Steps) takeLead(ctx context.Context, tx *store.Tx, _ struct{}) (crm.Answer, error) {
	l, err := tx.Lead(ctx)
	if err != nil {
		return crm.Answer{}, err
	}
	switch {
	case l.OwnerID != "":
		return refuse("already_taken", "by", string(l.OwnerID)), nil
	case l.State == crm.LeadNew:
		return s.qualify(ctx, tx, crm.QualifyFields{OwnerID: crm.ID(tx.Actor)})
	}
	return s.assign(ctx, tx, crm.AssignFields{OwnerID: crm.ID(tx.Actor)})
}
