package i18n

import (
	"strings"

	"leadtocash/crm"
)

// Letter writes a letter in its reader's language: dates and amounts as they are written there. The link is the reader's own page; empty
// for letters without one.
func (t *Texts) Letter(l crm.Letter, link string) (subject, text string) {
	say := t.For(l.Language)
	values := map[string]any{"Name": l.Name}
	for name, v := range l.Texts {
		values[placeholder(name)] = v
		if d, err := crm.ParseDate(v); err == nil && v != "" {
			values[placeholder(name)] = say.Date(d)
		}
	}
	for name, a := range l.Money {
		values[placeholder(name)] = say.Money(a.Value, crm.Currency(a.Currency))
	}
	var rows strings.Builder
	for _, row := range l.Rows {
		rows.WriteString("  " + say.Date(row.On) + "   " + say.Money(row.Amount.Value, crm.Currency(row.Amount.Currency)) + "\n")
	}
	if len(l.Rows) > 0 {
		values["Rows"] = strings.TrimRight(rows.String(), "\n")
	}
	if link != "" {
		values["Link"] = link
	}
	return say.T("mail."+l.Template+".subject", values), say.T("mail."+l.Template+".text", values)
}

// placeholder turns a payload's name into a template's: "due_date" is DueDate.
func placeholder(name string) string {
	var b strings.Builder
	for part := range strings.SplitSeq(name, "_") {
		if part != "" {
			b.WriteString(strings.ToUpper(part[:1]) + part[1:])
		}
	}
	return b.String()
}
