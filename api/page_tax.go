package api

import (
	"strings"

	"leadtocash/crm"
	"leadtocash/store"
)

// taxesPage is where sales operations set what may be charged.
type taxesPage struct {
	settingPage
	Rows                  []taxRow
	Codes                 []option // by which invoices say why nothing is charged
	Roundings, TaxRounded []option
	Entity                crm.LegalEntity // how it rounds now
}

// taxRow is a class with how many products have it.
type taxRow struct {
	crm.TaxClass
	Products int
}

func pageTaxes(r *request) error { return showTaxes(r, values("active", "true")) }

func showTaxes(r *request, f form) error {
	classes, err := r.store.TaxClasses(r.ctx())
	if err != nil {
		return err
	}
	used, err := r.store.ProductsByClass(r.ctx())
	if err != nil {
		return err
	}
	p := taxesPage{}
	if p.settingPage, err = r.settingPage(store.SettingTaxes, 0, f, func(name string) string { return name }); err != nil {
		return err
	}
	if p.Entity, err = r.store.LegalEntity(r.ctx()); err != nil {
		return err
	}
	p.Codes, p.Roundings, p.TaxRounded = r.naturaOptions(), r.roundingOptions("rounding.", roundings()), r.roundingOptions("rounding.per_", taxRoundings())
	for _, c := range classes {
		p.Rows = append(p.Rows, taxRow{c, used[c.ID]})
	}
	return r.show(f.Status(), "taxes", r.say("tax.title"), p)
}

type taxPage struct {
	taxRow
	Tabs  []settingTab
	May   bool
	Codes []option
	Form  form
}

func pageTax(r *request) error {
	id, err := r.id("id")
	if err != nil {
		return err
	}
	return showTax(r, id, form{})
}

func showTax(r *request, id crm.ID, f form) error {
	c, err := store.TaxClasses.Record(r.ctx(), r.store, r.Scope(), id)
	if err != nil {
		return err
	}
	used, err := r.store.ProductsByClass(r.ctx())
	if err != nil {
		return err
	}
	p := taxPage{taxRow: taxRow{c, used[id]}, Tabs: r.settingTabs(), May: r.Can(crm.MayWriteSettings), Codes: r.naturaOptions(), Form: f}
	if !f.Failed() {
		p.Form = values("name", c.Name, "percent", plainNumber(r.words(), c.Percent), "exemption", c.Exemption, "code", c.Code, "country", c.Country,
			"is_default", yes(c.IsDefault), "active", yes(c.Active))
	}
	return r.show(f.Status(), "tax", c.Name, p)
}

// readTax checks the form of a class and gives the change that it asks for.
func (r *request) readTax(f *form) func(*crm.TaxClass) {
	r.needed(f, "name", "percent")
	percent := r.percent(f, "percent")
	f.known("is_default", "active", "exemption", "country")
	return func(c *crm.TaxClass) {
		c.Name, c.Percent, c.Exemption = clean(f.Value("name"), maxName), percent, clean(f.Value("exemption"), maxName)
		if f.Sent("code") {
			c.Code = clean(f.Value("code"), 10)
		}
		c.Country = strings.ToUpper(f.Value("country"))
		c.IsDefault, c.Active = f.Value("is_default") == "true", f.Value("active") == "true"
	}
}

// known lets mistakes be shown beside fields that a browser leaves out when they are empty.
func (f *form) known(names ...string) {
	for _, n := range names {
		if _, sent := f.values[n]; !sent {
			f.values[n] = ""
		}
	}
}

func formTax(r *request) error {
	f, err := r.posted()
	if err != nil {
		return err
	}
	c := crm.TaxClass{ID: store.NewID()}
	r.readTax(&f)(&c)
	if !f.Failed() {
		_, err = r.store.CreateTaxClass(r.ctx(), r.user.ID, c)
		if err = r.judge(&f, taken(r, &f, err, "name")); err != nil {
			return err
		}
	}
	if f.Failed() {
		return showTaxes(r, f)
	}
	return r.said("saved", "/settings/taxes")
}

func formTaxEdit(r *request) error {
	return editForm[crm.TaxClass]{
		path: "/settings/taxes/", unique: "name", read: (*request).readTax, show: showTax,
		write: func(r *request, t store.Target, change func(*crm.TaxClass) error) error {
			_, err := r.store.EditTaxClass(r.ctx(), t, change)
			return err
		},
	}.save(r)
}

// taxOptions are the classes from which a page lets choose; one that is out of use stands there only when it is the present one.
func (r *request) taxOptions(classes crm.TaxClasses, now crm.ID) (out []option) {
	for _, c := range classes {
		if c.Active || c.ID == now {
			out = append(out, option{string(c.ID), r.words().Percent(c.Percent) + " · " + c.Name})
		}
	}
	return out
}

// taxChoice is what a select of classes shows for a value that has a class, or has a rate alone: then an empty choice keeps the rate.
func (r *request) taxChoice(classes crm.TaxClasses, id crm.ID, rate string) []option {
	out := r.taxOptions(classes, id)
	if id == "" {
		out = append([]option{{"", rate}}, out...)
	}
	return out
}

// chosenTax reads the class that was chosen; nothing chosen keeps what was there.
func (r *request) chosenTax(f *form, name string, classes crm.TaxClasses) (crm.TaxClass, bool) {
	id := optionalID(f.Value(name))
	if id == "" {
		return crm.TaxClass{}, false
	}
	c, ok := classes.By(id)
	if !ok {
		f.blame(name, r.errorText(crm.Problem("unknown_record")))
	}
	return c, ok
}
