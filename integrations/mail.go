package integrations

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/wneessen/go-mail"
)

// Mail is one message to one person. The Message-ID is the effect's own, so that a resend carries the same and the reader's
// mail system can drop the double (R7: mail cannot be exactly once).
type Mail struct {
	MessageID string // without angle brackets: "<effect>@<company's domain>"
	From      string // address, or "Name <address>"
	To        string
	Subject   string
	Text      string
	HTML      string // optional alternative to Text
	Language  string // of the text, for Content-Language
	// Unsubscribe is the address at which the reader ends such mails, by a page or by the button of his mail program (RFC 8058).
	Unsubscribe string
}

// Mailer delivers mail to the next server. Failures are of type *Failure.
type Mailer interface {
	Send(ctx context.Context, m Mail) error
}

// SMTP sends through one mail server, a connection for each message. It is safe for concurrent use.
type SMTP struct {
	host    string
	options []mail.Option
	timeout time.Duration
}

// smtpTimeout bounds a delivery, from dialling to the server's last word.
const smtpTimeout = 10 * time.Second

// NewSMTP makes a mailer from an address: smtp://user:password@host:port?tls=mandatory, or smtps:// for TLS from the start.
// tls is mandatory (the default), opportunistic or none (the default on loopback).
func NewSMTP(address string) (*SMTP, error) {
	u, err := url.Parse(address)
	if err != nil {
		return nil, errors.New("the mail server's address cannot be read") // the cause would repeat a password
	}
	if u.Scheme != "smtp" && u.Scheme != "smtps" || u.Hostname() == "" {
		return nil, fmt.Errorf("the mail server's address begins with smtp://host or smtps://host, not %q", u.Scheme)
	}
	s := &SMTP{host: u.Hostname(), timeout: smtpTimeout}
	policy, err := tlsPolicy(u)
	if err != nil {
		return nil, err
	}
	s.options = append(s.options, policy)
	if u.Port() != "" {
		port, err := strconv.Atoi(u.Port())
		if err != nil {
			return nil, fmt.Errorf("port %q of the mail server is no number", u.Port())
		}
		s.options = append(s.options, mail.WithPort(port))
	}
	if u.User != nil {
		password, _ := u.User.Password()
		s.options = append(s.options, mail.WithSMTPAuth(mail.SMTPAuthAutoDiscover), mail.WithUsername(u.User.Username()), mail.WithPassword(password))
	}
	return s, nil
}

func tlsPolicy(u *url.URL) (mail.Option, error) {
	wish := u.Query().Get("tls")
	if wish == "" {
		wish = "mandatory"
		if ip := net.ParseIP(u.Hostname()); u.Hostname() == "localhost" || ip != nil && ip.IsLoopback() {
			wish = "none"
		}
	}
	if u.Scheme == "smtps" {
		return mail.WithSSLPort(false), nil
	}
	switch wish {
	case "mandatory":
		return mail.WithTLSPolicy(mail.TLSMandatory), nil
	case "opportunistic":
		return mail.WithTLSPolicy(mail.TLSOpportunistic), nil
	case "none":
		return mail.WithTLSPolicy(mail.NoTLS), nil
	}
	return nil, fmt.Errorf("tls=%q is none of mandatory, opportunistic, none", wish)
}

// Send delivers the message. It is Permanent when the message or its address is refused for good, Temporary when it was not
// taken, Unknown when the connection was lost after the whole message had been sent.
func (s *SMTP) Send(ctx context.Context, m Mail) error {
	message, err := compose(m)
	if err != nil {
		return &Failure{Permanent, "mail", err}
	}
	timeout := s.timeout
	if deadline, ok := ctx.Deadline(); ok {
		timeout = min(timeout, time.Until(deadline))
	}
	if err := ctx.Err(); err != nil || timeout <= 0 {
		return &Failure{Temporary, "mail", context.DeadlineExceeded}
	}
	client, err := mail.NewClient(s.host, append([]mail.Option{mail.WithTimeout(timeout), mail.WithoutNoop()}, s.options...)...)
	if err != nil {
		return &Failure{Permanent, "mail", err}
	}
	if err := client.DialWithContext(ctx); err != nil {
		return &Failure{Temporary, "mail", err}
	}
	err = client.Send(message)
	_ = client.Close() // a failing goodbye changes nothing
	if err == nil || message.IsDelivered() {
		return nil
	}
	return &Failure{outcomeOfSend(message, err), "mail", err}
}

// outcomeOfSend reads the server's word. Without one, only the end of DATA leaves open whether the message was taken.
func outcomeOfSend(message *mail.Msg, err error) Outcome {
	var e *mail.SendError
	if !errors.As(message.SendError(), &e) && !errors.As(err, &e) {
		return Unknown
	}
	switch {
	case e.ErrorCode() >= 500:
		return Permanent
	case e.ErrorCode() >= 400:
		return Temporary
	case e.Reason == mail.ErrSMTPDataClose:
		return Unknown
	case e.Reason == mail.ErrGetSender, e.Reason == mail.ErrGetRcpts, e.Reason == mail.ErrNoUnencoded:
		return Permanent
	}
	return Temporary
}

func compose(m Mail) (*mail.Msg, error) {
	for name, v := range map[string]string{"Message-ID": m.MessageID, "From": m.From, "To": m.To, "Subject": m.Subject, "Content-Language": m.Language} {
		if strings.ContainsFunc(v, unicode.IsControl) {
			return nil, fmt.Errorf("%s holds a control character", name)
		}
	}
	local, domain, ok := strings.Cut(m.MessageID, "@")
	if !ok || local == "" || domain == "" || strings.ContainsAny(m.MessageID, "<> ") {
		return nil, errors.New("the Message-ID is not like id@domain")
	}
	message := mail.NewMsg(mail.WithNoDefaultUserAgent())
	if err := message.From(m.From); err != nil {
		return nil, err
	}
	if err := message.To(m.To); err != nil {
		return nil, err
	}
	message.Subject(m.Subject)
	message.SetMessageIDWithValue(m.MessageID)
	message.SetDate()
	message.SetGenHeader("Auto-Submitted", "auto-generated")
	if m.Unsubscribe != "" {
		message.SetGenHeader(mail.HeaderListUnsubscribe, "<"+m.Unsubscribe+">")
		message.SetGenHeader(mail.HeaderListUnsubscribePost, "List-Unsubscribe=One-Click")
	}
	if m.Language != "" {
		message.SetGenHeader(mail.HeaderContentLang, m.Language)
	}
	message.SetBodyString(mail.TypeTextPlain, m.Text)
	if m.HTML != "" {
		message.AddAlternativeString(mail.TypeTextHTML, m.HTML)
	}
	return message, nil
}
