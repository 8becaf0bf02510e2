package api

import (
	"leadtocash/crm"
	"leadtocash/store"
)

// captureFormBody is a public form as it is made or patched.
type captureFormBody struct {
	Key         opt[string]   `json:"key" doc:"max=60;text=In the form's address: small letters, digits and hyphens. It cannot be changed later."`
	Name        opt[string]   `json:"name" doc:"max=200"`
	Source      opt[string]   `json:"source" doc:"max=200;text=Of its leads."`
	Campaign    opt[string]   `json:"campaign" doc:"max=200"`
	Fields      opt[[]string] `json:"fields" doc:"text=What the page asks for, in this order: company, contact_name, email, phone, vat, country, need. E-mail or phone is among them."`
	Required    opt[[]string] `json:"required" doc:"text=Those of the fields that may not stay empty."`
	Language    opt[string]   `json:"language" doc:"text=Of the page: en, it, es or pl; empty: the visitor's."`
	Thanks      opt[string]   `json:"thanks" doc:"max=2000;text=Shown after sending; empty: the product's own words."`
	Redirect    opt[string]   `json:"redirect" doc:"max=500;text=Where the visitor goes after sending: a path, or an address of one of the origins."`
	Origins     opt[[]string] `json:"origins" doc:"text=Sites that may show the form in a frame or send it, such as https://shop.example. * is every site; none is nobody."`
	ConsentText opt[string]   `json:"consent_text" doc:"max=2000;text=What the visitor agrees to by a box; each change is a new version. Empty: no box."`
	MinSeconds  opt[int]      `json:"min_seconds" doc:"min=0;top=60;text=Who fills the page in faster is taken for a machine."`
	Active      opt[bool]     `json:"active" doc:"text=One that is not does not exist for visitors."`
}

func (b captureFormBody) apply(f *crm.CaptureForm) error {
	if b.Key.Set && f.Version > 0 && b.Key.Value != f.Key {
		return refusal(codeValidation, invalid("/key", "read_only", nil))
	}
	set(b.Key, &f.Key)
	set(b.Name, &f.Name)
	set(b.Source, &f.Source)
	set(b.Campaign, &f.Campaign)
	set(b.Fields, &f.Fields)
	set(b.Required, &f.Required)
	set(b.Language, &f.Language)
	set(b.Thanks, &f.Thanks)
	set(b.Redirect, &f.Redirect)
	set(b.Origins, &f.Origins)
	set(b.ConsentText, &f.ConsentText)
	set(b.MinSeconds, &f.MinSeconds)
	set(b.Active, &f.Active)
	return f.Check()
}

// newForm is what a form is unless it is said otherwise.
func newForm() crm.CaptureForm {
	return crm.CaptureForm{
		Active: true, MinSeconds: 2, Source: "website",
		Fields: []string{"company", "contact_name", "email", "phone", "need"}, Required: []string{"company", "email", "need"},
	}
}

func postCaptureForm(r *request) error {
	var b captureFormBody
	if err := r.decode(&b); err != nil {
		return err
	}
	f := newForm()
	if err := b.apply(&f); err != nil {
		return err
	}
	return create(r, "/api/v1/forms/", store.CaptureForms, func(id crm.ID) (crm.CaptureForm, error) {
		f.ID = id
		return r.store.CreateForm(r.ctx(), r.user.ID, f)
	})
}

func patchCaptureForm(r *request) error {
	t, err := r.target()
	if err != nil {
		return err
	}
	var b captureFormBody
	if err := r.decodePatch(&b); err != nil {
		return err
	}
	f, err := r.store.EditForm(r.ctx(), t, b.apply)
	if err != nil {
		return err
	}
	return r.record(f, f.Version)
}
