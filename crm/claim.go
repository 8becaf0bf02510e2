package crm

import (
	"time"

	"github.com/shopspring/decimal"
)

// Claims are what may be paid of an invoice beside what is open, in the order in which money pays it (S091): first what was written off, then the fees
// of letters and of payments that came back, then the interest that letters asked for. None of it keeps an invoice open.
type Claims struct {
	WrittenOff decimal.Decimal
	Fees       decimal.Decimal
	Interest   decimal.Decimal
}

// Sum is all of it.
func (c Claims) Sum() decimal.Decimal { return c.WrittenOff.Add(c.Fees).Add(c.Interest) }

// Pay tells how much of each an amount pays. What is more than all of it pays nothing.
func (c Claims) Pay(amount decimal.Decimal) (paid Claims) {
	take := func(of decimal.Decimal) decimal.Decimal {
		part := decimal.Max(decimal.Min(amount, of), decimal.Zero)
		amount = amount.Sub(part)
		return part
	}
	paid.WrittenOff = take(c.WrittenOff)
	paid.Fees = take(c.Fees)
	paid.Interest = take(c.Interest)
	return paid
}

// Less is what is left of claims after a part of them.
func (c Claims) Less(p Claims) Claims {
	return Claims{c.WrittenOff.Sub(p.WrittenOff), c.Fees.Sub(p.Fees), c.Interest.Sub(p.Interest)}
}

// The claims that may be waived.
const (
	ClaimFees     = "fees"
	ClaimInterest = "interest"
)

// WaivableClaims lists them.
func WaivableClaims() []string { return []string{ClaimFees, ClaimInterest} }

// ClaimWaiver is what of an invoice's fees or interest is asked for no longer.
type ClaimWaiver struct {
	ID        ID
	AccountID ID
	InvoiceID ID
	Claim     string // ClaimFees, ClaimInterest
	Amount    decimal.Decimal
	Reason    string
	MadeBy    string
	At        time.Time
}
