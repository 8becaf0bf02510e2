package activities

import (
	"context"
	"errors"
	"fmt"
	"time"

	"leadtocash/crash"
	"leadtocash/crm"
	"leadtocash/store"
)

// askUndo asks a manager to undo a won deal (N15). The plan that it would run now is told with it.
func (s *Steps) askUndo(ctx context.Context, tx *store.Tx, f crm.UndoAskFields) (crm.Answer, error) {
	c, err := tx.Contract(ctx)
	if err != nil {
		return crm.Answer{}, err
	}
	if c.State != crm.ContractActive {
		return refuse("contract_closed"), nil
	}
	switch before, err := tx.Undo(ctx, c.ID); {
	case err == nil && before.State == crm.UndoAsked:
		return refuse("undo_pending", "undo", string(before.ID)), nil
	case err != nil && !errors.Is(err, store.ErrNotFound):
		return crm.Answer{}, err
	}
	if f.Reason == "" {
		return invalid("/reason", "required"), nil
	}
	if a, err := s.undoOutcome(ctx, tx, c, f); err != nil || !a.OK() {
		return a, err
	}
	u := crm.Undo{ID: store.NewID(), ContractID: c.ID, Outcome: f.Outcome, LostReason: f.LostReason, Tells: f.Tells, Reason: f.Reason, RequestedBy: crm.ID(tx.Actor)}
	if err := tx.AddUndo(ctx, u); err != nil {
		return crm.Answer{}, err
	}
	facts, err := tx.UndoFacts(ctx, c.ID)
	if err != nil {
		return crm.Answer{}, err
	}
	tellUndo(tx, c, u, "undo.asked", map[string]any{"reason": f.Reason, "steps": len(crm.PlanUndo(facts, f.Tells))})
	return done("undo", string(u.ID)), nil
}

// undoOutcome refuses an outcome that the deal's pipeline does not know.
func (s *Steps) undoOutcome(ctx context.Context, tx *store.Tx, c crm.Contract, f crm.UndoAskFields) (crm.Answer, error) {
	switch {
	case f.Outcome == crm.UndoReopen:
		return done(), nil
	case f.Outcome != crm.UndoLose:
		return invalid("/outcome", "unknown_value"), nil
	case f.LostReason == "":
		return invalid("/lost_reason", "required"), nil
	}
	deal, err := tx.OpportunityBy(ctx, c.OpportunityID)
	if err != nil {
		return crm.Answer{}, err
	}
	set, err := s.pipeline(ctx, tx, deal)
	if err != nil {
		return crm.Answer{}, err
	}
	if _, known := set.LostReason(f.LostReason); !known {
		return invalid("/lost_reason", "unknown_value"), nil
	}
	return done(), nil
}

// undoing finds the undo that a command is about, in one of the states in which the command makes sense.
func undoing(ctx context.Context, tx *store.Tx, f crm.UndoFields, in ...crm.UndoState) (c crm.Contract, u crm.Undo, a crm.Answer, err error) {
	if c, err = tx.Contract(ctx); err != nil {
		return c, u, a, err
	}
	if u, err = tx.Undo(ctx, c.ID); err != nil {
		return c, u, a, err
	}
	for _, s := range in {
		if u.State == s {
			if f.Version != 0 && f.Version != u.Version {
				return c, u, refuse("stale_version", "now", fmt.Sprint(u.Version)), nil
			}
			return c, u, done(), nil
		}
	}
	if u.DecidedAt != nil && in[0] == crm.UndoAsked {
		return c, u, refuse("already_decided", "decision", string(u.State), "by", string(u.DecidedBy), "at", u.DecidedAt.UTC().Format(time.RFC3339)), nil
	}
	return c, u, refuse("undo_not_there", "state", string(u.State)), nil
}

// approveUndo is a manager's yes, never the requester's own: the plan is made of the facts as they are now, the contract stands still from here on, and
// the first step begins.
func (s *Steps) approveUndo(ctx context.Context, tx *store.Tx, f crm.UndoFields) (crm.Answer, error) {
	c, u, a, err := decidingUndo(ctx, tx, f)
	if err != nil || !a.OK() {
		return a, err
	}
	if c.State != crm.ContractActive {
		return refuse("contract_closed"), nil
	}
	facts, err := tx.UndoFacts(ctx, c.ID)
	if err != nil {
		return crm.Answer{}, err
	}
	steps := crm.PlanUndo(facts, u.Tells)
	if err := tx.AddUndoSteps(ctx, u.ID, steps); err != nil {
		return crm.Answer{}, err
	}
	c.State, u.State = crm.ContractUndoing, crm.UndoRunning
	tx.Unset(store.DeadlineRenewal, "")
	tx.At(store.DeadlineUndo, "", tx.Now)
	tellUndo(tx, c, u, "undo.approved", map[string]any{"note": f.Note, "steps": len(steps)})
	if err := tx.SaveContract(ctx, c); err != nil {
		return crm.Answer{}, err
	}
	if err := decideUndo(ctx, tx, u, f.Note); err != nil {
		return crm.Answer{}, err
	}
	crash.At("undo_approve.before_commit")
	return done("undo", string(u.ID)), nil
}

// declineUndo is a manager's no, with his reason.
func (s *Steps) declineUndo(ctx context.Context, tx *store.Tx, f crm.UndoFields) (crm.Answer, error) {
	c, u, a, err := decidingUndo(ctx, tx, f)
	if err != nil || !a.OK() {
		return a, err
	}
	if f.Note == "" {
		return invalid("/reason", "required"), nil
	}
	u.State = crm.UndoDeclined
	tellUndo(tx, c, u, "undo.declined", map[string]any{"reason": f.Note})
	return done("undo", string(u.ID)), decideUndo(ctx, tx, u, f.Note)
}

