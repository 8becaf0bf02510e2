package store

import (
	"context"
	"encoding/json"

	"leadtocash/crm"
)

// MailTemplates lists the templates of mails and letters.
var MailTemplates = List[crm.MailTemplate]{
	from: `select * from mail_template`, id: "id", rowID: func(t crm.MailTemplate) crm.ID { return t.ID },
	sort: []Order{{"name", false}},
	columns: []column[crm.MailTemplate]{
		{"name", "name", "text", func(t crm.MailTemplate) any { return t.Name }, false},
		{"kind", "kind", "text", func(t crm.MailTemplate) any { return t.Kind }, false},
		{"active", "active", "boolean", nil, true},
	},
}

// MailTemplateChoices are the templates of a kind that are in use, by name.
func (s *Store) MailTemplateChoices(ctx context.Context, kind string) ([]crm.MailTemplate, error) {
	return many[crm.MailTemplate](ctx, s.pool, `select * from mail_template where kind = $1 and active order by name, id limit 200`, kind)
}

// AllMailTemplates lists all, those in use first.
func (s *Store) AllMailTemplates(ctx context.Context) ([]crm.MailTemplate, error) {
	return many[crm.MailTemplate](ctx, s.pool, `select * from mail_template order by active desc, kind desc, name, id limit 500`)
}

// AddMailTemplate adds a template. Errors: Taken for a name that its kind has.
func (s *Store) AddMailTemplate(ctx context.Context, actor crm.ID, t crm.MailTemplate) (crm.MailTemplate, error) {
	err := s.edit(ctx, actor, func(e *edit) error {
		t.Version, t.ChangedAt = 1, e.now
		texts, err := json.Marshal(t.Texts)
		if err != nil {
			return err
		}
		_, err = e.q.Exec(ctx, `insert into mail_template (id, kind, name, texts, active, changed_at) values ($1, $2, $3, $4, $5, $6)`, t.ID, t.Kind, t.Name, texts, t.Active, t.ChangedAt)
		return told(err)
	})
	return t, err
}

// EditMailTemplate changes one; what was written by it stays. Errors: ErrNotFound, Stale, Taken, those of apply.
func (s *Store) EditMailTemplate(ctx context.Context, t Target, apply func(*crm.MailTemplate) error) (m crm.MailTemplate, err error) {
	err = s.edit(ctx, t.Actor, func(e *edit) error {
		if m, err = one[crm.MailTemplate](ctx, e.q, `select * from mail_template where id = $1 for update`, t.ID); err != nil {
			return err
		}
		if t.Version != 0 && t.Version != m.Version {
			return Stale{Version: m.Version}
		}
		if err := apply(&m); err != nil {
			return err
		}
		texts, err := json.Marshal(m.Texts)
		if err != nil {
			return err
		}
		m.Version, m.ChangedAt = m.Version+1, e.now
		_, err = e.q.Exec(ctx, `update mail_template set name = $2, texts = $3, active = $4, version = $5, changed_at = $6 where id = $1`, m.ID, m.Name, texts, m.Active, m.Version, m.ChangedAt)
		return told(err)
	})
	return m, err
}
