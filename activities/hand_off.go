package activities

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"leadtocash/crm"
	"leadtocash/rules"
	"leadtocash/store"

	"github.com/shopspring/decimal"
)

// handed is a hand-off under a step, with its deal, who takes the step, and the calendar by which its clocks run.
type handed struct {
	crm.HandOff
	deal crm.Opportunity
	by   crm.User
	cal  crm.Calendar
}

// askHandOff opens a hand-off: from here on the clock of who asks runs. It is sent at once when its inputs hold and it is meant to be; else it
// stays a draft that says what is missing (S103).
func (s *Steps) askHandOff(ctx context.Context, tx *store.Tx, f crm.HandOffAskFields) (crm.Answer, error) {
	h := handed{HandOff: crm.HandOff{ID: store.NewID(), Key: f.Key, State: crm.HandOffDraft, Specification: f.Specification, NeededBy: f.NeededBy, RequestedBy: crm.ID(tx.Actor), RequestedAt: tx.Now}}
	a, err := h.open(ctx, tx)
	if err != nil || !a.OK() {
		return a, err
	}
	set, err := s.set(ctx, tx, crm.RuleHandOff)
	if err != nil {
		return crm.Answer{}, err
	}
	rule, known := set.HandOff(f.Key)
	if !known {
		return invalid("/key", "unknown_value"), nil
	}
	now := tx.Now
	h.From, h.To, h.RuleVersion, h.ClockSince = rule.From, rule.To, set.Version(), &now
	if a := h.of(h.From); !a.OK() {
		return a, nil
	}
	if h.LineID = f.LineID; f.LineID != "" {
		switch _, _, err := tx.HandOffLine(ctx, h.deal.ID, f.LineID); {
		case errors.Is(err, store.ErrNotFound):
			return invalid("/line_id", "unknown_value"), nil
		case err != nil:
			return crm.Answer{}, err
		}
	}
	switch before, err := tx.OpenHandOff(ctx, h.deal.ID, h.Key, h.LineID); {
	case err == nil:
		return refuse("handoff_open", "hand_off", string(before.ID), "number", before.Number), nil
	case !errors.Is(err, store.ErrNotFound):
		return crm.Answer{}, err
	}
	facts, err := h.facts(ctx, tx, set)
	if err != nil {
		return crm.Answer{}, err
	}
	if err := tx.AddHandOff(ctx, &h.HandOff); err != nil {
		return crm.Answer{}, err
	}
	h.tell(tx, "handoff.opened", map[string]any{"specification": h.Specification, "needed_by": h.NeededBy})
	if v := set.At(rule.At(rules.EndInputs), facts); !f.Draft {
		tx.Rule(v, facts)
		if v.Allowed() {
			return h.leave(ctx, tx, rule, v)
		}
	}
	return done("hand_off", string(h.ID), "state", string(h.State)), nil
}

// sendHandOff sends a draft, sends one again that came back, or one that is answered while its line has become another since. The inputs
// must hold under the rules that hold for the deal now.
func (s *Steps) sendHandOff(ctx context.Context, tx *store.Tx, f crm.HandOffSendFields) (crm.Answer, error) {
	h, a, err := s.handOff(ctx, tx, f.ID, f.Version, crm.HandOffSent)
	if err != nil || !a.OK() {
		return a, err
	}
	if a := h.of(h.From); !a.OK() {
		return a, nil
	}
	asked := h.HandOff
	if f.Specification != nil {
		h.Specification = *f.Specification
	}
	if f.NeededBy != nil {
		h.NeededBy = *f.NeededBy
	}
	set, err := s.set(ctx, tx, crm.RuleHandOff)
	if err != nil {
		return crm.Answer{}, err
	}
	rule, known := set.HandOff(h.Key)
	if !known {
		return refuse("handoff_unknown", "key", h.Key), nil
	}
	facts, err := h.facts(ctx, tx, set)
	if err != nil {
		return crm.Answer{}, err
	}
	if asked.State == crm.HandOffCompleted {
		if h.Asks(asked.ProductID, asked.Quantity) && h.Specification == asked.Specification {
			return refuse("handoff_answered"), nil
		}
		h.Feasible, h.DeliveryDate, h.UnitCost, h.Answer, h.Outputs = false, crm.Date{}, decimal.Zero, "", nil
		facts.HandOff = h.Facts()
	}
	v := set.At(rule.At(rules.EndInputs), facts)
	tx.Rule(v, facts)
	if !v.Allowed() {
		return gated(v), nil
	}
	h.RuleVersion, h.To = set.Version(), rule.To
	return h.leave(ctx, tx, rule, v)
}

