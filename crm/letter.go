package crm

import "github.com/shopspring/decimal"

// Letter is the payload of a mail effect: what is said, not how; whoever sends or shows it writes it in the recipient's language.
type Letter struct {
	Template string            `json:"template"` // quote, invoice, dunning, nurture_…
	To       string            `json:"to"`
	Name     string            `json:"name"`
	Language string            `json:"language"`
	Secret   string            `json:"secret,omitempty"` // of the reader's link; dropped once the mail has left
	Stop     bool              `json:"stop,omitempty"`   // the link ends mails of this kind
	Path     string            `json:"path,omitempty"`   // of the page that it is about, for one of the house, who logs in there
	Texts    map[string]string `json:"texts,omitempty"`  // numbers and names as they are, dates as 2026-11-21
	Money    map[string]Amount `json:"money,omitempty"`
	Rows     []LetterRow       `json:"rows,omitempty"` // a list in it, a line each
}

// LetterRow is a day of a letter's list and what is to be paid then.
type LetterRow struct {
	On     Date   `json:"on"`
	Amount Amount `json:"amount"`
}

// Amount is an amount with its currency.
type Amount struct {
	Value    decimal.Decimal `json:"value"`
	Currency string          `json:"currency"`
}
