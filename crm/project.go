package crm

import (
	"time"

	"github.com/shopspring/decimal"
)

// CostKind says what a project's money went for.
type CostKind string

// The kinds of costs beside time.
const (
	CostMaterial    CostKind = "material"
	CostTravel      CostKind = "travel"
	CostSubcontract CostKind = "subcontract"
)

// CostKinds lists the kinds of costs in the order in which they are shown.
func CostKinds() []string {
	return []string{string(CostMaterial), string(CostTravel), string(CostSubcontract)}
}

// CostState says how far a cost has come: asked for, ordered, or invoiced to us.
type CostState string

// The states of a cost. What is actual never changes; it is corrected by a counter-entry.
const (
	CostRequested CostState = "requested" // a purchase that somebody has to approve
	CostCommitted CostState = "committed" // ordered, not yet invoiced to us
	CostActual    CostState = "actual"
	CostRefused   CostState = "refused"
)

// TimeEntry is time that a person spent on a project (S082, S083). It never changes; a counter-entry takes it back.
type TimeEntry struct {
	ID         ID
	ProjectID  ID
	UserID     ID
	OnDate     Date
	Hours      decimal.Decimal // negative on a counter-entry
	Rate       decimal.Decimal // cost of an hour without tax, as it was on that day
	Amount     decimal.Decimal // hours × rate, in minor units of the contract's currency
	Note       string
	PhaseID    ID // of the project; none: of the whole
	CorrectsID ID // the entry that this one takes back
	EnteredBy  ID
	At         time.Time
}

// CostEntry is money that a project costs beside time.
type CostEntry struct {
	ID         ID
	ProjectID  ID
	Kind       CostKind
	State      CostState
	Amount     decimal.Decimal // without tax, in the contract's currency; negative on a counter-entry
	Supplier   string
	Text       string
	OnDate     Date
	PhaseID    ID // of the project; none: of the whole
	CorrectsID ID // the entry that this one takes back
	EnteredBy  ID
	ApprovedBy ID
	Version    int
	At         time.Time

	PurchaseOrderID ID // that it moves with; none: it moves by itself
}

// Milestone is a date that the customer, or the project's plan, counts on (S084).
type Milestone struct {
	ID         ID
	ProjectID  ID
	Name       string
	DueDate    Date
	DoneOn     Date // empty while it is to come
	RemindedAt *time.Time
	SignedAt   *time.Time // the customer accepted it
	Version    int
}

// Late tells whether the milestone should have been reached before today.
func (m Milestone) Late(today Date) bool { return m.DoneOn.IsZero() && m.DueDate.Before(today) }

// Action is what somebody does about a surprise: a note on corrective action (S084).
type Action struct {
	ID          ID
	ProjectID   ID
	MilestoneID ID
	RiskID      ID // that it is about
	Text        string
	AuthorID    ID
	At          time.Time
}
