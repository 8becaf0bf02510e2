package integrations_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"testing"
	"time"

	"leadtocash/integrations"
	"leadtocash/integrations/mailbox"
)

func startMailbox(t *testing.T, dir string, f mailbox.Faults) (*mailbox.Server, *integrations.SMTP) {
	t.Helper()
	box, err := mailbox.Start("127.0.0.1:0", dir, f)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { box.Close() })
	mailer, err := integrations.NewSMTP(box.URL())
	if err != nil {
		t.Fatal(err)
	}
	return box, mailer
}

func letter(id string) integrations.Mail {
	return integrations.Mail{
		MessageID: id + "@acme.example", From: "Acme S.p.A. <billing@acme.example>", To: "anna@customer.example",
		Subject: "Wezwanie do zapłaty – faktura 2026/0001", Text: "Saldo: 12.400,00 €\nŻółć\n", HTML: "<p>Saldo: <b>12.400,00 €</b></p>", Language: "pl",
	}
}

func TestMailArrivesAsItWasWritten(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	_, mailer := startMailbox(t, dir, mailbox.Faults{})
	want := letter("effect-1")
	if err := mailer.Send(t.Context(), want); err != nil {
		t.Fatal(err)
	}
	list, err := mailbox.List(dir)
	if err != nil || len(list) != 1 {
		t.Fatalf("%v %v", list, err)
	}
	got, err := mailbox.Read(dir, list[0].ID)
	if err != nil {
		t.Fatal(err)
	}
	if got.MessageID != want.MessageID || got.Subject != want.Subject || strings.TrimSpace(got.Text) != strings.TrimSpace(want.Text) ||
		strings.TrimSpace(got.HTML) != want.HTML || got.Language != "pl" || got.From != "billing@acme.example" || got.To[0] != want.To || got.Again {
		t.Errorf("%+v", got)
	}
	for _, id := range []string{"", "999999", "../journal", "000001.eml"} {
		if _, err := mailbox.Read(dir, id); !errors.Is(err, mailbox.ErrNotFound) {
			t.Errorf("%q: %v", id, err)
		}
	}
}

// R7 in small form: the server takes each message and drops one answer in five, refuses one in ten, and is restarted in between. With
// one Message-ID for all sends of a message nothing is lost, and each double belongs to an answer that was lost.
func TestMailIsNotLost(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	faults := mailbox.Faults{DropAnswer: 0.2, Busy: 0.1, Seed: 7}
	box, mailer := startMailbox(t, dir, faults)
	const messages = 60
	lost, refused := 0, 0
	for i := range messages {
		if i == messages/2 {
			if err := box.Close(); err != nil {
				t.Fatal(err)
			}
			if err := mailer.Send(t.Context(), letter("in-between")); integrations.OutcomeOf(err) != integrations.Temporary {
				t.Errorf("a server that is away: %v", err)
			}
			box, mailer = startMailbox(t, dir, faults)
		}
		for try := 0; ; try++ {
			err := mailer.Send(t.Context(), letter(fmt.Sprintf("effect-%d", i)))
			switch integrations.OutcomeOf(err) {
			case integrations.Unknown:
				lost++
			case integrations.Temporary:
				refused++
			case integrations.Permanent:
				t.Fatal(err)
			}
			if err == nil {
				break
			}
			if try == 20 {
				t.Fatal("20 tries were not enough: ", err)
			}
		}
	}
	list, err := mailbox.List(dir)
	if err != nil {
		t.Fatal(err)
	}
	arrived, doubles, unanswered := map[string]bool{}, 0, 0
	for _, e := range list {
		if e.Again != arrived[e.MessageID] {
			t.Errorf("%s: again is %t", e.MessageID, e.Again)
		}
		arrived[e.MessageID] = true
		if e.Again {
			doubles++
		}
		if !e.Answered {
			unanswered++
		}
	}
	if len(arrived) != messages || doubles != lost || unanswered != lost || lost == 0 || refused == 0 {
		t.Errorf("%d of %d arrived, %d doubles, %d unanswered, %d lost answers, %d refusals", len(arrived), messages, doubles, unanswered, lost, refused)
	}
}

// A double is known as one after a restart too.
func TestMailboxRemembersAcrossRestarts(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for i := range 2 {
		box, mailer := startMailbox(t, dir, mailbox.Faults{})
		if err := mailer.Send(t.Context(), letter("effect-1")); err != nil {
			t.Fatal(err)
		}
		if err := box.Close(); err != nil {
			t.Fatal(err)
		}
		list, err := mailbox.List(dir)
		if err != nil || len(list) != i+1 || list[i].Again != (i == 1) {
			t.Fatalf("%+v %v", list, err)
		}
	}
}

