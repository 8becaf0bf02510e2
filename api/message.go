package api

import (
	"net/http"
	"slices"
	"strconv"

	"leadtocash/crm"
	"leadtocash/store"
)

// mailTextBody is a template in a language.
type mailTextBody struct {
	Language string `json:"language" doc:"required;enum=language"`
	Subject  string `json:"subject" doc:"required;max=200"`
	Text     string `json:"text" doc:"required;max=10000;text=Fields stand in braces: {company}, {contact}, {date}, {deal}, {our_company}, {place}, {sender}, {time}."`
}

// mailTemplateBody is a template of a mail or letter as it is made or patched.
type mailTemplateBody struct {
	Kind   opt[string]         `json:"kind" doc:"text=mail or letter; it stays."`
	Name   opt[string]         `json:"name" doc:"max=200"`
	Texts  opt[[]mailTextBody] `json:"texts" doc:"text=All of them: a language that is left out goes."`
	Active opt[bool]           `json:"active"`
}

func (b mailTemplateBody) apply(t *crm.MailTemplate) error {
	var c check
	if b.Kind.Set && t.Version > 0 && b.Kind.Value != t.Kind {
		c.fail("/kind", "read_only", nil)
	}
	set(b.Kind, &t.Kind)
	set(b.Name, &t.Name)
	set(b.Active, &t.Active)
	c.required("/kind", &t.Kind, maxName)
	c.oneOf("/kind", t.Kind, crm.MailKinds()...)
	c.required("/name", &t.Name, maxName)
	if b.Texts.Set || t.Version == 0 {
		t.Texts = nil
		for i, x := range b.Texts.Value {
			at := "/texts/" + strconv.Itoa(i)
			c.required(at+"/language", &x.Language, maxName)
			c.language(at+"/language", x.Language)
			c.required(at+"/subject", &x.Subject, maxName)
			c.lines(at+"/text", &x.Text, maxText)
			if x.Text == "" {
				c.fail(at+"/text", "required", nil)
			}
			c.add(at+"/subject", crm.CheckMailText(x.Subject))
			c.add(at+"/text", crm.CheckMailText(x.Text))
			if slices.ContainsFunc(t.Texts, func(o crm.MailText) bool { return o.Language == x.Language }) {
				c.fail(at+"/language", "given_twice", nil)
			}
			t.Texts = append(t.Texts, crm.MailText(x))
		}
		if len(t.Texts) == 0 {
			c.fail("/texts", "required", nil)
		}
	}
	return c.err()
}

func postMailTemplate(r *request) error {
	var b mailTemplateBody
	if err := r.decode(&b); err != nil {
		return err
	}
	t := crm.MailTemplate{Active: true}
	if err := b.apply(&t); err != nil {
		return err
	}
	return create(r, "/api/v1/mail-templates/", store.MailTemplates, func(id crm.ID) (crm.MailTemplate, error) {
		t.ID = id
		return r.store.AddMailTemplate(r.ctx(), r.user.ID, t)
	})
}

func patchMailTemplate(r *request) error {
	t, err := r.target()
	if err != nil {
		return err
	}
	var b mailTemplateBody
	if err := r.decodePatch(&b); err != nil {
		return err
	}
	m, err := r.store.EditMailTemplate(r.ctx(), t, b.apply)
	if err != nil {
		return err
	}
	return r.record(m, m.Version)
}

// messageBody is what is written to a customer.
type messageBody struct {
	TemplateID crm.ID `json:"template_id" doc:"text=What is left out is taken from it, filled, in the reader's language."`
	Language   string `json:"language" doc:"enum=language;text=Left out: the reader's."`
	Subject    string `json:"subject" doc:"max=200"`
	Text       string `json:"text" doc:"max=10000"`
}

// drafted fills a template for an engagement; without one it is empty, in the reader's language.
func (r *request) drafted(g store.AgendaItem, to store.Addressee, template crm.ID, language string) (m crm.Message, err error) {
	if m.Language = language; language == "" {
		m.Language = to.Language
	}
	if template == "" {
		return m, nil
	}
	t, err := store.MailTemplates.Record(r.ctx(), r.store, store.Everything(), template)
	if err != nil || t.Kind != g.Kind || !t.Active {
		return m, crm.FieldErrors{crm.Problem("unknown_record").At("/template_id")}
	}
	zone, err := r.agendaZone()
	if err != nil {
		return m, err
	}
	x := t.In(m.Language)
	w := r.srv.screens().texts.For(x.Language)
	values := map[string]string{
		"company": to.Company, "contact": to.Contact, "deal": to.Deal, "sender": to.Sender, "our_company": to.OurCompany, "place": g.Place,
		"date": w.LongDate(crm.DateOf(g.DueAt, zone)), "time": w.Clock(g.DueAt, zone),
	}
	m.TemplateID, m.Language, m.Subject, m.Text = t.ID, x.Language, crm.FillMail(x.Subject, values), crm.FillMail(x.Text, values)
	return m, nil
}