// leave sends a hand-off whose inputs hold: the other department's clock runs, and everybody there hears of it, or who worked on it before.
func (h *handed) leave(ctx context.Context, tx *store.Tx, rule rules.HandOff, v crm.Verdict) (crm.Answer, error) {
	now := tx.Now
	h.Go(crm.HandOffSent, now, h.cal)
	h.Inputs, h.SentAt, h.Sends, h.LateAt, h.Missing = v.Clauses, &now, h.Sends+1, nil, nil
	if within := rule.Within(); within > 0 {
		due := h.cal.AddWorkingHours(now, within)
		h.DueAt = &due
		tx.At(deadlineHandOff, string(h.ID), due)
	}
	h.tell(tx, "handoff.sent", map[string]any{"sends": h.Sends, "quantity": h.Quantity, "specification": h.Specification, "needed_by": h.NeededBy, "due": h.DueAt})
	if err := h.mailTeam(ctx, tx, "hand_off_sent"); err != nil {
		return crm.Answer{}, err
	}
	return h.save(ctx, tx)
}

// takeHandOff is somebody of the department who works on it from now on, or in the place of somebody else.
func (s *Steps) takeHandOff(ctx context.Context, tx *store.Tx, f crm.HandOffMoveFields) (crm.Answer, error) {
	h, a, err := s.handOff(ctx, tx, f.ID, f.Version, "")
	if err != nil || !a.OK() {
		return a, err
	}
	if !h.WithTeam() {
		return refuse("transition_not_allowed", "from", string(h.State), "to", string(crm.HandOffTaken)), nil
	}
	if a := h.of(h.To); !a.OK() {
		return a, nil
	}
	now := tx.Now
	h.Go(crm.HandOffTaken, now, h.cal)
	h.TakenBy, h.TakenAt = h.by.ID, &now
	h.tell(tx, "handoff.taken", map[string]any{"by": h.by.ID})
	return h.save(ctx, tx)
}

// bounceHandOff gives it back to who asked, with what is missing: the clock of who asked runs again (N13).
func (s *Steps) bounceHandOff(ctx context.Context, tx *store.Tx, f crm.HandOffBounceFields) (crm.Answer, error) {
	h, a, err := s.handOff(ctx, tx, f.ID, f.Version, crm.HandOffBounced)
	if err != nil || !a.OK() {
		return a, err
	}
	if a := h.of(h.To); !a.OK() {
		return a, nil
	}
	if f.Reason == "" {
		return invalid("/reason", "required"), nil
	}
	set, err := s.version(ctx, tx, crm.RuleHandOff, h.RuleVersion)
	if err != nil {
		return crm.Answer{}, err
	}
	inputs := set.Asked(rules.HandOffMoment(h.Key, rules.EndInputs))
	for n, id := range f.Missing {
		switch {
		case !slices.ContainsFunc(inputs, func(c rules.Condition) bool { return c.ID == id }):
			return invalid(fmt.Sprintf("/missing/%d", n), "unknown_value"), nil
		case slices.Contains(f.Missing[:n], id):
			return invalid(fmt.Sprintf("/missing/%d", n), "duplicate"), nil
		}
	}
	h.Go(crm.HandOffBounced, tx.Now, h.cal)
	h.Bounces, h.BounceReason, h.Missing = h.Bounces+1, f.Reason, f.Missing
	if h.TakenBy == "" {
		now := tx.Now
		h.TakenBy, h.TakenAt = h.by.ID, &now
	}
	tx.Unset(deadlineHandOff, string(h.ID))
	if err := tx.AddBounce(ctx, h.HandOff); err != nil {
		return crm.Answer{}, err
	}
	h.tell(tx, "handoff.bounced", map[string]any{"reason": f.Reason, "missing": f.Missing})
	if err := h.mailAsker(ctx, tx, "hand_off_bounced", f.Reason); err != nil {
		return crm.Answer{}, err
	}
	return h.save(ctx, tx)
}

