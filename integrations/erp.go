package integrations

import (
	"context"

	"github.com/shopspring/decimal"

	"leadtocash/crm"
)

// ERPFormat is how orders reach an ERP.
type ERPFormat string

// The adapters behind the port.
const (
	ERPWebhook ERPFormat = "webhook" // signed JSON
	ERPUBL     ERPFormat = "ubl"     // UBL Order 2.1
)

// ERPFormats lists the adapters.
func ERPFormats() []ERPFormat { return []ERPFormat{ERPWebhook, ERPUBL} }

// ERPOrder is a sales order as the ERP takes it. Amounts are exact decimals; the lines' nets add up to Total, Total and the taxes to Payable.
type ERPOrder struct {
	Number       string          `json:"number"`
	Contract     string          `json:"contract"`
	Seller       ERPParty        `json:"seller"`
	Customer     ERPParty        `json:"customer"`
	Currency     string          `json:"currency"`
	Lines        []ERPLine       `json:"lines"`
	Total        decimal.Decimal `json:"total"` // without tax
	Taxes        []ERPTax        `json:"taxes"`
	Tax          decimal.Decimal `json:"tax"`
	WithTax      decimal.Decimal `json:"total_with_tax"`
	Payable      decimal.Decimal `json:"payable"` // without the tax where the customer pays that to the state himself
	PaymentDays  int             `json:"payment_days"`
	Terms        []ERPTerm       `json:"terms"`
	OrderedOn    crm.Date        `json:"ordered_on"`
	DeliveryDate crm.Date        `json:"delivery_date"`
	DeliverTo    string          `json:"deliver_to"`
}

// ERPParty is who sells or who ordered.
type ERPParty struct {
	Name    string `json:"name"`
	VAT     string `json:"vat"`
	TaxCode string `json:"tax_code,omitempty"` // Italian Codice Fiscale
	Country string `json:"country"`
	Address string `json:"address"`
	Email   string `json:"email,omitempty"`
}

// ERPLine is one position of the order.
type ERPLine struct {
	SKU        string          `json:"sku"` // empty: free text
	Name       string          `json:"name"`
	Unit       string          `json:"unit"`
	Quantity   decimal.Decimal `json:"quantity"`
	UnitPrice  decimal.Decimal `json:"unit_price"`
	Discount   decimal.Decimal `json:"discount"` // in money: the line's own and its part of the order's
	Net        decimal.Decimal `json:"net"`      // after discounts
	TaxPercent decimal.Decimal `json:"tax_percent"`
	Exemption  string          `json:"exemption,omitempty"` // why nothing is charged
}

// ERPTax is the tax of one rate.
type ERPTax struct {
	Percent   decimal.Decimal `json:"percent"`
	Base      decimal.Decimal `json:"base"`
	Tax       decimal.Decimal `json:"tax"`
	Exemption string          `json:"exemption,omitempty"`
}

// ERPTerm is a part of the bill (S060).
type ERPTerm struct {
	Kind    crm.TrancheKind `json:"kind"`
	Percent decimal.Decimal `json:"percent"`
}

// ERP takes sales orders, one for each key (R6), and takes them back. Failures are of type *Failure.
type ERP interface {
	// CreateOrder hands the order over and gives the ERP's own reference. The same key again gives the same reference. After an Unknown
	// outcome the sender asks FindOrder before it sends again.
	CreateOrder(ctx context.Context, key string, order ERPOrder) (ref string, err error)
	// FindOrder asks for the order of the key.
	FindOrder(ctx context.Context, key string) (ref string, found bool, err error)
	// CancelOrder takes the order of a key back; one that is cancelled already is found so, and one that never came is not found. An order that
	// the ERP will not let go is Permanent.
	CancelOrder(ctx context.Context, order, reason string) (found bool, err error)
}
