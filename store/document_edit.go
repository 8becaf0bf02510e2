package store

import (
	"context"
	"crypto/sha256"
	"errors"
	"strings"

	"leadtocash/crm"

	"github.com/jackc/pgx/v5"
)

// DocumentFile is a file as it is put in: its name cleaned, its type what its bytes are.
type DocumentFile struct {
	Name      string
	MediaType string
	Bytes     []byte
	Why       string // what is new in it
}

// NoWriting refuses a change of what the person may only read.
const NoWriting = "may_only_read"

// AddDocument keeps a file in a folder of the archive or with a record that the viewer may change (S028, S105). Errors: ErrNotFound, Refused
// (may_only_read), Taken.
func (s *Store) AddDocument(ctx context.Context, v Viewer, d crm.Document, file DocumentFile) (crm.Document, error) {
	err := s.edit(ctx, v.ID, func(e *edit) error { return e.addDocument(ctx, v, &d, file, "") })
	if err != nil {
		return d, err
	}
	row, err := s.Document(ctx, v, d.ID)
	return row.Document, err
}

func (e *edit) addDocument(ctx context.Context, v Viewer, d *crm.Document, file DocumentFile, note crm.ID) error {
	at, err := e.writable(ctx, v, crm.Subject{Kind: d.RecordKind, ID: d.RecordID})
	if err != nil {
		return err
	}
	if d.Title == "" {
		d.Title = titleFrom(file.Name)
	}
	if d.Tags == nil {
		d.Tags = []string{}
	}
	sum := sha256.Sum256(file.Bytes)
	column, account := columnOf(at.Kind), ""
	values := []any{d.ID, at.ID, d.Title, d.Description, d.Kind, d.Tags, d.ExpiresOn, file.Name, file.MediaType, len(file.Bytes), sum[:], v.ID, e.now, note}
	if at.Kind == crm.SubjectOpportunity {
		column, account = column+", account_id", ", $15"
		values = append(values, at.AccountID)
	}
	if _, err := e.q.Exec(ctx, `insert into document (id, title, description, kind, tags, expires_on, name, media_type, size, hash, author_id, at, note_id, `+column+`)
		values ($1, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $2`+account+`)`, values...); err != nil {
		return told(err)
	}
	if err := e.putVersion(ctx, d.ID, 1, file, 0); err != nil {
		return err
	}
	if err := e.tellDocument(ctx, d.ID, "added", map[string]any{"name": file.Name}); err != nil {
		return err
	}
	return e.tellPlace(ctx, at, Entry{Code: "document.added", Data: map[string]any{"document": d.ID, "name": file.Name}})
}

// writable finds a place that the viewer may change.
func (e *edit) writable(ctx context.Context, v Viewer, at crm.Subject) (Place, error) {
	p, err := place(ctx, e.q, v, at)
	if err == nil && !p.Writes {
		err = Refused{Code: NoWriting}
	}
	return p, err
}

// titleFrom makes a title of the name of a file.
func titleFrom(name string) string {
	stem := name
	if i := strings.LastIndexByte(name, '.'); i > 0 {
		stem = name[:i]
	}
	return strings.TrimSpace(strings.ReplaceAll(stem, "_", " "))
}

