package e2e

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"leadtocash/activities"
	"leadtocash/crm"
	"leadtocash/integrations"
	"leadtocash/store"
)

// caseOf reads what is there of a case, parts of a text.
func (s *scene) caseOf(id any, what string) string {
	s.t.Helper()
	return ask[string](s, `select (`+what+`)::text from care_case k where k.id = $1`, id)
}

// S086: a customer's mails come in on his case, by the letter that they answer or by its number from his own address; attachments stay; an automatic answer
// makes nothing; a reply to a solved case takes it up again, one to a closed case opens a new one beside it; who is not known waits for a person; the same mail
// again is the same; one of the house writes a note.
func TestCareMail(t *testing.T) {
	t.Parallel()
	s := newScene(t, "2026-05-04 10:00")
	k := s.openCase(s.contract("Talk Srl"), crm.PriorityNormal)
	s.exec(fmt.Sprintf(`update account set email = 'office@talk.example' where id = '%s'`, k.AccountID))
	s.must(crm.CareTake, crm.KindCase, k.ID, person("care"), crm.CaseTakeFields{})
	s.must(crm.CareAnswer, crm.KindCase, k.ID, person("care"), crm.CaseTextFields{Text: "Which error?"})
	s.must(crm.CareWait, crm.KindCase, k.ID, person("care"), crm.CaseTextFields{Text: "for the error"})
	take := (&activities.Inbox{Store: s.store, From: "Office <office@demo.example>"}).Take
	n := 0
	send := func(to, from, subject string, change ...func(*integrations.Incoming)) {
		t.Helper()
		n++
		m := integrations.Incoming{Key: fmt.Sprint(n, "@talk.example"), From: from, Name: "Luca", Raw: []byte("raw"), Subject: subject, Text: fmt.Sprintf("Words %d\n\nOn Monday the office wrote:\n> Which error?", n)}
		for _, c := range change {
			c(&m)
		}
		for range 2 { // whose sender did not hear the answer
			if err := take(t.Context(), []string{to + "@demo.example"}, m); err != nil {
				t.Fatal(err)
			}
		}
	}
	letter := ask[string](s, `select replace(key, '/', '.') || '@demo.example' from effect where key like 'mail/case_answer/%'`)
	send("office", "luca@private.example", "Re: Which", func(m *integrations.Incoming) {
		m.References, m.Attachments = []string{letter}, []integrations.Attachment{{Name: "photo.png", Media: "image/png", Bytes: []byte("x")}}
	})
	if got := s.caseOf(k.ID, `k.state || ' ' || (select string_agg(m.kind || ':' || m.text, ', ' order by m.at, m.id) from case_message m where m.case_id = k.id and m.text like 'Words%') || ' ' || (select string_agg(f.name, ' ') from case_file f where f.case_id = k.id)`); got != "in_progress in:Words 1 photo.png" {
		t.Fatal(got)
	}
	if at := ask[int](s, `select count(*)::int from deadline where process = $1 and kind = 'case_solve'`, crm.ProcessID(crm.KindCase, k.ID)); at != 1 {
		t.Fatal("the clock of the solution does not run")
	}
	s.must(crm.CareSolve, crm.KindCase, k.ID, person("care"), crm.CaseTextFields{Text: "New drive"})
	send("office", "office@talk.example", "again ["+k.Number+"]", func(m *integrations.Incoming) { m.Auto = true })
	send("office", "stranger@evil.example", "let me read ["+k.Number+"]") // makes a lead
	if got := s.caseOf(k.ID, `k.state`); got != "solved" {
		t.Fatal(got)
	}
	send("office", "office@talk.example", "AW: again ["+k.Number+"]")
	if got := s.caseOf(k.ID, `k.state || ' ' || (select count(*) from deadline d where d.process = 'case-' || k.id and d.kind = 'case_close')`); got != "in_progress 0" {
		t.Fatal(got)
	}
	send("office", ask[string](s, `select email from app_user where id = $1`, person("projects")), "about "+k.Number)
	if got := s.caseOf(k.ID, `select kind || ' ' || author_id from case_message m where m.case_id = k.id order by at desc, id limit 1`); got != "note "+person("projects") {
		t.Fatal(got)
	}
	s.must(crm.CareSolve, crm.KindCase, k.ID, person("care"), crm.CaseTextFields{Text: "Newer drive"})
	s.must(crm.CareClose, crm.KindCase, k.ID, person("care"), crm.CaseTextFields{})
	send("office", "office@talk.example", k.Number)
	next := ask[string](s, `select id::text || ' ' || account_id || ' ' || state from care_case where follows_id = $1`, k.ID)
	if !strings.HasSuffix(next, string(k.AccountID)+" open") {
		t.Fatal(next)
	}
	send("support+pumps", "office@talk.example", "A second line")
	send("support", "new@talk.example", "From a colleague") // the domain is the customer's alone
	send("care", "nobody@knows.example", "Please help")
	if got := ask[string](s, `select (select count(*) from care_case where channel = 'mail' and account_id = $1) || ' ' || (select string_agg(state, ' ' order by state) from care_request) || ' ' || (select count(*) from effect where key like 'mail/case_received/%')`, k.AccountID); got != "3 held placed placed 3" {
		t.Fatal(got)
	}
	held := ask[string](s, `select id::text from care_request where state = 'held'`)
	for range 2 {
		got, err := s.store.PlaceRequest(t.Context(), store.Target{Scope: store.Everything(), Actor: crm.ID(person("care")), ID: crm.ID(held)}, k.AccountID)
		if err != nil || got.Sender != "nobody@knows.example" {
			t.Fatal(got, err)
		}
	}
	if n := ask[int](s, `select count(*)::int from care_case where sender = 'nobody@knows.example'`); n != 1 {
		t.Fatalf("%d cases of one request", n)
	}
}

