package api

import (
	"context"
	"net/http"
	"net/url"
	"testing"
	"time"

	"leadtocash/store"

	"golang.org/x/net/html"
)

// oneLetter is a mailbox that holds one mail of a hostile sender.
type oneLetter struct{}

var letter = Letter{ID: "1", From: "a@example.com", To: "b@example.com", Subject: "Offer <b>", At: "today", Body: "See http://127.0.0.1/q/abc?x=1&y=2. <script>alert(1)</script>"}

func (oneLetter) List(context.Context) ([]Letter, error) { return []Letter{letter}, nil }

func (oneLetter) Read(_ context.Context, id string) (Letter, error) {
	if id != letter.ID {
		return Letter{}, store.ErrNotFound
	}
	return letter, nil
}

// moved remembers how far the clock was moved.
type moved struct{ by time.Duration }

func (m *moved) Advance(_ context.Context, by time.Duration) (time.Time, error) {
	m.by += by
	return time.Now().Add(m.by), nil
}

// The development mailbox shows mails as text, with their links to click; without one the page does not exist.
func TestMailbox(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	b := s.browser("admin")
	b.open("/dev/mailbox", http.StatusNotFound)
	s.srv.Pages.Mailbox = oneLetter{}
	b.open("/dev/mailbox", http.StatusOK).want("nav", "Test mailbox")
	d := b.open("/dev/mailbox/1", http.StatusOK)
	d.sound("en")
	found := false
	d.each("a", func(n *html.Node) { found = found || attr(n, "href") == "http://127.0.0.1/q/abc?x=1&y=2" })
	if !found {
		t.Error("the link cannot be clicked")
	}
	d.each("script", func(n *html.Node) {
		if attr(n, "src") == "" {
			t.Error("the mail's script got in")
		}
	})
	b.open("/dev/mailbox/2", http.StatusNotFound)
}

// The clock moves by whole days, forward only, and for administrators only.
func TestClockPage(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	m := &moved{}
	s.srv.DevClock = m
	b := s.browser("admin")
	b.open("/dev/clock", http.StatusOK).sound("en")
	for _, days := range []string{"0", "-1", "x", "367", ""} {
		status(t, b.send(http.MethodPost, "/dev/clock", url.Values{"days": {days}}), http.StatusUnprocessableEntity)
	}
	status(t, b.send(http.MethodPost, "/dev/clock", url.Values{"days": {"30"}}), http.StatusSeeOther)
	if m.by != 30*24*time.Hour {
		t.Errorf("moved by %s", m.by)
	}
	status(t, s.browser("anna").send(http.MethodPost, "/dev/clock", url.Values{"days": {"1"}}), http.StatusForbidden)
}
