package crm

import (
	"strings"
	"time"

	"github.com/shopspring/decimal"
)

// Account is a company we sell to, or hope to (S053).
type Account struct {
	ID          ID
	Name        string
	Kind        string // prospect; customer once it had a contract: it follows from the facts and is typed by nobody
	ParentID    ID     // of its group; empty: it is the head, or alone
	VAT         string
	TaxCode     string // Italian Codice Fiscale
	SDI         string // code under which it gets electronic invoices, else PEC
	PEC         string // certified mailbox
	IBAN        string
	Country     string
	Address     string // of its legal seat, in one text; written by the main legal address where there is one
	Email       string
	Phone       string
	Class       string
	Language    string
	CreditLimit decimal.Decimal // 0: none
	PaymentDays int
	Custom      Custom
	OwnerID     ID
	Version     int
	CreatedAt   time.Time
	ArchivedAt  *time.Time
}

// Address is one of a company's places (S053). One of each purpose is the main one.
type Address struct {
	ID         ID
	AccountID  ID
	Purpose    string // legal, invoice, delivery, site
	Main       bool
	Name       string // of the place: "Warehouse 2"
	Street     string
	PostalCode string
	City       string
	Region     string
	Country    string // ISO 3166 two letters
	CreatedAt  time.Time
}

// AddressPurposes are what an address may be for, in the order in which a page shows them.
func AddressPurposes() []string { return []string{"legal", "invoice", "delivery", "site"} }

// Text is the address on one line, without its country.
func (a Address) Text() string {
	place := strings.TrimSpace(a.PostalCode + " " + a.City)
	if a.Region != "" {
		place = strings.TrimSpace(place + " (" + a.Region + ")")
	}
	parts := []string{}
	for _, p := range []string{a.Street, place} {
		if p != "" {
			parts = append(parts, p)
		}
	}
	return strings.Join(parts, ", ")
}

// Contact is a person at an account (S047, S048).
type Contact struct {
	ID            ID
	AccountID     ID
	Name          string
	Email         string
	Phone         string
	OtherEmails   []string
	OtherPhones   []string
	Job           string
	Role          string // in buying
	Status        string // commercial potential, moved by outcomes (S050)
	Language      string
	Consent       bool // to be written to
	ConsentSource string
	ConsentAt     *time.Time // given or withdrawn
	Custom        Custom
	OwnerID       ID
	Version       int
	CreatedAt     time.Time
	ArchivedAt    *time.Time
}

// ContactPost is where a person worked before he moved to another company.
type ContactPost struct {
	ID        ID
	ContactID ID
	AccountID ID
	Job       string
	FromAt    time.Time
	UntilAt   time.Time
}

// ContactStatuses are the potentials that an outcome may give a contact, in the order in which the rules are asked; a new one is "new" (S050).
func ContactStatuses() []string { return []string{"cold", "promising", "contacted"} }
