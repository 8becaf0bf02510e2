package crm

import (
	"time"

	"github.com/shopspring/decimal"
)

// The commands of undoing a won deal, all carried out by the contract's process (N15), but the last, which is the deal's own.
const (
	UndoAsk      = "undo.ask"      // with what becomes of the deal, and why
	UndoWithdraw = "undo.withdraw" // by who asked, before it is decided
	UndoApprove  = "undo.approve"  // by a manager who did not ask: the steps begin
	UndoDecline  = "undo.decline"  // by such a manager, with a reason
	UndoStop     = "undo.stop"     // between two steps; what is done stays done
	UndoResume   = "undo.resume"   // after a stop; a step that failed is tried again
	UndoSettle   = "undo.settle"   // a step that failed was done by hand

	OpportunityUndo = "opportunity.undo" // the deal is open again, or lost
)

// The states of a contract that is being undone.
const (
	ContractActive  = "active"
	ContractUndoing = "undoing" // approved: nothing is billed or changed any more
	ContractUndone  = "undone"
)

// TrancheCancelled is a tranche of a contract that is undone; one that was invoiced has its credit note.
const TrancheCancelled TrancheState = "cancelled"

// UndoOutcome is what becomes of the deal.
type UndoOutcome string

// The outcomes of an undo.
const (
	UndoReopen UndoOutcome = "reopen"
	UndoLose   UndoOutcome = "lose"
)

// UndoOutcomes lists them.
func UndoOutcomes() []UndoOutcome { return []UndoOutcome{UndoReopen, UndoLose} }

// UndoState says how far an undo is.
type UndoState string

// The states of an undo.
const (
	UndoAsked     UndoState = "asked"
	UndoWithdrawn UndoState = "withdrawn"
	UndoDeclined  UndoState = "declined"
	UndoRunning   UndoState = "running"
	UndoStopped   UndoState = "stopped"
	UndoDone      UndoState = "done"
)

// UndoStates lists them in their order.
func UndoStates() []UndoState {
	return []UndoState{UndoAsked, UndoWithdrawn, UndoDeclined, UndoRunning, UndoStopped, UndoDone}
}

// UndoKind is what a step of an undo does.
type UndoKind string

// The kinds of steps, in the order in which they are taken: first what others wait for, then money, then the work, then the deal.
const (
	UndoERP      UndoKind = "cancel_erp"
	UndoChase    UndoKind = "stop_chases"
	UndoTranches UndoKind = "cancel_tranches"
	UndoCredit   UndoKind = "credit_invoice"
	UndoProject  UndoKind = "close_project"
	UndoDeal     UndoKind = "deal"
	UndoTell     UndoKind = "tell_customer"
)

// UndoKinds lists them.
func UndoKinds() []UndoKind {
	return []UndoKind{UndoERP, UndoChase, UndoTranches, UndoCredit, UndoProject, UndoDeal, UndoTell}
}

// UndoStepState says how far a step is.
type UndoStepState string

// The states of a step. One that failed waits for a person.
const (
	StepPlanned UndoStepState = "planned"
	StepRunning UndoStepState = "running"
	StepDone    UndoStepState = "done"
	StepFailed  UndoStepState = "failed"
	StepSettled UndoStepState = "settled" // by hand
)

// Over tells whether nothing is left to do for a step.
func (s UndoStepState) Over() bool { return s == StepDone || s == StepSettled }

// Undo is a request to undo a won deal, and what became of it.
type Undo struct {
	ID          ID
	ContractID  ID
	Outcome     UndoOutcome
	LostReason  string // of the pipeline's list, where the deal is lost
	Tells       bool   // the customer is told by mail
	Reason      string
	State       UndoState
	RequestedBy ID
	RequestedAt time.Time
	DecidedBy   ID
	DecidedAt   *time.Time
	Note        string // of the approval, or why it was declined
	EndedAt     *time.Time
	Version     int
}

// UndoStep is one compensation, with how things were before and what it came to.
type UndoStep struct {
	Position  int
	Kind      UndoKind
	SubjectID ID     // the invoice that is credited
	Label     string // number of what it is about
	Amount    decimal.NullDecimal
	State     UndoStepState
	Intent    map[string]string
	Result    map[string]string
	Problem   string // why it failed
	Tries     int
	StartedAt *time.Time
	EndedAt   *time.Time
}

// UndoInvoice is an invoice of the contract as the plan needs it.
type UndoInvoice struct {
	ID       ID
	Number   string
	Total    decimal.Decimal // less what is credited of it
	Open     decimal.Decimal
	Paid     decimal.Decimal // also by a deposit
	Before   decimal.Decimal // of that by a deposit
	Credited bool            // as a whole
}

