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

// Trouble is what went wrong last with what a debtor still owes: it puts him before the others who are as late (S091).
type Trouble string

// The kinds of trouble.
const (
	TroubleBroken   Trouble = "broken"   // his last promise or payment plan was not kept
	TroubleReturned Trouble = "returned" // a payment was taken back since (S062)
)

// TroubleOf tells it by the debtor's last word on what he still owes (empty: none), when he gave it and the day on which it ended (zero: it is on), and when a payment of
// it was taken back last (nil: none was). What happened last counts: a payment that came after a broken promise and went back again is the reason, no longer
// the promise; a word that was given since, and is on or was kept, ends it.
func TroubleOf(word PromiseState, made *time.Time, ended Date, returned *time.Time, zone *time.Location) Trouble {
	since := returned != nil
	switch {
	case !since || word == "":
	case ended.IsZero():
		since = returned.After(*made)
	default:
		since = !DateOf(*returned, zone).Before(ended)
	}
	switch {
	case since:
		return TroubleReturned
	case word == PromiseBroken:
		return TroubleBroken
	}
	return ""
}