// putVersion writes a version, which never changes, and has it read by who reads the texts of files.
func (e *edit) putVersion(ctx context.Context, document crm.ID, number int, file DocumentFile, restored int) error {
	sum := sha256.Sum256(file.Bytes)
	var from *int
	if restored > 0 {
		from = &restored
	}
	if _, err := e.q.Exec(ctx, `insert into document_version (document_id, number, name, media_type, bytes, size, hash, author_id, at, why, restored_from) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
		document, number, file.Name, file.MediaType, file.Bytes, len(file.Bytes), sum[:], e.actor, e.now, file.Why, from); err != nil {
		return told(err)
	}
	_, err := e.q.Exec(ctx, `select document_indexed($1)`, document)
	return told(err)
}

func (e *edit) tellDocument(ctx context.Context, document crm.ID, code string, data map[string]any) error {
	if data == nil {
		data = map[string]any{}
	}
	_, err := e.q.Exec(ctx, `insert into document_event (document_id, at, actor_id, code, data) values ($1, $2, $3, $4, $5)`, document, e.now, e.actor, code, data)
	return told(err)
}

// lockDocument locks a document that the viewer may change, and refuses one that is newer than what he saw.
func (e *edit) lockDocument(ctx context.Context, v Viewer, id crm.ID, seen int) (DocumentRow, error) {
	d, err := one[DocumentRow](ctx, e.q, v.documents()+` where d.id = @id and d.removed_at is null and `+v.reads("d")+` for no key update of d`, v.args(pgx.NamedArgs{"id": id}))
	switch {
	case err != nil:
		return d, err
	case !d.Writes:
		return d, Refused{Code: NoWriting}
	case seen != 0 && seen != d.Version:
		return d, Stale{Version: d.Version}
	}
	return d, nil
}

// EditDocument changes what is said of a document, not its file (S058).
func (s *Store) EditDocument(ctx context.Context, v Viewer, id crm.ID, seen int, change func(*crm.Document) error) (crm.Document, error) {
	var d crm.Document
	err := s.edit(ctx, v.ID, func(e *edit) error {
		row, err := e.lockDocument(ctx, v, id, seen)
		if err != nil {
			return err
		}
		before := row.Document
		d = before
		if err := change(&d); err != nil {
			return err
		}
		changes := differences(before, d)
		if len(changes) == 0 {
			return nil
		}
		if d.RecordKind != before.RecordKind || d.RecordID != before.RecordID {
			if err := e.moveDocument(ctx, v, before, d); err != nil {
				return err
			}
		}
		d.Version++
		if _, err := e.q.Exec(ctx, `update document set title = $2, description = $3, kind = $4, tags = $5, expires_on = $6, version = $7 where id = $1`,
			d.ID, d.Title, d.Description, d.Kind, d.Tags, d.ExpiresOn, d.Version); err != nil {
			return told(err)
		}
		if _, err := e.q.Exec(ctx, `select document_indexed($1)`, d.ID); err != nil {
			return told(err)
		}
		return e.tellDocument(ctx, d.ID, "changed", map[string]any{"changes": changes})
	})
	return d, err
}

// moveDocument puts a document of the archive into another folder. What is kept with a record stays with it.
func (e *edit) moveDocument(ctx context.Context, v Viewer, from, to crm.Document) error {
	if from.RecordKind != crm.SubjectFolder || to.RecordKind != crm.SubjectFolder {
		return Refused{Code: "document_of_record"}
	}
	if _, err := e.writable(ctx, v, crm.Subject{Kind: crm.SubjectFolder, ID: to.RecordID}); err != nil {
		return unknown(err, "/folder_id")
	}
	_, err := e.q.Exec(ctx, `update document set folder_id = $2 where id = $1`, from.ID, to.RecordID)
	return told(err)
}

// AddVersion puts a newer file in; the older ones stay (S058). Errors: ErrNotFound, Stale, Refused (may_only_read, same_file).
func (s *Store) AddVersion(ctx context.Context, v Viewer, id crm.ID, seen int, file DocumentFile) (crm.Document, error) {
	return s.newVersion(ctx, v, id, seen, func(*edit) (DocumentFile, int, error) { return file, 0, nil })
}

// RestoreVersion brings an older file back as a new version.
func (s *Store) RestoreVersion(ctx context.Context, v Viewer, id crm.ID, seen, number int, why string) (crm.Document, error) {
	return s.newVersion(ctx, v, id, seen, func(e *edit) (DocumentFile, int, error) {
		f, err := one[DocumentFile](ctx, e.q, `select name, media_type, bytes, $3::text as why from document_version where document_id = $1 and number = $2`, id, number, why)
		return f, number, err
	})
}

func (s *Store) newVersion(ctx context.Context, v Viewer, id crm.ID, seen int, read func(*edit) (DocumentFile, int, error)) (crm.Document, error) {
	err := s.edit(ctx, v.ID, func(e *edit) error {
		d, err := e.lockDocument(ctx, v, id, seen)
		if err != nil {
			return err
		}
		file, restored, err := read(e)
		if err != nil {
			return err
		}
		sum := sha256.Sum256(file.Bytes)
		tag, err := e.q.Exec(ctx, `update document set latest = latest + 1, name = $2, media_type = $3, size = $4, hash = $5, author_id = $6, at = $7, version = version + 1
			where id = $1 and hash <> $5`, id, file.Name, file.MediaType, len(file.Bytes), sum[:], e.actor, e.now)
		if err != nil {
			return told(err)
		}
		if tag.RowsAffected() == 0 {
			return Refused{Code: "same_file"}
		}
		if err := e.putVersion(ctx, id, d.Latest+1, file, restored); err != nil {
			return err
		}
		return e.tellDocument(ctx, id, "version", map[string]any{"number": d.Latest + 1, "restored": restored})
	})
	if err != nil {
		return crm.Document{}, err
	}
	row, err := s.Document(ctx, v, id)
	return row.Document, err
}

// ApproveVersion notes who approved a version, and when (S058). It happens once; who put the version in does not approve it. The caller has checked
// that the person may approve documents.
func (s *Store) ApproveVersion(ctx context.Context, v Viewer, id crm.ID, number int) error {
	return s.edit(ctx, v.ID, func(e *edit) error {
		if _, err := one[DocumentRow](ctx, e.q, v.documents()+` where d.id = @id and d.removed_at is null and `+v.reads("d")+` for no key update of d`, v.args(pgx.NamedArgs{"id": id})); err != nil {
			return err
		}
		at, err := one[struct {
			AuthorID   crm.ID
			ApprovedBy crm.ID
		}](ctx, e.q, `select author_id, approved_by from document_version where document_id = $1 and number = $2`, id, number)
		switch {
		case err != nil:
			return err
		case at.ApprovedBy != "":
			return Refused{Code: "already_done"}
		case at.AuthorID == v.ID:
			return Refused{Code: "self_approval"}
		}
		if _, err := e.q.Exec(ctx, `update document_version set approved_by = $3, approved_at = $4 where document_id = $1 and number = $2`, id, number, v.ID, e.now); err != nil {
			return told(err)
		}
		return e.tellDocument(ctx, id, "approved", map[string]any{"number": number})
	})
}

// RemoveDocument takes a document away from everybody; it is kept with its versions and who did.
func (s *Store) RemoveDocument(ctx context.Context, v Viewer, id crm.ID, seen int) error {
	return s.edit(ctx, v.ID, func(e *edit) error {
		if _, err := e.lockDocument(ctx, v, id, seen); err != nil {
			return err
		}
		if _, err := e.q.Exec(ctx, `update document set removed_at = $2, removed_by = $3, version = version + 1 where id = $1`, id, e.now, v.ID); err != nil {
			return told(err)
		}
		return e.tellDocument(ctx, id, "removed", nil)
	})
}

// LinkDocument shows a document of the archive with a record, too (S028); who may read it stays as it is. Once more changes nothing. Errors:
// ErrNotFound, crm.FieldErrors (the record), Refused (may_only_read, document_of_record).
func (s *Store) LinkDocument(ctx context.Context, v Viewer, id crm.ID, to crm.Subject) error {
	return s.edit(ctx, v.ID, func(e *edit) error {
		d, err := one[DocumentRow](ctx, e.q, v.documents()+` where d.id = @id and d.removed_at is null and `+v.reads("d"), v.args(pgx.NamedArgs{"id": id}))
		if err != nil {
			return err
		}
		if d.RecordKind != crm.SubjectFolder {
			return Refused{Code: "document_of_record"}
		}
		at, err := e.writable(ctx, v, to)
		if errors.Is(err, ErrNotFound) {
			return unknown(err, "/record/id")
		}
		if err != nil {
			return err
		}
		tag, err := e.q.Exec(ctx, `insert into document_link (id, document_id, `+columnOf(at.Kind)+`, made_by, made_at) values ($1, $2, $3, $4, $5) on conflict do nothing`, NewID(), id, at.ID, v.ID, e.now)
		if err != nil || tag.RowsAffected() == 0 {
			return told(err)
		}
		if err := e.tellDocument(ctx, id, "linked", map[string]any{"kind": at.Kind, "id": at.ID, "title": at.Title}); err != nil {
			return err
		}
		return e.tellPlace(ctx, at, Entry{Code: "document.linked", Data: map[string]any{"document": id, "name": d.Title}})
	})
}

// UnlinkDocument takes a document of the archive from a record that the viewer may change.
func (s *Store) UnlinkDocument(ctx context.Context, v Viewer, id crm.ID, from crm.Subject) error {
	return s.edit(ctx, v.ID, func(e *edit) error {
		if _, err := one[DocumentRow](ctx, e.q, v.documents()+` where d.id = @id and `+v.reads("d"), v.args(pgx.NamedArgs{"id": id})); err != nil {
			return err
		}
		at, err := e.writable(ctx, v, from)
		if err != nil {
			return err
		}
		tag, err := e.q.Exec(ctx, `delete from document_link where document_id = $1 and `+columnOf(at.Kind)+` = $2`, id, at.ID)
		if err != nil {
			return told(err)
		}
		if tag.RowsAffected() == 0 {
			return ErrNotFound
		}
		return e.tellDocument(ctx, id, "unlinked", map[string]any{"kind": at.Kind, "id": at.ID, "title": at.Title})
	})
}
