package api

import (
	"errors"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"leadtocash/crm"
	"leadtocash/store"
)

// captureFormsPage is where sales operations make the forms through which leads come in (S063).
type captureFormsPage struct {
	settingPage
	Rows      []store.CaptureFormRow
	Choices   []formFieldChoice
	Languages []option
	Held      int
}

// formFieldChoice is a field that a form may ask for, with what was ticked.
type formFieldChoice struct {
	Name, Label string
	Show, Need  bool
}

func pageCaptureForms(r *request) error { return showCaptureForms(r, r.formValues(newForm())) }

func showCaptureForms(r *request, f form) error {
	rows, err := r.store.CaptureFormRows(r.ctx())
	if err != nil {
		return err
	}
	p := captureFormsPage{Rows: rows, Choices: r.fieldChoices(f), Languages: r.formLanguages()}
	for _, row := range rows {
		p.Held += row.Held
	}
	if p.settingPage, err = r.settingPage(store.SettingForms, 0, f, func(name string) string { return name }); err != nil {
		return err
	}
	return r.show(f.Status(), "forms", r.say("forms.title"), p)
}

// formLanguages are the languages in which a form can stand.
func (r *request) formLanguages() []option {
	out := []option{{"", r.say("forms.visitors_language")}}
	for _, l := range []string{"en", "it", "es", "pl"} {
		out = append(out, option{l, r.say("language." + l)})
	}
	return out
}

func (r *request) fieldChoices(f form) (out []formFieldChoice) {
	for _, name := range crm.FormFields() {
		out = append(out, formFieldChoice{name, r.columnName(leadFile, name), f.Value("show."+name) == "true", f.Value("need."+name) == "true"})
	}
	return out
}

// formValues are the values of the page's form.
func (r *request) formValues(c crm.CaptureForm) form {
	f := values("key", c.Key, "name", c.Name, "source", c.Source, "campaign", c.Campaign, "language", c.Language, "thanks", c.Thanks, "redirect", c.Redirect,
		"origins", strings.Join(c.Origins, "\n"), "consent_text", c.ConsentText, "min_seconds", strconv.Itoa(c.MinSeconds), "active", yes(c.Active))
	for _, name := range crm.FormFields() {
		f.values["show."+name], f.values["need."+name] = yes(c.Shows(name)), yes(c.Needs(name))
	}
	return f
}

// readCaptureForm gives the change that the page's form asks for; the fields keep the order that they had.
func (r *request) readCaptureForm(f *form) func(*crm.CaptureForm) {
	f.known("key", "name", "source", "campaign", "language", "thanks", "redirect", "origins", "consent_text", "min_seconds", "fields", "active")
	seconds, err := strconv.Atoi(f.Value("min_seconds"))
	if err != nil {
		f.blame("min_seconds", r.errorText(crm.Problem("not_an_integer")))
	}
	return func(c *crm.CaptureForm) {
		c.Name, c.Source, c.Campaign, c.Language = f.Value("name"), f.Value("source"), f.Value("campaign"), f.Value("language")
		c.Thanks, c.Redirect, c.ConsentText, c.MinSeconds = f.Value("thanks"), f.Value("redirect"), f.Value("consent_text"), seconds
		c.Active, c.Origins = f.Value("active") == "true", strings.Fields(f.Value("origins"))
		var fields, required []string
		for _, name := range append(c.Fields, crm.FormFields()...) {
			if f.Value("show."+name) == "true" && !slices.Contains(fields, name) {
				fields = append(fields, name)
				if f.Value("need."+name) == "true" {
					required = append(required, name)
				}
			}
		}
		c.Fields, c.Required = fields, required
	}
}

