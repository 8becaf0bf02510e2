package crm

// LegalEntity is one company of the group with its calendar, taxes, currency and number series (decision 10).
type LegalEntity struct {
	ID          ID
	Name        string
	Country     string
	VAT         string
	Address     string
	Email       string
	TimeZone    string // IANA name; all dates are dates of this zone
	Currency    string
	Rounding    string // half_up, half_even
	TaxRounding string // document, line
	QuoteDays   int    // validity of a quote
	PaymentDays int    // due date of an invoice
}
