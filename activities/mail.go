package activities

import (
	"context"
	"encoding/json"
	"strings"

	"leadtocash/crm"
	"leadtocash/i18n"
	"leadtocash/integrations"
	"leadtocash/store"
)

// Post is the channel of mail. A letter is put into words when it leaves, in its reader's language.
type Post struct {
	Mailer integrations.Mailer
	Texts  *i18n.Texts
	From   string // address of the company
	Origin string // of the web pages, for links: "https://sales.example.com"
	Desk   *Steps // read what My day by mail says
}

// Send delivers one letter. Its Message-ID is the effect's, also when it is sent again, so that the reader's mail system can drop a double
// (R7: mail cannot be exactly once).
func (p *Post) Send(ctx context.Context, e store.Effect) (string, error) {
	var l crm.Letter
	if err := json.Unmarshal(e.Payload, &l); err != nil {
		return "", Permanent{err}
	}
	if l.Template == deskTemplate {
		return p.sendDesk(ctx, e, l)
	}
	id := p.messageID(e.Key)
	subject, text := p.Texts.Letter(l, p.link(l))
	mail := integrations.Mail{MessageID: id, From: p.From, To: l.To, Subject: subject, Text: text, Language: l.Language}
	if l.Stop {
		mail.Unsubscribe = p.link(l)
	}
	err := p.Mailer.Send(ctx, mail)
	return id, outcome(err)
}

func (p *Post) messageID(key string) string {
	_, domain, _ := strings.Cut(p.From, "@")
	return strings.NewReplacer("/", ".").Replace(key) + "@" + strings.TrimRight(domain, ">")
}

// link is the reader's own page, his quote, his case or what he is to sign, the page of one of the house, or the end of mails that he does not want; empty when the letter has none.
func (p *Post) link(l crm.Letter) string {
	switch {
	case l.Template == "mention":
		return p.Origin + "/feed/" + l.Texts["note"]
	case l.Secret == "" && l.Path != "":
		return p.Origin + l.Path
	case l.Secret == "":
		return ""
	}
	if l.Stop {
		return p.Origin + "/u/" + l.Secret
	}
	if strings.HasPrefix(l.Template, "case_") {
		return p.Origin + "/c/" + l.Secret
	}
	if strings.HasPrefix(l.Template, "sign_off") {
		return p.Origin + "/s/" + l.Secret
	}
	return p.Origin + "/q/" + l.Secret
}

// outcome turns what an outside system said into what a deliverer tells apart.
func outcome(err error) error {
	switch integrations.OutcomeOf(err) {
	case integrations.Delivered, integrations.Temporary:
		return err
	case integrations.Permanent:
		return Permanent{err}
	default:
		return Unknown{err}
	}
}
