package api

import (
	"net/http"
	"strconv"

	"leadtocash/crm"
	"leadtocash/store"
)

// messagePart is the part of an engagement's page on which a mail or letter is written, or stands as it was.
type messagePart struct {
	To        store.Addressee
	Template  string
	Templates []option
	Languages []languageChoice
	Draft     crm.Message
	Sent      *store.MessageRow
	Reach     bool // there is an address
}

// messagePart reads it; nil for what is not written.
func (r *request) messagePart(p *engagementPage) error {
	if p.Binds() {
		return nil
	}
	m := &messagePart{Languages: languageChoices, Template: r.gin.Query("template")}
	if p.DoneAt != nil {
		sent, err := r.store.EngagementMessage(r.ctx(), p.ID)
		if err != nil {
			return ignoreNotFound(err)
		}
		m.Sent, p.Message = &sent, m
		return nil
	}
	if !p.May {
		return nil
	}
	var err error
	if m.To, err = r.store.Addressee(r.ctx(), store.ScopeOf(r.user, crm.MayWriteOpportunity), p.ID); err != nil {
		return err
	}
	templates, err := r.store.MailTemplateChoices(r.ctx(), p.Kind)
	if err != nil {
		return err
	}
	m.Templates = []option{{"", r.say("message.no_template")}}
	for _, t := range templates {
		m.Templates = append(m.Templates, option{string(t.ID), t.Name})
	}
	if m.Draft, err = r.drafted(p.AgendaItem, m.To, optionalID(m.Template), known(r.gin.Query("language"), []string{"en", "it", "es", "pl"})); err != nil {
		m.Draft = crm.Message{Language: m.To.Language}
	}
	if p.Form.Sent("text") {
		m.Draft.Subject, m.Draft.Text, m.Draft.Language = p.Form.Value("message_subject"), p.Form.Value("text"), p.Form.Value("language")
	}
	m.Reach = m.To.Email != "" || p.Kind == "letter"
	p.Message = m
	return nil
}

func ignoreNotFound(err error) error {
	if err == store.ErrNotFound {
		return nil
	}
	return err
}

// formMessage sends a mail, or keeps a letter to be printed.
func formMessage(r *request) error {
	f, t, err := r.engagementPosted()
	if err != nil {
		return err
	}
	m, err := r.message(t.ID, messageBody{Language: known(f.Value("language"), []string{"en", "it", "es", "pl"}), Subject: f.Value("message_subject"), Text: f.Value("text")})
	if m.TemplateID = optionalID(f.Value("template")); err == nil {
		_, err = r.store.SendMessage(r.ctx(), t, r.viewer(), m, r.letterPrinter())
	}
	if err = r.judgeItems(&f, err); err != nil {
		return err
	}
	if f.Failed() {
		return showEngagement(r, t.ID, f, nil)
	}
	return r.said("message_sent", "/engagements/"+string(t.ID))
}

// templatesPage is where templates of mails and letters are written.
type templatesPage struct {
	Rows      []crm.MailTemplate
	One       crm.MailTemplate // that is changed; none: a new one
	Form      form
	May       bool
	Kinds     []option
	Languages []languageChoice
	Fields    []string
}

func pageTemplates(r *request) error {
	return showTemplates(r, optionalID(r.gin.Query("id")), form{})
}

func showTemplates(r *request, id crm.ID, f form) error {
	rows, err := r.store.AllMailTemplates(r.ctx())
	if err != nil {
		return err
	}
	p := templatesPage{Rows: rows, Form: f, May: r.Can(crm.MayWriteSettings), Kinds: enumOptions(r, "", "engagement", crm.MailKinds()), Languages: languageChoices, Fields: crm.MailFields()}
	for _, t := range rows {
		if t.ID == id {
			p.One = t
		}
	}
	if id != "" && p.One.ID == "" {
		return store.ErrNotFound
	}
	if !f.Failed() {
		p.Form = values("name", p.One.Name, "kind", p.One.Kind, "active", yes(p.One.Active || id == ""))
		for _, x := range p.One.Texts {
			p.Form.values["subject_"+x.Language], p.Form.values["text_"+x.Language] = x.Subject, x.Text
		}
	}
	return r.show(p.Form.Status(), "templates", r.say("template.title"), p)
}

// formTemplate adds a template, or changes one.
func formTemplate(r *request) error {
	f, err := r.posted()
	if err != nil {
		return err
	}
	id := optionalID(f.Value("id"))
	b := mailTemplateBody{Name: opt[string]{true, f.Value("name")}, Active: opt[bool]{true, f.Value("active") == "true"}, Texts: opt[[]mailTextBody]{Set: true}}
	var in []string // the language of each text
	for _, l := range languageChoices {
		if s, t := f.Value("subject_"+l.Code), f.Value("text_"+l.Code); s != "" || t != "" {
			b.Texts.Value, in = append(b.Texts.Value, mailTextBody{l.Code, s, t}), append(in, l.Code)
		}
	}
	if id == "" {
		b.Kind = opt[string]{true, f.Value("kind")}
		t := crm.MailTemplate{ID: store.NewID(), Active: true}
		if err = b.apply(&t); err == nil {
			_, err = r.store.AddMailTemplate(r.ctx(), r.user.ID, t)
		}
	} else {
		version, _ := strconv.Atoi(f.Value("version"))
		_, err = r.store.EditMailTemplate(r.ctx(), store.Target{Actor: r.user.ID, ID: id, Version: version}, b.apply)
	}
	if p, ok := err.(Problem); ok { // each mistake beside its language
		for i, e := range p.Errors {
			for n, l := range in {
				for _, part := range []string{"subject", "text"} {
					if e.Pointer != nil && *e.Pointer == "/texts/"+strconv.Itoa(n)+"/"+part {
						p.Errors[i].Pointer = at("/" + part + "_" + l)
					}
				}
			}
		}
		err = p
	}
	if err = r.judgeItems(&f, err); err != nil {
		return err
	}
	if f.Failed() {
		return showTemplates(r, id, f)
	}
	return r.said("saved", "/settings/templates")
}

// pageLetterOf is a letter as it is printed.
func pageLetterOf(r *request) error {
	m, e, err := r.writtenLetter()
	if err != nil {
		return err
	}
	zone := r.srv.screens().zone()
	return r.show(http.StatusOK, "letter", m.Subject, map[string]any{"M": m, "From": e, "Date": r.srv.screens().texts.For(m.Language).LongDate(crm.DateOf(m.At, zone))})
}
