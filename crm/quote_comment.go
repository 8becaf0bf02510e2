package crm

import "time"

// QuoteComment is what customer or seller wrote under a deal's offers.
type QuoteComment struct {
	ID            ID
	QuoteID       ID
	OpportunityID ID
	By            ID     // empty: the customer
	Name          string // as he wrote it, or the seller's
	Text          string
	At            time.Time
}

// What a customer may write without log-in, so that nobody fills the house with it.
const (
	MaxComments      = 200 // on a deal, of both
	MaxCommentsAsked = 20  // of the customer's since the seller last wrote
	MaxComment       = 2000
	MaxCounters      = 20 // offers of his own, on a deal
)
