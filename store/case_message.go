package store

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"strconv"
	"time"

	"leadtocash/crm"

	"github.com/jackc/pgx/v5"
)

const insertCaseMessage = `insert into case_message (id, case_id, kind, channel, author_id, name, text, mail_id, at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict (id) do nothing`

// SayOnCase keeps what a step says to the customer.
func (tx *Tx) SayOnCase(m crm.CaseMessage) {
	tx.q.later(insertCaseMessage, m.ID, m.CaseID, m.Kind, m.Channel, m.AuthorID, m.Name, m.Text, m.MailID, tx.Now)
}

// NewCaseSecret is a secret of the customer's page, with the hash under which LinkCase keeps it.
func NewCaseSecret() (secret string, hash []byte) {
	raw := make([]byte, 32)
	_, _ = rand.Read(raw)
	secret = base64.RawURLEncoding.EncodeToString(raw)
	sum := sha256.Sum256([]byte(secret))
	return secret, sum[:]
}

const insertCaseLink = `insert into case_link (hash, case_id, at) values ($1, $2, $3)`

// LinkCase lets a secret lead to the case.
func (tx *Tx) LinkCase(id crm.ID, hash []byte) { tx.q.later(insertCaseLink, hash, id, tx.Now) }

// say keeps a message with its files.
func (e *edit) say(ctx context.Context, m crm.CaseMessage, files []DocumentFile) error {
	m.At = e.now
	if _, err := e.q.Exec(ctx, insertCaseMessage, m.ID, m.CaseID, m.Kind, m.Channel, m.AuthorID, m.Name, m.Text, m.MailID, m.At); err != nil {
		return told(err)
	}
	return e.keepCaseFiles(ctx, m.CaseID, m.ID, files)
}

func (e *edit) keepCaseFiles(ctx context.Context, id, message crm.ID, files []DocumentFile) error {
	for _, f := range files {
		if _, err := e.q.Exec(ctx, `insert into case_file (id, case_id, message_id, name, media_type, bytes, size, at) values ($1, $2, $3, $4, $5, $6, $7, $8)`,
			NewID(), id, message, f.Name, f.MediaType, f.Bytes, len(f.Bytes), e.now); err != nil {
			return told(err)
		}
	}
	return nil
}

// lockCase locks a case within the scope, its process with it.
func (e *edit) lockCase(ctx context.Context, sc Scope, id crm.ID) (crm.Case, error) {
	if err := e.join(ctx, crm.KindCase, id); err != nil {
		return crm.Case{}, err
	}
	return one[crm.Case](ctx, e.q, `select `+caseColumns+` from care_case k where k.id = @id and exists (select from account a where a.id = k.account_id and `+sc.sees("a.owner_id")+`) for update`,
		sc.args(pgx.NamedArgs{"id": id}))
}

// NoteCase keeps a note that stays in the house. The same id again changes nothing.
func (s *Store) NoteCase(ctx context.Context, t Target, m crm.CaseMessage, files []DocumentFile) (crm.CaseMessage, error) {
	err := s.edit(ctx, t.Actor, func(e *edit) error {
		k, err := e.lockCase(ctx, t.Scope, t.ID)
		if err != nil {
			return err
		}
		m.CaseID, m.Kind, m.Channel, m.AuthorID, m.At = k.ID, crm.CaseInternal, crm.CaseByHouse, t.Actor, e.now
		if known, err := e.saidBefore(ctx, m.ID); known || err != nil {
			return err
		}
		if err := e.say(ctx, m, files); err != nil {
			return err
		}
		return e.tell(ctx, crm.ProcessID(crm.KindCase, k.ID), Entry{Code: "case.noted", AccountID: k.AccountID, Data: map[string]any{"case": k.Number}})
	})
	return m, err
}

func (e *edit) saidBefore(ctx context.Context, id crm.ID) (known bool, err error) {
	err = e.q.QueryRow(ctx, `select exists (select from case_message where id = $1)`, id).Scan(&known)
	return known, told(err)
}

// KeepAnswerFiles keeps files for an answer that is about to be given under the id of its message; nobody sees them without it.
func (s *Store) KeepAnswerFiles(ctx context.Context, t Target, message crm.ID, files []DocumentFile) error {
	return s.edit(ctx, t.Actor, func(e *edit) error {
		k, err := e.lockCase(ctx, t.Scope, t.ID)
		if err != nil {
			return err
		}
		if _, err := e.q.Exec(ctx, `delete from case_file where message_id = $1 and not exists (select from case_message where id = $1)`, message); err != nil {
			return told(err)
		}
		if known, err := e.saidBefore(ctx, message); known || err != nil {
			return err
		}
		return e.keepCaseFiles(ctx, k.ID, message, files)
	})
}

