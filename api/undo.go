package api

import (
	"time"

	"leadtocash/crm"
	"leadtocash/store"

	"github.com/shopspring/decimal"
)

// undoAskBody asks a manager to undo a won deal.
type undoAskBody struct {
	Outcome    string `json:"outcome" doc:"required;enum=undo_outcome;text=What becomes of the deal: open again, or lost."`
	LostReason string `json:"lost_reason" doc:"max=200;text=Needed for lose: a key of the pipeline's reasons."`
	Tells      bool   `json:"tells" doc:"text=Whether the customer is told by mail."`
	Reason     string `json:"reason" doc:"required;max=10000"`
}

// undoNoteBody is a word with a decision.
type undoNoteBody struct {
	Note string `json:"note" doc:"max=10000"`
}

// undoRecord is the undo of a contract: the plan by today's facts, or the steps of the one that was approved.
type undoRecord struct {
	Request  *crm.Undo // the latest; null where nobody asked
	Contract string    // its state
	Steps    []undoStepRecord
	Remains  []undoRemainsRecord
	Credits  []crm.CreditNote
}

// undoStepRecord is one compensation; its amount is 0 where it is about none.
type undoStepRecord struct {
	Position  int
	Kind      crm.UndoKind
	SubjectID *crm.ID
	Label     string
	Amount    decimal.Decimal
	State     crm.UndoStepState
	Intent    map[string]string
	Result    map[string]string
	Problem   string
	Tries     int
	StartedAt *time.Time
	EndedAt   *time.Time
}

// undoRemainsRecord is something that cannot be taken back.
type undoRemainsRecord struct {
	Code   string
	Amount decimal.Decimal
	Label  string
}

// undoView puts the maps and figures in where there are none yet.
func undoView(v store.UndoView) undoRecord {
	out := undoRecord{Contract: v.Contract, Credits: v.Credits, Steps: []undoStepRecord{}, Remains: []undoRemainsRecord{}}
	if v.Undo.ID != "" {
		out.Request = &v.Undo
	}
	known := func(m map[string]string) map[string]string {
		if m == nil {
			return map[string]string{}
		}
		return m
	}
	for _, s := range v.Steps {
		r := undoStepRecord{
			Position: s.Position, Kind: s.Kind, Label: s.Label, Amount: s.Amount.Decimal, State: s.State, Intent: known(s.Intent), Result: known(s.Result), Problem: s.Problem,
			Tries: s.Tries, StartedAt: s.StartedAt, EndedAt: s.EndedAt,
		}
		if s.SubjectID != "" {
			r.SubjectID = &s.SubjectID
		}
		out.Steps = append(out.Steps, r)
	}
	for _, l := range v.Remains {
		out.Remains = append(out.Remains, undoRemainsRecord{l.Code, l.Amount.Decimal, l.Label})
	}
	return out
}

func undoOutcomes() []string { return listOf(crm.UndoOutcomes()...) }

// undoRoutes is the table of undoing won deals (N15).
func undoRoutes() []route {
	const undo = "/api/v1/contracts/:id/undo"
	return []route{
		{method: get, path: undo, need: crm.MayReadContract, do: getUndo},
		{method: post, path: undo, need: crm.MayWriteOpportunity, do: onContract(crm.UndoAsk, readUndoAsk)},
		{method: post, path: undo + "/withdraw", need: crm.MayWriteOpportunity, do: onContract(crm.UndoWithdraw, readUndoNote)},
		{method: post, path: undo + "/approve", need: crm.MayApproveOrder, do: onContract(crm.UndoApprove, readUndoNote)},
		{method: post, path: undo + "/decline", need: crm.MayApproveOrder, do: onContract(crm.UndoDecline, readUndoReason)},
		{method: post, path: undo + "/stop", need: crm.MayWriteContract, do: onContract(crm.UndoStop, readUndoNote)},
		{method: post, path: undo + "/resume", need: crm.MayWriteContract, do: onContract(crm.UndoResume, readUndoNote)},
		{method: post, path: undo + "/settle", need: crm.MayWriteContract, do: onContract(crm.UndoSettle, readUndoReason)},
	}
}

