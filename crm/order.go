package crm

import (
	"time"

	"github.com/shopspring/decimal"
)

// Order is what the customer's acceptance asks us to deliver (S078-S081). It is validated and approved before it becomes a contract.
type Order struct {
	ID            ID
	Number        string
	OpportunityID ID
	QuoteID       ID
	State         OrderState
	Currency      string
	Net           decimal.Decimal
	Tax           decimal.Decimal
	Total         decimal.Decimal
	SplitPayment  bool // the customer pays the tax to the state himself, as on his quote
	PaymentDays   int
	DeliveryDate  Date
	RequestedBy   string // never the approver
	ValidatedBy   string
	ValidatedAt   *time.Time
	DecidedBy     string
	DecidedAt     *time.Time
	Reason        string        // of the rejection
	Decision      ApprovalState // made, but it can still be taken back; empty: none, or it took effect
	EffectiveAt   *time.Time    // when it takes effect
	Round         int           // 1, and one more each time that the order comes back for approval
	FollowsID     ID            // the deal's order before it
	AskedAt       *time.Time    // since when an approver's question waits for its answer
	Ticks         []Tick        // what was ticked off on its checklist
	Terms         *Terms        // of its contract; none: DefaultTerms, billed as the quote says
	Version       int
	CreatedAt     time.Time
}

// OrderState says what an order waits for. Validation and approval are separate states (S078, S079).
type OrderState string

// The states of an order.
const (
	OrderValidating OrderState = "validate"
	OrderApproving  OrderState = "approve"
	OrderApproved   OrderState = "approved"
	OrderRejected   OrderState = "rejected"
)
