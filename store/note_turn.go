package store

import (
	"context"
	"time"

	"leadtocash/crm"

	"github.com/jackc/pgx/v5"
)

// Made is what became of a post; the way leads both ways (S106).
type Made struct {
	What  string // task, note, document
	ID    crm.ID
	Title string
	Who   string // of a task: whose it is
	Done  bool
	At    time.Time
}

// MadeOf lists what was made of a post, as far as the viewer may see it.
func (s *Store) MadeOf(ctx context.Context, v Viewer, note crm.ID) ([]Made, error) {
	return many[Made](ctx, s.pool, `select 'task' as what, k.id, k.subject as title, u.name as who, k.done_at is not null as done, k.made_at as at from task k join app_user u on u.id = k.owner_id where k.note_id = @id
		union all select 'note', n.id, left(n.text, 120), a.name, false, n.at from note n join app_user a on a.id = n.author_id where n.source_id = @id and n.withdrawn_at is null and `+v.readsNote("n")+`
		union all select 'document', d.id, d.title, '', false, d.at from document d where d.note_id = @id and d.removed_at is null and `+v.reads("d")+` order by 6, 2`, v.args(pgx.NamedArgs{"id": note}))
}

// source reads the post that something is made of.
func (e *edit) source(ctx context.Context, v Viewer, id crm.ID) (NoteRow, error) {
	n, err := one[NoteRow](ctx, e.q, v.notes()+` where n.id = @id and `+v.readsNote("n"), v.args(pgx.NamedArgs{"id": id}))
	if err == nil && n.WithdrawnAt != nil {
		err = Refused{Code: "note_withdrawn"}
	}
	return n, err
}

// MakeTask gives somebody who may read the post something to do (S106). Errors: ErrNotFound, Refused (note_withdrawn), crm.FieldErrors at /owner_id.
func (s *Store) MakeTask(ctx context.Context, v Viewer, t crm.Task) error {
	return s.edit(ctx, v.ID, func(e *edit) error {
		n, err := e.source(ctx, v, t.NoteID)
		if err != nil {
			return err
		}
		u, err := one[userRow](ctx, e.q, `select `+userColumns+` from app_user u where u.id = $1 and u.active`, t.OwnerID)
		if err != nil {
			return unknown(err, "/owner_id")
		}
		if _, err := e.audience(ctx, Viewer{u.User}, n.Note); err != nil {
			return crm.FieldErrors{crm.Problem("mention_cannot_see", "name", u.Name).At("/owner_id")}
		}
		_, err = e.q.Exec(ctx, `insert into task (id, note_id, subject, owner_id, due_on, made_by, made_at) values ($1, $2, $3, $4, $5, $6, $7)`, t.ID, t.NoteID, t.Subject, t.OwnerID, t.DueOn, v.ID, e.now)
		return told(err)
	})
}

// MakeNote puts a copy of a post with a record, where it stays in sight. Errors: those of AddNote.
func (s *Store) MakeNote(ctx context.Context, v Viewer, post crm.ID, n crm.Note) (crm.Note, error) {
	err := s.edit(ctx, v.ID, func(e *edit) error {
		from, err := e.source(ctx, v, post)
		if err != nil {
			return err
		}
		n.SourceID = post
		if n.Text == "" {
			n.Text = from.Text
		}
		return unknown(e.addNote(ctx, v, &n, nil), "/record/id")
	})
	if err != nil {
		return n, err
	}
	row, err := s.Note(ctx, v, n.ID)
	return row.Note, err
}

// MakeDocument files a post as a document. Errors: those of AddDocument.
func (s *Store) MakeDocument(ctx context.Context, v Viewer, post crm.ID, d crm.Document, name string) (crm.Document, error) {
	err := s.edit(ctx, v.ID, func(e *edit) error {
		from, err := e.source(ctx, v, post)
		if err != nil {
			return err
		}
		return unknown(e.addDocument(ctx, v, &d, DocumentFile{Name: name, MediaType: "text/plain", Bytes: []byte(from.Text + "\n")}, post), "/record/id")
	})
	if err != nil {
		return d, err
	}
	row, err := s.Document(ctx, v, d.ID)
	return row.Document, err
}

// TaskRow is a task as lists show it.
type TaskRow struct {
	crm.Task
	Owner string
	Maker string
}

const taskRows = `select k.id, k.note_id, k.case_id, k.subject, k.owner_id, k.due_on, k.made_by, k.made_at, k.done_at, k.version, u.name as owner, m.name as maker
	from task k join app_user u on u.id = k.owner_id join app_user m on m.id = k.made_by`

// Tasks lists what the viewer has to do, what is due first first.
func (s *Store) Tasks(ctx context.Context, user crm.ID) ([]TaskRow, error) {
	return many[TaskRow](ctx, s.pool, taskRows+` where k.owner_id = $1 and k.done_at is null order by k.due_on nulls last, k.made_at, k.id limit 200`, user)
}

// Task reads a task that the person has to do or made.
func (s *Store) Task(ctx context.Context, user, id crm.ID) (TaskRow, error) {
	return one[TaskRow](ctx, s.pool, taskRows+` where k.id = $2 and (k.owner_id = $1 or k.made_by = $1)`, user, id)
}

// EndTask notes that a task is done. Once more changes nothing.
func (s *Store) EndTask(ctx context.Context, user, id crm.ID) error {
	return s.edit(ctx, user, func(e *edit) error {
		tag, err := e.q.Exec(ctx, `update task set done_at = coalesce(done_at, $3), version = version + 1 where id = $2 and (owner_id = $1 or made_by = $1)`, user, id, e.now)
		if err == nil && tag.RowsAffected() == 0 {
			return ErrNotFound
		}
		return told(err)
	})
}