// S086: the page under the customer's link shows what was said but no note, takes what he writes and his word that it is over; a file of a note is not his.
func TestCareCustomerWord(t *testing.T) {
	t.Parallel()
	s := newScene(t, "2026-05-04 10:00")
	k := s.openCase(s.contract("Word Srl"), crm.PriorityNormal)
	at := store.Target{Scope: store.Everything(), Actor: crm.ID(person("care")), ID: k.ID}
	if _, err := s.store.NoteCase(t.Context(), at, crm.CaseMessage{ID: store.NewID(), Text: "He is angry"}, []store.DocumentFile{{Name: "n.txt", MediaType: "text/plain", Bytes: []byte("n")}}); err != nil {
		t.Fatal(err)
	}
	lines, err := s.store.CaseTalk(t.Context(), k.ID, false)
	if err != nil || len(lines) != 1 || lines[0].Text != "Since this morning" {
		t.Fatal(lines, err)
	}
	house, err := s.store.CaseTalk(t.Context(), k.ID, true)
	if err != nil || len(house) != 2 || len(house[1].Files) != 1 {
		t.Fatal(house, err)
	}
	if _, err := s.store.CaseFile(t.Context(), k.ID, house[1].Files[0].ID, false); err != store.ErrNotFound {
		t.Fatal("the customer reads a note's file", err)
	}
	s.must(crm.CareSolve, crm.KindCase, k.ID, person("care"), crm.CaseTextFields{Text: "Done"})
	word := crm.CaseMessage{ID: store.NewID(), Channel: crm.CaseByPage, Name: "Luca", Text: "It is not"}
	for range 2 {
		if _, err := s.store.HearCase(t.Context(), store.Target{Scope: store.Everything(), Actor: store.Customer, ID: k.ID}, word, nil); err != nil {
			t.Fatal(err)
		}
	}
	if got := s.caseOf(k.ID, `k.state || ' ' || (select count(*) from case_message m where m.case_id = k.id)`); got != "in_progress 4" {
		t.Fatal(got)
	}
	s.must(crm.CareDone, crm.KindCase, k.ID, "customer", crm.CaseTextFields{Text: "Now it is"})
	s.must(crm.CareDone, crm.KindCase, k.ID, "customer", crm.CaseTextFields{})
	if got := s.caseOf(k.ID, `k.state || ' ' || (select closed from process where id = 'case-' || k.id)`); got != "closed true" {
		t.Fatal(got)
	}
}

