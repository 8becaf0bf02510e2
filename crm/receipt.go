package crm

import (
	"time"

	"github.com/shopspring/decimal"
)

// Allocation is the part of an amount that goes to an invoice.
type Allocation struct {
	InvoiceID ID
	Amount    decimal.Decimal
}

// Receipt is a payment with what became of it: what went to invoices, and what is kept on the debtor's account.
type Receipt struct {
	Payment
	Allocations []Allocation
	OnAccount   decimal.Decimal
}

// Refund is money on account that was paid back to its debtor.
type Refund struct {
	ID         ID
	AccountID  ID
	Amount     decimal.Decimal
	Currency   string
	Reference  string // of the bank; the same one twice is a mistake
	PaidOn     Date
	Reason     string
	RecordedBy ID
	At         time.Time
}

// PaymentReturn is a payment that the bank took back (S062): what it settled is open again.
type PaymentReturn struct {
	PaymentID  ID
	OnDate     Date
	Reason     string
	Fee        decimal.Decimal // asked for with the invoice, beside what is open on it
	InvoiceID  ID              // the fee's; empty without one
	RecordedBy ID
	At         time.Time

	RuleVersion int // of the dunning rules that say the fee; 0: a person did
}

// LedgerKinds are what an entry of the ledger may be, in the order in which they come to be.
func LedgerKinds() []string {
	return []string{"invoice", "payment", "fee", "credit", "split_tax", "deposit", "allocation", "refund", "return", "interest", "write_off"}
}