// UndoFacts is all that a plan is made of.
type UndoFacts struct {
	Contract  Contract
	ERPState  string // of the order's way to the ERP; empty: it never began
	Tranches  []Tranche
	Invoices  []UndoInvoice
	Project   Project
	Requested int             // purchases that nobody has approved yet
	Committed decimal.Decimal // ordered from suppliers and not here yet
	Letters   int             // reminders that were sent
	Next      string          // number of the renewal that has begun
}

// PlanUndo is what has to be done to undo a won deal, computed from the facts alone: the same facts give the same plan. Steps that have nothing to
// do are left out.
func PlanUndo(f UndoFacts, tells bool) []UndoStep {
	var out []UndoStep
	add := func(kind UndoKind, subject ID, label string, amount decimal.NullDecimal) {
		out = append(out, UndoStep{Position: len(out) + 1, Kind: kind, SubjectID: subject, Label: label, Amount: amount, State: StepPlanned})
	}
	none := decimal.NullDecimal{}
	if f.ERPState != "" && f.ERPState != "cancelled" {
		add(UndoERP, "", f.Contract.ERPReference, none)
	}
	open, unbilled := decimal.Zero, decimal.Zero
	for _, i := range f.Invoices {
		if !i.Credited {
			open = open.Add(i.Open)
		}
	}
	if open.IsPositive() {
		add(UndoChase, "", "", decimal.NewNullDecimal(open))
	}
	for _, t := range f.Tranches {
		if t.State == TranchePlanned || t.State == TrancheBillable {
			unbilled = unbilled.Add(t.Total)
		}
	}
	if unbilled.IsPositive() {
		add(UndoTranches, "", "", decimal.NewNullDecimal(unbilled))
	}
	for _, i := range f.Invoices {
		if !i.Credited {
			add(UndoCredit, i.ID, i.Number, decimal.NewNullDecimal(i.Total))
		}
	}
	if f.Project.State == "open" {
		add(UndoProject, "", f.Project.Name, none)
	}
	add(UndoDeal, "", "", none)
	if tells {
		add(UndoTell, "", "", none)
	}
	return out
}

// UndoRemains is something that an undo cannot take back, with its figure; a person has to see to it.
type UndoRemains struct {
	Code   string // refund, external, spent, committed, letters, renewal
	Amount decimal.NullDecimal
	Label  string
}

// Remains lists what the plan cannot undo: money that came in stands on the customer's account until it is paid back, and what others have already
// done or heard stays so.
func (f UndoFacts) Remains() (out []UndoRemains) {
	paid := f.Contract.Deposit
	for _, i := range f.Invoices {
		paid = paid.Sub(i.Before)
		if !i.Credited {
			paid = paid.Add(i.Paid)
		}
	}
	if paid.IsPositive() {
		out = append(out, UndoRemains{Code: "refund", Amount: decimal.NewNullDecimal(paid)})
	}
	for _, t := range f.Tranches {
		if t.ExternalNumber != "" {
			out = append(out, UndoRemains{Code: "external", Label: t.ExternalNumber, Amount: decimal.NewNullDecimal(t.Total)})
		}
	}
	if f.Project.ProgressPercent.IsPositive() {
		out = append(out, UndoRemains{Code: "spent", Label: f.Project.ProgressPercent.String()})
	}
	if f.Committed.IsPositive() {
		out = append(out, UndoRemains{Code: "committed", Amount: decimal.NewNullDecimal(f.Committed)})
	}
	if f.Letters > 0 {
		out = append(out, UndoRemains{Code: "letters", Label: decimal.NewFromInt(int64(f.Letters)).String()})
	}
	if f.Next != "" {
		out = append(out, UndoRemains{Code: "renewal", Label: f.Next})
	}
	return out
}

// UndoAskFields are the fields of undo.ask.
type UndoAskFields struct {
	Outcome    UndoOutcome `json:"outcome"`
	LostReason string      `json:"lost_reason,omitempty"`
	Tells      bool        `json:"tells,omitempty"`
	Reason     string      `json:"reason"`
}

// UndoFields are the fields of the other commands of an undo.
type UndoFields struct {
	Note    string `json:"note,omitempty"` // or the reason, where one is needed
	Version int    `json:"version,omitempty"`
}

// UndoDealFields are the fields of opportunity.undo.
type UndoDealFields struct {
	UndoID ID `json:"undo_id"`
}
