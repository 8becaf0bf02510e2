package store

import (
	"context"

	"leadtocash/crm"

	"github.com/jackc/pgx/v5"
)

// Addressee is to whom a mail or letter of an engagement goes, and what a template is filled with.
type Addressee struct {
	Name       string // of the person, else of the company
	Email      string
	Address    string // the postal one of the company
	Language   string
	Company    string
	Contact    string
	Deal       string
	Sender     string // whose engagement it is
	OurCompany string
}

// Addressee finds to whom an engagement of the scope is written: its contact, or the person of its lead.
func (s *Store) Addressee(ctx context.Context, sc Scope, id crm.ID) (Addressee, error) {
	return addressee(ctx, s.pool, sc, id)
}

func addressee(ctx context.Context, q querier, sc Scope, id crm.ID) (Addressee, error) {
	return one[Addressee](ctx, q, `select coalesce(nullif(c.name, ''), nullif(l.contact_name, ''), a.name, l.company, '') as name, coalesce(c.email, l.email, '') as email,
		coalesce(account_place(a.id, 'legal'), '') as address, coalesce(nullif(c.language, ''), nullif(a.language, ''), nullif(l.language, ''), 'en') as language,
		coalesce(a.name, l.company, '') as company, coalesce(c.name, l.contact_name, '') as contact, coalesce(o.name, '') as deal, u.name as sender,
		coalesce((select name from legal_entity order by id limit 1), '') as our_company
		from engagement e join app_user u on u.id = e.owner_id left join opportunity o on o.id = e.opportunity_id left join account a on a.id = o.account_id
		left join lead l on l.id = e.lead_id left join contact c on c.id = e.contact_id
		where e.id = @id and (`+sc.sees("e.owner_id")+` or `+sc.sees("o.owner_id")+`)`, sc.args(pgx.NamedArgs{"id": id}))
}

// EngagementMessage is what was written for an engagement that may be seen, and how the mail fares; ErrNotFound when nothing was.
func (s *Store) EngagementMessage(ctx context.Context, id crm.ID) (m MessageRow, err error) {
	return one[MessageRow](ctx, s.pool, `select m.engagement_id, m.template_id, m.language, m.recipient, m.address, m.subject, m.text, m.author_id, m.at, coalesce(m.effect_key, '') as effect_key, coalesce(f.state, '') as state, coalesce(f.outcome, '') as outcome, u.name as author
		from engagement_message m join app_user u on u.id = m.author_id left join effect f on f.key = m.effect_key where m.engagement_id = $1`, id)
}

// MessageRow is a message with how its delivery goes.
type MessageRow struct {
	crm.Message
	State   string // of its effect; empty: a letter
	Outcome string
	Author  string
}

// LetterPrinter draws a letter, and names its file.
type LetterPrinter func(crm.Message, crm.LegalEntity) (DocumentFile, error)

// SendMessage writes the mail or letter of a planned engagement to its contact, and ends it. A mail leaves as an effect whose key is the
// engagement's, so that it leaves once however often it is asked for; a letter is kept to be printed, and as a
// document of the deal or lead where the writer may put one. Errors: those of lockEngagement,
// not_written for calls and meetings, no_way_to_reach.
func (s *Store) SendMessage(ctx context.Context, t Target, v Viewer, m crm.Message, print LetterPrinter) (g crm.Engagement, err error) {
	err = s.edit(ctx, t.Actor, func(e *edit) error {
		if g, err = e.lockEngagement(ctx, t); err != nil {
			return err
		}
		if g.Binds() {
			return Refused{Code: "not_written"}
		}
		to, err := addressee(ctx, e.q, Everything(), g.ID)
		if err != nil {
			return err
		}
		m.EngagementID, m.Recipient, m.AuthorID, m.At = g.ID, to.Name, t.Actor, e.now
		if m.Address = to.Address; g.Kind == "mail" {
			m.Address = to.Email
		}
		if m.Address == "" && g.Kind == "mail" {
			return crm.FieldErrors{crm.Problem("no_way_to_reach").At("")}
		}
		entry := Entry{Code: "engagement.sent", Data: map[string]any{"kind": g.Kind, "subject": m.Subject, "recipient": m.Recipient}}
		process, err := e.engaged(ctx, Everything(), g, &entry)
		if err != nil {
			return err
		}
		var key *string
		if g.Kind == "mail" {
			k := "mail/own/" + string(g.ID)
			m.EffectKey, key = k, &k
			if err := e.mail(ctx, k, process, crm.Letter{Template: "own", To: m.Address, Name: m.Recipient, Language: m.Language, Texts: map[string]string{"subject": m.Subject, "text": m.Text}}); err != nil {
				return err
			}
		}
		if _, err := e.q.Exec(ctx, `insert into engagement_message (engagement_id, template_id, language, recipient, address, subject, text, effect_key, author_id, at)
			values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`, m.EngagementID, m.TemplateID, m.Language, m.Recipient, m.Address, m.Subject, m.Text, key, m.AuthorID, m.At); err != nil {
			return told(err)
		}
		if g.Kind == "letter" {
			if err := e.keepLetter(ctx, v, g, m, print); err != nil {
				return err
			}
		}
		g.DoneAt, g.Version, g.ChangedAt = &e.now, g.Version+1, e.now
		if _, err := e.q.Exec(ctx, `update engagement set done_at = $2, version = $3, changed_at = $2 where id = $1`, g.ID, e.now, g.Version); err != nil {
			return err
		}
		return e.tell(ctx, process, entry)
	})
	return g, err
}

// keepLetter keeps a letter as a document of its deal or lead; of one that the writer may only read it does not.
func (e *edit) keepLetter(ctx context.Context, v Viewer, g crm.Engagement, m crm.Message, print LetterPrinter) error {
	at := crm.Subject{Kind: crm.SubjectOpportunity, ID: g.OpportunityID}
	if at.ID == "" {
		at = crm.Subject{Kind: crm.SubjectLead, ID: g.LeadID}
	}
	if _, err := e.writable(ctx, v, at); err != nil {
		if _, refused := err.(Refused); refused || err == ErrNotFound {
			return nil
		}
		return err
	}
	file, err := print(m, e.entity)
	if err != nil {
		return err
	}
	return e.addDocument(ctx, v, &crm.Document{ID: NewID(), RecordKind: at.Kind, RecordID: at.ID, Title: m.Subject, Kind: "letter"}, file, "")
}
