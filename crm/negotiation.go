package crm

import (
	"time"

	"github.com/shopspring/decimal"
)

// Bid is one move of a negotiation (S076): an offer of ours, or what the customer asks for instead. A sent quote is a bid too.
type Bid struct {
	ID            ID
	OpportunityID ID
	QuoteID       ID
	Side          BidSide
	Amount        decimal.Decimal // without tax, in the deal's currency
	Terms         string          // payment, delivery, whatever was traded for the price
	Note          string
	By            ID     // who wrote it down; empty: the customer himself, on his page
	Name          string // the customer's, then
	At            time.Time
}

// BidSide says who made a bid.
type BidSide string

// The sides of a negotiation.
const (
	BidOffer   BidSide = "offer"   // ours
	BidCounter BidSide = "counter" // the customer's
)
