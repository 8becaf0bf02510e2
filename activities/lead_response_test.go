package activities_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"leadtocash/activities"
	"leadtocash/crm"
	"leadtocash/rules"
	"leadtocash/store"
	"leadtocash/testkit"

	"github.com/jackc/pgx/v5"
)

// desk is a sales desk with three salespeople and a manager, whose commands are carried out as a worker does.
type desk struct {
	*store.Store
	t      *testing.T
	steps  *activities.Steps
	c      *pgx.Conn
	people map[string]crm.ID
	n      int
}

func newDesk(t *testing.T) *desk {
	t.Helper()
	d := &desk{t: t, people: map[string]crm.ID{}}
	url := testkit.Database(t, "desk "+store.Schema(), store.Migrate)
	var err error
	d.Store, err = store.Open(t.Context(), url)
	d.fine(err)
	t.Cleanup(d.Close)
	d.c, err = pgx.Connect(t.Context(), url)
	d.fine(err)
	t.Cleanup(func() { _ = d.c.Close(context.Background()) })
	d.steps = &activities.Steps{Store: d.Store, Rules: &rules.Library{}}
	d.exec(`insert into legal_entity (id, name, country, time_zone, currency) values (gen_random_uuid(), 'Acme', 'IT', 'Europe/Rome', 'EUR')`)
	d.exec(`delete from working_hours`)
	d.exec(`insert into working_hours (weekday, opens, closes) select d, o * 60, o * 60 + 240 from generate_series(1, 5) d, unnest('{9,14}'::int[]) o`)
	d.exec(`insert into lead_target (place, source, least_score, minutes) values (0, 'fair', 0, 60), (1, '', 0, 120)`)
	for _, name := range []string{"anna", "bruno", "carla", "dora"} {
		role := crm.RoleSalesperson
		if name == "dora" {
			role = crm.RoleSalesManager
		}
		u, err := d.CreateUser(t.Context(), crm.User{Name: name, Email: name + "@example.com", Language: "it", Roles: []crm.Role{role}}, "a long password")
		d.fine(err)
		d.people[name] = u.ID
	}
	_, err = d.ActivateRules(t.Context(), map[crm.RuleKind]string{
		crm.RuleAssignment: "assignment:\n  rules:\n    - {key: all, name: All, strategy: least_busy, cap: 9}\n",
	}, "shipped", "")
	d.fine(err)
	return d
}

func (d *desk) fine(err error) {
	d.t.Helper()
	if err != nil {
		d.t.Fatal(err)
	}
}

func (d *desk) exec(sql string, args ...any) {
	d.t.Helper()
	_, err := d.c.Exec(d.t.Context(), sql, args...)
	d.fine(err)
}

func ask[T any](d *desk, sql string, args ...any) (v T) {
	d.t.Helper()
	d.fine(d.c.QueryRow(d.t.Context(), sql, args...).Scan(&v))
	return v
}

// at moves the clock to a local time in Rome.
func (d *desk) at(local string) {
	d.t.Helper()
	rome, err := time.LoadLocation("Europe/Rome")
	d.fine(err)
	to, err := time.ParseInLocation("2006-01-02 15:04", local, rome)
	d.fine(err)
	d.exec(`update business_clock set shift_seconds = ceil($1::float8)`, time.Until(to).Seconds())
}

// do carries a command out, as it would be through the engine.
func (d *desk) do(kind string, lead crm.ID, actor string, fields any) crm.Answer {
	d.t.Helper()
	d.n++
	raw, err := json.Marshal(fields)
	d.fine(err)
	c := crm.Command{ID: fmt.Sprint("test/", d.n), Kind: kind, Process: crm.ProcessID(crm.KindLead, lead), Actor: string(d.people[actor]), Fields: raw}
	_, _, err = d.Accept(d.t.Context(), c)
	d.fine(err)
	return d.apply(c.ID, c.Process)
}

func (d *desk) apply(command, process string) crm.Answer {
	d.t.Helper()
	r, err := d.steps.Apply(d.t.Context(), command, process, time.Now())
	d.fine(err)
	return r.Answer
}

// given captures a lead and gives it to somebody.
func (d *desk) given(company, source, to string) crm.ID {
	d.t.Helper()
	l, _, err := d.CaptureLead(d.t.Context(), crm.Lead{Company: company, Source: source, Email: "x@" + company + ".example"}, crm.Touch{Channel: "form", Source: source, Raw: []byte(`{}`)})
	d.fine(err)
	if a := d.do(crm.LeadQualify, l.ID, "dora", crm.QualifyFields{OwnerID: d.people[to]}); !a.OK() {
		d.t.Fatalf("%+v", a)
	}
	return l.ID
}

