package api

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"leadtocash/crm"
)

// capturePage is the public form by which a customer writes to the company (S063).
type capturePage struct {
	crm.CaptureForm
	Seller   crm.LegalEntity
	Form     form
	Inputs   []input
	Stamp    string
	UTM      []formField // carried from the address into what is sent
	Received bool
}

// formField is a hidden field of a form.
type formField struct{ Name, Value string }

func pageCapture(r *request) error {
	c, err := r.store.FormActive(r.ctx(), clean(r.gin.Param("form"), 100))
	if err != nil {
		return err
	}
	f := form{values: map[string]string{}}
	for name, v := range utmOf(r.gin.Request.URL.Query()) {
		f.values[name] = v
	}
	return showCapture(r, c, f)
}

func showCapture(r *request, c crm.CaptureForm, f form) error {
	if c.Language != "" {
		r.speak(c.Language)
	}
	seller, err := r.store.LegalEntity(r.ctx())
	if err != nil {
		return err
	}
	r.framed(c)
	p := capturePage{CaptureForm: c, Seller: seller, Form: f, Stamp: r.srv.stamp(c.Key), Received: r.gin.Query("received") == "yes"}
	if old := f.Value("stamp"); old != "" { // who corrects a mistake has been here for longer
		p.Stamp = old
	}
	for _, name := range c.Fields {
		one, err := r.captureInput(f, name, c.Needs(name))
		if err != nil {
			return err
		}
		p.Inputs = append(p.Inputs, one)
	}
	for _, name := range utmNames {
		if v := f.Value(name); v != "" {
			p.UTM = append(p.UTM, formField{name, v})
		}
	}
	return r.show(f.Status(), "capture", r.say("capture.title"), p)
}

// captureInput is a field as the page of a form draws it.
func (r *request) captureInput(f form, name string, needed bool) (input, error) {
	key, opts := "import.column."+name, []string(nil)
	switch name {
	case "company":
		key, opts = "leads.company", []string{"auto=organization"}
	case "contact_name":
		key, opts = "capture.name", []string{"auto=name"}
	case "email":
		key, opts = "leads.email", []string{"type=email", "auto=email"}
	case "phone":
		key, opts = "leads.phone", []string{"type=tel", "auto=tel"}
	case "country":
		opts = []string{"auto=country", "class=w-s", "help=tax.country_help"}
	case "need":
		key, opts = "capture.need", []string{"type=textarea"}
	}
	if !needed {
		opts = append(opts, "optional")
	}
	return newInput(r.words(), f, name, key, nil, opts)
}

// formCapture keeps what the customer wrote. It tells nobody whether the person is known.
func formCapture(r *request) error {
	key := clean(r.gin.Param("form"), 100)
	if err := r.takeTry(key); err != nil {
		return err
	}
	c, err := r.store.FormActive(r.ctx(), key)
	if err != nil {
		return err
	}
	if c.Language != "" {
		r.speak(c.Language)
	}
	if err := r.fromAllowed(c); err != nil {
		return err
	}
	f, err := r.posted()
	if err != nil {
		return err
	}
	f.known(c.Fields...)
	r.needed(&f, c.Required...)
	r.checked(&f, "email", crm.CheckEmail)
	r.checked(&f, "phone", crm.CheckPhone)
	if !f.Failed() {
		err = r.keepPage(c, &f)
	}
	if err != nil {
		return err
	}
	if f.Failed() {
		return showCapture(r, c, f)
	}
	return r.SeeOther(afterForm(c))
}

// keepPage keeps what the page sent; mistakes are blamed on their fields. Who leaves the company out is called by his name.
func (r *request) keepPage(c crm.CaptureForm, f *form) error {
	shown := func(name string) string {
		if !c.Shows(name) {
			return ""
		}
		return f.Value(name)
	}
	b := formBody{
		Company: shown("company"), ContactName: shown("contact_name"), Email: shown("email"), Phone: shown("phone"), VAT: shown("vat"),
		Country: strings.ToUpper(shown("country")), Need: shown("need"), Language: r.language, Website: f.Value("website"),
		Consent:   c.ConsentText != "" && f.Value("consent") == "true",
		UTMSource: f.Value("utm_source"), UTMMedium: f.Value("utm_medium"), UTMCampaign: f.Value("utm_campaign"), UTMTerm: f.Value("utm_term"), UTMContent: f.Value("utm_content"),
	}
	for _, name := range []string{b.ContactName, b.Email, b.Phone} {
		if b.Company == "" {
			b.Company = name
		}
	}
	raw, err := json.Marshal(b)
	if err != nil {
		return err
	}
	err = r.keepForm(c, b, raw, sentForm{page: true, stamp: clean(f.Value("stamp"), 200)})
	p, ok := errors.AsType[Problem](err)
	if !ok || p.Code != string(codeValidation) {
		return err
	}
	for _, e := range p.Errors {
		if e.Pointer != nil {
			var figures []string
			for name, v := range e.Params {
				figures = append(figures, name, fmt.Sprint(v))
			}
			f.blame(strings.TrimPrefix(*e.Pointer, "/"), r.errorText(crm.Problem(e.Code, figures...)))
		}
	}
	return nil
}
