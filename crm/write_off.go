package crm

import (
	"time"

	"github.com/shopspring/decimal"
)

// WriteOff is a request to give up what is open on an invoice, or a part of it, and what somebody else decided (S091).
type WriteOff struct {
	ID        ID
	AccountID ID
	InvoiceID ID
	Amount    decimal.Decimal
	Reason    string
	State     WriteOffState
	AskedBy   string
	AskedAt   time.Time
	DecidedBy string
	DecidedAt *time.Time
	Note      string
}

// WriteOffState is where a request stands.
type WriteOffState string

// The states of a write-off.
const (
	WriteOffWaiting  WriteOffState = "waiting"
	WriteOffApproved WriteOffState = "approved"
	WriteOffDeclined WriteOffState = "declined"
)

// LegalHandOver says that somebody outside collects all that a debtor owes.
type LegalHandOver struct {
	ID        ID
	AccountID ID
	Handler   string
	Reason    string
	Since     Date
	MadeBy    string
	MadeAt    time.Time
	EndedOn   Date
	Outcome   string
}
