package activities

import (
	"context"

	"leadtocash/crm"
	"leadtocash/rules"
	"leadtocash/store"
)

// withinLimits asks the limits of prices and discounts about a quote that is to be sent: each line, then the whole. What refuses first is
// kept, else what was said of the whole.
func (s *Steps) withinLimits(ctx context.Context, tx *store.Tx, q crm.Quote, lines []crm.LineFacts) (crm.Verdict, error) {
	set, err := s.set(ctx, tx, crm.RulePricing)
	if err != nil || set.Version() == 0 {
		return crm.Verdict{Kind: crm.RulePricing, Result: crm.Allowed}, err
	}
	f, err := tx.Facts(ctx, q.OpportunityID)
	if err != nil {
		return crm.Verdict{}, err
	}
	if f.User, err = asker(ctx, tx, set); err != nil {
		return crm.Verdict{}, err
	}
	for _, l := range lines {
		at := f
		l.HandedOff = false // not theirs to know
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

// handedOff asks about every line of a quote that is to be sent whether it may be quoted: one that is made to order needs an answer of who
// makes it, for this quantity (S104). What refuses first is kept, else what was said of the last one.
func (s *Steps) handedOff(ctx context.Context, tx *store.Tx, q crm.Quote, lines []crm.LineFacts) (v crm.Verdict, err error) {
	set, err := s.set(ctx, tx, crm.RuleHandOff)
	if err != nil || len(set.Asked(rules.MomentLine)) == 0 {
		return crm.Verdict{Kind: crm.RuleHandOff, Result: crm.Allowed}, err
	}
	f, err := tx.Facts(ctx, q.OpportunityID)
	if err != nil {
		return v, err
	}
	if f.User, err = asker(ctx, tx, set); err != nil {
		return v, err
	}
	f.Quote, f.Order = crm.QuoteFacts{}, crm.OrderFacts{}
	v = crm.Verdict{Kind: crm.RuleHandOff, Version: set.Version(), Key: rules.MomentLine, Result: crm.Allowed}
	for _, l := range lines {
		f.Line = l
		if v = set.At(rules.MomentLine, f); !v.Allowed() {
			break
		}
	}
	tx.Rule(v, f)
	return v, nil
}

// beyondLimits adds the station that the limits of pricing ask for. The verdict is the reason, and stays with the order.
func (s *Steps) beyondLimits(ctx context.Context, tx *store.Tx, f crm.Facts, route []crm.ApprovalLevel) ([]crm.ApprovalLevel, error) {
	set, err := s.set(ctx, tx, crm.RulePricing)
	if err != nil || set.ApproveBy() == "" {
		return route, err
	}
	if f.User, err = asker(ctx, tx, set); err != nil {
		return route, err
	}
	route, v := set.Beyond(f, route)
	tx.Rule(v, f)
	return route, nil
}
