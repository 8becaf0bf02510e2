package e2e

import (
	"time"

	"leadtocash/crm"
	"leadtocash/store"
)

// casePaths walks one case that misses its promises and is closed by a person, and one that closes by itself.
func (s *scene) casePaths() {
	account := crm.ID(ask[string](s, `select id::text from account order by created_at limit 1`))
	open := func() (crm.ID, string) {
		k, err := s.store.OpenCase(s.t.Context(), store.Target{Scope: store.Everything(), Actor: crm.ID(person("care"))},
			crm.Case{ID: store.NewID(), AccountID: account, Subject: "Personsubject", Text: "Persontext", Priority: crm.PriorityUrgent})
		if err != nil {
			s.t.Fatal(err)
		}
		return k.ID, crm.ProcessID(crm.KindCase, k.ID)
	}
	text := crm.CaseTextFields{Text: "Persontext"}
	k, process := open()
	s.advance(7 * 24 * time.Hour) // both promises are missed
	s.must(crm.CareAnswer, crm.KindCase, k, person("care"), text)
	s.must(crm.CareWait, crm.KindCase, k, person("care"), crm.CaseTextFields{Text: "for a picture"})
	s.must(crm.CareResume, crm.KindCase, k, person("care"), crm.CaseTextFields{})
	s.must(crm.CareSolve, crm.KindCase, k, person("care"), text)
	s.must(crm.CareReopen, crm.KindCase, k, person("care"), text)
	s.must(crm.CareSolve, crm.KindCase, k, person("care"), text)
	s.must(crm.CareClose, crm.KindCase, k, person("care"), crm.CaseTextFields{})
	s.record("Case-reopened", process, s.over(process))

	k, process = open()
	s.must(crm.CareSolve, crm.KindCase, k, person("care"), text)
	s.advance(10 * 24 * time.Hour)
	s.record("Case-lapsed", process, s.over(process))
}
