package integrations

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"strings"
	"time"

	"github.com/emersion/go-smtp"
)

// InboxLimit is how many bytes a mail that comes in may have.
const InboxLimit = 25 << 20

// inboxTimeout bounds what the sender of a mail may take for a command.
const inboxTimeout = time.Minute

// Inbox is the mail server at which mail for the company comes in. It says 250 only when a mail is taken for good.
type Inbox struct {
	// Take keeps a mail. An error has the sender try again later.
	Take func(ctx context.Context, to []string, m Incoming) error
	Log  *slog.Logger
}

// Serve takes mail from the listener until the context ends; mails under way are finished first.
func (i *Inbox) Serve(ctx context.Context, l net.Listener) error {
	s := smtp.NewServer(smtp.BackendFunc(func(*smtp.Conn) (smtp.Session, error) { return &letter{inbox: i, ctx: ctx}, nil }))
	s.Domain, s.MaxMessageBytes, s.MaxRecipients, s.MaxLineLength = "leadtocash", InboxLimit, 50, 8000
	s.ReadTimeout, s.WriteTimeout = inboxTimeout, inboxTimeout
	s.EnableSMTPUTF8 = true
	failed := make(chan error, 1)
	go func() { failed <- s.Serve(l) }()
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	stop, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	if err := s.Shutdown(stop); err != nil {
		_ = s.Close()
	}
	<-failed
	return nil
}

// letter is a mail under way.
type letter struct {
	inbox *Inbox
	ctx   context.Context
	from  string
	to    []string
}

func (l *letter) Mail(from string, _ *smtp.MailOptions) error {
	l.from = from
	return nil
}

func (l *letter) Rcpt(to string, _ *smtp.RcptOptions) error {
	l.to = append(l.to, to)
	return nil
}

func (l *letter) Data(r io.Reader) error {
	raw, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	m, err := ReadMail(raw)
	if err != nil {
		return &smtp.SMTPError{Code: 554, EnhancedCode: smtp.EnhancedCode{5, 6, 0}, Message: "This is no mail"}
	}
	if local, _, _ := strings.Cut(strings.ToLower(m.From), "@"); l.from == "" || local == "mailer-daemon" {
		m.Auto = true // nobody wrote it: it may not be answered (RFC 5321)
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(l.ctx), 20*time.Second)
	defer cancel()
	if err := l.inbox.Take(ctx, l.to, m); err != nil {
		if refused, ok := errors.AsType[*smtp.SMTPError](err); ok {
			return refused
		}
		l.inbox.Log.Warn("a mail could not be taken; its sender will try again", "error", err.Error())
		return &smtp.SMTPError{Code: 451, EnhancedCode: smtp.EnhancedCode{4, 3, 0}, Message: "Not now; please try again"}
	}
	return nil
}

func (l *letter) Reset() { l.from, l.to = "", nil }

func (l *letter) Logout() error { return nil }
