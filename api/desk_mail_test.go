package api

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"leadtocash/activities"
	"leadtocash/crm"
	"leadtocash/i18n"
	"leadtocash/integrations"
	"leadtocash/rules"
	"leadtocash/store"
)

// posted is a mailer that keeps what it is given.
type postedMails []integrations.Mail

func (p *postedMails) Send(_ context.Context, m integrations.Mail) error {
	*p = append(*p, m)
	return nil
}

// wednesday moves the clock to a time of a Wednesday ahead, in Rome, and so many days on.
func (s *scene) wednesday(clock time.Duration, on int) {
	s.t.Helper()
	now, err := s.store.Now(s.t.Context())
	must(s.t, err)
	rome, err := time.LoadLocation("Europe/Rome")
	must(s.t, err)
	day := crm.DateOf(now, rome).AddDays(1)
	for ; on == 0 && day.Weekday() != time.Wednesday; day = day.AddDays(1) {
	}
	if on > 0 {
		day = crm.DateOf(now, rome).AddDays(on)
	}
	_, err = s.store.MoveClock(s.t.Context(), day.StartIn(rome).Add(clock).Sub(now).Round(time.Second))
	must(s.t, err)
}

// S092: My day comes by mail once on a day, from the hour that the person chose on, with what he may see when it leaves; the link in it ends the mails.
func TestDeskMail(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	texts, err := i18n.New()
	must(t, err)
	steps := &activities.Steps{Store: s.store, Rules: &rules.Library{}}
	var box postedMails
	post := &activities.Post{Mailer: &box, Texts: texts, From: "office@acme.example", Origin: "https://crm.example", Desk: steps}
	must(t, s.store.SetDigestMail(t.Context(), s.anna.ID, false))
	deliver := func(between func()) (sent []integrations.Mail) {
		t.Helper()
		for range 2 { // a second worker, or one that was restarted, looks again
			_, err := steps.MailDesks(t.Context())
			must(t, err)
		}
		if between != nil {
			between()
		}
		box = nil
		for {
			due, err := s.store.Claim(t.Context(), store.ChannelMail, 50, time.Minute)
			must(t, err)
			if len(due) == 0 {
				return box
			}
			for _, e := range due {
				if !strings.HasPrefix(e.Key, "mail/desk/") {
					must(t, s.store.Withdrawn(t.Context(), e, "of another test"))
					continue
				}
				outcome, err := post.Send(t.Context(), e)
				if _, gone := err.(activities.Withdrawn); gone { //nolint:errorlint // it comes bare
					must(t, s.store.Withdrawn(t.Context(), e, err.Error()))
					continue
				}
				must(t, err)
				must(t, s.store.Sent(t.Context(), e, outcome))
			}
		}
	}
	count := func(what string, sent []integrations.Mail, want int) {
		t.Helper()
		if len(sent) != want {
			t.Fatalf("%s: %d mails, want %d: %+v", what, len(sent), want, sent)
		}
	}

	s.wednesday(7*time.Hour, 0)
	b := s.browser("anna")
	b.open("/settings/mails", http.StatusOK).sound("en")
	bad := b.read(b.send(http.MethodPost, "/settings/mails", url.Values{"version": {"1"}, "sends": {"hourly"}, "weekday": {"monday"}, "hour": {"25"}}), "/settings/mails", http.StatusUnprocessableEntity)
	bad.sound("en")
	status(t, b.send(http.MethodPost, "/settings/mails", url.Values{"version": {"1"}, "sends": {"weekly"}, "weekday": {"wednesday"}, "hour": {"8"}}), http.StatusSeeOther)
	status(t, b.send(http.MethodPost, "/settings/mails", url.Values{"version": {"1"}, "sends": {"off"}, "weekday": {"monday"}, "hour": {"8"}}), http.StatusPreconditionFailed)
	s.do("anna", http.MethodPut, "/api/v1/desktop", `{"panels":[{"kind":"list","view":"`+string(s.view)+`"},{"kind":"waits"},{"kind":"pins"},{"kind":"owed"}],"pins":["/accounts"]}`, http.StatusOK)
	count("before the hour", deliver(nil), 0)
	s.wednesday(8*time.Hour+time.Minute, 0)
	sent := deliver(nil)
	count("from the hour on", sent, 1)
	m := sent[0]
	deal, err := s.store.DealPage(t.Context(), store.Everything(), s.deal)
	must(t, err)
	if list := strings.Index(m.Text, "Mine ("); list < 0 || list > strings.Index(m.Text, "Waiting for you (") || strings.Count(m.MessageID, "desk") != 1 || m.To != s.anna.Email {
		t.Errorf("the panels are not as they were arranged:\n%s", m.Text)
	}
	for _, part := range []string{m.Text, m.HTML} {
		for _, want := range []string{deal.Name, "https://crm.example/opportunities/" + string(s.deal), "Companies", m.Unsubscribe} {
			if !strings.Contains(part, want) {
				t.Errorf("%q is missing in\n%s", want, part)
			}
		}
	}
	s.wednesday(9*time.Hour, 7)
	count("a week later", deliver(nil), 1)
	s.wednesday(9*time.Hour, 1)
	count("on a Thursday", deliver(nil), 0)
	s.wednesday(9*time.Hour, 0)
	count("when he may not log in any more by then", deliver(func() {
		s.count(`with x as (update app_user set active = false where id = '` + string(s.anna.ID) + `' returning 1) select count(*) from x`)
	}), 0)
	s.count(`with x as (update app_user set active = true where id = '` + string(s.anna.ID) + `' returning 1) select count(*) from x`)

	s.do("max", http.MethodPut, "/api/v1/desktop", `{"panels":[{"kind":"waits"},{"kind":"pins"}],"pins":["/accounts"]}`, http.StatusOK)
	s.do("max", http.MethodPut, "/api/v1/desktop/mail", `{"sends":"weekly","weekday":"wednesday","hour":8}`, http.StatusOK)
	must(t, s.store.SetDigestMail(t.Context(), s.max.ID, false))
	s.count(`with x as (update app_user set roles = '{care}' where id = '` + string(s.max.ID) + `' returning 1) select count(*) from x`)
	s.exec(`update care_case set state = 'solved', solved_at = now()`)
	s.wednesday(9*time.Hour, 7)
	sent = deliver(nil)
	count("nothing waits for max", sent, 1)
	s.do("max", http.MethodPut, "/api/v1/desktop/mail", `{"sends":"weekly","weekday":"wednesday","hour":8,"empty":true}`, http.StatusOK)
	s.wednesday(9*time.Hour, 7)
	count("max wants it all the same", deliver(nil), 2)

	path := strings.TrimPrefix(m.Unsubscribe, "https://crm.example")
	if rec := s.call(http.MethodGet, path, ""); rec.Code != http.StatusOK || s.do("anna", http.MethodGet, "/api/v1/desktop/mail", "", http.StatusOK)["sends"] != "weekly" {
		t.Errorf("looking at the link: %d", rec.Code)
	}
	for range 2 { // by the button of a mail program, without cookies
		if rec := s.call(http.MethodPost, path, "List-Unsubscribe=One-Click", "Content-Type", "application/x-www-form-urlencoded"); rec.Code != http.StatusOK {
			t.Fatalf("one click: %d %s", rec.Code, rec.Body)
		}
	}
	if d := s.do("anna", http.MethodGet, "/api/v1/desktop/mail", "", http.StatusOK); d["sends"] != "off" || d["zone"] != "Europe/Rome" {
		t.Errorf("after it was stopped: %v", d)
	}
	if rec := s.call(http.MethodPost, "/m/"+strings.Repeat("x", 43), ""); rec.Code != http.StatusNotFound {
		t.Errorf("a link of nobody: %d", rec.Code)
	}
	s.wednesday(9*time.Hour, 7)
	count("after it was stopped", deliver(nil), 1)
}
