package crm

import (
	"errors"
	"time"

	"github.com/shopspring/decimal"
)

// Deposit is what a customer has to pay before his acceptance of a quote counts: the deal is won when finance notes it.
type Deposit struct {
	QuoteID   ID
	Amount    decimal.Decimal // in the quote's currency
	DueOn     Date            // its last day, local to the legal entity
	PaidOn    *Date
	Paid      *decimal.Decimal // at least Amount
	Used      decimal.Decimal  // of Paid: set off against invoices
	Reference string           // of the bank
	NotedBy   ID
	NotedAt   *time.Time
}

// OnHand is what came in and is not set off against an invoice yet.
func (d Deposit) OnHand() decimal.Decimal {
	if d.Paid == nil {
		return decimal.Zero
	}
	return d.Paid.Sub(d.Used)
}

// DepositDays is how long a customer has to pay a deposit, unless his quote says otherwise; MaxDeposit is how much of the whole one may ask for.
const (
	DepositDays = 14
	MaxDeposit  = 90
)

// Pay notes what came in. Errors, in the answer: at /amount what is no amount or less than is asked for, /reference required, /received_on in_the_future.
func (d *Deposit) Pay(f DepositFields, c Currency, today Date, by string, now time.Time) Answer {
	wrong := func(pointer, code string) Answer {
		return Answer{Code: "validation_failed", Params: map[string]string{pointer: code}}
	}
	amount, err := ParseAmount(f.Amount, c)
	var e FieldError
	if f.ReceivedOn.IsZero() {
		f.ReceivedOn = today
	}
	switch {
	case errors.As(err, &e):
		return wrong("/amount", e.Code)
	case amount.LessThan(d.Amount):
		return Answer{Code: "deposit_too_small", Params: map[string]string{"amount": amount.StringFixed(2), "asked": d.Amount.StringFixed(2)}}
	case f.Reference == "":
		return wrong("/reference", "required")
	case f.ReceivedOn.After(today):
		return wrong("/received_on", "in_the_future")
	}
	d.Paid, d.PaidOn, d.Reference, d.NotedBy, d.NotedAt = &amount, &f.ReceivedOn, f.Reference, ID(by), &now
	return Answer{Code: Done}
}
