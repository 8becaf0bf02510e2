package crm

import (
	"slices"

	"github.com/shopspring/decimal"
)

// TaxClass is what a product or a free-text line is taxed with. A line keeps the rate and the reason with which it was written.
type TaxClass struct {
	ID        ID
	Name      string
	Percent   decimal.Decimal
	Exemption string // why nothing is charged; of a rate of 0, and of no other
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
