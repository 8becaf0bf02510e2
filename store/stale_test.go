package store_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"leadtocash/crm"
	"leadtocash/store"
)

// monday is when these stories begin, whatever day it is: what falls on a weekend comes later.
var monday = crm.NewDate(2027, 1, 11)

// morningAt moves the clock to nine in Rome on the first working day that is at least so many days after the Monday, and gives that day.
func (e edited) morningAt(t *testing.T, days int) crm.Date {
	t.Helper()
	rome, err := time.LoadLocation("Europe/Rome")
	must(t, err)
	d := monday.AddDays(days)
	for d.Weekday() == time.Saturday || d.Weekday() == time.Sunday {
		d = d.AddDays(1)
	}
	at, _ := d.At(9*60, rome)
	must(t, e.tries(`update business_clock set shift_seconds = extract(epoch from timestamptz '`+at.UTC().Format(time.RFC3339)+`' - now())::bigint`))
	return d
}

// morning has one pass made and gives what each person was mailed since, by login.
func (e edited) morning(t *testing.T, stages ...store.StaleStage) map[string]crm.Letter {
	t.Helper()
	must(t, e.tries(`delete from effect`))
	_, err := e.store.FollowMorning(t.Context(), stages, func(d store.Digest) crm.Letter {
		var own, team []string
		for _, x := range d.Deals {
			if x.Own {
				own = append(own, x.Name)
			} else {
				team = append(team, x.Name)
			}
		}
		return crm.Letter{Template: "digest", To: d.To.Email, Language: d.To.Language, Texts: map[string]string{"own": strings.Join(own, ","), "team": strings.Join(team, ",")}}
	})
	must(t, err)
	out := map[string]crm.Letter{}
	for {
		some, err := e.store.Claim(t.Context(), store.ChannelMail, 50, time.Minute)
		must(t, err)
		if len(some) == 0 {
			return out
		}
		for _, f := range some {
			var l crm.Letter
			must(t, json.Unmarshal(f.Payload, &l))
			out[l.To+" "+l.Template] = l
			must(t, e.store.Sent(t.Context(), f, "id"))
		}
	}
}

// What people are mailed of in the morning.
func TestMorning(t *testing.T) {
	t.Parallel()
	e := newEdited(t)
	e.morningAt(t, 0)
	one, err := e.store.CreateTeam(t.Context(), store.Team{Name: "One"})
	must(t, err)
	p := people{ops: e.person(t, "Olga", "", crm.RoleSalesOps), anna: e.person(t, "Nina", one.ID, crm.RoleSalesperson), mara: e.person(t, "Mara", one.ID, crm.RoleSalesManager), ben: e.person(t, "Ben", "", crm.RoleSalesperson)}
	t.Run("S070", func(t *testing.T) { standstills(t, e, p) })
	t.Run("S105", func(t *testing.T) { expiryMails(t, e, p) })
}

