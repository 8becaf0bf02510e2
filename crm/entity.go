package crm

import (
	"regexp"
	"slices"
	"strings"
)

// LegalEntity is one company of the group with its calendar, taxes, currency and number series (decision 10).
type LegalEntity struct {
	ID          ID
	Name        string
	Country     string
	VAT         string // with its country: IT00743110157
	TaxCode     string // Italian Codice Fiscale, where it is another number
	Regime      string // of taxation, as electronic invoices name it: one of TaxRegimes
	Address     string // in one text; written by its parts where there are any
	Street      string
	PostalCode  string
	City        string
	Province    string // two letters; of Italy only
	Email       string
	PEC         string // certified mailbox
	IBAN        string // to which customers pay
	TimeZone    string // IANA name; all dates are dates of this zone
	Currency    string
	Rounding    string // half_up, half_even
	TaxRounding string // document, line
	QuoteDays   int    // validity of a quote
	PaymentDays int    // due date of an invoice
	Invoicing   string // own: invoices are issued here; elsewhere: in another system, whose numbers are noted
	ERPFormat   string // how orders reach the ERP: webhook, ubl (S081)
}

// MaxTermDays is the longest validity of a quote, and the latest due date of an invoice.
const MaxTermDays = 365

// Where a company's invoices are issued (S061).
const (
	InvoicingOwn       = "own"
	InvoicingElsewhere = "elsewhere"
)

// Invoicings lists them.
func Invoicings() []string { return []string{InvoicingOwn, InvoicingElsewhere} }

// TaxRegimes lists the codes by which Italian invoices name the seller's taxation; RF01 is the ordinary one.
func TaxRegimes() []string {
	return []string{
		"RF01", "RF02", "RF04", "RF05", "RF06", "RF07", "RF08", "RF09", "RF10", "RF11", "RF12", "RF13", "RF14", "RF15", "RF16", "RF17", "RF18", "RF19", "RF20",
	}
}

var (
	province   = regexp.MustCompile(`^[A-Z]{2}$`)
	postalCode = regexp.MustCompile(`^[0-9]{5}$`) // of Italy
)

// Texts are what a person may change of it as a text, by name.
func (e *LegalEntity) Texts() map[string]*string {
	return map[string]*string{
		"name": &e.Name, "country": &e.Country, "vat": &e.VAT, "tax_code": &e.TaxCode, "regime": &e.Regime, "street": &e.Street, "postal_code": &e.PostalCode,
		"city": &e.City, "province": &e.Province, "email": &e.Email, "pec": &e.PEC, "iban": &e.IBAN, "invoicing": &e.Invoicing,
	}
}

// Check reads what a person wrote, brings numbers and codes into one piece and the address into one text, and tells what is wrong: required at /name, /country, /street
// and /city, and at /vat in Italy; those of CheckVAT, CheckTaxCode, CheckEmail and CheckIBAN; other_country at /vat when the number is of another country,
// invalid_province, invalid_postal_code, invalid_country, unknown_value at /regime and /invoicing, out_of_range at /quote_days and /payment_days.
func (e *LegalEntity) Check() error {
	var errs FieldErrors
	for name, s := range map[string]string{"/name": e.Name, "/country": e.Country, "/street": e.Street, "/city": e.City} {
		if s == "" {
			errs.Add(name, Problem("required"))
		}
	}
	for _, f := range []struct {
		at   string
		s    *string
		read func(string) (string, error)
	}{{"/vat", &e.VAT, CheckVAT}, {"/tax_code", &e.TaxCode, CheckTaxCode}, {"/email", &e.Email, CheckEmail}, {"/pec", &e.PEC, CheckEmail}, {"/iban", &e.IBAN, CheckIBAN}} {
		if *f.s == "" {
			continue
		}
		v, err := f.read(*f.s)
		if errs.Add(f.at, err); err == nil {
			*f.s = v
		}
	}
	if !isCountry(e.Country) {
		errs.Add("/country", Problem("invalid_country", "example", "IT"))
	}
	if e.Country == "IT" {
		errs.Add("", e.checkItalian())
	}
	if e.Regime != "" && !slices.Contains(TaxRegimes(), e.Regime) {
		errs.Add("/regime", Problem("unknown_value", "allowed", "RF01, RF02, RF04 … RF20"))
	}
	if e.Invoicing == "" {
		e.Invoicing = InvoicingOwn
	}
	if !slices.Contains(Invoicings(), e.Invoicing) {
		errs.Add("/invoicing", Problem("unknown_value", "allowed", strings.Join(Invoicings(), ", ")))
	}
	for name, days := range map[string]int{"/quote_days": e.QuoteDays, "/payment_days": e.PaymentDays} {
		if days < 0 || days > MaxTermDays {
			errs.Add(name, Problem("out_of_range", "min", "0", "max", "365"))
		}
	}
	e.Address = Address{Street: e.Street, PostalCode: e.PostalCode, City: e.City, Region: e.Province}.Text()
	return errs.Err()
}

// checkItalian asks for what an invoice of an Italian company cannot be sent without.
func (e *LegalEntity) checkItalian() error {
	var errs FieldErrors
	switch {
	case e.VAT == "":
		errs.Add("/vat", Problem("required"))
	case len(e.VAT) > 2 && e.VAT[:2] != "IT":
		errs.Add("/vat", Problem("other_country", "country", "IT"))
	}
	if !postalCode.MatchString(e.PostalCode) {
		errs.Add("/postal_code", Problem("invalid_postal_code", "example", "20121"))
	}
	if e.Province != "" && !province.MatchString(e.Province) {
		errs.Add("/province", Problem("invalid_province", "example", "MI"))
	}
	return errs.Err()
}
