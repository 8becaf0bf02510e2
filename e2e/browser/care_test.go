package browser

import (
	"strings"
	"time"

	"leadtocash/crm"
	"leadtocash/store"
)

// cared has a customer and care talk about a case, and says which pages show it.
func (s *scene) cared(id crm.ID) []string {
	s.t.Helper()
	_, err := s.store.HearCase(s.t.Context(), s.target(id), crm.CaseMessage{ID: store.NewID(), Channel: crm.CaseByHouse, Name: "Luca Verdi", Text: "It stopped again, after two hours."}, nil)
	must(s.t, err)
	_, err = s.store.NoteCase(s.t.Context(), s.target(id), crm.CaseMessage{ID: store.NewID(), Text: "The drive of March had the same."}, []store.DocumentFile{{Name: "log.txt", MediaType: "text/plain", Bytes: []byte("E4")}})
	must(s.t, err)
	must(s.t, s.store.AskCare(s.t.Context(), crm.CareRequest{Channel: crm.CaseByForm, Name: "Eva", Email: "eva@unknown.example", Subject: "Spare parts", Text: "Which ones fit?", Language: "en", Key: "sweep"}, nil))
	return append([]string{"/cases/" + string(id), "/care/requests", "/settings/care", "/help"}, s.caredMore(id)...)
}

// caredMore gives the pages of a plan, of a case that another went into and of the other, of how care does, and the customer's own of the case that is kept.
func (s *scene) caredMore(id crm.ID) []string {
	s.t.Helper()
	k, err := store.Cases.Record(s.t.Context(), s.store, store.Everything(), id)
	must(s.t, err)
	_, _, err = s.store.EditServicePlans(s.t.Context(), store.Target{Actor: person("ops")}, func([]crm.ServicePlan) ([]crm.ServicePlan, error) {
		return []crm.ServicePlan{{Key: "gold", Name: "Gold", Levels: []crm.ServiceLevel{{Priority: crm.PriorityUrgent, Answer: 30 * time.Minute, Solve: 4 * time.Hour}}, Contracts: []crm.ID{k.ContractID}}}, nil
	})
	must(s.t, err)
	must(s.t, s.store.AskCare(s.t.Context(), crm.CareRequest{Channel: crm.CaseByForm, Name: "The buyer", Email: "buyer@ruiz.example", Subject: "The belt is loud", Text: "Since the same day.", Language: "en", Key: "belt"}, nil))
	kin, err := s.store.CaseKin(s.t.Context(), id)
	must(s.t, err)
	if len(kin.Others) == 0 {
		s.t.Fatal("the buyer's request is no case")
	}
	gone := kin.Others[0]
	_, err = s.store.MergeCases(s.t.Context(), s.target(id), gone.ID)
	must(s.t, err)
	_, secret, _ := strings.Cut(s.mailTo("buyer@ruiz.example", gone.Number).Text, "/c/")
	secret = strings.Fields(secret)[0]
	return []string{"/settings/plans?plan=gold", "/cases/" + string(id), "/cases/" + string(gone.ID), "/reports/care", "/reports/care?by=person", "/care/report?by=category", "/c/" + secret}
}
