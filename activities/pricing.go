package activities

import (
	"context"
	"slices"

	"leadtocash/crm"
	"leadtocash/rules"
	"leadtocash/store"
)

// withinLimits asks the limits of prices and discounts about a quote that is to be sent: each line, then the whole. What refuses first is
// kept, else what was said of the whole.
func (s *Steps) withinLimits(ctx context.Context, tx *store.Tx, q crm.Quote) (crm.Verdict, error) {
	set, err := s.set(ctx, tx, crm.RulePricing)
	if err != nil || set.Version() == 0 {
		return crm.Verdict{Kind: crm.RulePricing, Result: crm.Allowed}, err
	}
	f, err := tx.Facts(ctx, q.OpportunityID)
	if err != nil {
		return crm.Verdict{}, err
	}
	lines, err := tx.PricedLines(ctx, q.ID)
	if err != nil {
		return crm.Verdict{}, err
	}
	if f.User, err = asker(ctx, tx, set); err != nil {
		return crm.Verdict{}, err
	}
	for _, l := range lines {
		at := f
		at.Line, at.Quote, at.Order = l, crm.QuoteFacts{}, crm.OrderFacts{}
		if v := set.At(rules.MomentLine, at); !v.Allowed() {
			tx.Rule(v, at)
			return v, nil
		}
	}
	f.Order = crm.OrderFacts{}
	v := set.At(rules.MomentQuote, f)
	tx.Rule(v, f)
	return v, nil
}

// beyondLimits adds the station that the limits of pricing ask for, unless the route has one of that role already. What could not be
// evaluated asks for it too. The verdict is the reason, and stays with the order.
func (s *Steps) beyondLimits(ctx context.Context, tx *store.Tx, f crm.Facts, route []crm.Approval) ([]crm.Approval, error) {
	set, err := s.set(ctx, tx, crm.RulePricing)
	if err != nil || set.ApproveBy() == "" {
		return route, err
	}
	if f.User, err = asker(ctx, tx, set); err != nil {
		return route, err
	}
	v := set.At(rules.MomentApproval, f)
	tx.Rule(v, f)
	if v.Allowed() || slices.ContainsFunc(route, func(a crm.Approval) bool { return a.Role == set.ApproveBy() }) {
		return route, nil
	}
	return append([]crm.Approval{{Key: string(crm.RulePricing), Role: set.ApproveBy()}}, route...), nil
}
