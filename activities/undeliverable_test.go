package activities_test

import (
	"fmt"
	"strings"
	"testing"

	"leadtocash/activities"
	"leadtocash/crm"
	"leadtocash/integrations"
	"leadtocash/store"
)

// report is a delivery status notification (RFC 3464) about a letter, as mail servers write it.
func report(id, letter, action, status, words string) string {
	return strings.ReplaceAll(fmt.Sprintf(`From: MAILER-DAEMON@mx.example
To: office@acme.example
Subject: Undelivered
Message-ID: <%s@mx.example>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary=b

--b
Content-Type: text/plain

Sorry.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example

Final-Recipient: rfc822; somebody@else.example
Action: %s
Status: %s
Diagnostic-Code: smtp; %s

--b
Content-Type: text/rfc822-headers

Message-ID: <%s@acme.example>
Subject: Reminder
--b--
`, id, action, status, words, strings.ReplaceAll(letter, "/", ".")), "\n", "\r\n")
}

// comesIn takes a mail that came in and carries out what it left.
func (c *chaser) comesIn(raw string) {
	c.t.Helper()
	m, err := integrations.ReadMail([]byte(raw))
	c.fine(err)
	in := activities.Inbox{Store: c.Store, From: "Acme <office@acme.example>"}
	c.fine(in.Take(c.t.Context(), []string{"office@acme.example"}, m))
	c.courier()
}

func (c *chaser) courier() {
	c.t.Helper()
	for _, id := range strings.Fields(ask[string](c.desk, `select coalesce(string_agg(id, ' ' order by id), '') from command where answer is null`)) {
		c.apply(id, ask[string](c.desk, `select process from command where id = $1`, id))
	}
}

// sends has the letters leave that are due, all of which the mail server takes.
func (c *chaser) sends() {
	c.t.Helper()
	list, err := c.Claim(c.t.Context(), store.ChannelMail, 20, 0)
	c.fine(err)
	for _, e := range list {
		c.fine(c.Sent(c.t.Context(), e, "sent"))
	}
}

func (c *chaser) channels() string {
	return ask[string](c.desk, `select coalesce(string_agg(d.key || ' ' || d.channel || ' ' || to_char(d.on_date, 'MM-DD') || ' ' || e.channel || ' ' || e.state, ', ' order by d.level), '') from dunning_step d join effect e on e.key = d.effect_key where d.state = 'written'`)
}

// N5: a letter that comes back bars its address: its level comes again on paper, with a task for the collector, and so do those after it, until somebody confirms the address
// or corrects it. A delay changes nothing, nor does the same report again, by whatever mail.
func TestLetterComesBack(t *testing.T) {
	t.Parallel()
	c := newChaser(t, 1)
	c.fine(c.BeginCollection(t.Context(), store.Target{Scope: store.Everything(), Actor: c.people["gina"], ID: c.account}))
	c.on("2026-03-09 10:00")
	key := "mail/dunning/" + string(c.invoices[0]) + "/1"
	c.comesIn(report("forged", key, "failed", "5.1.1", "550 no such user")) // about a letter that has not left
	c.sends()
	c.comesIn(report("late", key, "delayed", "4.4.1", "451 try again"))
	c.comesIn(report("other", "mail/dunning/"+string(c.account)+"/1", "failed", "5.1.1", "550 no such user"))
	if got := c.channels(); got != "first mail 03-09 mail done" {
		t.Fatalf("nothing came back: %s", got)
	}
	for _, id := range []string{"one", "one", "two"} {
		c.comesIn(report(id, key, "failed", "5.1.1", "550 no such\u202e\n  user <b>"))
		if got := c.channels(); got != "first paper 03-09 paper due" {
			t.Fatalf("it came back: %s", got)
		}
	}
	if got := ask[string](c.desk, `select state || ': ' || outcome from effect where key = $1`, key); got != "parked: 550 no such user <b>" {
		t.Errorf("the letter: %s", got)
	}
	if got := ask[string](c.desk, `select string_agg(kind || ' ' || subject, ', ' order by kind) from engagement where owner_id = $1`, c.people["gina"]); got != "call buyer@example.com: 550 no such user <b> · Łódź, letter A/1 · Łódź" {
		t.Errorf("tasks: %s", got)
	}
	if got := c.events("letter.%"); got != "letter.came_back" {
		t.Errorf("told: %s", got)
	}
	papers, err := c.PaperLetters(t.Context(), c.account)
	c.fine(err)
	bad, err := c.Undeliverables(t.Context(), c.account)
	c.fine(err)
	if len(papers) != 1 || papers[0].Number != "A/1" || len(bad) != 1 || bad[0].Email != "buyer@example.com" {
		t.Fatalf("%+v %+v", papers, bad)
	}
	if a := c.says(crm.CollectionPosted, crm.ReleaseFields{ID: papers[0].ID}); !a.OK() {
		t.Errorf("%+v", a)
	}
	if a := c.says(crm.CollectionPosted, crm.ReleaseFields{ID: papers[0].ID}); a.Code != "hold_over" {
		t.Errorf("posted twice: %+v", a)
	}
	if got := ask[int](c.desk, `select count(*)::int from engagement where kind = 'letter' and done_at is null`); got != 0 {
		t.Error("the task is still to do")
	}
	c.on("2026-03-23 10:00")
	if got := c.channels(); got != "first paper 03-09 paper done, second paper 03-23 paper due" {
		t.Errorf("two weeks later: %s", got)
	}
	c.exec(`update account set email = 'new@example.com'`)
	plan := c.says(crm.CollectionPlan, crm.PaymentPlanFields{PlanTerms: crm.PlanTerms{Parts: 2, FirstOn: crm.NewDate(2026, 4, 10), Rhythm: crm.RhythmMonthly}})
	if got := ask[string](c.desk, `select channel || ' ' || (payload->>'to') from effect where key = 'mail/payment_plan/' || $1`, plan.Params["payment_plan"]); got != "mail new@example.com" {
		t.Errorf("with another address: %s", got)
	}
	if got := ask[string](c.desk, `select state from effect where key = 'mail/dunning/' || $1 || '/2'`, string(c.invoices[0])); got != "cancelled" {
		t.Errorf("what a plan holds is not posted: %s", got)
	}
	if got := c.postTasks(); got != "A/1 · Łódź reached, A/1 · Łódź planned" {
		t.Errorf("nor is it to do: %s", got)
	}
}

