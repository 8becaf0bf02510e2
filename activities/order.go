package activities

import (
	"context"

	"leadtocash/crm"
	"leadtocash/rules"
	"leadtocash/store"
)

// validateOrder goes through the checklist (S078) and freezes the route of approval (S079).
func (s *Steps) validateOrder(ctx context.Context, tx *store.Tx, f crm.OrderDecision) (crm.Answer, error) {
	o, err := tx.Opportunity(ctx)
	if err != nil {
		return crm.Answer{}, err
	}
	if err := tx.Ahead(ctx, append(filled(tx, o, f.Fill), store.OrderBy(o.ID, f.OrderID))...); err != nil {
		return crm.Answer{}, err
	}
	order, err := tx.Order(ctx, o.ID, f.OrderID)
	if err != nil {
		return crm.Answer{}, err
	}
	if order.State != crm.OrderValidating {
		return refuse("order_not_validating", "state", string(order.State)), nil
	}
	if a, err := fill(ctx, tx, &o, &order, f.Fill); err != nil || !a.OK() {
		return a, err
	}
	if err := tx.SaveOrder(ctx, order); err != nil { // the checklist reads it
		return crm.Answer{}, err
	}
	facts, err := tx.Facts(ctx, o.ID)
	if err != nil {
		return crm.Answer{}, err
	}
	checklist, err := s.set(ctx, tx, crm.RuleOrder)
	if err != nil {
		return crm.Answer{}, err
	}
	v, err := except(ctx, tx, o, checklist.Checklist(facts))
	if err != nil {
		return crm.Answer{}, err
	}
	tx.Rule(v, facts)
	if !v.Allowed() {
		return gated(v), nil
	}
	levels, err := s.set(ctx, tx, crm.RuleApproval)
	if err != nil {
		return crm.Answer{}, err
	}
	route, rv := levels.Route(facts)
	tx.Rule(rv, facts)
	if !rv.Allowed() {
		return gated(rv), nil
	}
	asked, err := s.beyondLimits(ctx, tx, facts, rules.LevelsOf(route))
	if err != nil {
		return crm.Answer{}, err
	}
	stations, err := s.stations(ctx, tx, order, asked, rv, facts)
	if err != nil {
		return crm.Answer{}, err
	}
	if err := tx.SetRoute(ctx, order, stations); err != nil {
		return crm.Answer{}, err
	}
	now := tx.Now
	order.State, order.ValidatedBy, order.ValidatedAt, tx.Process.Step = crm.OrderApproving, tx.Actor, &now, crm.StepApprove
	tx.Tell(store.Entry{
		Code: "order.validated", AccountID: o.AccountID, OpportunityID: o.ID, RuleKind: v.Kind, RuleVersion: v.Version,
		Data: map[string]any{"order": order.Number, "order_id": order.ID, "stations": len(stations)},
	})
	if len(crm.Turn(stations)) == 0 { // all that is asked for was approved before, and nothing of it became worse
		d := decision{deal: o, order: order, station: stations[len(stations)-1]}
		d.order.DecidedBy, d.order.DecidedAt = string(d.station.DecidedBy), &now
		d.tell(tx, "order.approved", map[string]any{"station": d.station.Key, "amount": order.Net, "carried": d.station.CarriedFrom})
		return s.conclude(ctx, tx, d, crm.OrderApproved)
	}
	return done(), tx.SaveOrder(ctx, order)
}

// negotiating is where a deal goes on whose order was rejected: in negotiation, else in the stage that it was won from.
func (s *Steps) negotiating(ctx context.Context, tx *store.Tx, o crm.Opportunity) (string, error) {
	set, err := s.pipeline(ctx, tx, o)
	if err != nil {
		return "", err
	}
	if set.Settled(string(crm.StepNegotiate)) != "" {
		return open(set, string(crm.StepNegotiate)), nil
	}
	before, err := tx.StageBefore(ctx, o.ID)
	return open(set, before), err
}
