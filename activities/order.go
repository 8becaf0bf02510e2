package activities

import (
	"context"
	"fmt"
	"time"

	"leadtocash/crm"
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
	stations := make([]crm.Approval, len(route))
	for i, level := range route {
		stations[i] = crm.Approval{Key: level.Key, Role: level.Role}
	}
	if stations, err = s.beyondLimits(ctx, tx, facts, stations); err != nil {
		return crm.Answer{}, err
	}
	if err := tx.SetRoute(ctx, order.ID, stations); err != nil {
		return crm.Answer{}, err
	}
	now := tx.Now
	order.State, order.ValidatedBy, order.ValidatedAt, tx.Process.Step = crm.OrderApproving, tx.Actor, &now, crm.StepApprove
	tx.Tell(store.Entry{
		Code: "order.validated", AccountID: o.AccountID, OpportunityID: o.ID, RuleKind: v.Kind, RuleVersion: v.Version,
		Data: map[string]any{"order": order.Number, "order_id": order.ID, "stations": len(stations)},
	})
	return done(), tx.SaveOrder(ctx, order)
}

// approveOrder is a manager's yes at the station whose turn it is. The last yes makes the contract and the ERP order (S079-S081).
func (s *Steps) approveOrder(ctx context.Context, tx *store.Tx, f crm.OrderDecision) (crm.Answer, error) {
	d, a, err := s.deciding(ctx, tx, f.OrderID, f.Version)
	if err != nil || !a.OK() {
		return a, err
	}
	if d.last && d.by.ApprovalLimit.LessThan(d.order.Net) {
		return refuse("over_approval_limit", "limit", d.by.ApprovalLimit.StringFixed(2), "amount", d.order.Net.StringFixed(2)), nil
	}
	d.station.State, d.station.DecidedBy, d.station.Note = "approved", d.by.ID, f.Note
	if err := tx.Decide(ctx, d.station); err != nil {
		return crm.Answer{}, err
	}
	tx.Tell(store.Entry{
		Code: "order.approved", AccountID: d.deal.AccountID, OpportunityID: d.deal.ID, RuleKind: crm.RuleApproval, RuleVersion: tx.Pinned(crm.RuleApproval),
		Data: map[string]any{"order": d.order.Number, "order_id": d.order.ID, "station": d.station.Key, "amount": d.order.Net, "note": f.Note},
	})
	if !d.last {
		return done("waiting", "next"), tx.SaveOrder(ctx, d.order)
	}
	d.close(tx, crm.OrderApproved)
	if err := tx.SaveOrder(ctx, d.order); err != nil {
		return crm.Answer{}, err
	}
	contract, err := s.sign(ctx, tx, d.deal, d.order)
	if err != nil {
		return crm.Answer{}, err
	}
	return done("contract", string(contract)), nil
}

// rejectOrder is a manager's no. It reopens the deal in negotiation with his reason (decision 7): the accepted quote stays readable but is
// superseded, and neither a contract nor an ERP order ever existed.
func (s *Steps) rejectOrder(ctx context.Context, tx *store.Tx, f crm.ReasonFields) (crm.Answer, error) {
	d, a, err := s.deciding(ctx, tx, f.ID, f.Version)
	if err != nil || !a.OK() {
		return a, err
	}
	if f.Reason == "" {
		return invalid("/reason", "required"), nil
	}
	d.station.State, d.station.DecidedBy, d.station.Note = "rejected", d.by.ID, f.Reason
	if err := tx.Decide(ctx, d.station); err != nil {
		return crm.Answer{}, err
	}
	d.order.Reason = f.Reason
	d.close(tx, crm.OrderRejected)
	if err := tx.SaveOrder(ctx, d.order); err != nil {
		return crm.Answer{}, err
	}
	q, err := tx.Quote(ctx, d.deal.ID, d.order.QuoteID)
	if err != nil {
		return crm.Answer{}, err
	}
	q.State = crm.QuoteSuperseded
	if err := tx.SaveQuote(ctx, q); err != nil {
		return crm.Answer{}, err
	}
	tx.Tell(store.Entry{
		Code: "order.rejected", AccountID: d.deal.AccountID, OpportunityID: d.deal.ID, RuleKind: crm.RuleApproval, RuleVersion: tx.Pinned(crm.RuleApproval),
		Data: map[string]any{"order": d.order.Number, "order_id": d.order.ID, "reason": f.Reason, "quote": q.Label()},
	})
	stage, err := s.negotiating(ctx, tx, d.deal)
	if err != nil {
		return crm.Answer{}, err
	}
	return done(), s.comeBack(ctx, tx, d.deal, stage, "opportunity.reopened", f.Reason)
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

// decision is an order at the station whose turn it is, with the person who decides.
type decision struct {
	deal    crm.Opportunity
	order   crm.Order
	station crm.Approval
	last    bool
	by      crm.User
}

// deciding finds what there is to decide and whether this person may: the order waits for approval, is as he saw it, his role is the
// station's, and he is not the one who asked for it. Of two managers at once the second is told who decided.
func (s *Steps) deciding(ctx context.Context, tx *store.Tx, id crm.ID, seen int) (d decision, a crm.Answer, err error) {
	if d.deal, err = tx.Opportunity(ctx); err != nil {
		return d, a, err
	}
	if err = tx.Ahead(ctx, store.OrderBy(d.deal.ID, id), store.PersonOf(crm.ID(tx.Actor)), store.ApprovalsOf(id)); err != nil {
		return d, a, err
	}
	if d.order, err = tx.Order(ctx, d.deal.ID, id); err != nil {
		return d, a, err
	}
	if d.order.DecidedAt != nil {
		return d, refuse("already_decided", "decision", string(d.order.State), "by", d.order.DecidedBy, "at", d.order.DecidedAt.UTC().Format(time.RFC3339)), nil
	}
	if d.order.State != crm.OrderApproving {
		return d, refuse("order_not_approving", "state", string(d.order.State)), nil
	}
	if seen != 0 && seen != d.order.Version {
		return d, refuse("stale_version", "now", fmt.Sprint(d.order.Version)), nil
	}
	if d.by, err = tx.Person(ctx, crm.ID(tx.Actor)); err != nil {
		return d, a, err
	}
	stations, err := tx.Approvals(ctx, d.order.ID)
	if err != nil {
		return d, a, err
	}
	waiting := 0
	for _, station := range stations {
		if station.State == "waiting" {
			if waiting == 0 {
				d.station = station
			}
			waiting++
		}
	}
	d.last = waiting == 1
	switch {
	case waiting == 0:
		return d, a, fmt.Errorf("order %s waits for approval but no station does", d.order.ID)
	case !d.by.Active || !d.by.Has(d.station.Role):
		return d, refuse("forbidden", "need", string(d.station.Role)), nil
	case d.order.RequestedBy == tx.Actor:
		return d, refuse("self_approval"), nil
	}
	return d, done(), nil
}

func (d *decision) close(tx *store.Tx, state crm.OrderState) {
	now := tx.Now
	d.order.State, d.order.DecidedBy, d.order.DecidedAt = state, tx.Actor, &now
}
