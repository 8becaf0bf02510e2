package e2e

import (
	"strings"
	"testing"

	"leadtocash/crm"
	"leadtocash/store"
)

// openCase writes a case of a contract's customer down.
func (s *scene) openCase(contract crm.ID, p crm.Priority) crm.Case {
	s.t.Helper()
	k, err := s.store.OpenCase(s.t.Context(), store.Target{Scope: store.Everything(), Actor: crm.ID(person("care"))},
		crm.Case{ID: store.NewID(), ContractID: contract, Subject: "The line stops", Text: "Since this morning", Priority: p})
	if err != nil {
		s.t.Fatal(err)
	}
	return k
}

// TestCaseMissesItsPromises: each missed promise is told and mailed to the people of care once, in working time, and the clock stands while the customer is waited for (S086).
func TestCaseMissesItsPromises(t *testing.T) {
	t.Parallel()
	s := newScene(t, "2026-05-08 16:30") // a Friday
	s.exec(`insert into holiday (on_date, name) values ('2026-05-11', 'Patron')`)
	k := s.openCase(s.contract("Promise Srl"), crm.PriorityUrgent)
	process := crm.ProcessID(crm.KindCase, k.ID)
	escalations := func(kind string) (n int) {
		for _, key := range s.mail.arrived() {
			if strings.HasPrefix(key, "mail/case_late/"+string(k.ID)+"/"+kind) {
				n++
			}
		}
		return n
	}
	s.until("2026-05-08 17:25")
	if escalations("case_answer") != 0 {
		t.Fatal("too early")
	}
	s.until("2026-05-08 17:45")
	s.eventually("the first promise is missed", func() bool { return escalations("case_answer") == 1 })
	s.must(crm.CareAnswer, crm.KindCase, k.ID, person("care"), crm.CaseTextFields{Text: "Which error does it show?"})
	if owner := ask[string](s, `select owner_id::text || ' ' || state from care_case`); owner != person("care")+" in_progress" {
		t.Fatalf("who answers works on it: %s", owner)
	}
	s.must(crm.CareWait, crm.KindCase, k.ID, person("care"), crm.CaseTextFields{Text: "for the number of the error"})
	s.until("2026-05-20 10:00") // far beyond its eight hours
	if escalations("case_solve") != 0 {
		t.Fatal("it was late while the customer was waited for")
	}
	s.must(crm.CareResume, crm.KindCase, k.ID, person("care"), crm.CaseTextFields{})
	s.until("2026-05-21 08:30") // of 8 hours about 1:15 were used on Friday
	due := ask[string](s, `select to_char(solve_due at time zone 'Europe/Rome', 'YYYY-MM-DD') from care_case`)
	if due != "2026-05-20" && due != "2026-05-21" {
		t.Fatalf("the solution is due %s", due)
	}
	s.until("2026-05-21 12:00")
	s.eventually("the second promise is missed", func() bool { return escalations("case_solve") == 1 })
	s.until("2026-05-29 12:00")
	if a, b := escalations("case_answer"), escalations("case_solve"); a != 1 || b != 1 || s.told(process, "case.escalated") != 2 {
		t.Fatalf("%d and %d mails", a, b)
	}
}

// TestCaseLife: a solved case can be reopened, closes by itself after five working days, and may begin a new sale (S086, loop C6 to L1).
func TestCaseLife(t *testing.T) {
	t.Parallel()
	s := newScene(t, "2026-05-04 10:00")
	contract := s.contract("Life Srl")
	k := s.openCase(contract, crm.PriorityNormal)
	do := func(kind, text string, want string) crm.Answer {
		t.Helper()
		a := s.do(kind, crm.KindCase, k.ID, person("care"), crm.CaseTextFields{Text: text})
		if a.Code != want {
			t.Fatalf("%s: %+v, want %s", kind, a, want)
		}
		return a
	}
	do(crm.CareWait, "", "transition_not_allowed")
	s.must(crm.CareTake, crm.KindCase, k.ID, person("care"), crm.CaseTakeFields{})
	do(crm.CareSolve, "", "validation_failed")
	do(crm.CareSolve, "New firmware", crm.Done)
	do(crm.CareSolve, "Again", "transition_not_allowed")
	do(crm.CareReopen, "It stops again", crm.Done)
	s.until("2026-05-11 23:59")
	do(crm.CareSolve, "New drive", crm.Done) // at night before Tuesday
	lead := s.must(crm.CareLead, crm.KindCase, k.ID, person("care"), crm.CaseLeadFields{Need: "A second line"}).Params["lead"]
	if again := s.must(crm.CareLead, crm.KindCase, k.ID, person("care"), crm.CaseLeadFields{Need: "A third line"}).Params["lead"]; again != lead {
		t.Fatalf("a case made leads %s and %s", lead, again)
	}
	if need := ask[string](s, `select l.need || ' ' || p.parent from lead l join process p on p.record_id = l.id where l.id = $1`, lead); need != "A second line case-"+string(k.ID) {
		t.Fatalf("the lead is %q", need)
	}
	process := crm.ProcessID(crm.KindCase, k.ID)
	s.until("2026-05-18 23:00") // Tuesday to Monday are five working days
	if ask[bool](s, `select closed from process where id = $1`, process) {
		t.Fatal("closed too early")
	}
	s.until("2026-05-19 00:30")
	s.eventually("it closes by itself", func() bool { return ask[bool](s, `select closed from process where id = $1`, process) })
	do(crm.CareReopen, "Once more", "case_closed")
	if n := ask[int](s, `select count(*)::int from effect where key like 'mail/case_solved/%'`); n != 2 {
		t.Fatalf("%d mails of a solution, want one each time", n)
	}
}
