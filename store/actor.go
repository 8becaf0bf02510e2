package store

import (
	"context"

	"leadtocash/crm"

	"github.com/shopspring/decimal"
)

// person is what a step needs to know of a user.
type person struct {
	ID            crm.ID
	Name          string
	Email         string
	Language      string
	Roles         []crm.Role
	ApprovalLimit decimal.Decimal
	Active        bool
}

// Person reads a user as he is now, so that one who was disabled in the meantime is known.
func (tx *Tx) Person(ctx context.Context, id crm.ID) (crm.User, error) {
	p, err := ask[person](ctx, tx.q, PersonOf(id))
	return crm.User{ID: p.ID, Name: p.Name, Email: p.Email, Language: p.Language, Roles: p.Roles, ApprovalLimit: p.ApprovalLimit, Active: p.Active}, err
}

// PersonOf is the question for Person.
func PersonOf(id crm.ID) Question {
	return asks(`select id, name, email, language, roles, approval_limit, active from app_user where id = $1`, id)
}

// Recipient is where a customer's mail goes and in which language: the deal's contact, else the account.
type Recipient struct {
	Name     string
	Email    string
	Language string
	Barred   bool // a letter came back from his address for good
}

// Recipient finds the address for mail about an account; contact may be empty.
func (tx *Tx) Recipient(ctx context.Context, account, contact crm.ID) (Recipient, error) {
	return ask[Recipient](ctx, tx.q, RecipientOf(account, contact))
}

// RecipientOf is the question for Recipient.
func RecipientOf(account, contact crm.ID) Question {
	return asks(`select coalesce(c.name, a.name) as name, coalesce(nullif(c.email, ''), a.email) as email, coalesce(c.language, a.language) as language,
			exists (select from undeliverable u where u.account_id = a.id and u.email = lower(coalesce(nullif(c.email, ''), a.email)) and u.ended_at is null) as barred
		from account a left join contact c on c.id = $2 where a.id = $1`, account, contact)
}
