package activities

import (
	"context"
	"encoding/json"
	"errors"
	"strconv"
	"time"

	"leadtocash/crash"
	"leadtocash/crm"
	"leadtocash/rules"
	"leadtocash/store"
)

// undoLooks is how long an undo waits before it looks again at what others do for it.
const undoLooks = 2 * time.Second

// errUndoWaits is a step whose end others bring.
var errUndoWaits = errors.New("others have not done it yet")

// undoFailed is a step that waits for a person.
type undoFailed struct{ why string }

func (e undoFailed) Error() string { return e.why }

// undoStep takes the next half of an undo's step: it notes how things are before, or does it and notes what came of it. Each half is a transaction of its
// own, so that whatever dies, the row says where it stands.
func (s *Steps) undoStep(ctx context.Context, tx *store.Tx, _ store.Deadline) error {
	c, err := tx.Contract(ctx)
	if err != nil {
		return err
	}
	u, err := tx.Undo(ctx, c.ID)
	if errors.Is(err, store.ErrNotFound) || err == nil && u.State != crm.UndoRunning {
		return nil
	} else if err != nil {
		return err
	}
	steps, err := tx.UndoSteps(ctx, u.ID)
	if err != nil {
		return err
	}
	step := standing(steps)
	switch {
	case step == nil:
		return s.endUndo(ctx, tx, c, u)
	case step.State == crm.StepFailed:
		return nil
	case step.State == crm.StepPlanned:
		now := tx.Now
		step.State, step.StartedAt, step.Tries = crm.StepRunning, &now, step.Tries+1
		if step.Intent, err = s.undoIntent(ctx, tx, c, u, *step); err != nil {
			return err
		}
		tx.At(store.DeadlineUndo, "", tx.Now)
		return tx.SaveUndoStep(ctx, u.ID, *step)
	}
	crash.At("undo_step.before") // its intent is committed
	result, err := s.undo(ctx, tx, c, u, *step)
	var failed undoFailed
	switch {
	case errors.Is(err, errUndoWaits):
		tx.At(store.DeadlineUndo, "", tx.Now.Add(undoLooks*time.Duration(1+len(steps)-step.Position)))
		return nil
	case errors.As(err, &failed):
		step.State, step.Problem = crm.StepFailed, failed.why
		tellUndo(tx, c, u, "undo.failed", map[string]any{"step": step.Kind, "label": step.Label, "why": failed.why})
	case err != nil:
		return err
	default:
		now := tx.Now
		step.State, step.EndedAt, step.Result = crm.StepDone, &now, result
		tellUndo(tx, c, u, "undo.stepped", map[string]any{"step": step.Kind, "label": step.Label})
		tx.At(store.DeadlineUndo, "", tx.Now)
		crash.At("undo_step.before_commit")
	}
	return tx.SaveUndoStep(ctx, u.ID, *step)
}

// endUndo closes the contract: nothing is left to be done.
func (s *Steps) endUndo(ctx context.Context, tx *store.Tx, c crm.Contract, u crm.Undo) error {
	now := tx.Now
	u.State, u.EndedAt = crm.UndoDone, &now
	c.State, c.ClosedAt = crm.ContractUndone, &now
	tx.Process.Step, tx.Process.Closed = crm.StepCloseContract, true
	tellUndo(tx, c, u, "undo.done", nil)
	if err := tx.SaveContract(ctx, c); err != nil {
		return err
	}
	return tx.SaveUndo(ctx, u)
}

// undoIntent is how things are before a step.
func (s *Steps) undoIntent(ctx context.Context, tx *store.Tx, c crm.Contract, u crm.Undo, step crm.UndoStep) (map[string]string, error) {
	f, err := tx.UndoFacts(ctx, c.ID)
	if err != nil {
		return nil, err
	}
	switch step.Kind {
	case crm.UndoERP:
		return map[string]string{"state": f.ERPState, "reference": c.ERPReference, "cancels": erpKey(c.OrderID), "key": "erp/cancel/" + string(c.OrderID)}, nil
	case crm.UndoCredit:
		for _, i := range f.Invoices {
			if i.ID == step.SubjectID {
				return map[string]string{"open": i.Open.StringFixed(2), "total": i.Total.StringFixed(2)}, nil
			}
		}
	case crm.UndoProject:
		return map[string]string{"state": f.Project.State, "progress": f.Project.ProgressPercent.String(), "purchases": strconv.Itoa(f.Requested)}, nil
	case crm.UndoDeal:
		return map[string]string{"outcome": string(u.Outcome), "reason": u.LostReason}, nil
	}
	return map[string]string{}, nil
}

