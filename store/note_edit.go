package store

import (
	"context"
	"slices"
	"strings"
	"unicode"

	"leadtocash/crm"

	"github.com/jackc/pgx/v5"
)

// AddNote leaves a message about a record that the author may see, to the company or to a team, or answers one (S029, S106). Who is mentioned in its
// text, by @ and his login name, or in also, has to be there and to see it; he finds it on his day and, unless he wants none, gets one mail. Who wrote
// in a thread is told of answers. Errors: ErrNotFound for a record or thread, crm.FieldErrors at /text, /mention and /team_id.
func (s *Store) AddNote(ctx context.Context, v Viewer, n crm.Note, also []crm.ID) (crm.Note, error) {
	err := s.edit(ctx, v.ID, func(e *edit) error { return e.addNote(ctx, v, &n, also) })
	if err != nil {
		return n, err
	}
	row, err := s.Note(ctx, v, n.ID)
	return row.Note, err
}

func (e *edit) addNote(ctx context.Context, v Viewer, n *crm.Note, also []crm.ID) error {
	if n.ReplyTo != "" {
		first, err := one[NoteRow](ctx, e.q, v.notes()+` where n.id = @id and `+v.readsNote("n"), v.args(pgx.NamedArgs{"id": n.ReplyTo}))
		if err != nil {
			return err
		}
		if first.ReplyTo != "" {
			n.ReplyTo = first.ReplyTo
		}
		n.RecordKind, n.RecordID, n.TeamID = first.RecordKind, first.RecordID, first.TeamID
	}
	at, err := e.audience(ctx, v, *n)
	if err != nil {
		return err
	}
	people, err := e.mentioned(ctx, *n, also)
	if err != nil {
		return err
	}
	column, values := "team_id", []any{n.ID, n.TeamID, n.ReplyTo, n.SourceID, v.ID, n.Text, e.now}
	if n.RecordKind != crm.SubjectCompany {
		column, values[1] = columnOf(n.RecordKind), n.RecordID
	}
	if _, err := e.q.Exec(ctx, `insert into note (id, `+column+`, reply_to, source_id, author_id, text, at) values ($1, $2, $3, $4, $5, $6, $7)`, values...); err != nil {
		return told(err)
	}
	if err := e.tellMentioned(ctx, v, *n, at, people); err != nil {
		return err
	}
	if n.ReplyTo != "" {
		if _, err := e.q.Exec(ctx, `insert into notice (id, user_id, kind, note_id, at) select gen_random_uuid(), u.id, 'reply', $1, $2 from app_user u
			where u.active and u.id <> $3 and u.id in (select author_id from note where id = $4 or reply_to = $4) on conflict do nothing`, n.ID, e.now, v.ID, n.ReplyTo); err != nil {
			return told(err)
		}
	}
	return e.tellPlace(ctx, at, Entry{Code: "note.added", Data: map[string]any{"note": n.ID}})
}

// audience finds what a message is about, as its author sees it.
func (e *edit) audience(ctx context.Context, v Viewer, n crm.Note) (Place, error) {
	if n.RecordKind != crm.SubjectCompany {
		return place(ctx, e.q, v, crm.Subject{Kind: n.RecordKind, ID: n.RecordID})
	}
	if n.TeamID == "" {
		return Place{Kind: crm.SubjectCompany}, nil
	}
	p, err := one[Place](ctx, e.q, `select 'company' as kind, t.id, t.name as title, true as writes, null::uuid as account_id from team t where t.id = @id and 'team:' || t.id = any(`+principals+`)`,
		v.args(pgx.NamedArgs{"id": n.TeamID}))
	return p, unknown(err, "/team_id")
}

// mentioned finds the people whom a message names, and refuses who is not there or may not see what it is about.
func (e *edit) mentioned(ctx context.Context, n crm.Note, also []crm.ID) ([]mentionedUser, error) {
	names := slices.DeleteFunc(crm.Mentions(n.Text), func(name string) bool { return !strings.ContainsFunc(name, unicode.IsLetter) })
	if len(names)+len(also) == 0 {
		return nil, nil
	}
	if len(names)+len(also) > crm.MaxMentions {
		return nil, crm.FieldErrors{crm.Problem("too_many", "max", "20").At("/text")}
	}
	rows, err := many[mentionedUser](ctx, e.q, `select `+userColumns+`, u.mention_mail from app_user u where u.active and (lower(u.email) = any($1::text[]) or split_part(lower(u.email), '@', 1) = any($1::text[])
		or u.id = any($2::uuid[])) order by u.id`, names, texts(also))
	if err != nil {
		return nil, err
	}
	var errs crm.FieldErrors
	var people []mentionedUser
	take := func(pointer, said string, fits func(mentionedUser) bool) error {
		found := slices.IndexFunc(rows, fits)
		if found < 0 {
			errs.Add(pointer, crm.Problem("unknown_person", "name", said))
			return nil
		}
		u := rows[found]
		if slices.ContainsFunc(rows[found+1:], fits) {
			errs.Add(pointer, crm.Problem("ambiguous_person", "name", said))
			return nil
		}
		if slices.ContainsFunc(people, func(p mentionedUser) bool { return p.ID == u.ID }) {
			return nil
		}
		_, err := e.audience(ctx, Viewer{u.User}, n)
		if _, refused := err.(crm.FieldErrors); refused || err == ErrNotFound {
			errs.Add(pointer, crm.Problem("mention_cannot_see", "name", u.Name))
			return nil
		}
		people = append(people, u)
		return err
	}
	for _, name := range names {
		if err := take("/text", "@"+name, func(u mentionedUser) bool { return u.called(name) }); err != nil {
			return nil, err
		}
	}
	for _, id := range also {
		if err := take("/mention", string(id), func(u mentionedUser) bool { return u.ID == id }); err != nil {
			return nil, err
		}
	}
	return people, errs.Err()
}

