package crm

import (
	"time"

	"github.com/shopspring/decimal"
)

// Invoice is an issued invoice (S087, S091). It never changes; its number has no gaps within series and year.
type Invoice struct {
	ID           ID
	Series       string
	Year         int
	Sequence     int
	Number       string // "2026/0001"
	ContractID   ID
	AccountID    ID
	Currency     string
	IssueDate    Date
	DueDate      Date // of its last part
	Net          decimal.Decimal
	Tax          decimal.Decimal
	Total        decimal.Decimal
	SplitPayment bool            // the customer pays the tax to the state himself, as on his contract
	PaidBefore   decimal.Decimal // of the deposit of its deal
	Grouped      bool            // it bills several tranches
	PreviousHash []byte
	Hash         []byte
	IssuedAt     time.Time
}

// InvoiceState says how an invoice stands: what is open decides, then why nothing is.
type InvoiceState string

// The states of an invoice.
const (
	InvoiceOpen       InvoiceState = "open"        // and not due yet
	InvoiceOverdue    InvoiceState = "overdue"     // of what is open, a part is past its day
	InvoicePaid       InvoiceState = "paid"        // by money, or what stood on account
	InvoiceCredited   InvoiceState = "credited"    // as a whole, by credit notes
	InvoiceWrittenOff InvoiceState = "written_off" // what was not paid of it
)

// InvoiceStates lists them.
func InvoiceStates() []InvoiceState {
	return []InvoiceState{InvoiceOpen, InvoiceOverdue, InvoicePaid, InvoiceCredited, InvoiceWrittenOff}
}

// Settled tells whether nothing is open any more.
func (s InvoiceState) Settled() bool {
	return s == InvoicePaid || s == InvoiceCredited || s == InvoiceWrittenOff
}

// SeriesElsewhere is the series of what another system issued: its numbers are that system's, and its sequence only the order in which they were noted (S061).
const SeriesElsewhere = "X"

// Elsewhere tells whether another system issued it.
func (i Invoice) Elsewhere() bool { return i.Series == SeriesElsewhere }

// SplitTax is what the customer pays to the state himself; 0 where he pays the tax to us.
func (i Invoice) SplitTax() decimal.Decimal {
	if i.SplitPayment {
		return i.Tax
	}
	return decimal.Zero
}

// ToPay is what the customer owes for it: the total, without the tax that he pays to the state himself and what his deposit covered.
func (i Invoice) ToPay() decimal.Decimal { return i.Total.Sub(i.SplitTax()).Sub(i.PaidBefore) }

// InvoiceLine is one position of an invoice.
type InvoiceLine struct {
	Position   int
	Text       string
	Net        decimal.Decimal
	TaxPercent decimal.Decimal
	TaxCode    string // why nothing is charged, one of Naturas; empty on a line with tax, and on those from before it was kept
	TaxReason  string // the same in words
	Tax        decimal.Decimal
	TrancheID  ID // that it bills; none on lines from before it was kept
}

// Payment is money that came in.
type Payment struct {
	ID         ID
	AccountID  ID
	Reference  string // of the bank; the same one twice is a mistake
	Amount     decimal.Decimal
	Currency   string
	ReceivedOn Date
	RecordedBy string
	At         time.Time
}

// DunningStep is one level of the chase of one invoice, or of one of its parts; each happens once (S091).
type DunningStep struct {
	InvoiceID ID
	Part      int // of the invoice; 1 where it is paid at once
	Level     int
	Key       string
	OnDate    Date
	State     string // written, skipped, cancelled
	Channel   string // mail, call, paper
	Fee       decimal.Decimal
	Interest  decimal.Decimal // that its letter says has run, before what of it was paid or waived
	EffectKey string
	At        time.Time
}