// judgeForm puts what is wrong with a form beside its fields; a list has one field on the page.
func (r *request) judgeForm(f *form, err error) error {
	if wrong, ok := errors.AsType[crm.FieldErrors](err); ok {
		for i, e := range wrong {
			parts := strings.Split(strings.TrimPrefix(e.Pointer, "/"), "/")
			wrong[i].Pointer = "/" + parts[0]
		}
		err = wrong
	}
	return r.judge(f, taken(r, f, err, "key"))
}

func formCaptureForms(r *request) error {
	f, err := r.posted()
	if err != nil {
		return err
	}
	c := crm.CaptureForm{ID: store.NewID()}
	r.readCaptureForm(&f)(&c)
	c.Key = f.Value("key")
	if !f.Failed() {
		_, err = r.store.CreateForm(r.ctx(), r.user.ID, c)
		if err = r.judgeForm(&f, err); err != nil {
			return err
		}
	}
	if f.Failed() {
		return showCaptureForms(r, f)
	}
	return r.said("saved", "/settings/forms/"+string(c.ID))
}

// captureFormPage is one form: what it asks, who may show it, and what another site needs to do so.
type captureFormPage struct {
	crm.CaptureForm
	Tabs      []settingTab
	May       bool
	Form      form
	Choices   []formFieldChoice
	Languages []option
	Consents  []store.FormConsent
	Address   string
	Frame     string // to be copied into a page of another site
	Plain     string
}

func pageCaptureForm(r *request) error {
	id, err := r.id("id")
	if err != nil {
		return err
	}
	return showCaptureForm(r, id, form{})
}

func showCaptureForm(r *request, id crm.ID, f form) error {
	c, err := store.CaptureForms.Record(r.ctx(), r.store, r.Scope(), id)
	if err != nil {
		return err
	}
	p := captureFormPage{CaptureForm: c, Tabs: r.settingTabs(), May: r.Can(crm.MayWriteSettings), Form: f, Languages: r.formLanguages()}
	if !f.Failed() {
		p.Form = r.formValues(c)
	}
	p.Choices = r.fieldChoices(p.Form)
	if p.Consents, err = r.store.FormConsents(r.ctx(), c); err != nil {
		return err
	}
	origin := r.ownOrigin()
	p.Address = origin + "/f/" + url.PathEscape(c.Key)
	p.Frame = `<iframe src="` + p.Address + `" title="` + strings.NewReplacer(`"`, "&quot;", "<", "&lt;", "&", "&amp;").Replace(c.Name) + `" width="100%" height="720" loading="lazy"></iframe>`
	p.Plain = plainForm(origin+"/public/v1/forms/"+url.PathEscape(c.Key)+"/leads", c)
	return r.show(f.Status(), "form", c.Name, p)
}

// ownOrigin is where the person sees this product.
func (r *request) ownOrigin() string {
	if r.gin.Request.TLS == nil && !r.srv.SecureCookies {
		return "http://" + r.gin.Request.Host
	}
	return "https://" + r.gin.Request.Host
}

// plainForm is the form as HTML without script. The field that people do not see stays in.
func plainForm(action string, c crm.CaptureForm) string {
	var b strings.Builder
	b.WriteString(`<form method="post" action="` + action + "\">\n")
	for _, name := range c.Fields {
		kind, needed := "text", ""
		switch name {
		case "email":
			kind = "email"
		case "phone":
			kind = "tel"
		}
		if c.Needs(name) || name == "company" {
			needed = " required"
		}
		if name == "need" {
			b.WriteString("  <label>need <textarea name=\"need\"" + needed + "></textarea></label>\n")
			continue
		}
		b.WriteString("  <label>" + name + ` <input type="` + kind + `" name="` + name + `"` + needed + "></label>\n")
	}
	if c.ConsentText != "" {
		b.WriteString("  <label><input type=\"checkbox\" name=\"consent\" value=\"true\"> …</label>\n")
	}
	b.WriteString("  <input name=\"website\" tabindex=\"-1\" autocomplete=\"off\" hidden>\n  <button>OK</button>\n</form>")
	return b.String()
}
