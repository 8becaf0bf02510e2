package browser

import (
	"leadtocash/crm"
	"leadtocash/store"

	"github.com/google/uuid"
)

// papers files a document with words to be found, posts to the company, and gives the page of the document.
func (s *scene) papers(deal crm.ID) string {
	ops, err := s.store.UserByEmail(s.t.Context(), "ops@demo.example")
	must(s.t, err)
	v := store.Viewer{User: ops}
	f, err := s.store.SaveFolder(s.t.Context(), v, crm.Folder{ID: store.NewID(), Name: "Regulations", Readers: []string{}, Writers: []string{"role:salesperson"}})
	must(s.t, err)
	d, err := s.store.AddDocument(s.t.Context(), v, crm.Document{ID: store.NewID(), RecordKind: crm.SubjectFolder, RecordID: f.ID, Title: "Hall and floor", Kind: "contract", Tags: []string{"building"}},
		store.DocumentFile{Name: "hall.txt", MediaType: "text/plain", Bytes: []byte("The hall has a floor of concrete.")})
	must(s.t, err)
	must(s.t, s.store.LinkDocument(s.t.Context(), v, d.ID, crm.Subject{Kind: crm.SubjectOpportunity, ID: deal}))
	return "/documents/" + string(d.ID)
}

// posted writes a post to the company and gives its page.
func (s *scene) posted() string {
	ops, err := s.store.UserByEmail(s.t.Context(), "ops@demo.example")
	must(s.t, err)
	n, err := s.store.AddNote(s.t.Context(), store.Viewer{User: ops}, crm.Note{ID: store.NewID(), RecordKind: crm.SubjectCompany, Text: "New floors. @manager look"}, nil)
	must(s.t, err)
	return "/feed/" + string(n.ID)
}

// written writes a letter about a deal, once, and gives the page of its engagement.
func (s *scene) written(deal crm.ID) string {
	s.t.Helper()
	id := crm.ID(uuid.NewSHA1(uuid.NameSpaceOID, []byte(deal)).String())
	if _, err := s.store.EngagementMessage(s.t.Context(), id); err == nil {
		return "/engagements/" + string(id)
	}
	now, err := s.store.Now(s.t.Context())
	must(s.t, err)
	t := store.Target{Scope: store.Everything(), Actor: person("sales"), ID: deal}
	_, err = s.store.PlanEngagement(s.t.Context(), t, crm.Engagement{ID: id, Kind: "letter", OpportunityID: deal, Subject: "Send the terms", DueAt: now})
	must(s.t, err)
	seller, err := s.store.User(s.t.Context(), person("sales"))
	must(s.t, err)
	t.ID = id
	_, err = s.store.SendMessage(s.t.Context(), t, store.Viewer{User: seller}, crm.Message{Language: "pl", Subject: "Warunki dostawy", Text: "Szanowni Państwo,\n\nprzesyłamy warunki dostawy."},
		func(crm.Message, crm.LegalEntity) (store.DocumentFile, error) {
			return store.DocumentFile{Name: "warunki.pdf", MediaType: "application/pdf", Bytes: []byte("%PDF-1.4")}, nil
		})
	must(s.t, err)
	return "/engagements/" + string(id)
}