// undo does a step and says what came of it. Done again it changes nothing.
func (s *Steps) undo(ctx context.Context, tx *store.Tx, c crm.Contract, u crm.Undo, step crm.UndoStep) (map[string]string, error) {
	switch step.Kind {
	case crm.UndoERP:
		return s.undoERP(ctx, tx, c, u, step)
	case crm.UndoChase:
		n, err := tx.StopLetters(ctx, c.ID)
		return map[string]string{"letters": strconv.Itoa(n)}, err
	case crm.UndoTranches:
		n, err := tx.CancelTranches(ctx, c.ID)
		return map[string]string{"tranches": strconv.Itoa(n)}, err
	case crm.UndoCredit:
		return s.undoInvoice(ctx, tx, c, step)
	case crm.UndoProject:
		p, err := tx.Project(ctx, c.ID)
		if err != nil {
			return nil, err
		}
		n, err := tx.RefusePurchases(ctx, p.ID)
		if err != nil {
			return nil, err
		}
		now := tx.Now
		p.State, p.ClosedAt = "closed", &now
		return map[string]string{"purchases": strconv.Itoa(n)}, tx.SaveProject(ctx, p)
	case crm.UndoDeal:
		return s.undoDeal(ctx, tx, c, u)
	case crm.UndoTell:
		return s.undoTell(ctx, tx, c, u)
	}
	return nil, undoFailed{"unknown step " + string(step.Kind)}
}

func cancelKey(step *crm.UndoStep) string { return step.Intent["key"] }

// undoERP takes the order back at the ERP. One that never left is kept here; of one that may be there the ERP is told, and only its answer ends the step.
func (s *Steps) undoERP(ctx context.Context, tx *store.Tx, c crm.Contract, u crm.Undo, step crm.UndoStep) (map[string]string, error) {
	switch way, err := tx.WayOf(ctx, cancelKey(&step)); {
	case err == nil && way.State == "done":
		return map[string]string{"answer": way.Outcome}, nil
	case err == nil && way.State == "parked":
		return nil, undoFailed{way.Outcome}
	case err == nil:
		return nil, errUndoWaits
	case !errors.Is(err, store.ErrNotFound):
		return nil, err
	}
	order, err := tx.WayOf(ctx, erpKey(c.OrderID))
	switch {
	case errors.Is(err, store.ErrNotFound):
		return map[string]string{"answer": NeverInERP}, nil
	case err != nil:
		return nil, err
	case order.Sending:
		return nil, errUndoWaits
	}
	switch free, err := tx.Withhold(ctx, erpKey(c.OrderID)); {
	case err != nil:
		return nil, err
	case !free:
		return nil, errUndoWaits
	case order.Attempts == 0 && order.State != "done":
		return map[string]string{"answer": NeverInERP}, nil
	}
	payload, err := json.Marshal(ERPOrder{Of: c.ID, Cancels: erpKey(c.OrderID), Reason: u.Reason})
	if err != nil {
		return nil, err
	}
	tx.Leave(store.Effect{Key: cancelKey(&step), Channel: store.ChannelERP, Payload: payload})
	return nil, errUndoWaits
}

// undoInvoice credits what is left of an invoice.
func (s *Steps) undoInvoice(ctx context.Context, tx *store.Tx, c crm.Contract, step crm.UndoStep) (map[string]string, error) {
	i, err := tx.SharedInvoice(ctx, c.ID, step.SubjectID)
	if errors.Is(err, store.ErrNotFound) {
		return nil, undoFailed{"the invoice is not there"}
	} else if err != nil {
		return nil, err
	}
	parts, none, err := s.ownParts(ctx, tx, c, i)
	if err != nil || none {
		return map[string]string{}, err
	}
	n, _, err := s.credit(ctx, tx, c, i, crm.CreditFields{Lines: parts})
	var nothing crm.FieldError
	if errors.As(err, &nothing) { // it was credited meanwhile
		return map[string]string{}, nil
	} else if err != nil {
		return nil, err
	}
	return map[string]string{"number": n.Number, "settled": n.Settled.StringFixed(2), "on_account": n.OnAccount.StringFixed(2)}, nil
}

