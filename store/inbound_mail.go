package store

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"time"

	"leadtocash/crm"

	"github.com/jackc/pgx/v5"
)

const mailColumns = `id, key, kind, sender, recipients, subject, text, process, lead_id, at`

// TakeMail keeps a mail that came in with everything that it does, in one transaction: whoever is told that it was taken need not send it
// again. The same key again changes nothing. l and t are what it makes when somebody writes of his own; what the rules refuse is held.
func (s *Store) TakeMail(ctx context.Context, m crm.InboundMail, l crm.Lead, t crm.Touch) error {
	return s.short(ctx, func(tx pgx.Tx) error {
		shift, err := clockShift(ctx, tx)
		if err != nil {
			return err
		}
		m.ID, m.At = NewID(), s.realNow().Add(shift)
		tag, err := tx.Exec(ctx, `insert into inbound_mail (id, key, kind, sender, recipients, subject, text, raw, at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict (key) do nothing`,
			m.ID, m.Key, m.Kind, m.Sender, m.Recipients, m.Subject, m.Text, m.Raw, m.At)
		if err != nil || tag.RowsAffected() == 0 {
			return err
		}
		switch m.Kind {
		case crm.MailLead:
			err = s.tellMail(ctx, tx, &m, l, t)
		case crm.MailBounce:
			err = tellBounce(ctx, tx, &m)
		}
		if err != nil {
			return err
		}
		if err := keepFiles(ctx, tx, m); err != nil {
			return err
		}
		_, err = tx.Exec(ctx, `update inbound_mail set kind = $2, process = $3, lead_id = $4 where id = $1`, m.ID, m.Kind, m.Process, m.LeadID)
		return err
	})
}

// tellMail brings a person's mail to the case that it is about or asks for, to the process whose letter it answers, else makes a lead or one more touch of it.
func (s *Store) tellMail(ctx context.Context, tx pgx.Tx, m *crm.InboundMail, l crm.Lead, t crm.Touch) error {
	if taken, err := s.careMail(ctx, tx, m, l); taken || err != nil {
		return err
	}
	process, ours, err := letterProcess(ctx, tx, m.Letters)
	if err == nil {
		m.Process = process
		if kind, id := crm.SplitProcessID(process); kind == crm.KindLead && !ours {
			m.Kind, m.LeadID = crm.MailReply, id
			return answerMail(ctx, tx, *m, crm.AnsweredFields{Kind: crm.AnswerReply, Note: m.Text})
		}
		m.Kind = crm.MailAnswer
		return record(ctx, tx, "mail/"+string(m.ID), 0, Entry{
			Process: process, Actor: "customer", Code: "mail.answered", At: m.At, Data: map[string]any{"from": m.Sender, "subject": m.Subject},
		})
	}
	if !errors.Is(err, ErrNotFound) {
		return err
	}
	if _, err := s.leadRequired(ctx, &behind{tx: tx}, l); err != nil {
		if _, refused := errors.AsType[RuleRefused](err); !refused {
			return err
		}
		sum := sha256.Sum256([]byte(m.Key))
		_, err := tx.Exec(ctx, `insert into capture_held (id, channel, source, lead, touch, reasons, sameness, at) values ($1, $2, $3, $4, $5, '{incomplete}', $6, $7)`,
			NewID(), t.Channel, t.Source, l, t, sum[:], m.At)
		return err
	}
	lead, _, _, err := capture(ctx, tx, l, t, m.At, s.WakeIn)
	m.LeadID, m.Process = lead.ID, crm.ProcessID(crm.KindLead, lead.ID)
	return err
}

