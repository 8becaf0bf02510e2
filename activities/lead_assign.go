package activities

import (
	"context"
	"errors"

	"leadtocash/crm"
	"leadtocash/rules"
	"leadtocash/store"
)

// assignByRule finds the competent salesperson for a qualified lead (S066): whoever brought it keeps it, else the first assignment rule
// that applies and under which somebody is free gives it away. The timeline tells which rule, and how many leads the person had in hand.
// When nobody is free the lead stays qualified, and the timeline says so.
func (s *Steps) assignByRule(ctx context.Context, tx *store.Tx, l *crm.Lead, facts crm.Facts) error {
	set, err := s.set(ctx, tx, crm.RuleAssignment)
	if err != nil {
		return err
	}
	if l.OwnerID != "" {
		active, err := tx.SellerActive(ctx, l.OwnerID)
		if err != nil {
			return err
		}
		if active {
			hand(tx, l, l.OwnerID, "own", set.Version(), map[string]any{"to": l.OwnerID, "rule": "own"})
			return nil
		}
	}
	applying, v := set.Assign(facts)
	tx.Rule(v, facts)
	for _, rule := range applying {
		to, inHand, err := tx.FreeSeller(ctx, store.Search{Team: rule.Team, Users: rule.Users, Cap: rule.Cap, Turn: rule.Strategy == rules.RoundRobin})
		if errors.Is(err, store.ErrNotFound) {
			continue
		} else if err != nil {
			return err
		}
		hand(tx, l, to, rule.Key, set.Version(), map[string]any{"from": l.OwnerID, "to": to, "rule": rule.Key, "rule_name": rule.Name, "strategy": rule.Strategy, "in_hand": inHand})
		return nil
	}
	tx.Tell(store.Entry{Code: "lead.not_assigned", RuleKind: crm.RuleAssignment, RuleVersion: set.Version(), Data: map[string]any{"rules": len(applying)}})
	return nil
}

// hand makes somebody the lead's owner; what the one before said of it is his own. The rule is empty when a person chose.
func hand(tx *store.Tx, l *crm.Lead, to crm.ID, rule string, version int, data map[string]any) {
	if l.OwnerID != to {
		l.Feedback, l.FeedbackNote = crm.FeedbackNone, ""
	}
	now := tx.Now
	l.OwnerID, l.State, l.AssignRule, l.AssignedAt, tx.Process.Step = to, crm.LeadAssigned, rule, &now, crm.StepConvert
	e := store.Entry{Code: "lead.assigned", Data: data}
	if rule != "" {
		e.Code, e.RuleKind, e.RuleVersion = "lead.assigned_by_rule", crm.RuleAssignment, version
	}
	tx.Tell(e)
}
