package api

import (
	"leadtocash/crm"
	"leadtocash/store"
)

// companyBody is the company's master data; what is left out stays.
type companyBody struct {
	Name        opt[string] `json:"name" doc:"max=200"`
	Country     opt[string] `json:"country" doc:"max=2;text=ISO 3166, two letters."`
	VAT         opt[string] `json:"vat" doc:"max=40;text=With its country: IT00743110157."`
	TaxCode     opt[string] `json:"tax_code" doc:"max=40;text=Codice Fiscale, where it is another number."`
	Regime      opt[string] `json:"regime" doc:"enum=tax_regime;text=Of taxation, as Italian invoices name it; RF01 is the ordinary one."`
	Street      opt[string] `json:"street" doc:"max=200"`
	PostalCode  opt[string] `json:"postal_code" doc:"max=20"`
	City        opt[string] `json:"city" doc:"max=200"`
	Province    opt[string] `json:"province" doc:"max=2;text=Two letters; in Italy."`
	Email       opt[string] `json:"email" doc:"max=254"`
	PEC         opt[string] `json:"pec" doc:"max=254;text=Certified mailbox."`
	IBAN        opt[string] `json:"iban" doc:"max=60;text=To which customers pay."`
	Invoicing   opt[string] `json:"invoicing" doc:"enum=invoicing;text=Where invoices are issued: here, or in another system, whose numbers are noted."`
	QuoteDays   opt[int]    `json:"quote_days" doc:"min=0;top=365;text=How long a quote is valid."`
	PaymentDays opt[int]    `json:"payment_days" doc:"min=0;top=365;text=Until when an invoice is to be paid, from its date."`
}

// companyRecord is the company's master data.
type companyRecord struct {
	Name, Country, VAT, TaxCode, Regime         string
	Street, PostalCode, City, Province, Address string
	Email, PEC, IBAN, Invoicing                 string
	TimeZone, Currency                          string
	QuoteDays, PaymentDays, Version             int
}

func companyView(c store.Company) companyRecord {
	return companyRecord{
		Name: c.Name, Country: c.Country, VAT: c.VAT, TaxCode: c.TaxCode, Regime: c.Regime, Street: c.Street, PostalCode: c.PostalCode, City: c.City, Province: c.Province,
		Address: c.Address, Email: c.Email, PEC: c.PEC, IBAN: c.IBAN, Invoicing: c.Invoicing, TimeZone: c.TimeZone, Currency: c.Currency, QuoteDays: c.QuoteDays, PaymentDays: c.PaymentDays, Version: c.Version,
	}
}

func getCompany(r *request) error {
	c, err := r.store.Company(r.ctx())
	if err != nil {
		return err
	}
	return r.record(companyView(c), c.Version)
}

// patchCompany changes what documents say of the company from now on (S091); those that are out keep theirs.
func patchCompany(r *request) error {
	t, err := r.settingTarget()
	if err != nil {
		return err
	}
	var b companyBody
	if err := r.decode(&b); err != nil {
		return err
	}
	c, err := r.store.EditCompany(r.ctx(), t, b.apply)
	if err != nil {
		return err
	}
	return r.record(companyView(c), c.Version)
}

// apply cleans what the body has and puts it in; crm.LegalEntity.Check judges it.
func (b companyBody) apply(e *crm.LegalEntity) error {
	var c check
	texts := e.Texts()
	for name, f := range map[string]struct {
		given opt[string]
		most  int
	}{
		"name": {b.Name, maxName}, "country": {b.Country, 2}, "vat": {b.VAT, 40}, "tax_code": {b.TaxCode, 40}, "regime": {b.Regime, 4}, "street": {b.Street, maxName},
		"postal_code": {b.PostalCode, 20}, "city": {b.City, maxName}, "province": {b.Province, 2}, "email": {b.Email, 254}, "pec": {b.PEC, 254}, "iban": {b.IBAN, 60}, "invoicing": {b.Invoicing, 20},
	} {
		if f.given.Set {
			*texts[name] = f.given.Value
			c.line("/"+name, texts[name], f.most)
		}
	}
	set(b.QuoteDays, &e.QuoteDays)
	set(b.PaymentDays, &e.PaymentDays)
	return c.err()
}

// companyRoutes is the table of the company's master data.
func companyRoutes() []route {
	return []route{
		{method: get, path: "/api/v1/company", need: crm.MayReadSettings, do: getCompany},
		{method: patch, path: "/api/v1/company", need: crm.MayWriteSettings, do: patchCompany},
		{method: get, path: "/settings/company", need: crm.MayReadSettings, do: pageCompany, page: true},
		{method: post, path: "/settings/company", need: crm.MayWriteSettings, do: formCompany, page: true},
	}
}
