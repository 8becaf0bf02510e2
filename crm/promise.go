package crm

import (
	"time"

	"github.com/shopspring/decimal"
)

// Promise is a debtor's word to pay until a day (S091). The chase of its invoices rests until then; broken, it goes on with the next level.
type Promise struct {
	ID        ID
	AccountID ID
	Amount    decimal.Decimal // of all its invoices
	Currency  string
	OnDate    Date
	State     PromiseState
	Note      string
	MadeBy    string
	MadeAt    time.Time
	EndedOn   Date // the day from which the chase goes on; zero while it is open
	Invoices  []ID
}

// PromiseState says what became of a promise.
type PromiseState string

// The states of a promise.
const (
	PromiseOpen      PromiseState = "open"
	PromiseKept      PromiseState = "kept"
	PromiseBroken    PromiseState = "broken"
	PromiseReplaced  PromiseState = "replaced" // by a later one
	PromiseWithdrawn PromiseState = "withdrawn"
)

// maxPromise is how far away a promised day or the end of a pause may be.
const maxPromise = 366

// CheckPromiseDay checks the day until which a chase rests. Errors: required, in_the_past, out_of_range (more than a year away).
func CheckPromiseDay(on, today Date) error {
	switch {
	case on.IsZero():
		return Problem("required")
	case on.Before(today):
		return Problem("in_the_past")
	case on.DaysSince(today) > maxPromise:
		return Problem("out_of_range", "max", today.AddDays(maxPromise).String())
	}
	return nil
}

// DunningPause is a time in which a debtor, or one of his invoices, is left alone, and why.
type DunningPause struct {
	ID        ID
	AccountID ID
	InvoiceID ID // empty: all that he owes
	Until     Date
	Reason    string
	MadeBy    string
	MadeAt    time.Time
	EndedOn   Date
}
