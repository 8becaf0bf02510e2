package store

import (
	"context"
	"time"

	"leadtocash/crm"

	"github.com/jackc/pgx/v5"
)

// NoteRow is a message as lists show it.
type NoteRow struct {
	crm.Note
	Author string
	Place  string // the name of the record, or of the team
	Source string // the beginning of the post that it was made of, as far as it may be seen
	Unseen bool   // the viewer was told of it and has not seen it
	Made   int    // tasks, notes and documents that were made of it
}

// readsNote is the condition under which the viewer may read a message: who sees its record does; of a post to a team, its people, those above and those below.
func (v Viewer) readsNote(row string) string {
	return `case when ` + row + `.home = 'company' then ` + row + `.team_id is null or 'team:' || ` + row + `.team_id = any(` + principals + `) else ` + v.readsAbout(row) + ` end`
}

// notes reads messages for the viewer, without a condition.
func (v Viewer) notes() string {
	return `select n.id, n.opportunity_id, n.home as record_kind, ` + homeOf("n", false) + ` as record_id, n.team_id, n.reply_to, n.source_id, n.author_id, n.text, n.at, n.edited_at,
		n.withdrawn_at, n.version, u.name as author, coalesce(case when n.home = 'company' then (select t.name from team t where t.id = n.team_id) else ` + titleOf("n", false) + ` end, '') as place,
		coalesce((select left(s.text, 80) from note s where s.id = n.source_id and ` + v.readsNote("s") + `), '') as source,
		exists (select from notice i where i.note_id = n.id and i.user_id = @viewer and i.seen_at is null) as unseen,
		((select count(*) from task k where k.note_id = n.id) + (select count(*) from note m where m.source_id = n.id) + (select count(*) from document d where d.note_id = n.id))::int as made
		from note n join app_user u on u.id = n.author_id`
}

// Note reads a message that the viewer may read.
func (s *Store) Note(ctx context.Context, v Viewer, id crm.ID) (NoteRow, error) {
	return one[NoteRow](ctx, s.pool, v.notes()+` where n.id = @id and `+v.readsNote("n"), v.args(pgx.NamedArgs{"id": id}))
}

// NotesAbout lists messages about a record that the viewer may see, the newest first; those before the mark. The caller has checked the record.
func (s *Store) NotesAbout(ctx context.Context, v Viewer, at crm.Subject, after *FeedMark, rows int) ([]NoteRow, error) {
	about, column := "n.home = 'company'", columnOf(at.Kind)
	if at.Kind != crm.SubjectCompany {
		about = "n." + column + " = @at"
	}
	if at.Kind == crm.SubjectFolder || column == "" && at.Kind != crm.SubjectCompany {
		return nil, nil
	}
	args := pgx.NamedArgs{"at": at.ID}
	where := conditions{about, v.readsNote("n")}
	if after != nil {
		args["after_at"], args["after_id"] = after.At, after.ID
		where.when(true, `(n.at, n.id) < (@after_at::timestamptz, @after_id::uuid)`)
	}
	return plannedOnce[NoteRow](ctx, s.pool, v.notes()+where.sql()+` order by n.at desc, n.id desc`+upTo(rows), v.args(args))
}

// Thread reads a message and its answers, the first one first; the id may be of any of them.
func (s *Store) Thread(ctx context.Context, v Viewer, id crm.ID) ([]NoteRow, error) {
	return plannedOnce[NoteRow](ctx, s.pool, v.notes()+` where (n.id = (select coalesce(f.reply_to, f.id) from note f where f.id = @id) or n.reply_to = (select coalesce(f.reply_to, f.id) from note f where f.id = @id)) and `+v.readsNote("n")+` order by n.reply_to is not null, n.at, n.id limit 500`,
		v.args(pgx.NamedArgs{"id": id}))
}

// NoteRevision is what a message said before.
type NoteRevision struct {
	Version int
	Text    string
	Until   time.Time
}

// NoteRevisions lists what a message said before, the newest first; of one that was withdrawn nothing is told.
func (s *Store) NoteRevisions(ctx context.Context, v Viewer, id crm.ID) ([]NoteRevision, error) {
	return many[NoteRevision](ctx, s.pool, `select r.version, r.text, r.until from note_revision r join note n on n.id = r.note_id where n.id = @id and n.withdrawn_at is null and `+v.readsNote("n")+`
		order by r.version desc limit 100`, v.args(pgx.NamedArgs{"id": id}))
}

// People lists who may be mentioned: everybody who works here, by name, with the name before the @ of his login.
func (s *Store) People(ctx context.Context) ([]Person, error) {
	return many[Person](ctx, s.pool, `select u.id, u.name, case when count(*) over (partition by split_part(lower(u.email), '@', 1)) = 1 then split_part(lower(u.email), '@', 1) else lower(u.email) end as login
		from app_user u where u.active order by u.name, u.id limit 2000`)
}

// Person is somebody who may be mentioned.
type Person struct {
	ID    crm.ID
	Name  string
	Login string // what stands after the @
}
