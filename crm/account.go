package crm

import (
	"time"

	"github.com/shopspring/decimal"
)

// Account is a company we sell to, or hope to (S053).
type Account struct {
	ID          ID
	Name        string
	Kind        string // prospect, customer
	VAT         string
	Country     string
	Address     string
	Email       string
	Phone       string
	Class       string
	Language    string
	CreditLimit decimal.Decimal // 0: none
	PaymentDays int
	OwnerID     ID
	Version     int
	CreatedAt   time.Time
}

// Contact is a person at an account (S047, S048).
type Contact struct {
	ID        ID
	AccountID ID
	Name      string
	Email     string
	Phone     string
	Job       string
	Status    string // commercial potential, moved by outcomes (S050)
	Language  string
	OwnerID   ID
	Version   int
	CreatedAt time.Time
}

// ContactStatuses are the potentials that an outcome may give a contact, in the order in which the rules are asked; a new one is "new" (S050).
func ContactStatuses() []string { return []string{"cold", "promising", "contacted"} }