// message checks what is to be sent: nothing is left to be filled.
func (r *request) message(id crm.ID, b messageBody) (m crm.Message, err error) {
	var c check
	c.id("/template_id", &b.TemplateID)
	c.language("/language", b.Language)
	c.line("/subject", &b.Subject, maxName)
	c.lines("/text", &b.Text, maxText)
	if err := c.err(); err != nil {
		return m, err
	}
	sc := store.ScopeOf(r.user, crm.MayWriteOpportunity)
	g, err := r.store.EngagementPage(r.ctx(), sc, sc, id)
	if err != nil {
		return m, err
	}
	to, err := r.store.Addressee(r.ctx(), sc, id)
	if err != nil {
		return m, err
	}
	if m, err = r.drafted(g, to, b.TemplateID, b.Language); err != nil {
		return m, err
	}
	if b.Subject != "" {
		m.Subject = b.Subject
	}
	if b.Text != "" {
		m.Text = b.Text
	}
	for pointer, text := range map[string]string{"/subject": m.Subject, "/text": m.Text} {
		if text == "" {
			c.fail(pointer, "required", nil)
		} else if left := crm.Unfilled(text); left != "" {
			c.fail(pointer, "unfilled", params{"field": left})
		}
	}
	return m, c.err()
}

func postMessage(r *request) error {
	t, err := r.target()
	if err != nil {
		return err
	}
	var b messageBody
	if err := r.decodeOptional(&b); err != nil {
		return err
	}
	m, err := r.message(t.ID, b)
	if err != nil {
		return err
	}
	g, err := r.store.SendMessage(r.ctx(), t, r.viewer(), m, r.letterPrinter())
	if err != nil {
		return err
	}
	return r.record(g, g.Version)
}

func getMessage(r *request) error {
	id, err := r.id("id")
	if err != nil {
		return err
	}
	sc := r.Scope()
	if _, err := r.store.EngagementPage(r.ctx(), sc, sc, id); err != nil {
		return err
	}
	m, err := r.store.EngagementMessage(r.ctx(), id)
	if err != nil {
		return err
	}
	return r.JSON(http.StatusOK, r.view(m))
}

// messageRoutes is the table of templates and of what is written by them.
func messageRoutes() []route {
	return withoutQuery([]route{
		{method: post, path: "/api/v1/mail-templates", need: crm.MayWriteSettings, do: postMailTemplate},
		{method: get, path: "/api/v1/mail-templates/:id", need: crm.MayReadSettings, do: shown(store.MailTemplates, func(t crm.MailTemplate) int { return t.Version })},
		{method: patch, path: "/api/v1/mail-templates/:id", need: crm.MayWriteSettings, do: patchMailTemplate},
		{method: get, path: "/api/v1/engagements/:id/message", need: crm.MayReadOpportunity, do: getMessage},
		{method: get, path: "/api/v1/engagements/:id/letter", need: crm.MayReadOpportunity, do: getLetter},
		{method: post, path: "/api/v1/engagements/:id/message", need: crm.MayWriteOpportunity, do: postMessage},
	})
}

var messageCalls = map[string]call{
	"GET /api/v1/mail-templates": listing("Settings", "List templates of mails and letters", store.MailTemplates),
	"POST /api/v1/mail-templates": creating("Settings", "Add a template of a mail or letter", mailTemplateBody{}, crm.MailTemplate{}).needing("kind", "name", "texts").located("201").says("S093", "").
		like(`{"kind":"mail","name":"Thanks","texts":[{"language":"en","subject":"Thank you","text":"Dear {contact}, thank you for your time. {sender}"}]}`),
	"GET /api/v1/mail-templates/:id":   reading("Settings", "Read a template of a mail or letter", crm.MailTemplate{}),
	"PATCH /api/v1/mail-templates/:id": patching("Settings", "Change a template of a mail or letter", mailTemplateBody{}, crm.MailTemplate{}).says("S093", "What was written by it stays.").like(`{"active":false}`),
	"GET /api/v1/engagements/:id/message": reading("Engagements", "Read what was written for a mail or letter", store.MessageRow{}).plain().
		says("S096", "`state` is how the mail's delivery fares."),
	"GET /api/v1/engagements/:id/letter": call{tag: "Engagements", summary: "Download a letter as PDF", answers: map[int]any{200: file{}}}.header("Content-Disposition", "200").
		says("S096", "As it was written, in its own language. With the letter it is kept as a document of the deal or lead, as far as its writer may put documents there."),
	"POST /api/v1/engagements/:id/message": call{
		tag: "Engagements", summary: "Write a planned mail or letter", body: messageBody{}, match: true, answers: map[int]any{200: crm.Engagement{}}, key: keyTaken, once: true,
		refuses: []code{"already_done", "already_cancelled", "not_written"},
	}.bodiless().header("ETag", "200").says("S096", "To its contact, or its lead. A mail leaves once, however often this is asked for; a letter is kept to be printed. It ends the engagement.").
		like(`{"subject":"Thank you","text":"Thank you for your time."}`),
}
