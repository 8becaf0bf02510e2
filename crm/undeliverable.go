package crm

import (
	"strings"
	"time"
)

// Undeliverable is an address of a debtor from which a letter came back for good (N5). As long as he has it and nobody says that it takes mail, his letters are
// printed and posted.
type Undeliverable struct {
	ID     ID
	Email  string
	Reason string // in the words of the mail server
	At     time.Time
}

// PaperLetter is a letter that a person prints and posts.
type PaperLetter struct {
	ID        ID
	InvoiceID ID     // that it is about; empty: several
	Number    string // of the invoice
	State     string // due: to be posted, done: posted, cancelled: what it asks for was paid or held before
	At        time.Time
}

// maxServerWords is how much of what a mail server says is kept.
const maxServerWords = 300

// ServerWords are the words of a mail server as people are shown them: one line of what can be seen, not more than fits.
func ServerWords(text string) string {
	text = strings.Map(func(r rune) rune {
		if hidden(r) {
			return -1
		}
		return r
	}, strings.ToValidUTF8(text, "\ufffd"))
	line := []rune(strings.Join(strings.Fields(text), " "))
	if len(line) > maxServerWords {
		line = append(line[:maxServerWords-1], '…')
	}
	return string(line)
}