// follow is two workers at once, until there is nothing to do; what the clocks ask of processes is carried out.
func (d *desk) follow() {
	d.t.Helper()
	var wait sync.WaitGroup
	for range 2 {
		wait.Go(func() {
			for quiet := 0; quiet < 3; quiet++ {
				p, err := d.steps.FollowResponses(d.t.Context(), time.Time{})
				if err != nil {
					d.t.Error(err)
				}
				if p.Done > 0 {
					quiet = -1
				}
			}
		})
	}
	wait.Wait()
	rows, err := d.c.Query(d.t.Context(), `select id, process from command where kind = 'lead.reassign' and answer is null order by id`)
	d.fine(err)
	waiting, err := pgx.CollectRows(rows, pgx.RowToStructByPos[struct{ ID, Process string }])
	d.fine(err)
	for _, w := range waiting {
		d.apply(w.ID, w.Process)
	}
	if len(waiting) > 0 {
		d.follow()
	}
}

// story is what the lead's timeline says of its response clock and owners, in order.
func (d *desk) story(lead crm.ID) string {
	d.t.Helper()
	return ask[string](d, `select coalesce(string_agg(replace(replace(t.code, 'lead.', ''), 'response_', '') || coalesce(' ' || u.name, ''), ', ' order by t.id), '')
		from timeline t left join app_user u on u.id::text = t.data->>'to' where t.process = 'lead-' || $1::text
			and (t.code like 'lead.response%' or t.code in ('lead.assigned_by_rule', 'lead.passed_on'))`, string(lead))
}

// The response clock runs in business hours, over the nights on which clocks change too: the owner is reminded once, then the lead goes to the next
// by the assignment rules, not to whoever is away or had it, and after so many times to the manager, with two workers (S066, table A row 9).
func TestResponseClock(t *testing.T) {
	t.Parallel()
	for name, day := range map[string][]string{
		"the spring change": {"2026-03-27", "2026-03-30"},
		"the autumn change": {"2026-10-23", "2026-10-26"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newDesk(t)
			friday, monday := day[0], day[1]
			d.at(friday + " 16:25")
			lead := d.given("late", "web", "anna")
			d.exec(`insert into absence (id, user_id, first_day, last_day, made_by, made_at) values (gen_random_uuid(), $1, $2, $2, $1, now())`, d.people["bruno"], monday)
			for _, step := range []struct{ at, story string }{
				{friday + " 17:54", ""},
				{friday + " 17:56", "reminded anna"},
				{monday + " 09:24", "reminded anna"},
				{monday + " 09:26", "reminded anna, missed anna, passed_on, assigned_by_rule carla"},
				{monday + " 10:57", "reminded anna, missed anna, passed_on, assigned_by_rule carla, reminded carla"},
				{monday + " 11:27", "reminded anna, missed anna, passed_on, assigned_by_rule carla, reminded carla, missed carla, escalated"},
				{monday + " 17:00", "reminded anna, missed anna, passed_on, assigned_by_rule carla, reminded carla, missed carla, escalated"},
			} {
				d.at(step.at)
				d.follow()
				if got := d.story(lead); got != step.story {
					t.Fatalf("%s: %q, want %q", step.at, got, step.story)
				}
			}
			if at := ask[string](d, `select string_agg(to_char(due_at at time zone 'Europe/Rome', 'YYYY-MM-DD HH24:MI'), ', ' order by due_at) from lead_response`); at != monday+" 09:25, "+monday+" 11:26" {
				t.Errorf("due at %s", at)
			}
			mails := ask[string](d, `select string_agg((payload->>'template') || ' ' || (payload->>'name'), ', ' order by created_at, key) from effect where key like 'mail/lead_response%'`)
			if want := "lead_response_due anna, lead_response_due carla, lead_response_late dora"; mails != want {
				t.Errorf("mails: %s, want %s", mails, want)
			}
			key := ask[string](d, `select replace(key, '/', '.') from effect where key like 'mail/lead_response_due%' order by key limit 1`)
			for _, kind := range []crm.MailKind{crm.MailLead, crm.MailBounce} { // what one of us answers, or what does not reach him, is not the lead's
				d.fine(d.TakeMail(t.Context(), crm.InboundMail{Key: string(kind), Kind: kind, Sender: "anna@example.com", Recipients: []string{}, Letters: []string{key}, Raw: []byte("x")}, crm.Lead{}, crm.Touch{}))
			}
			if n := ask[int](d, `select count(*)::int from command where kind = 'lead.answered'`); n != 0 {
				t.Error("a reminder's answer was taken for the lead's")
			}
			if a := d.do(crm.LeadFeedback, lead, "carla", crm.FeedbackFields{Feedback: crm.FeedbackPositive}); !a.OK() {
				t.Fatalf("%+v", a)
			}
			d.follow()
			got := ask[string](d, `select string_agg(state || ' ' || act || ' ' || round || ' ' || coalesce(round(used_seconds / 60.0), 0) || ' ' || (missed_at = due_at)::text, ', ' order by assigned_at) from lead_response`)
			if want := "passed  0 0 true, answered feedback 1 394 true"; got != want { // from 09:26 to 17:00 without lunch
				t.Errorf("%s, want %s", got, want)
			}
		})
	}
}