func TestMailRefusals(t *testing.T) {
	t.Parallel()
	_, mailer := startMailbox(t, t.TempDir(), mailbox.Faults{})
	for name, change := range map[string]func(*integrations.Mail){
		"no id":           func(m *integrations.Mail) { m.MessageID = "" },
		"id in brackets":  func(m *integrations.Mail) { m.MessageID = "<a@b>" },
		"subject":         func(m *integrations.Mail) { m.Subject = "a\r\nBcc: x@y.example" },
		"recipient":       func(m *integrations.Mail) { m.To = "not an address" },
		"two recipients":  func(m *integrations.Mail) { m.To = "a@b.example, c@d.example" },
		"sender":          func(m *integrations.Mail) { m.From = "" },
		"sender injected": func(m *integrations.Mail) { m.From = "a@b.example\nX: y" },
	} {
		m := letter("x")
		change(&m)
		if err := mailer.Send(t.Context(), m); integrations.OutcomeOf(err) != integrations.Permanent {
			t.Errorf("%s: %v", name, err)
		}
	}
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	if err := mailer.Send(gone, letter("x")); integrations.OutcomeOf(err) != integrations.Temporary {
		t.Errorf("cancelled: %v", err)
	}
}

func TestMailServerAddress(t *testing.T) {
	t.Parallel()
	for _, address := range []string{"", "mail.acme.example:25", "http://mail.acme.example", "smtp://", "smtp://h:port", "smtp://h?tls=maybe", "smtp://u:secret@h:1 x"} {
		_, err := integrations.NewSMTP(address)
		if err == nil || strings.Contains(err.Error(), "secret") {
			t.Errorf("%q: %v", address, err)
		}
	}
	box, _ := startMailbox(t, t.TempDir(), mailbox.Faults{})
	strict, err := integrations.NewSMTP(box.URL() + "?tls=mandatory")
	if err != nil {
		t.Fatal(err)
	}
	if err := strict.Send(t.Context(), letter("x")); integrations.OutcomeOf(err) != integrations.Temporary {
		t.Errorf("a server without TLS was accepted: %v", err)
	}
}

// What each word of a server means for sending again.
func TestMailOutcomes(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		answers map[string]string // by command; "" hangs up
		want    integrations.Outcome
	}{
		"hangs up at once":         {map[string]string{"": ""}, integrations.Temporary},
		"hangs up after MAIL":      {map[string]string{"MAIL": ""}, integrations.Temporary},
		"unknown mailbox":          {map[string]string{"RCPT": "550 no such user"}, integrations.Permanent},
		"full mailbox":             {map[string]string{"RCPT": "452 full"}, integrations.Temporary},
		"refuses the content":      {map[string]string{".": "554 spam"}, integrations.Permanent},
		"cannot keep the content":  {map[string]string{".": "451 disk"}, integrations.Temporary},
		"hangs up after the end":   {map[string]string{".": ""}, integrations.Unknown},
		"takes it":                 {nil, integrations.Delivered},
		"takes it and hangs up":    {map[string]string{"RSET": "", "QUIT": ""}, integrations.Delivered},
		"refuses to take a letter": {map[string]string{"DATA": "554 no"}, integrations.Permanent},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			mailer, err := integrations.NewSMTP("smtp://" + script(t, c.answers))
			if err != nil {
				t.Fatal(err)
			}
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			defer cancel()
			if err := mailer.Send(ctx, letter("x")); integrations.OutcomeOf(err) != c.want {
				t.Errorf("%v is %s, want %s", err, integrations.OutcomeOf(err), c.want)
			}
		})
	}
}

// script is a mail server that says what it is told to.
func script(t *testing.T, answers map[string]string) string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go converse(conn, answers)
		}
	}()
	return l.Addr().String()
}

func converse(conn net.Conn, answers map[string]string) {
	defer conn.Close()
	if _, hang := answers[""]; hang {
		return
	}
	fmt.Fprint(conn, "220 script\r\n")
	content := false
	for in := bufio.NewScanner(conn); in.Scan(); {
		line := in.Text()
		command, _, _ := strings.Cut(strings.ToUpper(line), " ")
		command, _, _ = strings.Cut(command, ":")
		if content {
			if line != "." {
				continue
			}
			command, content = ".", false
		}
		answer, ok := answers[command]
		switch {
		case ok && answer == "":
			return
		case ok:
		case command == "DATA":
			answer, content = "354 go on", true
		default:
			answer = "250 fine"
		}
		fmt.Fprint(conn, answer+"\r\n")
	}
}
