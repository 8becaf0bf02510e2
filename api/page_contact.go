package api

import (
	"strings"

	"leadtocash/crm"
	"leadtocash/i18n"
	"leadtocash/store"
)

// contactPage is a person with the deals matured on him (S051).
type contactPage struct {
	store.ContactPage
	Currency  string
	Tiles     []tile
	Pipeline  chart
	Form      form
	Inputs    []ownInput
	Texts     []ownText
	May       bool
	Languages []option
	Roles     []option
	Source    string // of the consent, in words
	List      func(what string) string
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
	own, err := r.own("contact")
	if err != nil {
		return err
	}
	p := contactPage{
		ContactPage: c, Currency: string(own.currency), Form: f, May: r.Can(crm.MayWriteAccount), Languages: languageOptions(), Inputs: own.inputs(r, f, c.Custom),
		Texts: own.texts(r, c.Custom, !r.Can(crm.MayWriteAccount)), Roles: enumOptions(r, r.say("contact.no_role"), "contact_role", crm.ContactRoles()),
		Source: r.sourceName(c.ConsentSource), List: func(what string) string { return address360("contact", id, what) },
	}
	p.Tiles = r.contactTiles(c, p.Currency)
	if p.Pipeline, err = r.pipelineChart("contact", id, c.Stages, p.Currency); err != nil {
		return err
	}
	if !f.Failed() {
		p.Form = values("name", c.Name, "company", c.Account, "email", c.Email, "phone", c.Phone, "other_emails", strings.Join(c.OtherEmails, "\n"),
			"other_phones", strings.Join(c.OtherPhones, "\n"), "job", c.Job, "role", c.Role, "language", c.Language, "consent", yes(c.Consent), "consent_source", p.Source)
	}
	return r.show(f.Status(), "contact", c.Name, p)
}

func (r *request) contactTiles(c store.ContactPage, currency string) []tile {
	n := func(v int) string { return r.words().Number(number(v), i18n.AsGiven) }
	return []tile{
		{r.say("account.deals"), n(c.Figures.OpenDeals) + " · " + r.words().Money(c.Figures.Sum, crm.Currency(currency)), address360("contact", c.ID, "deals", "state", "open")},
		{r.say("account.won"), n(c.Figures.WonDeals) + " · " + r.words().Money(c.Figures.Won, crm.Currency(currency)), address360("contact", c.ID, "deals", "state", "won")},
		{r.say("account.activities_all"), n(c.Figures.Activities), address360("contact", c.ID, "activities")},
	}
}

// sourceName says where a consent comes from: a person's name, or what was written.
func (r *request) sourceName(source string) string {
	if id, ok := strings.CutPrefix(source, "user:"); ok {
		return r.personName(id)
	}
	return source
}

// readContact checks the form of a person and gives the change that it asks for.
func (r *request) readContact(f *form) func(*crm.Contact) {
	r.needed(f, "name")
	email, phone := r.checked(f, "email", crm.CheckEmail), r.checked(f, "phone", crm.CheckPhone)
	emails, phones := r.lines(f, "other_emails", crm.CheckEmail), r.lines(f, "other_phones", crm.CheckPhone)
	company := r.companyNamed(f, "company")
	custom := r.readOwn(f, "contact")
	_, whole := f.values["other_emails"]
	return func(c *crm.Contact) {
		c.Name, c.Job, c.Email, c.Phone = clean(f.Value("name"), 200), clean(f.Value("job"), 100), email, phone
		c.Role = known(f.Value("role"), crm.ContactRoles())
		if company != "" {
			c.AccountID = company
		}
		if whole { // the short form of a company's page has none of these
			c.OtherEmails, c.OtherPhones = emails, phones
			agrees := f.Value("consent") == "true"
			if source := clean(f.Value("consent_source"), 200); source != r.sourceName(c.ConsentSource) {
				c.ConsentSource = source
			} else if agrees != c.Consent {
				c.ConsentSource = ""
			}
			c.Consent = agrees
		}
		if known(f.Value("language"), i18n.Languages()) != "" {
			c.Language = f.Value("language")
		}
		custom(&c.Custom)
	}
}

// lines reads a list that was typed one a line.
func (r *request) lines(f *form, name string, check func(string) (string, error)) []string {
	out := []string{}
	for line := range strings.Lines(f.Value(name)) {
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		v, err := check(line)
		if err != nil {
			f.blame(name, r.errorText(err))
		}
		out = append(out, v)
	}
	if len(out) > 10 {
		f.blame(name, r.errorText(crm.Problem("too_many", "max", "10")))
	}
	return out
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
	c.AccountID = account
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
