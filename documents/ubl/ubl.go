// Package ubl holds the parts that UBL 2.1 documents of ours share, in the order in which the schemas want them.
package ubl

import (
	"strings"

	"github.com/shopspring/decimal"
)

// The namespaces of the parts, and what those of the documents begin with.
const (
	CAC      = "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"
	CBC      = "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2"
	Document = "urn:oasis:names:specification:ubl:schema:xsd:"
)

// ID names another document or a thing.
type ID struct {
	ID string `xml:"cbc:ID"`
}

// Ref is an ID, or nothing for an empty text.
func Ref(id string) *ID {
	if id == "" {
		return nil
	}
	return &ID{id}
}

// Text is a text, or nothing for an empty one: an element within another that is left out.
func Text(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

// Amount is a sum of money or a price.
type Amount struct {
	Currency string `xml:"currencyID,attr"`
	Value    string `xml:",chardata"`
}

// AmountOf is a sum or a price in its currency.
func AmountOf(currency, value string) Amount { return Amount{currency, value} }

// Quantity is how much of something.
type Quantity struct {
	Unit  string `xml:"unitCode,attr"`
	Value string `xml:",chardata"`
}

// QuantityOf is so many of a unit as people write it.
func QuantityOf(unit string, n decimal.Decimal) Quantity { return Quantity{Unit(unit), n.String()} }

// Party is who sells or buys.
type Party struct {
	Number  *ID      `xml:"cac:PartyIdentification"`
	Known   *string  `xml:"cac:PartyName>cbc:Name"`
	Address *Address `xml:"cac:PostalAddress"`
	VAT     *VAT     `xml:"cac:PartyTaxScheme"`
	Name    string   `xml:"cac:PartyLegalEntity>cbc:RegistrationName"`
	TaxCode string   `xml:"cac:PartyLegalEntity>cbc:CompanyID,omitempty"`
	Contact *Contact `xml:"cac:Contact"`
}

// Address is a place in its parts, or in one line.
type Address struct {
	Street     string  `xml:"cbc:StreetName,omitempty"`
	City       string  `xml:"cbc:CityName,omitempty"`
	PostalCode string  `xml:"cbc:PostalZone,omitempty"`
	Province   string  `xml:"cbc:CountrySubentity,omitempty"`
	Line       *string `xml:"cac:AddressLine>cbc:Line"`
	Country    *string `xml:"cac:Country>cbc:IdentificationCode"`
}

// VAT is a party's number.
type VAT struct {
	ID     string `xml:"cbc:CompanyID"`
	Scheme string `xml:"cac:TaxScheme>cbc:ID"`
}

// VATOf is a number, or nothing for an empty text.
func VATOf(number string) *VAT {
	if number == "" {
		return nil
	}
	return &VAT{number, "VAT"}
}

// Contact is how to reach a party.
type Contact struct {
	Email string `xml:"cbc:ElectronicMail"`
}

// ContactOf is an address, or nothing for an empty text.
func ContactOf(email string) *Contact {
	if email == "" {
		return nil
	}
	return &Contact{email}
}

// TaxTotal is the tax of a document, by rate and reason.
type TaxTotal struct {
	Amount    Amount     `xml:"cbc:TaxAmount"`
	Subtotals []Subtotal `xml:"cac:TaxSubtotal"`
}

// Subtotal is the tax of one rate, or of one reason for none.
type Subtotal struct {
	Base     Amount   `xml:"cbc:TaxableAmount"`
	Tax      Amount   `xml:"cbc:TaxAmount"`
	Category Category `xml:"cac:TaxCategory"`
}

// SubtotalOf is the tax of a category.
func SubtotalOf(base, tax Amount, c Category) Subtotal { return Subtotal{base, tax, c} }

// Category is how something is taxed (UN/CEFACT 5305).
type Category struct {
	ID      string `xml:"cbc:ID"`
	Percent string `xml:"cbc:Percent"`
	Reason  string `xml:"cbc:TaxExemptionReason,omitempty"`
	Scheme  string `xml:"cac:TaxScheme>cbc:ID"`
}

// CategoryOf is a category of VAT.
func CategoryOf(id string, percent decimal.Decimal, reason string) Category {
	return Category{ID: id, Percent: percent.String(), Reason: reason, Scheme: "VAT"}
}

// Unit is the code of a unit (UN/ECE Recommendation 20); one that is written otherwise is a piece.
func Unit(unit string) string {
	for code, words := range map[string][]string{
		"HUR": {"h", "hour", "hours", "ora", "ore", "hora", "horas", "godz"}, "DAY": {"d", "day", "days", "gg", "giorno", "giorni", "día", "días", "dzień", "dni"},
		"MON": {"month", "months", "mese", "mesi", "mes", "meses", "mies"}, "ANN": {"year", "years", "anno", "anni", "año", "años", "rok"}, "KGM": {"kg"}, "GRM": {"g"},
		"TNE": {"t"}, "MTR": {"m"}, "KMT": {"km"}, "MTK": {"m2", "m²", "mq"}, "MTQ": {"m3", "m³", "mc"}, "LTR": {"l", "lt"}, "SET": {"set"},
	} {
		for _, w := range words {
			if strings.EqualFold(w, strings.TrimSpace(unit)) {
				return code
			}
		}
	}
	return "C62"
}
