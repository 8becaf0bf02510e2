package activities

import (
	"context"
	"fmt"
	"slices"
	"time"

	"leadtocash/crm"
	"leadtocash/store"

	"github.com/shopspring/decimal"
)

// deadlineDecision is when a decision that could be taken back takes effect.
const deadlineDecision = "decision_effective"

// approveOrder is an approver's yes at a station whose turn it is. The last yes makes the contract and the ERP order (S079-S081).
func (s *Steps) approveOrder(ctx context.Context, tx *store.Tx, f crm.OrderDecision) (crm.Answer, error) {
	d, a, err := s.deciding(ctx, tx, f.OrderID, f.Version)
	if err != nil || !a.OK() {
		return a, err
	}
	if d.limited && d.limit.LessThan(d.order.Net) {
		return refuse("over_approval_limit", "limit", d.limit.StringFixed(2), "amount", d.order.Net.StringFixed(2)), nil
	}
	if d.station.Need != 1 {
		if a, err := d.vote(ctx, tx, f.Note); err != nil || a.Code != crm.Done || a.Params["waiting"] != "" {
			return a, err
		}
	}
	d.station.State, d.station.DecidedBy, d.station.Note = crm.ApprovalApproved, d.by.ID, f.Note
	if err := tx.Decide(ctx, d.station); err != nil {
		return crm.Answer{}, err
	}
	d.tell(tx, "order.approved", map[string]any{"station": d.station.Key, "amount": d.order.Net, "note": f.Note})
	if d.waiting > 1 {
		return done("waiting", "next"), tx.SaveOrder(ctx, d.order)
	}
	return s.decided(ctx, tx, d, crm.OrderApproved)
}

// rejectOrder is an approver's no, which one is enough for. It reopens the deal in negotiation with his reason (decision 7): the accepted quote stays readable but
// is superseded, and neither a contract nor an ERP order ever existed.
func (s *Steps) rejectOrder(ctx context.Context, tx *store.Tx, f crm.ReasonFields) (crm.Answer, error) {
	d, a, err := s.deciding(ctx, tx, f.ID, f.Version)
	if err != nil || !a.OK() {
		return a, err
	}
	if f.Reason == "" {
		return invalid("/reason", "required"), nil
	}
	d.station.State, d.station.DecidedBy, d.station.Note = crm.ApprovalRejected, d.by.ID, f.Reason
	if err := tx.Decide(ctx, d.station); err != nil {
		return crm.Answer{}, err
	}
	d.order.Reason = f.Reason
	return s.decided(ctx, tx, d, crm.OrderRejected)
}

// decided closes an order with the decision just made, or holds it for as long as it may be taken back.
func (s *Steps) decided(ctx context.Context, tx *store.Tx, d decision, state crm.OrderState) (crm.Answer, error) {
	if d.undo == 0 {
		return s.conclude(ctx, tx, d, state)
	}
	at, until := tx.Now, tx.Now.Add(d.undo)
	d.order.DecidedBy, d.order.DecidedAt, d.order.Decision, d.order.EffectiveAt = tx.Actor, &at, crm.ApprovalState(state), &until
	tx.At(deadlineDecision, string(d.order.ID), until)
	return done("effective_at", until.UTC().Format(time.RFC3339)), tx.SaveOrder(ctx, d.order)
}

// effectDecision lets a decision take effect that nobody took back.
func (s *Steps) effectDecision(ctx context.Context, tx *store.Tx, due store.Deadline) error {
	deal, err := tx.Opportunity(ctx)
	if err != nil {
		return err
	}
	order, err := tx.Order(ctx, deal.ID, crm.ID(due.Key))
	if err != nil || order.Decision == "" || order.EffectiveAt.After(tx.Now) {
		return err
	}
	stations, err := tx.Approvals(ctx, order.ID)
	if err != nil {
		return err
	}
	d := decision{deal: deal, order: order}
	for _, st := range stations {
		if st.DecidedAt != nil && (d.station.DecidedAt == nil || st.DecidedAt.After(*d.station.DecidedAt)) {
			d.station = st.Approval
		}
	}
	tx.Actor = order.DecidedBy
	_, err = s.conclude(ctx, tx, d, crm.OrderState(order.Decision))
	return err
}

// conclude makes the contract of an approved order, or takes the deal of a rejected one back.
func (s *Steps) conclude(ctx context.Context, tx *store.Tx, d decision, state crm.OrderState) (crm.Answer, error) {
	d.close(tx, state)
	if err := tx.SaveOrder(ctx, d.order); err != nil {
		return crm.Answer{}, err
	}
	if state == crm.OrderApproved {
		contract, err := s.sign(ctx, tx, d.deal, d.order)
		if err != nil {
			return crm.Answer{}, err
		}
		return done("contract", string(contract)), nil
	}
	q, err := tx.Quote(ctx, d.deal.ID, d.order.QuoteID)
	if err != nil {
		return crm.Answer{}, err
	}
	q.State = crm.QuoteSuperseded
	if err := tx.SaveQuote(ctx, q); err != nil {
		return crm.Answer{}, err
	}
	d.tell(tx, "order.rejected", map[string]any{"reason": d.order.Reason, "quote": q.Label()})
	stage, err := s.negotiating(ctx, tx, d.deal)
	if err != nil {
		return crm.Answer{}, err
	}
	return done(), s.comeBack(ctx, tx, d.deal, stage, "opportunity.reopened", d.order.Reason)
}

