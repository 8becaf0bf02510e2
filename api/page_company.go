package api

import (
	"strconv"

	"leadtocash/crm"
	"leadtocash/store"
)

// companyPage is where the company's master data are kept.
type companyPage struct {
	settingPage
	Company store.Company
	Regimes []option
	Wheres  []option // where invoices are issued
}

func pageCompany(r *request) error { return showCompany(r, form{}) }

func showCompany(r *request, f form) error {
	c, err := r.store.Company(r.ctx())
	if err != nil {
		return err
	}
	if !f.Failed() {
		f.values = map[string]string{"quote_days": strconv.Itoa(c.QuoteDays), "payment_days": strconv.Itoa(c.PaymentDays)}
		for name, s := range c.Texts() {
			f.values[name] = *s
		}
	}
	page, err := r.settingPage(store.SettingCompany, c.Version, f, func(name string) string { return r.say("company." + name) })
	if err != nil {
		return err
	}
	p := companyPage{settingPage: page, Company: c, Regimes: []option{{"", r.say("form.choose")}}}
	for _, code := range crm.TaxRegimes() {
		p.Regimes = append(p.Regimes, option{code, code})
	}
	p.Wheres = enumOptions(r, "", "invoicing", crm.Invoicings())
	return r.show(f.Status(), "company", r.say("company.title"), p)
}

// formCompany saves them.
func formCompany(r *request) error {
	f, err := r.posted()
	if err != nil {
		return err
	}
	quote, payment := r.whole(&f, "quote_days", 0, crm.MaxTermDays), r.whole(&f, "payment_days", 0, crm.MaxTermDays)
	return r.saveSetting(f, "/settings/company", func(t store.Target) error {
		_, err := r.store.EditCompany(r.ctx(), t, func(e *crm.LegalEntity) error {
			for name, s := range e.Texts() {
				*s = clean(f.Value(name), maxName)
			}
			e.QuoteDays, e.PaymentDays = quote, payment
			return nil
		})
		return err
	}, func(f form) error { return showCompany(r, f) })
}
