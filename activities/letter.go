package activities

import (
	"encoding/json"

	"leadtocash/crm"
	"leadtocash/store"

	"github.com/shopspring/decimal"
)

// Letter is the payload of a mail effect: what is said, not how; the dispatcher writes it in the recipient's language.
type Letter struct {
	Template string            `json:"template"` // quote, invoice, dunning, nurture_…
	To       string            `json:"to"`
	Name     string            `json:"name"`
	Language string            `json:"language"`
	Secret   string            `json:"secret,omitempty"` // of the reader's link; dropped once the mail has left
	Stop     bool              `json:"stop,omitempty"`   // the link ends mails of this kind
	Texts    map[string]string `json:"texts,omitempty"`  // numbers and names as they are, dates as 2026-11-21
	Money    map[string]Amount `json:"money,omitempty"`
}

// Amount is an amount with its currency.
type Amount struct {
	Value    decimal.Decimal `json:"value"`
	Currency string          `json:"currency"`
}

func mailKey(template string, id crm.ID) string { return "mail/" + template + "/" + string(id) }

// leaveMail writes a mail with the step. The key makes it leave once; a letter about an invoice does not leave once that is settled.
func leaveMail(tx *store.Tx, key string, invoice crm.ID, l Letter) {
	payload, _ := json.Marshal(l) // texts and decimals always marshal
	tx.Leave(store.Effect{Key: key, Channel: store.ChannelMail, Payload: payload, InvoiceID: invoice})
}

// inLanguage is the name in the language, else in English.
func inLanguage(names map[string]string, language string) string {
	if n := names[language]; n != "" {
		return n
	}
	return names["en"]
}
