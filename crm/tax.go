package crm

import (
	"slices"
	"strings"

	"github.com/shopspring/decimal"
)

// TaxClass is what a product or a free-text line is taxed with. A line keeps the rate and the reason with which it was written.
type TaxClass struct {
	ID        ID
	Name      string
	Percent   decimal.Decimal
	Exemption string // why nothing is charged; of a rate of 0, and of no other
	Code      string // the reason as electronic invoices name it, one of Naturas; of a rate of 0 only
	Country   string // for whose rates it is, ISO 3166; empty: not said
	IsDefault bool   // of new products and free text; one class is
	Active    bool   // may be chosen
	Version   int
}

// Check tells what is wrong with a class: required at /exemption without a reason for a rate of 0, exemption_with_rate there when
// something is charged, invalid_country, and default_needed at /active when the default is switched off.
func (c TaxClass) Check() error {
	var errs FieldErrors
	switch {
	case c.Percent.IsZero() && c.Exemption == "":
		errs.Add("/exemption", Problem("required"))
	case !c.Percent.IsZero() && c.Exemption != "":
		errs.Add("/exemption", Problem("exemption_with_rate"))
	}
	switch {
	case c.Code == "":
	case !slices.Contains(Naturas(), c.Code):
		errs.Add("/code", Problem("unknown_value", "allowed", "N1, N2.1, N2.2, N3.1 … N3.6, N4, N5, N6.1 … N6.9, N7"))
	case !c.Percent.IsZero():
		errs.Add("/code", Problem("exemption_with_rate"))
	}
	if !isCountry(c.Country) {
		errs.Add("/country", Problem("invalid_country", "example", "IT"))
	}
	if c.IsDefault && !c.Active {
		errs.Add("/active", Problem("default_needed"))
	}
	return errs.Err()
}

// TaxClasses are all classes.
type TaxClasses []TaxClass

// Default is the class of new products and free text.
func (t TaxClasses) Default() TaxClass {
	i := slices.IndexFunc(t, func(c TaxClass) bool { return c.IsDefault })
	if i < 0 {
		return TaxClass{}
	}
	return t[i]
}

// By finds a class.
func (t TaxClasses) By(id ID) (TaxClass, bool) {
	i := slices.IndexFunc(t, func(c TaxClass) bool { return c.ID == id })
	if i < 0 || id == "" {
		return TaxClass{}, false
	}
	return t[i], true
}

// OfRate is the class meant by a rate alone: the default if it has it, else the only active one that has; none when several have, or none.
func (t TaxClasses) OfRate(percent decimal.Decimal) (found TaxClass) {
	for _, c := range t {
		switch {
		case !c.Active || !c.Percent.Equal(percent):
		case c.IsDefault:
			return c
		case found.ID != "":
			return TaxClass{}
		default:
			found = c
		}
	}
	return found
}

// Naturas lists the codes by which Italian invoices say why nothing is charged (natura, specification 1.9 of the FatturaPA): N1 excluded, N2 not subject,
// N3 not taxable, N4 exempt, N5 margin scheme, N6 reverse charge, N7 taxed in another country of the Union.
func Naturas() []string {
	return []string{
		"N1", "N2.1", "N2.2", "N3.1", "N3.2", "N3.3", "N3.4", "N3.5", "N3.6", "N4", "N5",
		"N6.1", "N6.2", "N6.3", "N6.4", "N6.5", "N6.6", "N6.7", "N6.8", "N6.9", "N7",
	}
}

// ReverseCharge tells whether the customer accounts for the tax himself (inversione contabile).
func (c TaxClass) ReverseCharge() bool { return strings.HasPrefix(c.Code, "N6") }

// AccountTax is how a customer is charged; without one, by each product's class.
type AccountTax struct {
	AccountID    ID
	TaxClassID   ID           // of all his lines
	SplitPayment bool         // he pays the tax to the state himself (scissione dei pagamenti)
	PaymentTerms PaymentTerms // of contracts made from now on whose orders say nothing else; empty: so many days
	Version      int
}