// postTasks are the tasks to post letters: done with which outcome, called off for which reason, or still to do.
func (c *chaser) postTasks() string {
	return ask[string](c.desk, `select coalesce(string_agg(subject || ' ' || case when done_at is null then 'to do' when cancelled_at = done_at then cancel_reason else outcome end, ', ' order by due_at, subject), '') from engagement where kind = 'letter'`)
}

// N5: a mail server that refuses a letter bars the address as a report does, once; confirmed, letters go there again.
func TestLetterIsRefused(t *testing.T) {
	t.Parallel()
	c := newChaser(t, 1)
	c.fine(c.BeginCollection(t.Context(), store.Target{Scope: store.Everything(), Actor: c.people["gina"], ID: c.account}))
	c.on("2026-03-09 10:00")
	list, err := c.Claim(t.Context(), store.ChannelMail, 20, 0)
	c.fine(err)
	if len(list) != 1 {
		t.Fatalf("%+v", list)
	}
	for range 2 {
		c.fine(c.Parked(t.Context(), list[0], "550 5.1.1 unknown"))
		c.courier()
	}
	c.comesIn(report("later", list[0].Key, "failed", "5.1.1", "550 no such user"))
	bad, err := c.Undeliverables(t.Context(), c.account)
	c.fine(err)
	if got := c.channels(); got != "first paper 03-09 paper due" || len(bad) != 1 || bad[0].Reason != "550 5.1.1 unknown" {
		t.Fatalf("%s %+v", got, bad)
	}
	if a := c.says(crm.CollectionAddress, crm.ReleaseFields{ID: bad[0].ID, Note: "He rang"}); !a.OK() {
		t.Errorf("%+v", a)
	}
	if a := c.says(crm.CollectionAddress, crm.ReleaseFields{ID: bad[0].ID}); a.Code != "hold_over" {
		t.Errorf("confirmed twice: %+v", a)
	}
	c.on("2026-03-23 10:00")
	if got := c.channels(); got != "first paper 03-09 paper due, second mail 03-23 mail due" {
		t.Errorf("two weeks later: %s", got)
	}
	c.pays(0, "100")
	if got := c.channels(); got != "" && !strings.Contains(got, "cancelled") {
		t.Errorf("paid: %s", got)
	}
	if got := ask[int](c.desk, `select count(*)::int from effect where state = 'due'`); got != 0 {
		t.Errorf("%d letters about what is paid", got)
	}
	if got := c.postTasks(); got != "A/1 · Łódź paid" {
		t.Errorf("nobody posts what is paid: %s", got)
	}
}
