package activities

import (
	"context"
	"encoding/json"
	"strings"

	"leadtocash/crm"
	"leadtocash/integrations"
	"leadtocash/store"
)

// Inbox takes mail that comes in (S063): somebody new is a lead, an answer to a letter ends the lead's track, a letter that came back bars
// the address. Everything is kept as it came.
type Inbox struct {
	Store *store.Store
	From  string // our own address, from which letters leave: "Name <office@company.example>"
}

// mostHops is how many servers a mail may have gone through before it is taken for a loop.
const mostHops = 40

// Take keeps a mail in one transaction with what it does. The same Message-ID again changes nothing.
func (i *Inbox) Take(ctx context.Context, to []string, m integrations.Incoming) error {
	in := crm.InboundMail{
		Key: m.Key, Kind: i.kind(m), Sender: m.From, Recipients: to, Subject: m.Subject, Text: m.Text, Raw: m.Raw, BounceTo: m.BounceTo, BounceWhy: m.BounceWhy,
		Letters: i.letters(m),
	}
	if in.Recipients == nil {
		in.Recipients = []string{}
	}
	for _, a := range m.Attachments {
		in.Files = append(in.Files, crm.MailFile(a))
	}
	address, err := crm.CheckEmail(m.From)
	if err != nil && in.Kind == crm.MailLead { // nobody can be answered
		in.Kind = crm.MailAuto
	}
	l, t, err := leadOfMail(in, m, address)
	if err != nil {
		return err
	}
	return i.Store.TakeMail(ctx, in, l, t)
}

// kind is what a mail says of itself.
func (i *Inbox) kind(m integrations.Incoming) crm.MailKind {
	switch {
	case strings.EqualFold(m.From, i.address()) || m.Hops > mostHops:
		return crm.MailLoop
	case m.Bounce:
		return crm.MailBounce
	case m.Auto:
		return crm.MailAuto
	}
	return crm.MailLead
}

func (i *Inbox) address() string {
	if _, rest, named := strings.Cut(i.From, "<"); named {
		return strings.TrimRight(rest, "> ")
	}
	return strings.TrimSpace(i.From)
}

// letters are the keys of our letters that a mail names by their Message-IDs.
func (i *Inbox) letters(m integrations.Incoming) (keys []string) {
	_, own, _ := strings.Cut(i.address(), "@")
	ids := m.References
	if m.BounceOf != "" {
		ids = append([]string{m.BounceOf}, ids...)
	}
	for _, id := range ids {
		if key, domain, ok := strings.Cut(id, "@"); ok && strings.EqualFold(domain, own) && strings.HasPrefix(key, "mail.") {
			keys = append(keys, key)
		}
	}
	return keys
}

// leadOfMail is the lead that a mail would make, and its touch.
func leadOfMail(in crm.InboundMail, m integrations.Incoming, address string) (crm.Lead, crm.Touch, error) {
	need := m.Text
	if m.Subject != "" {
		need = m.Subject + "\n\n" + m.Text
	}
	l := crm.Lead{
		Company: crm.CompanyOfMail(address, m.Name), ContactName: m.Name, Email: address, Need: cut(need, 10_000), Language: crm.LanguageOfMail(address),
		Source: "mail", Campaign: crm.CampaignOfMail(append(in.Recipients, m.To...)),
	}
	var files []map[string]any
	for _, f := range in.Files {
		files = append(files, map[string]any{"name": f.Name, "media": f.Media, "size": len(f.Bytes)})
	}
	raw, err := json.Marshal(map[string]any{
		"message_id": in.Key, "from": m.From, "name": m.Name, "to": in.Recipients, "subject": m.Subject, "text": m.Text, "files": files,
	})
	return l, crm.Touch{Channel: "mail", Source: "mail", Raw: raw, Key: "mail/" + in.Key, Campaign: l.Campaign}, err
}

// cut shortens a text to so many characters.
func cut(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return strings.TrimSpace(string(r[:n-1])) + "…"
	}
	return strings.TrimSpace(s)
}
