package activities

import (
	"encoding/json"

	"leadtocash/crm"
	"leadtocash/store"
)

func mailKey(template string, id crm.ID) string { return "mail/" + template + "/" + string(id) }

// leaveMail writes a mail with the step. The key makes it leave once; a letter about an invoice does not leave once that is settled.
func leaveMail(tx *store.Tx, key string, invoice crm.ID, l crm.Letter) {
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