// mentionedUser is a person who is named in a message.
type mentionedUser struct {
	userRow
	MentionMail bool
}

// called tells whether he is meant: by his login name, or by what stands before its @.
func (u mentionedUser) called(name string) bool {
	email := strings.ToLower(u.Email)
	short, _, _ := strings.Cut(email, "@")
	return email == name || !strings.Contains(name, "@") && short == name
}

// tellMentioned puts a message on the day of each person who is named in it and was not yet, and mails him.
func (e *edit) tellMentioned(ctx context.Context, v Viewer, n crm.Note, at Place, people []mentionedUser) error {
	for _, u := range people {
		tag, err := e.q.Exec(ctx, `insert into note_mention (note_id, user_id) values ($1, $2) on conflict do nothing`, n.ID, u.ID)
		if err != nil {
			return told(err)
		}
		if tag.RowsAffected() == 0 || u.ID == v.ID {
			continue
		}
		if _, err := e.q.Exec(ctx, `insert into notice (id, user_id, kind, note_id, at) values ($1, $2, 'mention', $3, $4) on conflict (note_id, user_id) where note_id is not null
			do update set kind = 'mention', seen_at = null, at = excluded.at`, NewID(), u.ID, n.ID, e.now); err != nil {
			return told(err)
		}
		if !u.MentionMail {
			continue
		}
		if err := e.mail(ctx, "mail/mention/"+string(n.ID)+"/"+string(u.ID), at.process(), crm.Letter{
			Template: "mention", To: u.Email, Name: u.Name, Language: u.Language, Texts: map[string]string{"by": v.Name, "place": at.Title, "text": n.Text, "note": string(n.ID)},
		}); err != nil {
			return err
		}
	}
	return nil
}

// lockNote locks a message of the viewer's own, as he saw it.
func (e *edit) lockNote(ctx context.Context, v Viewer, id crm.ID, seen int) (NoteRow, error) {
	n, err := one[NoteRow](ctx, e.q, v.notes()+` where n.id = @id and `+v.readsNote("n")+` for no key update of n`, v.args(pgx.NamedArgs{"id": id}))
	switch {
	case err != nil:
		return n, err
	case n.AuthorID != v.ID:
		return n, Refused{Code: "not_author"}
	case n.WithdrawnAt != nil:
		return n, Refused{Code: "note_withdrawn"}
	case seen != 0 && seen != n.Version:
		return n, Stale{Version: n.Version}
	}
	return n, nil
}

// EditNote changes a message of one's own; what it said before is kept. Errors: those of AddNote, Stale, Refused (not_author, note_withdrawn).
func (s *Store) EditNote(ctx context.Context, v Viewer, id crm.ID, seen int, text string) (crm.Note, error) {
	err := s.edit(ctx, v.ID, func(e *edit) error {
		n, err := e.lockNote(ctx, v, id, seen)
		if err != nil || n.Text == text {
			return err
		}
		if err := e.keepRevision(ctx, n.Note); err != nil {
			return err
		}
		n.Text = text
		at, err := e.audience(ctx, v, n.Note)
		if err != nil {
			return err
		}
		people, err := e.mentioned(ctx, n.Note, nil)
		if err != nil {
			return err
		}
		if _, err := e.q.Exec(ctx, `update note set text = $2, edited_at = $3, version = version + 1 where id = $1`, id, text, e.now); err != nil {
			return told(err)
		}
		return e.tellMentioned(ctx, v, n.Note, at, people)
	})
	if err != nil {
		return crm.Note{}, err
	}
	row, err := s.Note(ctx, v, id)
	return row.Note, err
}

func (e *edit) keepRevision(ctx context.Context, n crm.Note) error {
	_, err := e.q.Exec(ctx, `insert into note_revision (note_id, version, text, until) values ($1, $2, $3, $4)`, n.ID, n.Version, n.Text, e.now)
	return told(err)
}

// WithdrawNote takes a message of one's own back: nobody reads it any more, nor its history; its answers stay. What was not mailed yet stays.
func (s *Store) WithdrawNote(ctx context.Context, v Viewer, id crm.ID, seen int) error {
	return s.edit(ctx, v.ID, func(e *edit) error {
		n, err := e.lockNote(ctx, v, id, seen)
		if err != nil {
			return err
		}
		if err := e.keepRevision(ctx, n.Note); err != nil {
			return err
		}
		if _, err := e.q.Exec(ctx, `update note set text = '', withdrawn_at = $2, version = version + 1 where id = $1`, id, e.now); err != nil {
			return told(err)
		}
		if _, err := e.q.Exec(ctx, `delete from notice where note_id = $1`, id); err != nil {
			return told(err)
		}
		_, err = e.q.Exec(ctx, `update effect set state = 'cancelled', outcome = 'withdrawn', outcome_at = now() where starts_with(key, 'mail/mention/' || $1::text || '/') and state = 'due'`, id)
		return told(err)
	})
}