var undoCalls = map[string]call{
	"GET /api/v1/contracts/:id/undo": reading("Contracts", "Read how a won deal would be undone, or is being undone", undoRecord{}).plain().
		says("N15", "Before it is approved `steps` is the plan by today's facts; `remains` is what cannot be taken back. If-Match of the commands is the version of `request`."),
	"POST /api/v1/contracts/:id/undo": commanding("Contracts", "Ask to undo a won deal", undoAskBody{}, "contract_closed", "undo_pending").
		says("N15", "A manager decides on it, never who asked.").like(`{"outcome":"reopen","tells":true,"reason":"The plant is not built."}`),
	"POST /api/v1/contracts/:id/undo/withdraw": undoCall("Withdraw a request to undo", undoNoteBody{}).bodiless().says("N15", "By who asked, before it is decided."),
	"POST /api/v1/contracts/:id/undo/approve": undoCall("Approve an undo", undoNoteBody{}, "already_decided", "self_approval", "contract_closed").bodiless().
		says("N15", "The plan is made of the facts of this moment, the contract stands still from here on, and the first step begins.").like(`{"note":"Agreed with the board."}`),
	"POST /api/v1/contracts/:id/undo/decline": undoCall("Decline an undo", rejectBody{}, "already_decided", "self_approval").says("N15", "").like(`{"reason":"Talk to them first."}`),
	"POST /api/v1/contracts/:id/undo/stop":    undoCall("Stop an undo half-way", undoNoteBody{}).bodiless().says("N15", "What is done stays done."),
	"POST /api/v1/contracts/:id/undo/resume": undoCall("Go on with an undo", undoNoteBody{}, "undo_not_waiting").bodiless().
		says("N15", "After a stop; a step that failed is tried again."),
	"POST /api/v1/contracts/:id/undo/settle": undoCall("Settle a failed step by hand", rejectBody{}, "undo_not_waiting").
		says("N15", "Somebody did what the step could not; the next one begins.").like(`{"reason":"The ERP's office took it back by phone."}`),
}

// undoCall describes a command on an undo.
func undoCall(summary string, body any, refuses ...code) call {
	return commanding("Contracts", summary, body, append(refuses, "undo_not_there")...).matching()
}

func getUndo(r *request) error {
	id, err := r.id("id")
	if err != nil {
		return err
	}
	v, err := r.store.UndoOf(r.ctx(), r.Scope(), id)
	if err != nil {
		return err
	}
	return r.record(undoView(v), 0)
}

func readUndoAsk(r *request, f *crm.UndoAskFields) error {
	var b undoAskBody
	if err := r.decode(&b); err != nil {
		return err
	}
	var c check
	c.needed("/outcome", b.Outcome, undoOutcomes())
	c.line("/lost_reason", &b.LostReason, maxName)
	c.reason(&b.Reason)
	*f = crm.UndoAskFields{Outcome: crm.UndoOutcome(b.Outcome), LostReason: b.LostReason, Tells: b.Tells, Reason: b.Reason}
	return c.err()
}

func readUndoNote(r *request, f *crm.UndoFields) (err error) {
	var b undoNoteBody
	if err := r.decodeOptional(&b); err != nil {
		return err
	}
	if f.Version, err = r.version(); err != nil {
		return err
	}
	var c check
	c.lines("/note", &b.Note, maxText)
	f.Note = b.Note
	return c.err()
}

func readUndoReason(r *request, f *crm.UndoFields) (err error) {
	var b rejectBody
	if err := r.decode(&b); err != nil {
		return err
	}
	if f.Version, err = r.version(); err != nil {
		return err
	}
	var c check
	c.reason(&b.Reason)
	f.Note = b.Reason
	return c.err()
}
