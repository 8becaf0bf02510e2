package api

import (
	"leadtocash/crm"
	"leadtocash/store"
)

// aboutPage is the documents and messages of a record.
type aboutPage struct {
	Form     form
	At       store.Place
	Record   string // of forms
	Back     string // the record's own page
	Papers   papers
	Messages messages
}

// papers are the documents of a record, with the form for more.
type papers struct {
	Form   form
	Action string
	Rows   []documentLine
	Record string
	Writes bool
}

// messages are the messages about a record, with the form for another.
type messages struct {
	Form     form
	Action   string
	Rows     []noteLine
	People   []option
	Record   string
	Followed bool
	Back     string
	May      bool
}

// recordPage is a record's own page; a project is shown with its contract.
func (r *request) recordPage(p store.Place) string {
	switch p.Kind {
	case crm.SubjectProject:
		if c, err := r.store.ProjectContract(r.ctx(), p.ID); err == nil {
			return "/contracts/" + string(c)
		}
		return "/contracts"
	case crm.SubjectOpportunity:
		return "/opportunities/" + string(p.ID)
	}
	return "/" + string(p.Kind) + "s/" + string(p.ID)
}

// papersOf reads the documents of a record and those linked to it.
func (r *request) papersOf(at store.Place, action string, f form) (papers, error) {
	p := papers{Form: f, Action: action, Record: string(at.Kind) + " " + string(at.ID), Writes: at.Writes}
	rows, err := r.store.Documents(r.ctx(), r.viewer(), store.DocumentFilter{At: crm.Subject{Kind: at.Kind, ID: at.ID}, Limit: 200})
	if err != nil {
		return p, err
	}
	p.Rows, err = r.documentLines(rows)
	return p, err
}

// messagesOf reads the messages about a record.
func (r *request) messagesOf(at store.Place, action, back string, f form) (messages, error) {
	m := messages{Form: f, Action: action, Record: string(at.Kind) + " " + string(at.ID), Back: back, May: r.Can(crm.MayWriteNote), People: []option{{"", r.say("form.none")}}}
	rows, err := r.store.NotesAbout(r.ctx(), r.viewer(), crm.Subject{Kind: at.Kind, ID: at.ID}, nil, 200)
	if err != nil {
		return m, err
	}
	for _, n := range rows {
		m.Rows = append(m.Rows, r.noteLine(n))
	}
	people, err := r.store.People(r.ctx())
	if err != nil {
		return m, err
	}
	for _, u := range people {
		m.People = append(m.People, option{string(u.ID), u.Name + " (@" + u.Login + ")"})
	}
	follows, err := r.store.Follows(r.ctx(), r.viewer())
	for _, w := range follows {
		m.Followed = m.Followed || w.Kind == at.Kind && w.ID == at.ID
	}
	return m, err
}

func (r *request) aboutPlace() (store.Place, error) {
	id, err := r.id("id")
	if err != nil {
		return store.Place{}, err
	}
	kind := crm.SubjectKind(r.gin.Param("what"))
	if kind == crm.SubjectFolder {
		return store.Place{}, store.ErrNotFound
	}
	return r.store.Place(r.ctx(), r.viewer(), crm.Subject{Kind: kind, ID: id})
}

func pageAbout(r *request) error {
	at, err := r.aboutPlace()
	if err != nil {
		return err
	}
	return showAbout(r, at, form{})
}

func showAbout(r *request, at store.Place, f form) (err error) {
	url := "/about/" + string(at.Kind) + "/" + string(at.ID)
	p := aboutPage{Form: f, At: at, Record: string(at.Kind) + " " + string(at.ID), Back: r.recordPage(at)}
	if p.Papers, err = r.papersOf(at, url+"/documents", f); err != nil {
		return err
	}
	if p.Messages, err = r.messagesOf(at, url+"/notes", url, f); err != nil {
		return err
	}
	return r.show(f.Status(), "about", at.Title, p)
}

// formAboutDocument keeps files with a record (S028, S105).
func formAboutDocument(r *request) error {
	at, err := r.aboutPlace()
	if err != nil {
		return err
	}
	f, files, err := r.sentFiles()
	if err != nil {
		return err
	}
	if !f.Failed() {
		if err := r.keepFiles(&f, crm.Subject{Kind: at.Kind, ID: at.ID}, files); err != nil {
			return err
		}
	}
	if f.Failed() {
		return showAbout(r, at, f)
	}
	return r.said("document_added", "/about/"+string(at.Kind)+"/"+string(at.ID))
}

// formAboutNote leaves a message about a record (S029).
func formAboutNote(r *request) error {
	at, err := r.aboutPlace()
	if err != nil {
		return err
	}
	f, err := r.posted()
	if err != nil {
		return err
	}
	if err := r.addMessage(&f, at); err != nil {
		return err
	}
	if f.Failed() {
		return showAbout(r, at, f)
	}
	return r.said("note_added", "/about/"+string(at.Kind)+"/"+string(at.ID))
}

func (r *request) addMessage(f *form, at store.Place) error {
	r.needed(f, "text")
	if f.Failed() {
		return nil
	}
	_, err := r.store.AddNote(r.ctx(), r.viewer(), crm.Note{ID: store.NewID(), RecordKind: at.Kind, RecordID: at.ID, Text: clean(f.Value("text"), maxText)}, mentionedIn(*f))
	return r.judge(f, err)
}

// formDealNote leaves a message for colleagues on a deal (S029).
func formDealNote(r *request) error {
	id, err := r.id("id")
	if err != nil {
		return err
	}
	at, err := r.store.Place(r.ctx(), r.viewer(), crm.Subject{Kind: crm.SubjectOpportunity, ID: id})
	if err != nil {
		return err
	}
	f, err := r.posted()
	if err != nil {
		return err
	}
	f.values["tab"] = "messages"
	if err := r.addMessage(&f, at); err != nil {
		return err
	}
	if f.Failed() {
		return showDeal(r, id, f, nil)
	}
	return r.said("note_added", "/opportunities/"+string(id)+"?tab=messages")
}

// dealPapers reads the tabs Documents and Messages and notes of a deal.
func (r *request) dealPapers(p *dealPage) error {
	at, err := r.store.Place(r.ctx(), r.viewer(), crm.Subject{Kind: crm.SubjectOpportunity, ID: p.ID})
	if err != nil {
		return err
	}
	url := "/opportunities/" + string(p.ID)
	if p.Tab == "documents" {
		p.Papers, err = r.papersOf(at, url+"/documents", p.Form)
		return err
	}
	p.Messages, err = r.messagesOf(at, url+"/notes", url+"?tab=messages", p.Form)
	return err
}
