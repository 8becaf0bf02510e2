package integrations

import (
	"errors"
	"fmt"
)

// Outcome tells what a failed effect may have come to.
type Outcome string

// The outcomes of an effect. Only Temporary may be sent again without asking.
const (
	Delivered Outcome = "delivered" // it happened
	Temporary Outcome = "temporary" // it did not happen; trying later may help
	Permanent Outcome = "permanent" // it did not happen, and will not as it stands
	Unknown   Outcome = "unknown"   // it may have happened: the answer was lost
)

// Failure is an error of an outside system with its outcome.
type Failure struct {
	Outcome Outcome
	System  string // "mail", "erp"
	Err     error
}

// Error is for logs.
func (f *Failure) Error() string {
	return fmt.Sprintf("%s: %s failure: %v", f.System, f.Outcome, f.Err)
}

// Unwrap gives the cause.
func (f *Failure) Unwrap() error { return f.Err }

// OutcomeOf reads the outcome of a send; an error that says nothing about it leaves it Unknown.
func OutcomeOf(err error) Outcome {
	var f *Failure
	switch {
	case err == nil:
		return Delivered
	case errors.As(err, &f):
		return f.Outcome
	}
	return Unknown
}
