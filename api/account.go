package api

import (
	"errors"

	"leadtocash/crm"
	"leadtocash/store"
)

// accountBody is a company as it is created or patched (S053).
type accountBody struct {
	Name        opt[string]      `json:"name" doc:"max=200"`
	ParentID    opt[crm.ID]      `json:"parent_id" doc:"text=The company above it in its group; null: none."`
	VAT         opt[string]      `json:"vat" doc:"text=With the country before it: IT00743110157. Its check digits are checked."`
	TaxCode     opt[string]      `json:"tax_code" doc:"text=Italian Codice Fiscale, with its check character."`
	SDI         opt[string]      `json:"sdi" doc:"text=Under which the Italian exchange delivers: six characters of an office of the public administration, seven of a private company."`
	PEC         opt[string]      `json:"pec" doc:"format=email;text=Certified mailbox."`
	IBAN        opt[string]      `json:"iban" doc:"text=However it is spaced."`
	Country     opt[string]      `json:"country" doc:"text=ISO 3166, two capital letters."`
	Address     opt[string]      `json:"address" doc:"max=500"`
	Email       opt[string]      `json:"email" doc:"format=email"`
	Phone       opt[string]      `json:"phone"`
	Class       opt[string]      `json:"class" doc:"max=200"`
	Language    opt[string]      `json:"language" doc:"enum=language"`
	CreditLimit opt[decimalText] `json:"credit_limit" doc:"text=For finance only."`
	PaymentDays opt[int]         `json:"payment_days" doc:"min=0;top=365"`
	OwnerID     opt[crm.ID]      `json:"owner_id"`
	Custom      opt[customBody]  `json:"custom" doc:"text=Fields that the company defined itself, by name: see /api/v1/custom-fields. What is left out stays, null clears."`
	Confirm     opt[string]      `json:"confirm" doc:"max=500;text=Why it is saved though it is like what is there: asked for by duplicate_record."`
}

// apply writes the body into a company and checks the result. Whoever may not set credit limits is refused that field.
func (b accountBody) apply(r *request, a *crm.Account, own ownFields) error {
	var c check
	set(b.Name, &a.Name)
	set(b.ParentID, &a.ParentID)
	set(b.VAT, &a.VAT)
	set(b.TaxCode, &a.TaxCode)
	set(b.SDI, &a.SDI)
	set(b.PEC, &a.PEC)
	set(b.IBAN, &a.IBAN)
	set(b.Country, &a.Country)
	set(b.Address, &a.Address)
	set(b.Email, &a.Email)
	set(b.Phone, &a.Phone)
	set(b.Class, &a.Class)
	set(b.Language, &a.Language)
	set(b.PaymentDays, &a.PaymentDays)
	c.required("/name", &a.Name, maxName)
	c.id("/parent_id", &a.ParentID)
	c.vat("/vat", &a.VAT)
	c.optional("/tax_code", &a.TaxCode, crm.CheckTaxCode)
	c.optional("/sdi", &a.SDI, crm.CheckSDI)
	c.email("/pec", &a.PEC)
	c.optional("/iban", &a.IBAN, crm.CheckIBAN)
	own.apply(&c, b.Custom, &a.Custom)
	c.country("/country", &a.Country)
	c.lines("/address", &a.Address, maxLine)
	c.email("/email", &a.Email)
	c.phone("/phone", &a.Phone)
	c.line("/class", &a.Class, maxName)
	c.language("/language", a.Language)
	c.line("/confirm", &b.Confirm.Value, maxLine)
	c.between("/payment_days", a.PaymentDays, 0, 365)
	if b.OwnerID.Set && b.OwnerID.Value != a.OwnerID {
		set(b.OwnerID, &a.OwnerID)
		c.id("/owner_id", &a.OwnerID)
		if r.Reach() == crm.ReachOwn && a.OwnerID != r.user.ID {
			return r.missing("/owner_id", crm.MayAssignLead)
		}
	}
	if b.CreditLimit.Set {
		if !r.writes("customer.credit_limit") {
			return r.missing("/credit_limit", "customer.credit_limit")
		}
		a.CreditLimit = c.amount("/credit_limit", b.CreditLimit.Value, string(own.currency))
	}
	return c.err()
}

// writes tells whether one of the person's roles may fill a field of the facts.
func (r *request) writes(path string) bool {
	f, _ := crm.FieldAt(path)
	for _, role := range f.Writers {
		if r.user.Has(role) {
			return true
		}
	}
	return false
}

func postAccount(r *request) error {
	var b accountBody
	if err := r.decode(&b); err != nil {
		return err
	}
	company, err := r.store.LegalEntity(r.ctx())
	if err != nil {
		return err
	}
	own, err := r.own("account")
	if err != nil {
		return err
	}
	a := crm.Account{Kind: "prospect", Language: "en", PaymentDays: company.PaymentDays}
	if err := b.apply(r, &a, own); err != nil {
		return err
	}
	if err := r.parentSeen(a.ParentID); err != nil {
		return err
	}
	return create(r, "/api/v1/accounts/", store.Accounts, func(id crm.ID) (crm.Account, error) {
		a.ID = id
		return r.store.CreateAccount(r.ctx(), r.user.ID, a, r.doubt(b.Confirm.Value))
	})
}