// HearCase keeps what the customer says. What follows is in the same transaction, under the lock of the case's process: the clock of a case that waited
// runs on, a solved one is taken up again, a closed one is followed by a new one, which is given back. Its owner is mailed. The same id again changes
// nothing. Errors: too_many_comments.
func (s *Store) HearCase(ctx context.Context, t Target, m crm.CaseMessage, files []DocumentFile) (k crm.Case, err error) {
	err = s.edit(ctx, t.Actor, func(e *edit) error {
		root, err := e.rootCase(ctx, t.ID)
		if err != nil {
			return err
		}
		if k, err = e.lockCase(ctx, t.Scope, root); err != nil {
			return err
		}
		if known, err := e.saidBefore(ctx, m.ID); known || err != nil {
			return err
		}
		var waiting int
		if err := e.q.QueryRow(ctx, `select count(*)::int from case_message x where x.case_id = $1 and x.kind = 'in'
			and x.at > coalesce((select max(y.at) from case_message y where y.case_id = $1 and y.kind = 'out'), '-infinity')`, k.ID).Scan(&waiting); err != nil {
			return told(err)
		}
		if waiting >= crm.MaxCaseWaiting {
			return Refused{Code: "too_many_comments", Params: map[string]string{"max": strconv.Itoa(crm.MaxCaseWaiting)}}
		}
		k, err = e.hear(ctx, k, m, files)
		return err
	})
	return k, err
}

// hear does what HearCase promises for a case that is locked.
func (e *edit) hear(ctx context.Context, k crm.Case, m crm.CaseMessage, files []DocumentFile) (crm.Case, error) {
	m.Kind = crm.CaseFromCustomer
	if k.State == crm.CaseClosed {
		return e.followCase(ctx, k, m, files)
	}
	m.CaseID = k.ID
	if err := e.say(ctx, m, files); err != nil {
		return k, err
	}
	process, before := crm.ProcessID(crm.KindCase, k.ID), k.State
	if before == crm.CaseWaiting || before == crm.CaseSolved {
		cal, err := calendar(ctx, e.q, e.entity)
		if err != nil {
			return k, err
		}
		k.Resume(e.now, cal)
		if err := saveCase(ctx, e.q, k); err != nil {
			return k, err
		}
		for _, kind := range []string{DeadlineCloseCase, DeadlineRating} {
			if err := e.undue(ctx, process, kind, ""); err != nil {
				return k, err
			}
		}
		if err := e.due(ctx, process, DeadlineSolve, "", k.SolveDue); err != nil {
			return k, err
		}
	}
	if err := e.tell(ctx, process, Entry{
		Code: "case.heard", AccountID: k.AccountID, Data: map[string]any{"case": k.Number, "by": m.Name, "reopened": before == crm.CaseSolved, "due": k.SolveDue},
	}); err != nil {
		return k, err
	}
	return k, e.tellCaseOwner(ctx, k, m)
}

// followCase opens a new case for what is said on a closed one.
func (e *edit) followCase(ctx context.Context, before crm.Case, m crm.CaseMessage, files []DocumentFile) (crm.Case, error) {
	k := crm.Case{
		ID: NewID(), AccountID: before.AccountID, ContractID: before.ContractID, ContactID: before.ContactID, Subject: before.Subject, Text: m.Text, Priority: before.Priority,
		Channel: m.Channel, Sender: before.Sender, SenderName: before.SenderName, Language: before.Language, FollowsID: before.ID,
	}
	if e.actor != Customer {
		k.OpenedBy = e.actor
	}
	parent := ""
	if k.ContractID != "" {
		parent = crm.ProcessID(crm.KindContract, k.ContractID)
	}
	if err := e.openCase(ctx, &k, parent); err != nil {
		return k, err
	}
	m.CaseID = k.ID
	if err := e.say(ctx, m, files); err != nil {
		return k, err
	}
	if err := e.tell(ctx, crm.ProcessID(crm.KindCase, before.ID), Entry{Code: "case.followed", AccountID: k.AccountID, Data: map[string]any{"case": k.Number, "case_id": k.ID}}); err != nil {
		return k, err
	}
	return k, e.receipt(ctx, k)
}

// tellCaseOwner mails who works on a case that the customer wrote.
func (e *edit) tellCaseOwner(ctx context.Context, k crm.Case, m crm.CaseMessage) error {
	if k.OwnerID == "" || k.OwnerID == e.actor {
		return nil
	}
	u, err := one[crm.User](ctx, e.q, `select id, name, email, language from app_user where id = $1 and active`, k.OwnerID)
	if err != nil {
		_, err = orNone(u, err)
		return err
	}
	return e.mail(ctx, "mail/case_heard/"+string(m.ID), crm.ProcessID(crm.KindCase, k.ID), crm.Letter{
		Template: "case_heard", To: u.Email, Name: u.Name, Language: u.Language, Path: "/cases/" + string(k.ID),
		Texts: map[string]string{"case": k.Number, "subject": k.Subject, "by": m.Name, "text": m.Text},
	})
}