// tellBounce tells a lead's process that a letter came back. A report that names no letter of ours is only kept.
func tellBounce(ctx context.Context, tx pgx.Tx, m *crm.InboundMail) error {
	process, ours, err := letterProcess(ctx, tx, m.Letters)
	if errors.Is(err, ErrNotFound) && m.BounceTo != "" { // by the address, of a lead whom we have written to
		err = told(tx.QueryRow(ctx, `select e.process from effect e join lead l on e.process = 'lead-' || l.id
			where e.channel = 'mail' and e.state = 'done' and lower(l.email) = lower($1) order by e.outcome_at desc limit 1`, m.BounceTo).Scan(&process))
	}
	if errors.Is(err, ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	m.Process = process
	if kind, id := crm.SplitProcessID(process); kind == crm.KindLead && !ours {
		m.LeadID = id
		return answerMail(ctx, tx, *m, crm.AnsweredFields{Kind: crm.AnswerBounce, Note: m.BounceTo})
	}
	if key, err := debtorLetterOf(ctx, tx, m.Letters); err != nil || key != "" {
		return errors.Join(err, letterBack(ctx, tx, key, m.BounceWhy))
	}
	return record(ctx, tx, "mail/"+string(m.ID), 0, Entry{
		Process: process, Actor: "system", Code: "mail.came_back", At: m.At, Data: map[string]any{"to": m.BounceTo},
	})
}

// letterProcess finds the process that wrote the first of the letters that is there. ours tells that it was written to one of our own people: what
// he answers is no answer of the lead that it is about.
func letterProcess(ctx context.Context, tx pgx.Tx, letters []string) (process string, ours bool, err error) {
	if len(letters) == 0 {
		return "", false, ErrNotFound
	}
	err = tx.QueryRow(ctx, `select process, key like 'mail/lead\_response%' from effect where channel = 'mail' and replace(key, '/', '.') = any($1) order by array_position($1::text[], replace(key, '/', '.')) limit 1`, letters).Scan(&process, &ours)
	return process, ours, told(err)
}

// mailNote is how many characters of a mail a process is told; the mail itself is kept whole.
const mailNote = 2000

// answerMail leaves the command with the courier, as one that came while the engine was away.
func answerMail(ctx context.Context, tx pgx.Tx, m crm.InboundMail, f crm.AnsweredFields) error {
	if r := []rune(f.Note); len(r) > mailNote {
		f.Note = string(r[:mailNote])
	}
	return leaveCommand(ctx, tx, "mail:", m.Key, crm.Command{Kind: crm.LeadAnswered, Process: m.Process, Actor: "customer"}, f)
}

// leaveCommand leaves a command with the courier. Its id is made of what it is about, so that it is given once.
func leaveCommand(ctx context.Context, tx pgx.Tx, prefix, about string, c crm.Command, fields any) error {
	raw, err := json.Marshal(fields)
	if err != nil {
		return err
	}
	sum := sha256.Sum256([]byte(about))
	c.ID = prefix + hex.EncodeToString(sum[:16])
	if _, err := tx.Exec(ctx, `insert into command (id, kind, process, actor, fields) values ($1, $2, $3, $4, $5) on conflict do nothing`, c.ID, c.Kind, c.Process, c.Actor, raw); err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `insert into outbox (id, process, due_at, command) values ('command/' || $1, $2, now(), $1) on conflict (id) do nothing`, c.ID, c.Process)
	return err
}

// keepFiles keeps what came with a mail of a lead as documents.
func keepFiles(ctx context.Context, tx pgx.Tx, m crm.InboundMail) error {
	if m.LeadID == "" {
		return nil
	}
	for _, f := range m.Files {
		sum := sha256.Sum256(f.Bytes)
		id := NewID()
		if _, err := tx.Exec(ctx, `insert into document (id, lead_id, title, name, media_type, size, hash, at) values ($1, $2, $3, $4, $5, $6, $7, $8)`,
			id, m.LeadID, titleFrom(f.Name), f.Name, f.Media, len(f.Bytes), sum[:], m.At); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `insert into document_version (document_id, number, name, media_type, bytes, size, hash, at) values ($1, 1, $2, $3, $4, $5, $6, $7)`,
			id, f.Name, f.Media, f.Bytes, len(f.Bytes), sum[:], m.At); err != nil {
			return err
		}
	}
	return nil
}

// LeadFile is a file that came with a lead's mail.
type LeadFile struct {
	ID   crm.ID
	Name string
	Size int
	At   time.Time
}

// LeadMail lists the mails that a lead wrote or that came back from him, the first one first, and the files that came with them. The caller
// has checked that the lead may be seen.
func (s *Store) LeadMail(ctx context.Context, lead crm.ID) (mails []crm.InboundMail, files []LeadFile, err error) {
	if mails, err = many[crm.InboundMail](ctx, s.pool, `select `+mailColumns+` from inbound_mail where lead_id = $1 order by at, id`, lead); err != nil {
		return nil, nil, err
	}
	files, err = many[LeadFile](ctx, s.pool, `select id, name, size, at from document where home = 'lead' and lead_id = $1 and removed_at is null order by at, id`, lead)
	return mails, files, err
}

// LeadFileBytes reads a file of a lead; the caller has checked that the lead may be seen.
func (s *Store) LeadFileBytes(ctx context.Context, lead, id crm.ID) (name string, bytes []byte, err error) {
	err = s.pool.QueryRow(ctx, `select v.name, v.bytes from document d join document_version v on v.document_id = d.id and v.number = d.latest
		where d.id = $1 and d.lead_id = $2 and d.home = 'lead' and d.removed_at is null`, id, lead).Scan(&name, &bytes)
	return name, bytes, told(err)
}
