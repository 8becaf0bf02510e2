package e2e

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/smtp"
	"strings"
	"testing"

	"leadtocash/activities"
	"leadtocash/crm"
	"leadtocash/integrations"
)

// inbox starts the mail server of the company and returns what sends a mail to it.
func (s *scene) inbox() (send func(from string, lines ...string) error) {
	s.t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		s.t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan error, 1)
	take := (&activities.Inbox{Store: s.store, From: "Office <office@demo.example>"}).Take
	box := &integrations.Inbox{Log: s.log, Take: func(ctx context.Context, to []string, m integrations.Incoming) error {
		if strings.Contains(m.Subject, "while the database is away") {
			return errors.New("away")
		}
		return take(ctx, to, m)
	}}
	go func() { done <- box.Serve(ctx, l) }()
	s.t.Cleanup(func() {
		stop()
		if err := <-done; err != nil {
			s.t.Error(err)
		}
	})
	return func(from string, lines ...string) error {
		return smtp.SendMail(l.Addr().String(), nil, from, []string{"office+fair@demo.example"}, []byte(strings.Join(lines, "\r\n")))
	}
}

// TestInbox: somebody who writes is a lead, once for a Message-ID; what no person wrote is kept and nothing more; a reply and a letter that
// came back end the track (S063, S065).
func TestInbox(t *testing.T) {
	t.Parallel()
	s := newScene(t, "2026-03-02 10:00")
	send := s.inbox()
	good := func(from string, lines ...string) {
		t.Helper()
		if err := send(from, lines...); err != nil {
			t.Fatalf("%v: %v", lines[0], err)
		}
	}
	letter := []string{
		"From: Anna Neri <anna@neri.example>", "To: office@demo.example", "Subject: Two pumps", "Message-ID: <1@neri.example>", "Content-Type: multipart/mixed; boundary=b", "",
		"--b", "", "We need two pumps.", "--b", `Content-Disposition: attachment; filename="../../plan.pdf"`, "Content-Type: application/pdf", "", "%PDF", "--b--", "",
	}
	for range 3 { // its sender did not hear the first answer
		good("anna@neri.example", letter...)
	}
	good("anna@neri.example", "From: ANNA@neri.example", "Message-ID: <2@neri.example>", "", "And a valve.")
	good("x@y.example", "From: office@demo.example", "Message-ID: <loop@demo.example>", "", "to ourselves")
	good("bob@y.example", "From: bob@y.example", "Auto-Submitted: auto-replied", "", "I am away")
	good("", "From: carl@y.example", "", "nobody's sender")
	if err := send("d@y.example", "From: d@y.example", "Subject: while the database is away", "", "x"); err == nil || !strings.HasPrefix(err.Error(), "451") {
		t.Fatalf("a mail that could not be kept: %v", err)
	}
	got := ask[string](s, `select count(*) || ' ' || min(company) || ' ' || min(contact_name) || ' ' || min(campaign) || ' ' || min(source) from lead where email ilike '%example' and source = 'mail'`)
	if got != "1 neri.example Anna Neri fair mail" {
		t.Fatalf("leads: %s", got)
	}
	if kinds := ask[string](s, `select string_agg(kind, ' ' order by kind) from inbound_mail`); kinds != "auto auto lead lead loop" {
		t.Fatalf("kept: %s", kinds)
	}
	if got := ask[string](s, `select (select count(*) from touch t join lead l on l.id = t.lead_id where l.source = 'mail') || ' ' || (select string_agg(name, ' ') from document where lead_id is not null)`); got != "2 plan.pdf" {
		t.Fatalf("touches and files: %s", got)
	}

	report := []string{
		"From: mailer-daemon@x.example", "Content-Type: multipart/report; report-type=delivery-status; boundary=b", "", "--b", "Content-Type: message/delivery-status", "",
		"Final-Recipient: rfc822; gone@x.example", "Action: failed", "Status: 5.1.1", "", "--b", "Content-Type: text/rfc822-headers", "", "Message-ID: <%s>", "", "--b--", "",
	}
	for company, back := range map[string][]string{"Answers Srl": {"From: buyer@answers-srl.example", "In-Reply-To: <%s>", "Subject: Re: Hello", "", "Call me."}, "Gone Srl": report} {
		lead := s.came(company, agreed)
		s.must(crm.LeadNurture, crm.KindLead, lead, person("sales"), crm.NurtureFields{Track: "warm"})
		s.exec(fmt.Sprintf(`insert into effect (key, channel, process, payload, state, next_at, created_at, outcome_at) values ('mail/nurture/%s/warm/now', 'mail', 'lead-%s', '{}', 'done', now(), now(), now())`, lead, lead))
		id := fmt.Sprintf("mail.nurture.%s.warm.now@demo.example", lead)
		for i := range back {
			back[i] = strings.Replace(back[i], "%s", id, 1)
		}
		for range 2 {
			good("anybody@x.example", back...)
		}
		s.eventually(company+": the track ends", func() bool { return ask[string](s, `select track from lead where id = $1`, lead) == "" })
		if n := ask[int](s, `select count(*)::int from timeline where process = $1 and code = 'lead.answered'`, crm.ProcessID(crm.KindLead, lead)); n != 1 {
			t.Fatalf("%s: told %d times", company, n)
		}
	}
	if got := ask[string](s, `select string_agg(kind || ' ' || (lead_id is not null), ' ' order by kind) from inbound_mail where kind in ('reply', 'bounce')`); got != "bounce true reply true" {
		t.Fatalf("kept: %s", got)
	}
}