// S070: what stands still is mailed to its owner and, of his team, to the manager, once on a working day; a planned activity counts as life, a rest ends by itself,
// who does not want the mails gets none, and a second pass writes nothing.
func standstills(t *testing.T, e edited, p people) {
	allowed := func(crm.Facts) crm.Verdict { return crm.Verdict{Result: crm.Allowed} }
	first := e.deal(t)
	open := func(owner store.Viewer, name string) store.Target {
		o, err := e.store.CreateOpportunity(t.Context(), store.Everything(), owner.ID, crm.Opportunity{ID: store.NewID(), Name: name, AccountID: first.AccountID, Stage: "identify", OwnerID: owner.ID}, allowed)
		must(t, err)
		return store.Target{Scope: store.Everything(), Actor: owner.ID, ID: o.ID}
	}
	pumps, _, mine := open(p.anna, "Pumps"), open(p.ben, "Valves"), open(p.mara, "Mara’s")
	stages := []store.StaleStage{{Pipeline: first.Pipeline, Stage: "identify", Days: 7}}
	mail := func(days int) (out [3]string) {
		e.morningAt(t, days)
		got := e.morning(t, stages...)
		for i, v := range []store.Viewer{p.anna, p.mara, p.ben} {
			if l, told := got[v.Email+" digest"]; told {
				out[i] = l.Texts["own"] + "/" + l.Texts["team"]
			}
		}
		return out
	}
	want := func(what string, got, want [3]string) {
		t.Helper()
		if got != want {
			t.Errorf("%s: %q, want %q", what, got, want)
		}
	}
	want("too early", mail(7), [3]string{})
	want("after a week", mail(10), [3]string{"Pumps/", "Mara’s/Pumps", "Valves/"})
	want("again", mail(10), [3]string{})

	day := e.morningAt(t, 14)
	_, err := e.store.Snooze(t.Context(), pumps, crm.Snooze{Until: day.AddDays(10), Reason: "They move house"})
	must(t, err)
	must(t, e.store.SetDigestMail(t.Context(), p.ben.ID, false))
	due := monday.AddDays(20).StartIn(time.UTC).Add(9 * time.Hour)
	_, err = e.store.PlanEngagement(t.Context(), mine, crm.Engagement{ID: store.NewID(), OpportunityID: mine.ID, OwnerID: p.mara.ID, Kind: "call", Subject: "Ask", DueAt: due})
	must(t, err)
	want("rest and plan", mail(14), [3]string{})
	d, err := e.store.DealPage(t.Context(), store.Everything(), pumps.ID)
	if must(t, err); d.SnoozedUntil != day.AddDays(10) || d.SnoozeReason != "They move house" {
		t.Errorf("%+v", d.Card)
	}
	want("the rest is over", mail(25), [3]string{"Pumps/", "/Pumps", ""})
	want("the plan is too", mail(35), [3]string{"Pumps/", "Mara’s/Pumps", ""})
	must(t, e.store.Wake(t.Context(), pumps))
	must(t, e.store.Wake(t.Context(), pumps))

	for _, bad := range []crm.Snooze{{Reason: "x"}, {Until: day, Reason: "x"}, {Until: day.AddDays(400), Reason: "x"}, {Until: day.AddDays(40)}} {
		if _, err := e.store.Snooze(t.Context(), pumps, bad); len(wrongAt(err)) == 0 {
			t.Errorf("%+v: %v", bad, err)
		}
	}
	foreign := pumps
	foreign.Scope = store.ScopeOf(p.ben.User, crm.MaySnoozeDeal)
	if _, err := e.store.Snooze(t.Context(), foreign, crm.Snooze{Until: day.AddDays(30), Reason: "x"}); err != store.ErrNotFound {
		t.Errorf("a stranger lets it rest: %v", err)
	}
}

// S105: who put a document in is mailed ahead of its last day and on it, once each.
func expiryMails(t *testing.T, e edited, p people) {
	last := e.morningAt(t, 10)
	e.morningAt(t, 0)
	at := e.folder(t, p.ops, crm.Folder{Name: "Certificates", Writers: []string{"role:salesperson"}})
	_, err := e.store.AddDocument(t.Context(), p.anna, crm.Document{ID: store.NewID(), Title: "ISO 9001", RecordKind: crm.SubjectFolder, RecordID: at, ExpiresOn: last}, textFile("x"))
	must(t, err)
	got := map[string]int{}
	for _, days := range []int{0, 0, 5, 10, 10, 12} {
		e.morningAt(t, days)
		_, err := e.store.RemindExpiries(t.Context())
		must(t, err)
		keep := e.count(t, `select count(*) from effect`)
		_, err = e.store.FollowMorning(t.Context(), nil, nil)
		must(t, err)
		if n := e.count(t, `select count(*) from effect`) - keep; n > 0 {
			got[time.Duration(days).String()] += n
		}
	}
	if e.count(t, `select count(*) from effect where payload->>'template' = 'expiry_ahead' and payload->'texts'->>'title' = 'ISO 9001' and payload->>'to' = $1`, p.anna.Email) != 1 ||
		e.count(t, `select count(*) from effect where payload->>'template' = 'expiry_day' and payload->>'to' = $1`, p.anna.Email) != 1 || len(got) != 2 {
		t.Errorf("%v", got)
	}
}
