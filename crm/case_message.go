package crm

import (
	"regexp"
	"slices"
	"strings"
	"time"
)

// CaseMessage is something that was said on a case. It never changes (S086).
type CaseMessage struct {
	ID       ID
	CaseID   ID
	Kind     CaseMessageKind
	Channel  CaseChannel
	AuthorID ID     // of the house
	Name     string // who wrote, when none of the house
	Text     string
	MailID   ID // the mail that it came with
	At       time.Time
}

// CaseMessageKind says who reads a message.
type CaseMessageKind string

// The kinds of messages.
const (
	CaseFromCustomer CaseMessageKind = "in"
	CaseToCustomer   CaseMessageKind = "out"
	CaseInternal     CaseMessageKind = "note" // it never leaves the house
)

// CaseChannel is the way by which a case or a message came.
type CaseChannel string

// The channels.
const (
	CaseByHouse CaseChannel = "house" // somebody of the house wrote it down
	CaseByMail  CaseChannel = "mail"
	CaseByForm  CaseChannel = "form" // the public form
	CaseByPage  CaseChannel = "page" // the customer's own page of the case
)

// CaseChannels lists the channels.
func CaseChannels() []CaseChannel {
	return []CaseChannel{CaseByHouse, CaseByMail, CaseByForm, CaseByPage}
}

// CaseFile is a file that came with a message.
type CaseFile struct {
	ID        ID
	CaseID    ID
	MessageID ID
	Name      string
	MediaType string
	Size      int // bytes
	At        time.Time
}

// What a customer may write on his page: so many messages since the house last wrote, each so long, with so many files.
const (
	MaxCaseWaiting = 30
	MaxCaseText    = 10_000 // characters
	MaxCaseFiles   = 5
)

// CareRequest is a request for help of somebody whose company is not known, or that looks like spam. It is no case until a person places it.
type CareRequest struct {
	ID        ID
	Channel   CaseChannel
	Name      string
	Email     string
	Company   string // as he wrote it
	Subject   string
	Text      string
	Language  string
	Reasons   []string // why it may be spam
	Key       string   // the same one again is the same request
	MailID    ID
	State     string // held, placed, dropped
	CaseID    ID
	DecidedBy ID
	DecidedAt *time.Time
	At        time.Time
}

// CareSetting says how care is reached and how cases are given out.
type CareSetting struct {
	Addresses  []string // parts before the @ to which customers write for help
	FormOpen   bool     // the public form is there
	RoundRobin bool     // new cases go to people of care in turn
	Survey     bool     // customers are asked how satisfied they are with a solution
	Categories []string // what cases are about
	Causes     []string // what they came of
}

// The bounds of the lists of a CareSetting.
const (
	MostCareAddresses = 20
	MostCareNames     = 50
)

var careAddress = regexp.MustCompile(`^[a-z0-9][a-z0-9._-]{0,63}$`)

// Check cleans the lists. Errors at /addresses, /categories and /causes: too_many, unknown_value, those of CleanText.
func (c *CareSetting) Check() error {
	var errs FieldErrors
	seen := map[string]bool{}
	var clean []string
	for _, a := range c.Addresses {
		a, _, _ = strings.Cut(strings.ToLower(strings.TrimSpace(a)), "@")
		switch {
		case a == "" || seen[a]:
		case !careAddress.MatchString(a):
			errs.Add("/addresses", Problem("unknown_value", "got", shorten(a, 40)))
		default:
			seen[a], clean = true, append(clean, a)
		}
	}
	if len(clean) > MostCareAddresses {
		errs.Add("/addresses", Problem("too_many", "max", "20"))
	}
	c.Addresses = clean
	for at, list := range map[string]*[]string{"/categories": &c.Categories, "/causes": &c.Causes} {
		names := []string{}
		for _, name := range *list {
			name, err := CleanText(name, 60)
			errs.Add(at, err)
			if name != "" && !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
		if len(names) > MostCareNames {
			errs.Add(at, Problem("too_many", "max", "50"))
		}
		*list = names
	}
	return errs.Err()
}

// Takes tells whether one of the addresses is written to for help; what is behind a plus does not count.
func (c CareSetting) Takes(recipients []string) bool {
	for _, r := range recipients {
		local, _, _ := strings.Cut(strings.ToLower(r), "@")
		local, _, _ = strings.Cut(local, "+")
		for _, a := range c.Addresses {
			if a == local {
				return true
			}
		}
	}
	return false
}

var caseNumber = regexp.MustCompile(`(?i)\bCASE-([1-9][0-9]{0,8})\b`)

// CaseNumberIn is the first number of a case that a subject names; empty: none.
func CaseNumberIn(subject string) string {
	if m := caseNumber.FindStringSubmatch(subject); m != nil {
		return "CASE-" + m[1]
	}
	return ""
}

// answerMarks begin lines of subjects that mail programs add.
var answerMarks = regexp.MustCompile(`(?i)^(\s*(re|aw|r|rif|odp|fw|fwd|i)\s*:\s*)+`)

// CaseSubject is a mail's subject without the marks of answers and the number of a case.
func CaseSubject(subject string) string {
	s := answerMarks.ReplaceAllString(subject, "")
	s = strings.ReplaceAll(caseNumber.ReplaceAllString(s, ""), "[]", "")
	return strings.Join(strings.Fields(s), " ")
}

// quotedFrom are lines after which a mail repeats what it answers.
var quotedFrom = []*regexp.Regexp{
	regexp.MustCompile(`(?m)^-{3,}\s*(Original Message|Messaggio originale|Mensaje original|Oryginalna wiadomość|Wiadomość oryginalna).*$`),
	regexp.MustCompile(`(?m)^(On|Il giorno|Il|El|W dniu|Dnia)\b.{5,200}(wrote|ha scritto|escribió|napisał\(a\)|napisał|napisała):\s*$`),
}

// NewInMail is what a mail says itself, without the mail below it that it answers. One that says nothing else is given whole.
func NewInMail(text string) string {
	cut := len(text)
	for _, q := range quotedFrom {
		if at := q.FindStringIndex(text); at != nil && at[0] < cut {
			cut = at[0]
		}
	}
	lines := strings.Split(text[:cut], "\n")
	for len(lines) > 0 && (strings.HasPrefix(lines[len(lines)-1], ">") || strings.TrimSpace(lines[len(lines)-1]) == "") {
		lines = lines[:len(lines)-1]
	}
	if out := strings.TrimSpace(strings.Join(lines, "\n")); out != "" {
		return out
	}
	return strings.TrimSpace(text)
}