// vote counts a yes at a station that needs several; the answer says when it is not enough yet.
func (d *decision) vote(ctx context.Context, tx *store.Tx, note string) (crm.Answer, error) {
	votes, err := tx.Votes(ctx, d.station)
	if err != nil {
		return crm.Answer{}, err
	}
	voted := []crm.ID{d.by.ID}
	for _, v := range votes {
		if v.UserID == d.by.ID {
			return refuse("already_decided", "decision", string(crm.ApprovalApproved), "by", string(v.UserID), "at", v.VotedAt.UTC().Format(time.RFC3339)), nil
		}
		voted = append(voted, v.UserID)
	}
	if err := tx.Vote(ctx, crm.ApprovalVote{OrderID: d.order.ID, Round: d.station.Round, Position: d.station.Position, UserID: d.by.ID, OnBehalfOf: d.station.OnBehalfOf, Note: note}); err != nil {
		return crm.Answer{}, err
	}
	if d.panel.Complete(voted) {
		return done(), nil
	}
	d.tell(tx, "order.voted", map[string]any{"station": d.station.Key, "note": note})
	return done("waiting", "others"), nil
}

// decision is an order at a station whose turn it is, with the person who decides.
type decision struct {
	deal    crm.Opportunity
	order   crm.Order
	station crm.Approval
	panel   crm.Panel // of a station that needs it
	waiting int       // stations, this one included
	limited bool      // at the last station only what one may approve counts
	limit   decimal.Decimal
	undo    time.Duration
	by      crm.User
}

func (d *decision) tell(tx *store.Tx, code string, data map[string]any) {
	data["order"], data["order_id"] = d.order.Number, d.order.ID
	if d.station.OnBehalfOf != "" {
		data["for"] = d.station.OnBehalfOf
	}
	tx.Tell(store.Entry{Code: code, AccountID: d.deal.AccountID, OpportunityID: d.deal.ID, RuleKind: crm.RuleApproval, RuleVersion: tx.Pinned(crm.RuleApproval), Data: data})
}

// deciding finds what there is to decide and whether this person may: the order waits for approval, is as he saw it, he sits at a station whose turn it
// is, and he is not the one who asked for it. Of two at once the second is told who decided.
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
		return d, alreadyDecided(d.order), nil
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
	route, err := tx.Approvals(ctx, d.order.ID)
	if err != nil {
		return d, a, err
	}
	stations := make([]crm.Approval, len(route))
	for i, st := range route {
		stations[i], d.undo = st.Approval, time.Duration(st.UndoSeconds)*time.Second
		if st.State == crm.ApprovalWaiting {
			d.waiting++
		}
	}
	switch {
	case d.waiting == 0:
		return d, a, fmt.Errorf("order %s waits for approval but no station does", d.order.ID)
	case !d.by.Active:
		return d, refuse("forbidden", "need", string(crm.Turn(stations)[0].Role)), nil
	case d.order.RequestedBy == tx.Actor:
		return d, refuse("self_approval"), nil
	}
	a, err = d.sit(ctx, tx, stations)
	return d, a, err
}

func alreadyDecided(o crm.Order) crm.Answer {
	decision := string(o.State)
	if o.Decision != "" {
		decision = string(o.Decision)
	}
	return refuse("already_decided", "decision", decision, "by", o.DecidedBy, "at", o.DecidedAt.UTC().Format(time.RFC3339))
}

// sit finds the station at which the person decides. Where any one with a role may and he has it, nobody else is looked for; else who there is and who stands
// in for whom decides.
func (d *decision) sit(ctx context.Context, tx *store.Tx, route []crm.Approval) (crm.Answer, error) {
	now := crm.Turn(route)
	last := func(a crm.Approval) bool { return a.Position == route[len(route)-1].Position }
	for _, a := range now {
		if a.Plain() && d.by.Has(a.Role) {
			d.station, d.limited, d.limit = a, last(a), d.by.ApprovalLimit
			return done(), nil
		}
	}
	house, err := tx.Organisation(ctx)
	if err != nil {
		return crm.Answer{}, err
	}
	ask, short := crm.ApprovalAsk{Requester: crm.ID(d.order.RequestedBy), Net: d.order.Net}, false
	for _, a := range now {
		if seat, ok := house.Panel(a, last(a), ask).Seat(d.by.ID); ok {
			d.station, d.panel = a, house.Panel(a, last(a), ask)
			if len(seat.For) > 0 {
				d.station.OnBehalfOf = seat.For[0]
			}
			if voted, err := tx.Votes(ctx, a); err != nil || a.Need == 1 || !slices.ContainsFunc(voted, func(v crm.ApprovalVote) bool { return v.UserID == d.by.ID }) {
				return done(), err
			}
			continue // another station of the stage may still want his voice
		}
		_, ok := house.Panel(a, false, ask).Seat(d.by.ID)
		short = short || ok
	}
	switch {
	case d.station.Key != "": // he has spoken already; vote tells him
		return done(), nil
	case short:
		return refuse("over_approval_limit", "limit", d.by.ApprovalLimit.StringFixed(2), "amount", d.order.Net.StringFixed(2)), nil
	}
	for _, a := range slices.Backward(route) { // somebody was faster at his station
		if a.State == crm.ApprovalApproved && a.DecidedAt != nil && a.CarriedFrom == "" {
			if _, ok := house.Panel(a, false, ask).Seat(d.by.ID); ok {
				return refuse("already_decided", "decision", string(a.State), "by", string(a.DecidedBy), "at", a.DecidedAt.UTC().Format(time.RFC3339)), nil
			}
		}
	}
	return refuse("forbidden", "need", string(now[0].Role)), nil
}

func (d *decision) close(tx *store.Tx, state crm.OrderState) {
	now := tx.Now
	if d.order.DecidedAt == nil {
		d.order.DecidedBy, d.order.DecidedAt = tx.Actor, &now
	}
	d.order.State, d.order.Decision, d.order.EffectiveAt, d.order.AskedAt = state, "", nil, nil
}
