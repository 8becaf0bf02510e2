package crm

import (
	"errors"
	"time"

	"github.com/shopspring/decimal"
)

// Opportunity is a negotiation that may end in a sale (S001). "Deal" is its other name (S010).
type Opportunity struct {
	ID            ID
	Number        string
	Name          string
	AccountID     ID
	ContactID     ID
	LeadID        ID
	Pipeline      string // key of the pipeline in which it began, for good
	Stage         string
	State         OpportunityState
	Currency      string
	Amount        decimal.Decimal // effective value (S032)
	AmountSource  AmountSource
	Target        decimal.Decimal // the salesperson's estimate, never overwritten (S037)
	CloseDate     Date            // expected
	Need          string
	Budget        bool
	DecisionMaker bool
	HandedOff     bool
	Tags          []string
	LostReason    string
	LostNote      string
	Custom        Custom
	OwnerID       ID
	Version       int
	StageSince    time.Time
	ClosedAt      *time.Time
	CreatedAt     time.Time
	UpdatedAt     time.Time
}

// OpportunityState is open, won or lost (S006).
type OpportunityState string

// The states of an opportunity.
const (
	OpportunityOpen OpportunityState = "open"
	OpportunityWon  OpportunityState = "won"
	OpportunityLost OpportunityState = "lost"
)

// AmountSource says where the amount comes from.
type AmountSource string

// The sources of an amount, each stronger than the one before.
const (
	AmountByHand       AmountSource = "hand"
	AmountFromProducts AmountSource = "products"
	AmountFromQuote    AmountSource = "quote"
)

// ErrAmountDerived refuses a hand-typed amount where the system computes it, or where the deal is closed (S033).
var ErrAmountDerived = errors.New("the amount is computed")

// SetAmountByHand types an amount; only without products, without an accepted quote, and while open (S033).
func (o *Opportunity) SetAmountByHand(amount decimal.Decimal) error {
	if o.AmountSource != AmountByHand || o.State != OpportunityOpen {
		return ErrAmountDerived
	}
	o.Amount = amount
	return nil
}

// ProductsChanged sets the amount to the total of the Products tab (S032, S034, S040). The last line's going leaves the amount as it
// was, to be typed again; a closed deal keeps its amount.
func (o *Opportunity) ProductsChanged(lines int, total decimal.Decimal) {
	switch {
	case o.State != OpportunityOpen:
	case lines == 0:
		o.AmountSource = AmountByHand
	default:
		o.Amount, o.AmountSource = total, AmountFromProducts
	}
}

// Win closes the deal as won with the accepted quote's net total (S035, S036, S044, S045).
func (o *Opportunity) Win(quoteNet decimal.Decimal, at time.Time) {
	o.Amount, o.AmountSource = quoteNet, AmountFromQuote
	o.State, o.Stage, o.ClosedAt = OpportunityWon, "won", &at
}

// Reopen takes a deal back into negotiation (decision 7): the won date is cleared, the amount stays until a new version or a
// product edit changes it. With product lines they are the amount's source again.
func (o *Opportunity) Reopen(stage string, lines int) {
	o.State, o.Stage, o.ClosedAt, o.LostReason, o.LostNote = OpportunityOpen, stage, nil, "", ""
	o.AmountSource = AmountByHand
	if lines > 0 {
		o.AmountSource = AmountFromProducts
	}
}

// Lose closes the deal with a reason.
func (o *Opportunity) Lose(reason, note string, at time.Time) {
	o.State, o.Stage, o.ClosedAt, o.LostReason, o.LostNote = OpportunityLost, "lost", &at, reason, note
}

// ProductLine is a catalogue product under negotiation (S020, S038).
type ProductLine struct {
	ID              ID
	OpportunityID   ID
	ProductID       ID
	SKU             string // of the product
	Name            string // of the product
	Unit            string
	TaxClassID      ID // of the product
	TaxPercent      decimal.Decimal
	Exemption       string // why nothing is charged on the product
	MadeToOrder     bool
	Position        int
	Quantity        decimal.Decimal
	UnitPrice       decimal.Decimal
	DiscountPercent decimal.Decimal
	UnitCost        decimal.Decimal
}

// Relation is a person or company with a part in the deal (S021-S025).
type Relation struct {
	ID            ID
	OpportunityID ID
	Kind          string // contact, partner, competitor
	Name          string
	ContactID     ID
	Role          string
	Note          string
}

// Engagement is a call, meeting, visit, mail or letter; the screen says activity (decision 5).
type Engagement struct {
	ID            ID
	Kind          string
	OpportunityID ID
	LeadID        ID
	ContactID     ID
	Subject       string
	DueAt         time.Time
	EndsAt        *time.Time // none: not said
	Outcome       string     // empty while planned
	Note          string
	OwnerID       ID
	DoneAt        *time.Time
	Version       int
}

// EngagementKinds are the kinds of engagements (S093).
func EngagementKinds() []string { return []string{"call", "meeting", "visit", "mail", "letter"} }

// EngagementOutcomes are the short answers asked for after each engagement (S094).
func EngagementOutcomes() []string {
	return []string{"reached", "interested", "refused", "not_reached"}
}

// Note is a message between colleagues on a deal (S029).
type Note struct {
	ID            ID
	OpportunityID ID
	AuthorID      ID
	Text          string
	At            time.Time
}

// Document is a file kept with a deal (S028).
type Document struct {
	ID            ID
	OpportunityID ID
	Name          string
	MediaType     string
	Size          int
	AuthorID      ID
	At            time.Time
}
