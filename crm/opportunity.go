package crm

import (
	"errors"
	"slices"
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

// WinByHand closes a deal as won that no quote was accepted for: the amount stays as it is, the Products tab's total where there are lines (S036).
func (o *Opportunity) WinByHand(stage string, at time.Time) {
	o.State, o.Stage, o.ClosedAt = OpportunityWon, stage, &at
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
	DiscountPercent decimal.Decimal // the whole of the cascade, exact
	Discounts       string          // as it was written, when it is a cascade: 10+5
	UnitCost        decimal.Decimal
	Price           PriceReason // why the unit price is what it is
}

// Relation is a person or company with a part in the deal (S021-S025).
type Relation struct {
	ID            ID
	OpportunityID ID
	Kind          string // contact, partner, competitor
	Name          string
	ContactID     ID
	Role          string // of a contact: one of ContactRoles
	Note          string
	Strengths     string          // of a competitor: what speaks for him
	Price         decimal.Decimal // of a competitor's offer, in the deal's currency without tax; 0: not known
	Share         decimal.Decimal // of a partner, in per cent; 0: not said
}

// RoleDecisionMaker is the role of a contact that a deal cannot be decided without.
const RoleDecisionMaker = "decision_maker"

// ContactRoles are the parts that people at the customer have in a purchase (S022): as a rule, in a contact, and in one deal, in its relation.
func ContactRoles() []string {
	return []string{RoleDecisionMaker, "influencer", "user", "buyer", "payer", "technical", "gatekeeper", "champion", "opponent"}
}

// RelationKinds are the three sections of the Relations tab, in their order (S025).
func RelationKinds() []string { return []string{"contact", "partner", "competitor"} }

// Check keeps to each kind what is known of its own: prices of competitors, shares of partners, roles of contacts. Errors: not_for_this_kind,
// unknown_value, out_of_range, too_many_decimals, amount_too_large.
func (r Relation) Check(c Currency) error {
	var errs FieldErrors
	other := Problem("not_for_this_kind")
	if r.ContactID != "" && r.Kind != "contact" {
		errs.Add("/contact_id", other)
	}
	if r.Strengths != "" && r.Kind != "competitor" {
		errs.Add("/strengths", other)
	}
	switch {
	case r.Price.IsZero():
	case r.Kind != "competitor":
		errs.Add("/price", other)
	case r.Price.IsNegative():
		errs.Add("/price", Problem("out_of_range", "min", "0"))
	default:
		errs.Add("/price", CheckAmount(r.Price, c))
	}
	switch {
	case r.Share.IsZero():
	case r.Kind != "partner":
		errs.Add("/share", other)
	case r.Share.IsNegative() || r.Share.GreaterThan(decimal.NewFromInt(100)):
		errs.Add("/share", Problem("out_of_range", "min", "0", "max", "100"))
	}
	if r.Kind == "contact" && r.Role != "" && !slices.Contains(ContactRoles(), r.Role) {
		errs.Add("/role", Problem("unknown_value", "value", r.Role))
	}
	return errs.Err()
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
	DoneAt        *time.Time // when its outcome was noted, or it was called off
	Place         string
	CancelledAt   *time.Time // called off: it did not take place
	CancelReason  string
	Sequence      int // how often what a calendar shows of it has changed
	ChangedAt     time.Time
	Version       int
}

// EngagementKinds are the kinds of engagements (S093).
func EngagementKinds() []string { return []string{"call", "meeting", "visit", "mail", "letter"} }

// EngagementOutcomes are the short answers asked for after each engagement (S094).
func EngagementOutcomes() []string {
	return []string{"reached", "interested", "refused", "not_reached"}
}