func decidingUndo(ctx context.Context, tx *store.Tx, f crm.UndoFields) (crm.Contract, crm.Undo, crm.Answer, error) {
	c, u, a, err := undoing(ctx, tx, f, crm.UndoAsked)
	if err == nil && a.OK() && string(u.RequestedBy) == tx.Actor {
		a = refuse("self_approval")
	}
	return c, u, a, err
}

func decideUndo(ctx context.Context, tx *store.Tx, u crm.Undo, note string) error {
	now := tx.Now
	u.DecidedBy, u.DecidedAt, u.Note = crm.ID(tx.Actor), &now, note
	return tx.SaveUndo(ctx, u)
}

// withdrawUndo takes a request back before it is decided, by who asked.
func (s *Steps) withdrawUndo(ctx context.Context, tx *store.Tx, f crm.UndoFields) (crm.Answer, error) {
	c, u, a, err := undoing(ctx, tx, f, crm.UndoAsked)
	if err != nil || !a.OK() {
		return a, err
	}
	if string(u.RequestedBy) != tx.Actor {
		return refuse("forbidden"), nil
	}
	u.State = crm.UndoWithdrawn
	tellUndo(tx, c, u, "undo.withdrawn", nil)
	return done("undo", string(u.ID)), tx.SaveUndo(ctx, u)
}

// stopUndo stops between two steps: what is done stays done, what is on its way to the ERP comes to its end there.
func (s *Steps) stopUndo(ctx context.Context, tx *store.Tx, f crm.UndoFields) (crm.Answer, error) {
	c, u, a, err := undoing(ctx, tx, f, crm.UndoRunning)
	if err != nil || !a.OK() {
		return a, err
	}
	u.State = crm.UndoStopped
	tx.Unset(store.DeadlineUndo, "")
	tellUndo(tx, c, u, "undo.stopped", map[string]any{"note": f.Note})
	return done("undo", string(u.ID)), tx.SaveUndo(ctx, u)
}

// resumeUndo goes on after a stop, and tries a step again that failed.
func (s *Steps) resumeUndo(ctx context.Context, tx *store.Tx, f crm.UndoFields) (crm.Answer, error) {
	return s.goOn(ctx, tx, f, func(u crm.Undo, step *crm.UndoStep) (crm.Answer, error) {
		if step.State != crm.StepFailed && u.State != crm.UndoStopped {
			return refuse("undo_not_waiting"), nil
		}
		if step.State == crm.StepFailed {
			step.State, step.Problem = crm.StepPlanned, ""
			if step.Kind == crm.UndoERP { // asked again, under the same key
				return done(), tx.SendOnceMore(ctx, cancelKey(step))
			}
		}
		return done(), nil
	}, "undo.resumed")
}

// settleUndo notes that a person did what a failed step could not.
func (s *Steps) settleUndo(ctx context.Context, tx *store.Tx, f crm.UndoFields) (crm.Answer, error) {
	return s.goOn(ctx, tx, f, func(_ crm.Undo, step *crm.UndoStep) (crm.Answer, error) {
		switch {
		case f.Note == "":
			return invalid("/reason", "required"), nil
		case step.State != crm.StepFailed:
			return refuse("undo_not_waiting"), nil
		}
		now := tx.Now
		step.State, step.EndedAt, step.Result = crm.StepSettled, &now, map[string]string{"by": tx.Actor, "reason": f.Note}
		return done(), nil
	}, "undo.settled")
}

// goOn changes the step at which an undo stands, and lets the next one begin.
func (s *Steps) goOn(ctx context.Context, tx *store.Tx, f crm.UndoFields, change func(crm.Undo, *crm.UndoStep) (crm.Answer, error), code string) (crm.Answer, error) {
	c, u, a, err := undoing(ctx, tx, f, crm.UndoRunning, crm.UndoStopped)
	if err != nil || !a.OK() {
		return a, err
	}
	steps, err := tx.UndoSteps(ctx, u.ID)
	if err != nil {
		return crm.Answer{}, err
	}
	step := standing(steps)
	if step == nil {
		step = &crm.UndoStep{}
	}
	if a, err := change(u, step); err != nil || !a.OK() {
		return a, err
	}
	if step.Position > 0 {
		if err := tx.SaveUndoStep(ctx, u.ID, *step); err != nil {
			return crm.Answer{}, err
		}
	}
	u.State = crm.UndoRunning
	tx.At(store.DeadlineUndo, "", tx.Now)
	tellUndo(tx, c, u, code, map[string]any{"note": f.Note, "step": step.Kind})
	return done("undo", string(u.ID)), tx.SaveUndo(ctx, u)
}

// standing is the first step that is not over; none is nil.
func standing(steps []crm.UndoStep) *crm.UndoStep {
	for i := range steps {
		if !steps[i].State.Over() {
			return &steps[i]
		}
	}
	return nil
}

func tellUndo(tx *store.Tx, c crm.Contract, u crm.Undo, code string, data map[string]any) {
	if data == nil {
		data = map[string]any{}
	}
	data["undo_id"] = u.ID
	tx.Tell(store.Entry{Code: code, AccountID: c.AccountID, OpportunityID: c.OpportunityID, Data: data})
}