func patchAccount(r *request) error {
	t, err := r.target()
	if err != nil {
		return err
	}
	var b accountBody
	if err := r.decodePatch(&b); err != nil {
		return err
	}
	own, err := r.own("account")
	if err != nil {
		return err
	}
	t = r.doubting(t, b.Confirm.Value)
	a, err := r.store.EditAccount(r.ctx(), t, func(a *crm.Account) error { return b.apply(r, a, own) })
	if err != nil {
		return err
	}
	return r.record(a, a.Version)
}

// parentSeen refuses a company above that the person may not see as one that there is not.
func (r *request) parentSeen(id crm.ID) error {
	if id == "" {
		return nil
	}
	_, err := store.Accounts.Record(r.ctx(), r.store, store.ScopeOf(r.user, crm.MayReadAccount), id)
	if errors.Is(err, store.ErrNotFound) {
		return refusal(codeValidation, invalid("/parent_id", "unknown_record", nil))
	}
	return err
}

// contactBody is a person at a company (S047, S048).
type contactBody struct {
	AccountID     opt[crm.ID]     `json:"account_id" doc:"text=Another one is a move: where he was stays in his history."`
	Name          opt[string]     `json:"name" doc:"max=200"`
	Email         opt[string]     `json:"email" doc:"format=email"`
	Phone         opt[string]     `json:"phone"`
	OtherEmails   opt[[]string]   `json:"other_emails" doc:"most=10"`
	OtherPhones   opt[[]string]   `json:"other_phones" doc:"most=10"`
	Job           opt[string]     `json:"job" doc:"max=200"`
	Role          opt[string]     `json:"role" doc:"enum=contact_role;text=In buying."`
	Language      opt[string]     `json:"language" doc:"enum=language"`
	Consent       opt[bool]       `json:"consent" doc:"text=The person agrees to be written to."`
	ConsentSource opt[string]     `json:"consent_source" doc:"max=200;text=Where it was given or withdrawn; left out: you."`
	Custom        opt[customBody] `json:"custom" doc:"text=Fields that the company defined itself, by name: see /api/v1/custom-fields. What is left out stays, null clears."`
	Confirm       opt[string]     `json:"confirm" doc:"max=500;text=Why it is saved though it is like what is there: asked for by duplicate_record."`
}

func (b contactBody) apply(p *crm.Contact, own ownFields) error {
	var c check
	set(b.Name, &p.Name)
	set(b.Email, &p.Email)
	set(b.Phone, &p.Phone)
	set(b.OtherEmails, &p.OtherEmails)
	set(b.OtherPhones, &p.OtherPhones)
	set(b.Job, &p.Job)
	set(b.Role, &p.Role)
	set(b.Consent, &p.Consent)
	set(b.ConsentSource, &p.ConsentSource)
	set(b.Language, &p.Language)
	c.required("/name", &p.Name, maxName)
	c.email("/email", &p.Email)
	c.phone("/phone", &p.Phone)
	c.each("/other_emails", p.OtherEmails, crm.CheckEmail)
	c.each("/other_phones", p.OtherPhones, crm.CheckPhone)
	c.line("/job", &p.Job, maxName)
	c.oneOf("/role", p.Role, crm.ContactRoles()...)
	c.line("/consent_source", &p.ConsentSource, maxName)
	own.apply(&c, b.Custom, &p.Custom)
	c.language("/language", p.Language)
	c.line("/confirm", &b.Confirm.Value, maxLine)
	set(b.AccountID, &p.AccountID)
	c.idRequired("/account_id", &p.AccountID)
	return c.err()
}

func postContact(r *request) error {
	var b contactBody
	if err := r.decode(&b); err != nil {
		return err
	}
	p := crm.Contact{Status: "new", Language: "en"}
	own, err := r.ownIf("contact", b.Custom)
	if err != nil {
		return err
	}
	if err := b.apply(&p, own); err != nil {
		return err
	}
	return create(r, "/api/v1/contacts/", store.Contacts, func(id crm.ID) (crm.Contact, error) {
		p.ID = id
		return r.store.CreateContact(r.ctx(), r.Scope(), r.user.ID, p, r.doubt(b.Confirm.Value))
	})
}

func patchContact(r *request) error {
	t, err := r.target()
	if err != nil {
		return err
	}
	var b contactBody
	if err := r.decodePatch(&b); err != nil {
		return err
	}
	t = r.doubting(t, b.Confirm.Value)
	own, err := r.ownIf("contact", b.Custom)
	if err != nil {
		return err
	}
	p, err := r.store.EditContact(r.ctx(), t, func(p *crm.Contact) error { return b.apply(p, own) })
	if err != nil {
		return err
	}
	return r.record(p, p.Version)
}

// create adds a record under an id that an Idempotency-Key, if there is one, decides: sent again, it finds what it made the first time.
func create[T any](r *request, path string, list store.List[T], add func(crm.ID) (T, error)) error {
	place := path
	return made(r, func(id crm.ID) (T, error) {
		place = path + string(id)
		return list.Record(r.ctx(), r.store, r.Scope(), id)
	}, add, func(v T) error { return r.Created(place, r.view(v)) })
}
