package api

import (
	"leadtocash/crm"
	"leadtocash/i18n"
	"leadtocash/store"
)

// contactPage is a person with the deals matured on him (S051).
type contactPage struct {
	store.ContactPage
	Form      form
	May       bool
	Languages []option
}

func pageContact(r *request) error {
	id, err := r.id("id")
	if err != nil {
		return err
	}
	return showContact(r, id, form{})
}

func showContact(r *request, id crm.ID, f form) error {
	c, err := r.store.ContactPage(r.ctx(), store.ScopeOf(r.user, crm.MayReadAccount), id)
	if err != nil {
		return r.merged("contact", id, err)
	}
	p := contactPage{ContactPage: c, Form: f, May: r.Can(crm.MayWriteAccount), Languages: languageOptions()}
	if !f.Failed() {
		p.Form = values("name", c.Name, "email", c.Email, "phone", c.Phone, "job", c.Job, "language", c.Language)
	}
	return r.show(f.Status(), "contact", c.Name, p)
}

func (r *request) readContact(f *form) func(*crm.Contact) {
	r.needed(f, "name")
	email, phone := r.checked(f, "email", crm.CheckEmail), r.checked(f, "phone", crm.CheckPhone)
	return func(c *crm.Contact) {
		c.Name, c.Job, c.Email, c.Phone = clean(f.Value("name"), 200), clean(f.Value("job"), 100), email, phone
		if known(f.Value("language"), i18n.Languages()) != "" {
			c.Language = f.Value("language")
		}
	}
}

func formContact(r *request) error {
	account, err := r.id("id")
	if err != nil {
		return err
	}
	f, err := r.posted()
	if err != nil {
		return err
	}
	for _, name := range []string{"name", "email", "phone"} { // the page has the company's fields of these names too
		f.values[name] = f.values["contact_"+name]
	}
	change := r.readContact(&f)
	if f.Failed() {
		return showAccount(r, account, f)
	}
	c := crm.Contact{ID: store.NewID(), AccountID: account, Status: "new", Language: r.language}
	change(&c)
	c, err = r.store.CreateContact(r.ctx(), r.Scope(), r.user.ID, c, r.doubt(f.Value("confirm")))
	if err = r.judge(&f, err); err != nil {
		return err
	}
	if f.Failed() {
		return showAccount(r, account, f)
	}
	return r.said("contact_created", "/contacts/"+string(c.ID))
}

func formContactEdit(r *request) error {
	return editForm[crm.Contact]{
		path: "/contacts/", read: (*request).readContact, show: showContact,
		write: func(r *request, t store.Target, change func(*crm.Contact) error) error {
			_, err := r.store.EditContact(r.ctx(), t, change)
			return err
		},
	}.save(r)
}
