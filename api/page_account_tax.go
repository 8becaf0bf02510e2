package api

import (
	"strconv"

	"leadtocash/crm"
	"leadtocash/store"
)

// accountTaxPage is where is said how a customer is charged.
type accountTaxPage struct {
	crm.AccountTax
	Name    string
	Classes []option
	Class   string // the one he has, in words
	May     bool
	Form    form
}

func pageAccountTax(r *request) error {
	id, err := r.id("id")
	if err != nil {
		return err
	}
	return showAccountTax(r, id, form{})
}

func showAccountTax(r *request, id crm.ID, f form) error {
	sc := store.ScopeOf(r.user, crm.MayReadAccount)
	a, err := store.Accounts.Record(r.ctx(), r.store, sc, id)
	if err != nil {
		return err
	}
	tax, err := r.store.AccountTax(r.ctx(), sc, id)
	if err != nil {
		return err
	}
	classes, err := r.store.TaxClasses(r.ctx())
	if err != nil {
		return err
	}
	p := accountTaxPage{AccountTax: tax, Name: a.Name, May: r.Can(crm.MayWriteAccount), Form: f}
	p.Classes = append([]option{{"", r.say("tax.of_products")}}, r.taxOptions(classes, tax.TaxClassID)...)
	for _, o := range p.Classes {
		if o.Value == string(tax.TaxClassID) {
			p.Class = o.Label
		}
	}
	if !f.Failed() {
		p.Form = values("tax_class_id", string(tax.TaxClassID), "split_payment", yes(tax.SplitPayment), "payment_terms", string(tax.PaymentTerms))
	}
	return r.show(p.Form.Status(), "account_tax", r.say("tax.case"), p)
}

func formAccountTax(r *request) error {
	id, f, err := r.postedTo()
	if err != nil {
		return err
	}
	f.known("tax_class_id", "split_payment", "payment_terms")
	version, _ := strconv.Atoi(f.Value("version"))
	if text := f.Value("tax_class_id"); text != "" && optionalID(text) == "" {
		f.blame("tax_class_id", r.errorText(crm.Problem("unknown_record")))
	}
	terms, err := crm.ParsePaymentTerms(f.Value("payment_terms"))
	if err != nil {
		f.blame("payment_terms", r.errorText(err))
	}
	if !f.Failed() {
		_, err = r.store.SetAccountTax(r.ctx(), store.Target{Scope: r.Scope(), Actor: r.user.ID, ID: id, Version: version}, optionalID(f.Value("tax_class_id")), f.Value("split_payment") == "true", terms)
		if err = r.judge(&f, err); err != nil {
			return err
		}
	}
	if f.Failed() {
		return showAccountTax(r, id, f)
	}
	return r.said("saved", "/accounts/"+string(id)+"/tax")
}

// formRounding says how documents are rounded from now on.
func formRounding(r *request) error {
	f, err := r.posted()
	if err != nil {
		return err
	}
	for name, allowed := range map[string][]string{"rounding": roundings(), "tax_rounding": taxRoundings()} {
		if known(f.Value(name), allowed) == "" {
			f.blame(name, r.errorText(crm.Problem("unknown_value", "allowed", allowed[0]+", "+allowed[1])))
		}
	}
	if f.Failed() {
		return showTaxes(r, f)
	}
	if _, err = r.store.SetRounding(r.ctx(), r.user.ID, crm.Rounding(f.Value("rounding")), f.Value("tax_rounding") == "line"); err != nil {
		return err
	}
	return r.said("saved", "/settings/taxes")
}

// roundingOptions are the ways of rounding, in words.
func (r *request) roundingOptions(prefix string, all []string) (out []option) {
	for _, v := range all {
		out = append(out, option{v, r.say(prefix + v)})
	}
	return out
}

// naturaOptions are the codes by which electronic invoices say why nothing is charged.
func (r *request) naturaOptions() []option {
	out := []option{{"", r.say("form.none")}}
	for _, code := range crm.Naturas() {
		out = append(out, option{code, code})
	}
	return out
}
