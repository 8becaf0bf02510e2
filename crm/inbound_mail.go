package crm

import (
	"strings"
	"time"
)

// InboundMail is a mail that came in, kept as it came, with what it was taken for (S063, S065).
type InboundMail struct {
	ID         ID
	Key        string   // its Message-ID: the same one again is the same mail
	Kind       MailKind // as far as the mail says by itself; a lead's may turn out to be a reply
	Sender     string
	Recipients []string
	Subject    string
	Text       string
	Raw        []byte
	Letters    []string // keys of letters of ours that it may answer or bring back, with points for slashes; the nearest first
	BounceTo   string   // address that does not take mail
	BounceWhy  string   // in the words of the server that says so
	Files      []MailFile
	Process    string // that it was told to
	LeadID     ID
	At         time.Time
}

// MailFile is a file that came with a mail.
type MailFile struct {
	Name  string
	Media string
	Bytes []byte
}

// MailKind is what a mail was taken for.
type MailKind string

// The kinds of mail.
const (
	MailLead   MailKind = "lead"   // somebody writes of his own
	MailReply  MailKind = "reply"  // to a letter that a lead got
	MailBounce MailKind = "bounce" // a letter of ours came back for good
	MailAnswer MailKind = "answer" // to a letter of a deal, an invoice or another process
	MailCare   MailKind = "care"   // it asks for help, or goes on about a case
	MailAuto   MailKind = "auto"   // no person wrote it; kept and nothing more
	MailLoop   MailKind = "loop"   // it came from ourselves or through too many servers; kept and nothing more
)

// everybodysMail are domains at which people have addresses that say nothing of a company.
var everybodysMail = map[string]bool{
	"gmail.com": true, "googlemail.com": true, "outlook.com": true, "hotmail.com": true, "hotmail.it": true, "hotmail.es": true, "live.com": true, "live.it": true,
	"msn.com": true, "yahoo.com": true, "yahoo.it": true, "yahoo.es": true, "icloud.com": true, "me.com": true, "gmx.com": true, "gmx.net": true, "gmx.de": true,
	"web.de": true, "libero.it": true, "tiscali.it": true, "alice.it": true, "virgilio.it": true, "tim.it": true, "pec.it": true, "wp.pl": true, "o2.pl": true,
	"onet.pl": true, "interia.pl": true, "op.pl": true, "proton.me": true, "protonmail.com": true, "telefonica.net": true,
}

// CompanyOfMail is what a company is called of which only somebody's mail is known: its domain, or the person where the domain is
// everybody's.
func CompanyOfMail(address, name string) string {
	_, domain, _ := strings.Cut(strings.ToLower(address), "@")
	switch {
	case !everybodysMail[domain] && domain != "":
		return domain
	case name != "":
		return name
	}
	return address
}

// LanguageOfMail guesses the language of somebody by his address.
func LanguageOfMail(address string) string {
	for _, l := range []string{"it", "es", "pl"} {
		if strings.HasSuffix(strings.ToLower(address), "."+l) {
			return l
		}
	}
	return "en"
}

// CampaignOfMail is the part behind the plus of the address that was written to: sales+fair@company.example is the campaign fair.
func CampaignOfMail(to []string) string {
	for _, address := range to {
		local, _, _ := strings.Cut(address, "@")
		if _, campaign, there := strings.Cut(local, "+"); there {
			if clean, err := CleanText(campaign, 100); err == nil && clean != "" {
				return clean
			}
		}
	}
	return ""
}