// undoDeal has the deal's own process open or lose it.
func (s *Steps) undoDeal(ctx context.Context, tx *store.Tx, c crm.Contract, u crm.Undo) (map[string]string, error) {
	state, stage, err := tx.DealState(ctx, c.OpportunityID)
	if err != nil {
		return nil, err
	}
	if state != crm.OpportunityWon {
		return map[string]string{"state": string(state), "stage": stage}, nil
	}
	fields, err := json.Marshal(crm.UndoDealFields{UndoID: u.ID})
	if err != nil {
		return nil, err
	}
	if err := tx.Command(ctx, crm.Command{ID: "undo/" + string(u.ID), Kind: crm.OpportunityUndo, Process: crm.ProcessID(crm.KindOpportunity, c.OpportunityID), Actor: string(u.DecidedBy), Fields: fields}); err != nil {
		return nil, err
	}
	return nil, errUndoWaits
}

// undoTell writes to the customer.
func (s *Steps) undoTell(ctx context.Context, tx *store.Tx, c crm.Contract, u crm.Undo) (map[string]string, error) {
	to, err := tx.Recipient(ctx, c.AccountID, "")
	if err != nil {
		return nil, err
	}
	if to.Email == "" {
		return nil, undoFailed{"the customer has no mail address"}
	}
	key := mailKey("deal_undone", u.ID)
	leaveMail(tx, key, "", crm.Letter{Template: "deal_undone", To: to.Email, Name: to.Name, Language: to.Language, Texts: map[string]string{"contract": c.Number}})
	return map[string]string{"key": key}, nil
}

// undoOpportunity opens or loses a deal whose contract is being undone, by the undo's own command.
func (s *Steps) undoOpportunity(ctx context.Context, tx *store.Tx, f crm.UndoDealFields) (crm.Answer, error) {
	o, err := tx.Opportunity(ctx)
	if err != nil {
		return crm.Answer{}, err
	}
	u, order, err := tx.UndoBy(ctx, o.ID, f.UndoID)
	switch {
	case err != nil:
		return crm.Answer{}, err
	case o.State != crm.OpportunityWon || u.State != crm.UndoRunning && u.State != crm.UndoStopped:
		return refuse("transition_not_allowed", "from", o.Stage), nil
	}
	q, err := tx.QuoteOfOrder(ctx, o.ID, order)
	if err != nil {
		return crm.Answer{}, err
	}
	q.State = crm.QuoteSuperseded
	if err := tx.SaveQuote(ctx, q); err != nil {
		return crm.Answer{}, err
	}
	stage, err := s.negotiating(ctx, tx, o)
	if err != nil {
		return crm.Answer{}, err
	}
	crash.At("undo_deal.before_commit")
	contract := crm.ProcessID(crm.KindContract, u.ContractID)
	tx.AtOf(contract, store.DeadlineUndo, "", tx.Now)
	tx.Wake(contract)
	if u.Outcome == crm.UndoReopen {
		return done("stage", stage), s.comeBack(ctx, tx, o, stage, "opportunity.reopened", u.Reason)
	}
	set, err := s.pipeline(ctx, tx, o)
	if err != nil {
		return crm.Answer{}, err
	}
	from := o.Stage
	o.Lose(u.LostReason, u.Reason, tx.Now)
	for _, st := range set.Stages() {
		if st.Kind == rules.StageLost {
			o.Stage = st.Key
		}
	}
	tx.Process.Closed = true
	tx.Tell(store.Entry{Code: "opportunity.lost", AccountID: o.AccountID, OpportunityID: o.ID, Data: map[string]any{"from": from, "reason": u.LostReason, "note": u.Reason}})
	return done("stage", o.Stage), tx.SaveOpportunity(ctx, o)
}