// completeHandOff is the other department's answer. It must be what was agreed on as the outputs under the rules by which it was sent, and
// about the line as it is: what was changed meanwhile is sent again. What a unit costs is taken over into the line (S104).
func (s *Steps) completeHandOff(ctx context.Context, tx *store.Tx, f crm.HandOffAnswerFields) (crm.Answer, error) {
	h, a, err := s.handOff(ctx, tx, f.ID, f.Version, crm.HandOffCompleted)
	if err != nil || !a.OK() {
		return a, err
	}
	if a := h.of(h.To); !a.OK() {
		return a, nil
	}
	h.Feasible, h.DeliveryDate, h.Answer, h.UnitCost = f.Feasible, f.DeliveryDate, f.Answer, decimal.Zero
	if f.UnitCost != "" {
		if h.UnitCost, err = decimal.NewFromString(f.UnitCost); err != nil || h.UnitCost.IsNegative() {
			return invalid("/unit_cost", "out_of_range"), nil
		}
	}
	set, err := s.version(ctx, tx, crm.RuleHandOff, h.RuleVersion)
	if err != nil {
		return crm.Answer{}, err
	}
	asked := h.HandOff
	facts, err := h.facts(ctx, tx, set)
	if err != nil {
		return crm.Answer{}, err
	}
	if !h.Asks(asked.ProductID, asked.Quantity) {
		return refuse("handoff_line_changed", "quantity", asked.Quantity.String(), "now", h.Quantity.String()), nil
	}
	v := set.At(rules.HandOffMoment(h.Key, rules.EndOutputs), facts)
	tx.Rule(v, facts)
	if !v.Allowed() {
		return gated(v), nil
	}
	now := tx.Now
	h.Go(crm.HandOffCompleted, now, h.cal)
	h.Outputs, h.CompletedBy, h.CompletedAt = v.Clauses, h.by.ID, &now
	if h.TakenBy == "" {
		h.TakenBy, h.TakenAt = h.by.ID, &now
	}
	tx.Unset(deadlineHandOff, string(h.ID))
	if h.LineID != "" && h.UnitCost.IsPositive() {
		if err := tx.SetLineCost(ctx, h.LineID, h.UnitCost); err != nil {
			return crm.Answer{}, err
		}
	}
	h.tell(tx, "handoff.completed", map[string]any{"feasible": h.Feasible, "delivery_date": h.DeliveryDate, "answer": h.Answer})
	if err := h.mailAsker(ctx, tx, "hand_off_completed", h.Answer); err != nil {
		return crm.Answer{}, err
	}
	return h.save(ctx, tx)
}

// cancelHandOff takes back what was asked; once it was sent, with a reason.
func (s *Steps) cancelHandOff(ctx context.Context, tx *store.Tx, f crm.HandOffMoveFields) (crm.Answer, error) {
	h, a, err := s.handOff(ctx, tx, f.ID, f.Version, crm.HandOffCancelled)
	if err != nil || !a.OK() {
		return a, err
	}
	if a := h.of(h.From); !a.OK() {
		return a, nil
	}
	if h.Sends > 0 && f.Reason == "" {
		return invalid("/reason", "required"), nil
	}
	now := tx.Now
	h.Go(crm.HandOffCancelled, now, h.cal)
	h.CancelledAt, h.CancelReason = &now, f.Reason
	tx.Unset(deadlineHandOff, string(h.ID))
	h.tell(tx, "handoff.cancelled", map[string]any{"reason": f.Reason})
	return h.save(ctx, tx)
}
