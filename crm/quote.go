package crm

import (
	"fmt"
	"time"

	"github.com/shopspring/decimal"
)

// Quote is one version of an offer to a customer (S026). All versions of one offer share the number.
type Quote struct {
	ID              ID
	Number          string
	Revision        int
	OpportunityID   ID
	State           QuoteState
	Currency        string
	ValidUntil      Date // the offer lapses at the end of this day, local time of the legal entity
	DiscountPercent decimal.Decimal
	PaymentDays     int
	DeliveryDate    Date
	Language        string
	Net             decimal.Decimal
	Tax             decimal.Decimal
	Total           decimal.Decimal
	Cost            decimal.Decimal
	ListTotal       decimal.Decimal // before any discount
	Rounding        string          // half_up, half_even: the legal entity's when it was written
	TaxRounding     string          // document, line
	SplitPayment    bool            // the customer pays the tax to the state himself; he owes us the net
	Rate            decimal.Decimal // of one unit of the legal entity's currency on RateOn; 1 of its own
	RateOn          Date
	SentAt          *time.Time
	SeenAt          *time.Time // the customer opened his page for the first time
	LastSeenAt      *time.Time
	SeenCount       int
	Variant         string          // A to F, of offers that stand side by side; empty: it stands alone
	DepositPercent  decimal.Decimal // of what is to be paid: the deal is won when it was paid; 0: at the customer's word
	DepositDays     int             // after the customer's word, to pay it
	DecidedAt       *time.Time
	DecidedBy       string // the customer's name, as he wrote it
	DecidedNote     string
	DecidedRole     string
	DecidedPlace    string
	DecidedAddress  string // of his network
	DecidedPaper    string // SHA-256 of the PDF that he was shown, hexadecimal; empty: none was
	Version         int
	CreatedAt       time.Time
}

// QuoteState says where a quote stands.
type QuoteState string

// The states of a quote.
const (
	QuoteDraft      QuoteState = "draft"
	QuoteSent       QuoteState = "sent"
	QuoteAccepted   QuoteState = "accepted"
	QuoteRefused    QuoteState = "refused"
	QuoteExpired    QuoteState = "expired"
	QuoteSuperseded QuoteState = "superseded"
	QuoteWithdrawn  QuoteState = "withdrawn"        // taken back by the seller
	QuoteNotChosen  QuoteState = "not_chosen"       // another one that stood beside it was accepted
	QuoteAwaiting   QuoteState = "awaiting_deposit" // accepted; the deal is won when the deposit is paid
)

// QuoteStates lists the states.
func QuoteStates() []QuoteState {
	return []QuoteState{QuoteDraft, QuoteSent, QuoteAccepted, QuoteRefused, QuoteExpired, QuoteSuperseded, QuoteWithdrawn, QuoteNotChosen, QuoteAwaiting}
}

// ToPay is what the customer owes us for the whole: the total, or the net where he pays the tax to the state.
func (q Quote) ToPay() decimal.Decimal {
	if q.SplitPayment {
		return q.Net
	}
	return q.Total
}

// Deposit is what has to be paid before the deal is won, in whole minor units; 0 when nothing has.
func (q Quote) Deposit() decimal.Decimal {
	return Round(q.ToPay().Mul(q.DepositPercent).Shift(-2), Currency(q.Currency), Rounding(q.Rounding))
}

// Label is the number as people read it, with the version: "Q-2026-0012 v2".
func (q Quote) Label() string { return fmt.Sprintf("%s v%d", q.Number, q.Revision) }

// The kinds of positions of a quote.
const (
	LineOfQuote    = "line"
	SectionOfQuote = "section" // a heading for the lines below it
)

// QuoteLine is one position of a quote; without a product it is free text, allowed on quotes only (S043).
type QuoteLine struct {
	ID              ID
	QuoteID         ID
	Position        int
	Kind            string // line, section
	Optional        bool   // it is offered beside the rest
	Chosen          bool   // of an optional line: it counts
	ProductID       ID
	Name            string
	Unit            string
	Quantity        decimal.Decimal
	UnitPrice       decimal.Decimal
	DiscountPercent decimal.Decimal // the whole of the cascade, exact
	Discounts       string          // as it was written, when it is a cascade: 10+5
	Price           PriceReason     // why the unit price is what it is
	TaxClassID      ID              // with which it was written; empty: a rate alone
	TaxPercent      decimal.Decimal // as it was then
	TaxCode         string          // why nothing is charged, one of Naturas, as it was then
	Exemption       string          // the same in words
	UnitCost        decimal.Decimal
	Net             decimal.Decimal
}

// Counts tells whether a line is part of what is offered: no heading, and no option that nobody has chosen.
func (l QuoteLine) Counts() bool { return l.Kind != SectionOfQuote && (!l.Optional || l.Chosen) }

// Counting is how many lines count.
func Counting(lines []QuoteLine) (n int) {
	for _, l := range lines {
		if l.Counts() {
			n++
		}
	}
	return n
}

// Share is a part of the total that will be billed on its own (S060).
type Share struct {
	Kind    TrancheKind     `json:"kind"`
	Percent decimal.Decimal `json:"percent"`
}

// DefaultShares is the billing plan of a quote whose author chose none: deposit, progress, balance.
func DefaultShares() []Share {
	return []Share{
		{TrancheDeposit, decimal.NewFromInt(30)},
		{TrancheProgress, decimal.NewFromInt(50)},
		{TrancheBalance, decimal.NewFromInt(20)},
	}
}
