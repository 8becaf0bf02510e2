package crm

import (
	"time"

	"github.com/shopspring/decimal"
)

// Dispute is what a debtor does not want to pay of an invoice, as a whole or one line, until somebody has decided (S091).
type Dispute struct {
	ID        ID
	InvoiceID ID
	Position  int             // of the line; 0: none, or the whole invoice
	Amount    decimal.Decimal // held back from the chase
	Whole     bool            // it was all that was open
	Reason    string
	OwnerID   ID   // who decides
	DueOn     Date // until when
	State     DisputeState
	Outcome   string // in the owner's words
	OpenedBy  string
	OpenedAt  time.Time
	EndedOn   Date // zero while it is open
}

// DisputeState says how a dispute ended.
type DisputeState string

// The states of a dispute.
const (
	DisputeOpen     DisputeState = "open"
	DisputeAccepted DisputeState = "accepted" // the customer is right: it is held back until a credit note takes it
	DisputeRejected DisputeState = "rejected" // he owes it
)
