package crm

import (
	"time"

	"github.com/shopspring/decimal"
)

// RefundOrder is money that is to be paid back to a customer (S087): of what stands on his account, or of the deposit of a quote. Only paying it moves the ledger.
type RefundOrder struct {
	ID        ID
	AccountID ID
	QuoteID   ID // whose deposit it is; empty: of what stands on account
	Amount    decimal.Decimal
	Currency  string
	IBAN      string // to which it is paid
	Reason    string
	State     RefundState
	AskedBy   ID
	AskedAt   time.Time
	DecidedBy ID
	DecidedAt *time.Time
	Note      string
	RefundID  ID // what it became
	Version   int
}

// RefundState says how far a refund has come.
type RefundState string

// The states of a refund.
const (
	RefundAsked     RefundState = "asked"    // another person has to approve it
	RefundApproved  RefundState = "approved" // to be paid
	RefundRefused   RefundState = "refused"
	RefundCancelled RefundState = "cancelled"
	RefundPaid      RefundState = "paid"
)

// RefundStates lists them.
func RefundStates() []string {
	return []string{string(RefundAsked), string(RefundApproved), string(RefundRefused), string(RefundCancelled), string(RefundPaid)}
}

// Open tells whether the money is still to be paid, so that nobody asks for it twice.
func (o RefundOrder) Open() bool { return o.State == RefundAsked || o.State == RefundApproved }

// BeginRefund is the state in which a refund begins: approved, where it is within what the person who asks may approve himself. Both are of the company's currency.
func BeginRefund(worth, limit decimal.Decimal) RefundState {
	if worth.GreaterThan(limit) {
		return RefundAsked
	}
	return RefundApproved
}