// S086: how satisfied a customer is is asked once for each solution and once more after three working days; the first answer stands; a poor one is told to a manager.
func TestCareRating(t *testing.T) {
	t.Parallel()
	s := newScene(t, "2026-05-04 10:00") // a Monday
	k := s.openCase(s.contract("Stars Srl"), crm.PriorityNormal)
	s.exec(fmt.Sprintf(`update account set email = 'office@stars.example' where id = '%s'`, k.AccountID))
	solve := func() {
		t.Helper()
		s.must(crm.CareSolve, crm.KindCase, k.ID, person("care"), crm.CaseTextFields{Text: "Done"})
	}
	reminders := func() int {
		return ask[int](s, `select count(*)::int from effect where key like 'mail/case_rate/%'`)
	}
	solve()
	s.until("2026-05-06 23:00")
	if reminders() != 0 {
		t.Fatal("asked again too early")
	}
	s.until("2026-05-07 10:00")
	s.eventually("asked once more", func() bool { return reminders() == 1 })
	r, err := s.store.OpenRating(t.Context(), k.ID)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.store.RateCase(t.Context(), store.Customer, r.ID, 6, ""); err == nil {
		t.Fatal("six of five")
	}
	for range 2 {
		if err := s.store.RateCase(t.Context(), store.Customer, r.ID, 2, "Slow"); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.store.RateCase(t.Context(), store.Customer, r.ID, 5, "Slow"); err == nil {
		t.Fatal("answered otherwise")
	}
	if n := ask[int](s, `select count(*)::int from effect where key like 'mail/case_poor/%'`); n == 0 {
		t.Fatal("no manager was told")
	}
	s.must(crm.CareReopen, crm.KindCase, k.ID, person("care"), crm.CaseTextFields{Text: "Again"})
	solve()
	if r, err = s.store.OpenRating(t.Context(), k.ID); err != nil || r.Solution != 2 {
		t.Fatal(r, err)
	}
	if err := s.store.RateCase(t.Context(), store.Customer, r.ID, 5, ""); err != nil {
		t.Fatal(err)
	}
	s.until("2026-05-12 10:00")
	if reminders() != 1 {
		t.Fatal("asked again though he answered")
	}
}

// S086: new cases go in turn to the people of care who are not away.
func TestCareTurns(t *testing.T) {
	t.Parallel()
	s := newScene(t, "2026-05-04 10:00")
	contract := s.contract("Turns Srl")
	if _, _, err := s.store.EditCareSetting(t.Context(), store.Target{}, func(c *crm.CareSetting) error { c.RoundRobin = true; return nil }); err != nil {
		t.Fatal(err)
	}
	others := map[crm.ID]bool{}
	for _, name := range []string{"Carla", "Dario"} {
		u, err := s.store.CreateUser(t.Context(), crm.User{Name: name, Email: name + "@care.example", Language: "en", Roles: []crm.Role{crm.RoleCare}}, "a long password")
		if err != nil {
			t.Fatal(err)
		}
		others[u.ID] = true
	}
	s.exec(fmt.Sprintf(`insert into absence (id, user_id, first_day, last_day, made_by, made_at) values (gen_random_uuid(), '%[1]s', '2026-05-01', '2026-05-10', '%[1]s', now())`, person("care")))
	given := map[crm.ID]int{}
	for range 4 {
		k := s.openCase(contract, crm.PriorityLow)
		s.advance(time.Minute)
		given[k.OwnerID]++
	}
	if len(given) != 2 {
		t.Fatalf("given: %v", given)
	}
	for id, n := range given {
		if n != 2 || !others[id] {
			t.Fatalf("%s got %d", id, n)
		}
	}
}
