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
	DueDate      Date
	Net          decimal.Decimal
	Tax          decimal.Decimal
	Total        decimal.Decimal
	PreviousHash []byte
	Hash         []byte
	IssuedAt     time.Time
}

// InvoiceLine is one position of an invoice.
type InvoiceLine struct {
	Position   int
	Text       string
	Net        decimal.Decimal
	TaxPercent decimal.Decimal
	Tax        decimal.Decimal
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

// DunningStep is one level of the chase of one invoice; each happens once (S091).
type DunningStep struct {
	InvoiceID ID
	Level     int
	Key       string
	OnDate    Date
	State     string // written, skipped, cancelled
	Fee       decimal.Decimal
	EffectKey string
	At        time.Time
}
