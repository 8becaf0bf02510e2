package crm

import (
	"slices"
	"time"

	"github.com/shopspring/decimal"
)

// The commands of a hand-off, all carried out by the deal's process (S103, S104).
const (
	HandOffAsk      = "handoff.ask"      // opens it, and sends it when its inputs hold
	HandOffSend     = "handoff.send"     // for the first time, or again
	HandOffTake     = "handoff.take"     // by the department that is asked
	HandOffBounce   = "handoff.bounce"   // back to who asked, with what is missing
	HandOffComplete = "handoff.complete" // with the answers
	HandOffCancel   = "handoff.cancel"   // by who asked
)

// Department is a part of the company that hands work to another and gets it back.
type Department string

// The departments.
const (
	DepartmentSales      Department = "sales"
	DepartmentProduction Department = "production"
	DepartmentFinance    Department = "finance"
)

// Departments lists the departments in the order in which a deal comes to them.
func Departments() []Department {
	return []Department{DepartmentSales, DepartmentProduction, DepartmentFinance}
}

// Roles are those who work in the department.
func (d Department) Roles() []Role {
	switch d {
	case DepartmentSales:
		return []Role{RoleSalesperson, RoleSalesManager, RoleSalesOps}
	case DepartmentProduction:
		return []Role{RoleProjectManager}
	case DepartmentFinance:
		return []Role{RoleFinance}
	}
	return nil
}

// Has tells whether the person works in the department; an administrator stands in for every one.
func (d Department) Has(u User) bool {
	return u.Active && (u.Has(RoleAdmin) || slices.ContainsFunc(d.Roles(), u.Has))
}

// In lists the departments in which the person works.
func (u User) In() (out []Department) {
	for _, d := range Departments() {
		if d.Has(u) {
			out = append(out, d)
		}
	}
	return out
}

// HandOff is something that one department asks of another on a deal: whether, when and at which cost a product can be made, say
// (S103, S104). It names what must be there before it is sent and what must be answered before it is completed by the hand-off of the rules
// whose key it has.
type HandOff struct {
	ID            ID
	Number        string // "HO-12"
	OpportunityID ID
	Key           string // of the hand-off in the rules
	RuleVersion   int    // of the rules under which it was sent last, by which its answers are judged; until then, under which it was opened
	From          Department
	To            Department
	LineID        ID // the line of the Products tab that it is about; empty: the deal as a whole, or a line that is gone
	ProductID     ID // of that line, as it was when it was sent
	SKU           string
	Product       string
	Quantity      decimal.Decimal
	Specification string // what is asked, in words
	NeededBy      Date   // when the customer needs it
	State         HandOffState
	RequestedBy   ID
	RequestedAt   time.Time
	SentAt        *time.Time // last
	Sends         int
	DueAt         *time.Time // when the other department should have answered, in its working hours; none while it is not its turn
	LateAt        *time.Time // when everybody was told that it is late
	TakenBy       ID
	TakenAt       *time.Time
	Inputs        []Clause // what was said of its inputs when it was sent last
	Feasible      bool     // the answers
	DeliveryDate  Date
	UnitCost      decimal.Decimal // in the deal's currency
	Answer        string          // technical note
	Outputs       []Clause        // what was said of its answers when it was completed
	Bounces       int
	BounceReason  string   // of the last one
	Missing       []string // of the last one: ids of inputs that were not good enough
	CompletedBy   ID
	CompletedAt   *time.Time
	CancelledAt   *time.Time
	CancelReason  string
	SalesTime     time.Duration // working time that it lay with who asked
	TeamTime      time.Duration // working time that it lay with the department that is asked
	ClockSince    *time.Time    // when the running clock was read last; none: both stand
	Version       int
}

// HandOffState says where a hand-off stands.
type HandOffState string

// The states of a hand-off.
const (
	HandOffDraft     HandOffState = "draft"     // its inputs are being put together
	HandOffSent      HandOffState = "sent"      // it waits for the other department
	HandOffTaken     HandOffState = "taken"     // somebody there works on it
	HandOffBounced   HandOffState = "bounced"   // it came back for what is missing
	HandOffCompleted HandOffState = "completed" // it is answered
	HandOffCancelled HandOffState = "cancelled"
)

// HandOffStates lists the states in their order.
func HandOffStates() []HandOffState {
	return []HandOffState{HandOffDraft, HandOffSent, HandOffTaken, HandOffBounced, HandOffCompleted, HandOffCancelled}
}

// handOffMoves is what may follow which state. A completed one is sent again when what was asked has changed.
var handOffMoves = map[HandOffState][]HandOffState{
	HandOffDraft:     {HandOffSent, HandOffCancelled},
	HandOffSent:      {HandOffTaken, HandOffBounced, HandOffCompleted, HandOffCancelled},
	HandOffTaken:     {HandOffBounced, HandOffCompleted, HandOffCancelled},
	HandOffBounced:   {HandOffSent, HandOffCancelled},
	HandOffCompleted: {HandOffSent},
}

