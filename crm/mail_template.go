package crm

import (
	"regexp"
	"slices"
	"strings"
	"time"
)

// MailTemplate is a mail or letter that people write again and again, in the languages of their customers.
type MailTemplate struct {
	ID        ID
	Kind      string // mail or letter
	Name      string
	Texts     []MailText
	Active    bool
	Version   int
	ChangedAt time.Time
}

// MailText is a template in a language. Fields stand in braces: {contact}.
type MailText struct {
	Language string `json:"language"`
	Subject  string `json:"subject"`
	Text     string `json:"text"`
}

// MailKinds are the engagements that are written.
func MailKinds() []string { return []string{"mail", "letter"} }

// MailFields are what a template may name, and what is put there.
func MailFields() []string {
	return []string{"company", "contact", "date", "deal", "our_company", "place", "sender", "time"}
}

// Message is what was written to a customer for a mail or letter.
type Message struct {
	EngagementID ID
	TemplateID   ID
	Language     string
	Recipient    string
	Address      string // e-mail address, or the postal one
	Subject      string
	Text         string
	EffectKey    string // of a mail
	AuthorID     ID
	At           time.Time
}

// In is the text in the language, else in English, else the first that there is.
func (t MailTemplate) In(language string) MailText {
	for _, l := range []string{language, "en"} {
		if i := slices.IndexFunc(t.Texts, func(x MailText) bool { return x.Language == l }); i >= 0 {
			return t.Texts[i]
		}
	}
	if len(t.Texts) == 0 {
		return MailText{Language: language}
	}
	return t.Texts[0]
}

var mailField = regexp.MustCompile(`\{([^{}\n]*)\}`)

// CheckMailText refuses fields that nobody fills. Errors: unknown_field with the known ones.
func CheckMailText(text string) error {
	for _, m := range mailField.FindAllStringSubmatch(text, -1) {
		if !slices.Contains(MailFields(), m[1]) {
			return Problem("unknown_field", "got", shorten(m[1], 40), "known", strings.Join(MailFields(), ", "))
		}
	}
	return nil
}

// FillMail puts values into a text; a field without one stays as it is, to be seen and filled by hand.
func FillMail(text string, values map[string]string) string {
	return mailField.ReplaceAllStringFunc(text, func(field string) string {
		if v := values[field[1:len(field)-1]]; v != "" {
			return v
		}
		return field
	})
}

// Unfilled is the first field that is left in a text; empty: none.
func Unfilled(text string) string {
	for _, m := range mailField.FindAllStringSubmatch(text, -1) {
		if slices.Contains(MailFields(), m[1]) {
			return m[1]
		}
	}
	return ""
}
