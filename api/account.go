package api

import (
	"leadtocash/crm"
	"leadtocash/store"
)

// accountBody is a company as it is created or patched (S053).
type accountBody struct {
	Name        opt[string]      `json:"name" doc:"max=200"`
	VAT         opt[string]      `json:"vat" doc:"text=With the country before it: IT00743110157."`
	Country     opt[string]      `json:"country" doc:"text=ISO 3166, two capital letters."`
	Address     opt[string]      `json:"address" doc:"max=500"`
	Email       opt[string]      `json:"email" doc:"format=email"`
	Phone       opt[string]      `json:"phone"`
	Class       opt[string]      `json:"class" doc:"max=200"`
	Language    opt[string]      `json:"language" doc:"enum=language"`
	CreditLimit opt[decimalText] `json:"credit_limit" doc:"text=For finance only."`
	PaymentDays opt[int]         `json:"payment_days" doc:"min=0;top=365"`
	OwnerID     opt[crm.ID]      `json:"owner_id"`
	Confirm     opt[string]      `json:"confirm" doc:"max=500;text=Why it is saved though it is like what is there: asked for by duplicate_record."`
}

// apply writes the body into a company and checks the result. Whoever may not set credit limits is refused that field.
func (b accountBody) apply(r *request, a *crm.Account, currency string) error {
	var c check
	set(b.Name, &a.Name)
	set(b.VAT, &a.VAT)
	set(b.Country, &a.Country)
	set(b.Address, &a.Address)
	set(b.Email, &a.Email)
	set(b.Phone, &a.Phone)
	set(b.Class, &a.Class)
	set(b.Language, &a.Language)
	set(b.PaymentDays, &a.PaymentDays)
	c.required("/name", &a.Name, maxName)
	c.vat("/vat", &a.VAT)
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
		a.CreditLimit = c.amount("/credit_limit", b.CreditLimit.Value, currency)
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
	a := crm.Account{Kind: "prospect", Language: "en", PaymentDays: company.PaymentDays}
	if err := b.apply(r, &a, company.Currency); err != nil {
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
	company, err := r.store.LegalEntity(r.ctx())
	if err != nil {
		return err
	}
	t = r.doubting(t, b.Confirm.Value)
	a, err := r.store.EditAccount(r.ctx(), t, func(a *crm.Account) error { return b.apply(r, a, company.Currency) })
	if err != nil {
		return err
	}
	return r.record(a, a.Version)
}

// contactBody is a person at a company (S047, S048).
type contactBody struct {
	AccountID opt[crm.ID] `json:"account_id" doc:"text=It cannot be changed later."`
	Name      opt[string] `json:"name" doc:"max=200"`
	Email     opt[string] `json:"email" doc:"format=email"`
	Phone     opt[string] `json:"phone"`
	Job       opt[string] `json:"job" doc:"max=200"`
	Language  opt[string] `json:"language" doc:"enum=language"`
	Confirm   opt[string] `json:"confirm" doc:"max=500;text=Why it is saved though it is like what is there: asked for by duplicate_record."`
}

func (b contactBody) apply(p *crm.Contact) error {
	var c check
	set(b.Name, &p.Name)
	set(b.Email, &p.Email)
	set(b.Phone, &p.Phone)
	set(b.Job, &p.Job)
	set(b.Language, &p.Language)
	c.required("/name", &p.Name, maxName)
	c.email("/email", &p.Email)
	c.phone("/phone", &p.Phone)
	c.line("/job", &p.Job, maxName)
	c.language("/language", p.Language)
	c.line("/confirm", &b.Confirm.Value, maxLine)
	if p.ID == "" {
		set(b.AccountID, &p.AccountID)
		if p.AccountID == "" {
			c.fail("/account_id", "required", nil)
		}
		c.id("/account_id", &p.AccountID)
	} else if b.AccountID.Set && b.AccountID.Value != p.AccountID {
		c.fail("/account_id", "read_only", nil)
	}
	return c.err()
}

func postContact(r *request) error {
	var b contactBody
	if err := r.decode(&b); err != nil {
		return err
	}
	p := crm.Contact{Status: "new", Language: "en"}
	if err := b.apply(&p); err != nil {
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
	p, err := r.store.EditContact(r.ctx(), t, b.apply)
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