// receipt mails the customer that his request came in, with the link to his page.
func (e *edit) receipt(ctx context.Context, k crm.Case) error {
	to, err := e.caseReader(ctx, k)
	if err != nil || to.Email == "" {
		return err
	}
	secret, hash := NewCaseSecret()
	if _, err := e.q.Exec(ctx, insertCaseLink, hash, k.ID, e.now); err != nil {
		return told(err)
	}
	return e.mail(ctx, "mail/case_received/"+string(k.ID), crm.ProcessID(crm.KindCase, k.ID), crm.Letter{
		Template: "case_received", To: to.Email, Name: to.Name, Language: to.Language, Secret: secret, Texts: map[string]string{"case": k.Number, "subject": k.Subject},
	})
}

// caseReader is whom letters about a case go to: who wrote, else the contact, else the customer's own address.
func (e *edit) caseReader(ctx context.Context, k crm.Case) (Recipient, error) {
	to, err := ask[Recipient](ctx, e.q, RecipientOf(k.AccountID, k.ContactID))
	return ReaderOfCase(k, to), err
}

// ReaderOfCase puts the sender of a case in the place of whom its customer's letters go to, where he is no contact.
func ReaderOfCase(k crm.Case, to Recipient) Recipient {
	if k.Sender != "" && k.ContactID == "" {
		to.Email, to.Name = k.Sender, k.SenderName
		if to.Name == "" {
			to.Name = k.Sender
		}
	}
	if k.Language != "" {
		to.Language = k.Language
	}
	return to
}

// CaseLine is a message as it is read.
type CaseLine struct {
	crm.CaseMessage
	Author string // of the house
	OfCase string // number of the case on which it was said, where that went into this one
	Files  []crm.CaseFile
}

// CaseTalk lists what was said on a case, the oldest first; notes only for the house. The caller has checked that the case may be seen.
func (s *Store) CaseTalk(ctx context.Context, id crm.ID, house bool) ([]CaseLine, error) {
	lines, err := many[CaseLine](ctx, s.pool, `select m.*, coalesce(u.name, '') as author, case when m.case_id <> $1 then k.number else '' end as of_case
		from case_message m join care_case k on k.id = m.case_id left join app_user u on u.id = m.author_id
		where m.case_id in (select case_family($1)) and (m.kind <> 'note' or $2) order by m.at, m.id limit 1000`, id, house)
	if err != nil {
		return nil, err
	}
	files, err := many[crm.CaseFile](ctx, s.pool, `select id, case_id, message_id, name, media_type, size, at from case_file where case_id in (select case_family($1)) order by at, id`, id)
	for i := range lines {
		for _, f := range files {
			if f.MessageID == lines[i].ID {
				lines[i].Files = append(lines[i].Files, f)
			}
		}
	}
	return lines, err
}

// CaseFile reads a file of a case; those of notes only for the house. The caller has checked that the case may be seen.
func (s *Store) CaseFile(ctx context.Context, id, file crm.ID, house bool) (f DocumentFile, err error) {
	err = s.pool.QueryRow(ctx, `select f.name, f.media_type, f.bytes from case_file f join case_message m on m.id = f.message_id
		where f.id = $2 and f.case_id in (select case_family($1)) and (m.kind <> 'note' or $3)`, id, file, house).Scan(&f.Name, &f.MediaType, &f.Bytes)
	return f, told(err)
}

// caseLinkFor is how long after its end a case's page is there.
const caseLinkFor = 365 * 24 * time.Hour

// CustomerCase finds the case of a secret, or the one that goes on in its place. Errors: ErrNotFound, also a year after it was closed.
func (s *Store) CustomerCase(ctx context.Context, secret string) (CasePage, error) {
	hash := sha256.Sum256([]byte(secret))
	now, err := s.Now(ctx)
	if err != nil {
		return CasePage{}, err
	}
	var id crm.ID
	if err := s.pool.QueryRow(ctx, `select k.id from case_link l join care_case k on k.id = case_root(l.case_id) where l.hash = $1 and (k.closed_at is null or k.closed_at > $2)`,
		hash[:], now.Add(-caseLinkFor)).Scan(&id); err != nil {
		return CasePage{}, told(err)
	}
	return s.CasePage(ctx, Everything(), id)
}

// CaseMessage reads one message with its author and files; the caller has checked that its case may be seen.
func (s *Store) CaseMessage(ctx context.Context, id crm.ID) (l CaseLine, err error) {
	if l, err = one[CaseLine](ctx, s.pool, `select m.*, coalesce(u.name, '') as author from case_message m left join app_user u on u.id = m.author_id where m.id = $1`, id); err != nil {
		return l, err
	}
	l.Files, err = many[crm.CaseFile](ctx, s.pool, `select id, case_id, message_id, name, media_type, size, at from case_file where message_id = $1 order by at, id`, id)
	return l, err
}

// CaseLanguage is the language in which the customer of a case is written.
func (s *Store) CaseLanguage(ctx context.Context, id crm.ID) (language string, err error) {
	err = s.pool.QueryRow(ctx, `select coalesce(nullif(k.language, ''), c.language, a.language) from care_case k join account a on a.id = k.account_id left join contact c on c.id = k.contact_id where k.id = $1`, id).Scan(&language)
	return language, told(err)
}
