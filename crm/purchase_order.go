package crm

import (
	"strconv"
	"time"

	"github.com/shopspring/decimal"
)

// PurchaseState says how far a purchase order is (S082).
type PurchaseState string

// The states of a purchase order. What has been received stands in its lines, what has been invoiced in its sum.
const (
	PurchaseDraft     PurchaseState = "draft"     // asked for; somebody else approves it
	PurchaseApproved  PurchaseState = "approved"  // ordered: it commits what is not invoiced
	PurchaseDone      PurchaseState = "done"      // nothing more is invoiced
	PurchaseRefused   PurchaseState = "refused"   // not approved
	PurchaseCancelled PurchaseState = "cancelled" // taken back before anything was invoiced
)

// MaxPurchaseLines is how many lines a purchase order may have.
const MaxPurchaseLines = 100

// PurchaseOrder is what a project orders from a supplier (S082). Amounts are without tax, in the contract's currency.
type PurchaseOrder struct {
	ID          ID
	Number      string
	ProjectID   ID
	PhaseID     ID
	Supplier    string
	Kind        CostKind
	State       PurchaseState
	Net         decimal.Decimal
	Invoiced    decimal.Decimal // by the supplier so far; it may be more than was ordered
	DueDate     Date
	Note        string
	RequestedBy ID
	DecidedBy   ID
	DecidedAt   *time.Time
	Version     int
	At          time.Time
}

// PurchaseLine is a line of a purchase order.
type PurchaseLine struct {
	OrderID   ID
	Position  int
	Text      string
	Quantity  decimal.Decimal
	UnitPrice decimal.Decimal
	Net       decimal.Decimal
	Received  decimal.Decimal // of the quantity
}

// PurchaseInvoice is a supplier's invoice on an order.
type PurchaseInvoice struct {
	ID        ID
	OrderID   ID
	Number    string
	OnDate    Date
	Amount    decimal.Decimal
	EnteredBy ID
	At        time.Time
}

// Open tells whether something is still to happen with the order: a project is not closed before (S085).
func (o PurchaseOrder) Open() bool { return o.State == PurchaseDraft || o.State == PurchaseApproved }

// Committed is what the order still commits: nothing before it is approved and once it is over.
func (o PurchaseOrder) Committed() decimal.Decimal {
	if o.State != PurchaseApproved {
		return decimal.Zero
	}
	return decimal.Max(o.Net.Sub(o.Invoiced), decimal.Zero)
}

// PriceLines computes the net of the lines, each rounded, and of the order. Errors: required at /lines, out_of_range where it comes to nothing.
func (o *PurchaseOrder) PriceLines(lines []PurchaseLine, money Pricing) error {
	o.Net = decimal.Zero
	if len(lines) == 0 {
		return FieldErrors{Problem("required").At("/lines")}
	}
	if len(lines) > MaxPurchaseLines {
		return FieldErrors{Problem("too_many", "max", strconv.Itoa(MaxPurchaseLines)).At("/lines")}
	}
	for i := range lines {
		lines[i].OrderID, lines[i].Position = o.ID, i+1
		lines[i].Net = Round(lines[i].Quantity.Mul(lines[i].UnitPrice), money.Currency, money.Rounding)
		o.Net = o.Net.Add(lines[i].Net)
	}
	if !o.Net.IsPositive() {
		return FieldErrors{Problem("out_of_range", "min", money.Currency.Unit().String()).At("/lines")}
	}
	return CheckAmount(o.Net, money.Currency)
}

// ReceivedState is whether nothing, a part or all of the lines has come.
func ReceivedState(lines []PurchaseLine) string {
	none, all := true, len(lines) > 0
	for _, l := range lines {
		none, all = none && l.Received.IsZero(), all && l.Received.Equal(l.Quantity)
	}
	switch {
	case all:
		return "all"
	case none:
		return "none"
	default:
		return "part"
	}
}