// May tells whether the hand-off may go to the state.
func (h HandOff) May(to HandOffState) bool { return slices.Contains(handOffMoves[h.State], to) }

// Open tells whether somebody still has to do something.
func (h HandOff) Open() bool {
	return h.State != HandOffCompleted && h.State != HandOffCancelled
}

// WithTeam tells whether it lies with the department that is asked.
func (h HandOff) WithTeam() bool { return h.State == HandOffSent || h.State == HandOffTaken }

// Clocks are the working times on both sides up to an instant, whichever of them is running.
func (h HandOff) Clocks(at time.Time, cal Calendar) (sales, team time.Duration) {
	sales, team = h.SalesTime, h.TeamTime
	if h.ClockSince == nil {
		return sales, team
	}
	if more := cal.WorkingTime(*h.ClockSince, at); h.WithTeam() {
		team += more
	} else {
		sales += more
	}
	return sales, team
}

// Go takes the hand-off to another state: the clock that was running stops, and the one of whose turn it is now runs from here. One that is
// over has none.
func (h *HandOff) Go(to HandOffState, at time.Time, cal Calendar) {
	h.SalesTime, h.TeamTime = h.Clocks(at, cal)
	h.State, h.ClockSince = to, &at
	if !h.Open() {
		h.ClockSince = nil
	}
	if !h.WithTeam() {
		h.DueAt = nil
	}
}

// Asks tells whether the hand-off asks about a line as it stands: the same product, in the same quantity. Another price or discount changes
// nothing for who makes it.
func (h HandOff) Asks(product ID, quantity decimal.Decimal) bool {
	return h.ProductID == product && h.Quantity.Equal(quantity)
}

// Answers tells whether the hand-off is an answer about a line as it stands (S104).
func (h HandOff) Answers(product ID, quantity decimal.Decimal) bool {
	return h.State == HandOffCompleted && h.Asks(product, quantity)
}

// HandOffFacts describes a hand-off that is being sent or completed. They are empty where a rule is asked about anything else.
type HandOffFacts struct {
	Specification string          `expr:"specification" json:"specification,omitzero"`
	NeededBy      Date            `expr:"needed_by" json:"needed_by,omitzero"`
	Bounces       decimal.Decimal `expr:"bounces" json:"bounces,omitzero"` // how often it came back
	Feasible      bool            `expr:"feasible" json:"feasible,omitzero"`
	DeliveryDate  Date            `expr:"delivery_date" json:"delivery_date,omitzero"`
	UnitCost      decimal.Decimal `expr:"unit_cost" json:"unit_cost,omitzero"`
	Answer        string          `expr:"answer" json:"answer,omitzero"`
}

// Facts are the hand-off as rules read it.
func (h HandOff) Facts() HandOffFacts {
	return HandOffFacts{
		Specification: h.Specification, NeededBy: h.NeededBy, Bounces: decimal.NewFromInt(int64(h.Bounces)),
		Feasible: h.Feasible, DeliveryDate: h.DeliveryDate, UnitCost: h.UnitCost, Answer: h.Answer,
	}
}

// HandOffAskFields are the fields of handoff.ask.
type HandOffAskFields struct {
	Key           string `json:"key"`
	LineID        ID     `json:"line_id,omitempty"` // of the Products tab; empty: the deal as a whole
	Specification string `json:"specification,omitempty"`
	NeededBy      Date   `json:"needed_by"`
	Draft         bool   `json:"draft,omitempty"` // it is not to be sent yet
}

// HandOffSendFields are the fields of handoff.send. What is left out stays as it is.
type HandOffSendFields struct {
	ID            ID      `json:"id"`
	Specification *string `json:"specification,omitempty"`
	NeededBy      *Date   `json:"needed_by,omitempty"`
	Version       int     `json:"version,omitempty"` // as the sender saw it; 0: not checked
}

// HandOffMoveFields are the fields of handoff.take and handoff.cancel.
type HandOffMoveFields struct {
	ID      ID     `json:"id"`
	Reason  string `json:"reason,omitempty"` // of a cancellation
	Version int    `json:"version,omitempty"`
}

// HandOffBounceFields are the fields of handoff.bounce.
type HandOffBounceFields struct {
	ID      ID       `json:"id"`
	Missing []string `json:"missing"` // ids of inputs that are not good enough; none: something that the inputs do not name
	Reason  string   `json:"reason"`
	Version int      `json:"version,omitempty"`
}

// HandOffAnswerFields are the fields of handoff.complete.
type HandOffAnswerFields struct {
	ID           ID     `json:"id"`
	Feasible     bool   `json:"feasible"`
	DeliveryDate Date   `json:"delivery_date"`
	UnitCost     string `json:"unit_cost,omitempty"` // decimal text in the deal's currency; empty: not said
	Answer       string `json:"answer,omitempty"`
	Version      int    `json:"version,omitempty"`
}
