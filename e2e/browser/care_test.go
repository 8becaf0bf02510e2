package browser

import (
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
	return []string{"/cases/" + string(id), "/care/requests", "/settings/care", "/help"}
}