// What stops the clock, and what does not: only the owner's touch with its outcome, or what he can say only after it; an answer in time is in
// time although it is seen late; whoever answers late keeps the lead; bounded by the setting (S066).
func TestResponseStops(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.at("2026-03-17 09:00")
	call := func(lead crm.ID, by, outcome string) {
		t.Helper()
		_, err := d.PlanEngagement(t.Context(), store.Target{Scope: store.Everything(), Actor: d.people[by]},
			crm.Engagement{ID: store.NewID(), Kind: "call", LeadID: lead, Subject: "First call", Outcome: outcome, DueAt: time.Now()})
		d.fine(err)
	}
	leads := map[string]crm.ID{}
	for _, how := range []string{"call", "feedback", "given up", "planned", "colleague", "untouched", "handed", "seen late", "answers late", "fair"} {
		source := "web"
		if how == "fair" {
			source = how
		}
		leads[how] = d.given(strings.ReplaceAll(how, " ", "-"), source, "anna")
	}
	d.follow()
	d.at("2026-03-17 09:45")
	call(leads["call"], "anna", "positive")
	call(leads["planned"], "anna", "")
	call(leads["colleague"], "bruno", "positive")
	d.do(crm.LeadFeedback, leads["feedback"], "anna", crm.FeedbackFields{Feedback: crm.FeedbackPositive})
	d.do(crm.LeadDisqualify, leads["given up"], "anna", crm.ReasonFields{Reason: "no_need"})
	d.do(crm.LeadAssign, leads["handed"], "dora", crm.AssignFields{OwnerID: d.people["bruno"]})
	d.follow()
	d.at("2026-03-17 10:59")
	call(leads["seen late"], "anna", "neutral")
	d.at("2026-03-17 11:05")
	call(leads["answers late"], "anna", "neutral")
	d.follow()
	for how, want := range map[string]string{
		"call": "answered call anna in time", "feedback": "answered feedback anna in time", "given up": "answered disqualified anna in time",
		"planned": "passed  anna", "colleague": "passed  anna", "untouched": "passed  anna", "handed": "handed  anna",
		"seen late": "answered call anna in time", "answers late": "answered call anna late", "fair": "passed  anna",
	} {
		got := ask[string](d, `select r.state || ' ' || r.act || ' ' || u.name || coalesce(case when r.acted_at <= r.due_at then ' in time' when r.acted_at > r.due_at then ' late' end, '')
			from lead_response r join app_user u on u.id = r.owner_id where r.lead_id = $1 order by r.assigned_at limit 1`, leads[how])
		if got != want {
			t.Errorf("%s: %s, want %s", how, got, want)
		}
	}
	if n := ask[int](d, `select count(*)::int from lead_response r join lead l on l.id = r.lead_id where l.source = 'fair' and r.minutes = 60 and r.due_at - r.assigned_at < interval '61 minutes' and r.round = 0`); n != 1 {
		t.Errorf("the fair's own target held for %d", n)
	}
	// Whoever has a cap's worth of leads gets no more, and where nobody is left the manager is told.
	d.exec(`update app_user set active = false where name = 'carla'`)
	d.exec(`insert into lead (id, company, source, state, owner_id, created_at, updated_at) select gen_random_uuid(), 'Full', 'web', 'assigned', $1, now(), now() from generate_series(1, 9)`, d.people["bruno"])
	lead := d.given("nobody-left", "web", "anna")
	d.at("2026-03-17 17:59")
	d.follow()
	if got := d.story(lead); got != "missed anna, escalated" {
		t.Errorf("nobody is left: %s", got)
	}
	if to := ask[crm.ID](d, `select owner_id from lead where id = $1`, lead); to != d.people["anna"] {
		t.Errorf("it went to %s", to)
	}
	// Without a target no clock runs, also not when one is set later.
	d.exec(`delete from lead_target`)
	free := d.given("free", "web", "anna")
	d.follow()
	d.exec(`insert into lead_target (place, minutes) values (0, 1)`)
	d.at("2026-03-18 17:00")
	d.follow()
	if got := ask[string](d, `select state from lead_response where lead_id = $1`, free) + d.story(free); got != "untimed" {
		t.Errorf("without a target: %s", got)
	}
}
