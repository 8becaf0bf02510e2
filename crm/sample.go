package crm

import (
	"time"

	"github.com/shopspring/decimal"
)

// Sample is a product sample for a deal (S071): asked for, shipped, and judged by the customer.
type Sample struct {
	ID            ID
	OpportunityID ID
	ProductID     ID
	SKU           string // of the product
	Name          string // of the product
	Quantity      decimal.Decimal
	State         SampleState
	Note          string
	RequestedAt   time.Time
	Reference     string // of the shipment
	ShippedAt     *time.Time
	FeedbackDue   Date // day on which the owner is reminded to ask the customer
	RemindedAt    *time.Time
	Outcome       string // positive, neutral, negative; empty while waiting
	Feedback      string
	AnsweredAt    *time.Time
}

// SampleState says how far a sample has come.
type SampleState string

// The states of a sample.
const (
	SampleRequested SampleState = "requested"
	SampleShipped   SampleState = "shipped"
	SampleAnswered  SampleState = "answered"
)

// SampleOutcomes are the customer's words on a sample.
func SampleOutcomes() []string { return []string{"positive", "neutral", "negative"} }

// SampleDays is after how many days the customer is asked about a sample when nobody says otherwise; SampleDaysMost is the longest.
const (
	SampleDays     = 14
	SampleDaysMost = 365
)

// SampleFields are the fields of sample.request.
type SampleFields struct {
	ProductID ID     `json:"product_id"`
	Quantity  string `json:"quantity"` // decimal text; empty: 1
	Note      string `json:"note,omitempty"`
}

// ShipmentFields are the fields of sample.ship.
type ShipmentFields struct {
	SampleID  ID     `json:"sample_id"`
	Reference string `json:"reference,omitempty"`
	Days      int    `json:"days"` // until the customer is asked; 0: SampleDays
}

// SampleFeedbackFields are the fields of sample.feedback.
type SampleFeedbackFields struct {
	SampleID ID     `json:"sample_id"`
	Outcome  string `json:"outcome"`
	Note     string `json:"note,omitempty"`
}
