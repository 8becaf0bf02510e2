package store

import (
	"context"
	"errors"
	"time"

	"leadtocash/crm"
)

// AccountLike finds the account that a new customer would double: by VAT number, else by the same name.
func (tx *Tx) AccountLike(ctx context.Context, vat, name string) (a crm.Account, err error) {
	for _, q := range AccountsLike(vat, name) {
		if a, err = ask[crm.Account](ctx, tx.q, q); !errors.Is(err, ErrNotFound) {
			return a, err
		}
	}
	return a, err
}

// AccountsLike are the questions for AccountLike.
func AccountsLike(vat, name string) []Question {
	return []Question{
		asks(`select * from account where vat = $1 and vat <> '' and archived_at is null order by created_at limit 1 for update`, vat),
		asks(`select * from account where lower(name) = lower($1) and ($2 = '' or vat = '') and archived_at is null order by created_at limit 1 for update`, name, vat),
	}
}

// Account locks an account.
func (tx *Tx) Account(ctx context.Context, id crm.ID) (crm.Account, error) {
	return ask[crm.Account](ctx, tx.q, AccountOf(id))
}

// AccountOf is the question for Account.
func AccountOf(id crm.ID) Question { return asks(`select * from account where id = $1 for update`, id) }

// AddAccount writes a new account.
func (tx *Tx) AddAccount(ctx context.Context, a crm.Account) error {
	return addAccount(ctx, tx.q, a, tx.Now)
}

func addAccount(ctx context.Context, q querier, a crm.Account, now time.Time) error {
	return late(ctx, q, `insert into account (id, name, kind, vat, country, address, email, phone, class, language, credit_limit, payment_days, owner_id, created_at,
		parent_id, tax_code, sdi, pec, iban, custom)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)`,
		a.ID, a.Name, a.Kind, a.VAT, a.Country, a.Address, a.Email, a.Phone, a.Class, a.Language, a.CreditLimit, a.PaymentDays, a.OwnerID, now,
		a.ParentID, a.TaxCode, a.SDI, a.PEC, a.IBAN, a.Custom.Stored())
}

// SaveAccount writes what a step changed on an account.
func (tx *Tx) SaveAccount(ctx context.Context, a crm.Account) error {
	return late(ctx, tx.q, `update account set name = $2, kind = $3, vat = $4, country = $5, address = $6, email = $7, class = $8, credit_limit = $9,
		phone = $10, version = version + 1 where id = $1`, a.ID, a.Name, a.Kind, a.VAT, a.Country, a.Address, a.Email, a.Class, a.CreditLimit, a.Phone)
}

// Contact locks a contact.
func (tx *Tx) Contact(ctx context.Context, id crm.ID) (crm.Contact, error) {
	return ask[crm.Contact](ctx, tx.q, ContactOf(id))
}

// ContactOf is the question for Contact.
func ContactOf(id crm.ID) Question { return asks(`select * from contact where id = $1 for update`, id) }

// ContactLike finds the contact of an account with this e-mail address.
func (tx *Tx) ContactLike(ctx context.Context, account crm.ID, email string) (crm.Contact, error) {
	return one[crm.Contact](ctx, tx.q, `select * from contact where account_id = $1 and lower(email) = lower($2) and email <> '' limit 1 for update`, account, email)
}

// AddContact writes a new contact.
func (tx *Tx) AddContact(ctx context.Context, c crm.Contact) error {
	return addContact(ctx, tx.q, c, tx.Now)
}

func addContact(ctx context.Context, q querier, c crm.Contact, now time.Time) error {
	return late(ctx, q, `insert into contact (id, account_id, name, email, phone, job, status, language, owner_id, created_at,
		role, other_emails, other_phones, consent, consent_source, consent_at, custom) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)`,
		c.ID, c.AccountID, c.Name, c.Email, c.Phone, c.Job, c.Status, c.Language, c.OwnerID, now,
		c.Role, orEmpty(c.OtherEmails), orEmpty(c.OtherPhones), c.Consent, c.ConsentSource, c.ConsentAt, c.Custom.Stored())
}

// SaveContact writes what a step changed on a contact.
func (tx *Tx) SaveContact(ctx context.Context, c crm.Contact) error {
	return late(ctx, tx.q, `update contact set name = $2, email = $3, phone = $4, job = $5, version = version + 1 where id = $1`, c.ID, c.Name, c.Email, c.Phone, c.Job)
}
