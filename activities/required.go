package activities

import (
	"context"
	"slices"

	"leadtocash/crm"
	"leadtocash/rules"
	"leadtocash/store"
)

// filledIn asks which fields of a lead must be filled at a moment, as the step leaves it, and keeps what was said.
func (s *Steps) filledIn(ctx context.Context, tx *store.Tx, l crm.Lead, moment string) (crm.Verdict, error) {
	set, err := s.set(ctx, tx, crm.RuleRequired)
	if err != nil || len(set.Asked(moment)) == 0 {
		return crm.Verdict{Kind: crm.RuleRequired, Version: set.Version(), Key: moment, Result: crm.Allowed}, err
	}
	f, _, err := tx.LeadFacts(ctx, l)
	if err != nil {
		return crm.Verdict{}, err
	}
	if f.User, err = asker(ctx, tx, set); err != nil {
		return crm.Verdict{}, err
	}
	v := set.At(moment, f)
	tx.Rule(v, f)
	return v, nil
}

// asker is who takes the step, where the rules want to know it.
func asker(ctx context.Context, tx *store.Tx, set *rules.Set) (crm.UserFacts, error) {
	if !slices.Contains(set.Fields(), "user.roles") {
		return crm.UserFacts{}, nil
	}
	return tx.Who(ctx)
}
