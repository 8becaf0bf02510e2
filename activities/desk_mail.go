package activities

import (
	"bytes"
	"context"
	_ "embed" // the HTML part
	"html/template"
	"strconv"
	"strings"
	"time"

	"leadtocash/crm"
	"leadtocash/i18n"
	"leadtocash/integrations"
	"leadtocash/store"
)

// deskTemplate is the letter of My day. Its payload holds nobody's records: what it says is read when it leaves, by the rights of that moment (S092).
const deskTemplate = "desk"

//go:embed desk_mail.html
var deskHTML string

var deskPage = template.Must(template.New("desk").Parse(deskHTML))

// deskPart is a panel of the mail.
type deskPart struct {
	Title, URL string
	Count      int  // of all its rows, shown or not; 0: not counted
	Rows       bool // what it shows are records: one of them is reason enough for a mail
	Lines      []deskLine
}

// deskLine is a row or a figure of a panel.
type deskLine struct{ Text, Note, Figure, URL string }

// MailDesks mails My day to those whose hour has come (S092), each at most once a day, and tells how many people it looked at. Any number of workers may.
func (s *Steps) MailDesks(ctx context.Context) (int, error) {
	due, err := s.Store.DueDesks(ctx)
	if err != nil {
		return 0, err
	}
	for _, d := range due {
		var letter *crm.Letter
		secret, hash := store.NewLinkSecret()
		if d.Wanted {
			parts, err := s.deskParts(ctx, d.User, d.Mail)
			if err != nil {
				return 0, err
			}
			if saysSomething(parts, d.Mail) {
				letter = &crm.Letter{
					Template: deskTemplate, To: d.User.Email, Name: d.User.Name, Language: d.User.Language, Secret: secret,
					Texts: map[string]string{"day": d.Day.String(), "person": string(d.User.ID)},
				}
			}
		}
		if _, err := s.Store.LeaveDesk(ctx, d.User.ID, d.Day, hash, letter); err != nil {
			return 0, err
		}
	}
	return len(due), nil
}

// saysSomething tells whether a mail is worth sending: figures and pinned places alone are not, unless the person wants it all the same.
func saysSomething(parts []deskPart, m crm.DeskMail) bool {
	for _, p := range parts {
		if p.Rows && len(p.Lines) > 0 {
			return true
		}
	}
	return m.Empty
}

// deskPaper is the mail in words.
type deskPaper struct {
	Language, Title, Greeting, Nothing, Open, Stop string
	Origin, StopURL                                string
	Parts                                          []deskPart
}

// sendDesk writes and delivers My day. Who may no longer log in, or stopped the mails meanwhile, gets none.
func (p *Post) sendDesk(ctx context.Context, e store.Effect, l crm.Letter) (string, error) {
	person := crm.ID(l.Texts["person"])
	u, err := p.Desk.Store.User(ctx, person)
	if err != nil {
		return "", err
	}
	setting, err := p.Desk.Store.DeskMail(ctx, person)
	if err != nil {
		return "", err
	}
	if !u.Active || setting.Sends == crm.DeskMailOff {
		return "", Withdrawn("stopped")
	}
	parts, err := p.Desk.deskParts(ctx, u, setting)
	if err != nil {
		return "", err
	}
	if !saysSomething(parts, setting) {
		return "", Withdrawn("nothing_to_say")
	}
	day, _ := crm.ParseDate(l.Texts["day"])
	mail, err := deskLetter(p.Texts.For(u.Language), u, day, parts, p.Origin, p.Origin+"/m/"+l.Secret)
	if err != nil {
		return "", Permanent{err}
	}
	mail.MessageID, mail.From, mail.To = p.messageID(e.Key), p.From, u.Email
	err = p.Mailer.Send(ctx, mail)
	return mail.MessageID, outcome(err)
}

// deskLetter writes the mail as plain text and as HTML, which hold the same.
func deskLetter(words *i18n.Printer, u crm.User, day crm.Date, parts []deskPart, origin, stop string) (integrations.Mail, error) {
	say := words.T
	paper := deskPaper{
		Language: words.Language(), Title: say("mail.desk.subject", "Day", words.LongDate(day)), Greeting: say("desk_mail.greeting", "Name", u.Name),
		Open: say("nav.day"), Stop: say("desk_mail.stop"), Origin: origin, StopURL: stop, Parts: parts,
	}
	if len(parts) == 0 {
		paper.Nothing = say("day.empty")
	}
	var list strings.Builder
	for _, p := range parts {
		list.WriteString("\n" + p.Heading() + "\n" + origin + p.URL + "\n")
		for _, line := range p.Lines {
			list.WriteString("- " + line.plain())
			if p.Rows || p.URL == "/" {
				list.WriteString("\n  " + origin + line.URL)
			}
			list.WriteString("\n")
		}
	}
	if paper.Nothing != "" {
		list.WriteString("\n" + paper.Nothing + "\n")
	}
	var html bytes.Buffer
	err := deskPage.Execute(&html, paper)
	return integrations.Mail{
		Subject: paper.Title, Text: say("mail.desk.text", "Name", u.Name, "List", strings.TrimSpace(list.String()), "Link", origin+"/", "Stop", stop),
		HTML: html.String(), Language: paper.Language, Unsubscribe: stop,
	}, err
}

// Heading is the panel's name with how much it holds.
func (p deskPart) Heading() string {
	if p.Count == 0 {
		return p.Title
	}
	return p.Title + " (" + strconv.Itoa(p.Count) + ")"
}

// plain is the row as text.
func (l deskLine) plain() string {
	out := l.Text
	for _, more := range []string{l.Note, l.Figure} {
		if more != "" {
			out += " · " + more
		}
	}
	return out
}

// deskMoment is the time by which a mail is read: the business time, the company's date, and the person's zone.
type deskMoment struct {
	now   time.Time
	today crm.Date
	house *time.Location
	zone  *time.Location
}

func (s *Steps) deskMoment(ctx context.Context, person crm.ID) (m deskMoment, err error) {
	if m.now, err = s.Store.Now(ctx); err != nil {
		return m, err
	}
	entity, err := s.Store.LegalEntity(ctx)
	if err != nil {
		return m, err
	}
	if m.house, err = time.LoadLocation(entity.TimeZone); err != nil {
		return m, err
	}
	m.today, m.zone = crm.DateOf(m.now, m.house), m.house
	name, err := s.Store.PersonZone(ctx, person)
	if zone, bad := time.LoadLocation(name); bad == nil && name != "" {
		m.zone = zone
	}
	return m, err
}
