package store

import (
	"context"
	"strings"

	"leadtocash/crm"

	"github.com/jackc/pgx/v5"
)

// FolderRow is a folder as the tree shows it.
type FolderRow struct {
	crm.Folder
	Depth  int
	Path   string // names from the top, with slashes between them
	Writes bool
	Files  int // documents in it that were not removed
}

// Folders lists the folders that the viewer may read as a tree, each after the one above it.
func (s *Store) Folders(ctx context.Context, v Viewer) ([]FolderRow, error) {
	return folders(ctx, s.pool, v)
}

func folders(ctx context.Context, q querier, v Viewer) ([]FolderRow, error) {
	return many[FolderRow](ctx, q, `with recursive t as (
			select g.*, 0 as depth, g.name as path, array[plain(g.name)] as sort from document_folder g where g.parent_id is null
			union all select g.*, t.depth + 1, t.path || ' / ' || g.name, t.sort || plain(g.name) from document_folder g join t on g.parent_id = t.id
		) select t.id, t.parent_id, t.name, t.readers, t.writers, t.version, t.depth, t.path, t.id in (`+v.writeFolders()+`) as writes,
			(select count(*) from document d where d.folder_id = t.id and d.removed_at is null)::int as files
		from t where t.id in (`+v.readFolders()+`) order by t.sort, t.id limit 2000`, v.args(nil))
}

// Folder reads a folder that the viewer may read.
func (s *Store) Folder(ctx context.Context, v Viewer, id crm.ID) (FolderRow, error) {
	rows, err := folders(ctx, s.pool, v)
	for _, f := range rows {
		if f.ID == id {
			return f, nil
		}
	}
	if err == nil {
		err = ErrNotFound
	}
	return FolderRow{}, err
}

// maxFolderDepth is how many folders may lie within each other.
const maxFolderDepth = 8

// SaveFolder makes a folder, or changes one when its version is not 0. Errors: Stale, Taken (document_folder_name), crm.FieldErrors for a parent that
// is not there or lies below it, or for who is no role or team. The caller has checked that the person manages the archive.
func (s *Store) SaveFolder(ctx context.Context, v Viewer, f crm.Folder) (crm.Folder, error) {
	seen := f.Version
	err := s.edit(ctx, v.ID, func(e *edit) error {
		if err := e.folderFits(ctx, v, f); err != nil {
			return err
		}
		if seen == 0 {
			f.Version = 1
			_, err := e.q.Exec(ctx, `insert into document_folder (id, parent_id, name, readers, writers, created_at, created_by) values ($1, $2, $3, $4, $5, $6, $7)`,
				f.ID, f.ParentID, f.Name, f.Readers, f.Writers, e.now, v.ID)
			return told(err)
		}
		f.Version++
		tag, err := e.q.Exec(ctx, `update document_folder set parent_id = $2, name = $3, readers = $4, writers = $5, version = $6 where id = $1 and version = $7`,
			f.ID, f.ParentID, f.Name, f.Readers, f.Writers, f.Version, seen)
		if err == nil && tag.RowsAffected() == 0 {
			return Stale{}
		}
		return told(err)
	})
	return f, err
}

// folderFits refuses a place in the tree that would close a circle or lie too deep, and readers or writers that do not exist.
func (e *edit) folderFits(ctx context.Context, v Viewer, f crm.Folder) error {
	if _, err := e.q.Exec(ctx, `select pg_advisory_xact_lock(hashtext('document_folder'))`); err != nil { // two moves at once could close a circle
		return told(err)
	}
	var errs crm.FieldErrors
	all, err := folders(ctx, e.q, v)
	if err != nil {
		return err
	}
	by := map[crm.ID]crm.Folder{}
	for _, g := range all {
		by[g.ID] = g.Folder
	}
	if f.ParentID != "" {
		if _, known := by[f.ParentID]; !known {
			errs.Add("/parent_id", crm.Problem("unknown_record"))
		}
		depth := 1
		for at := f.ParentID; at != "" && depth <= len(all); at, depth = by[at].ParentID, depth+1 {
			if at == f.ID {
				errs.Add("/parent_id", crm.Problem("folder_circle"))
				break
			}
		}
		if depth >= maxFolderDepth {
			errs.Add("/parent_id", crm.Problem("too_many", "max", "8"))
		}
	}
	teams, err := many[struct{ ID string }](ctx, e.q, `select id::text from team`)
	if err != nil {
		return err
	}
	known := map[string]bool{}
	for _, t := range teams {
		known["team:"+t.ID] = true
	}
	for _, r := range crm.Roles() {
		known["role:"+string(r)] = true
	}
	for pointer, list := range map[string][]string{"/readers": f.Readers, "/writers": f.Writers} {
		for _, p := range list {
			if !known[strings.ToLower(p)] {
				errs.Add(pointer, crm.Problem("unknown_value", "value", p))
				break
			}
		}
	}
	return errs.Err()
}

// RemoveFolder drops a folder in which nothing is. Errors: Refused (folder_in_use).
func (s *Store) RemoveFolder(ctx context.Context, v Viewer, id crm.ID) error {
	return s.edit(ctx, v.ID, func(e *edit) error {
		tag, err := e.q.Exec(ctx, `delete from document_folder g where g.id = @id and g.id in (`+v.readFolders()+`)
			and not exists (select from document d where d.folder_id = g.id) and not exists (select from document_folder c where c.parent_id = g.id)`, v.args(pgx.NamedArgs{"id": id}))
		if err != nil || tag.RowsAffected() > 0 {
			return told(err)
		}
		if _, err := place(ctx, e.q, v, crm.Subject{Kind: crm.SubjectFolder, ID: id}); err != nil {
			return err
		}
		return Refused{Code: "folder_in_use"}
	})
}

// seesFiles is the condition under which a document d of a company, which may be seen, is shown there: its own, and those of deals that the
// person may see.
func (sc Scope) seesFiles() string {
	deals := Scope{User: sc.User, Teams: sc.Teams, Reach: sc.Deals}
	return `d.removed_at is null and (d.home = 'account' or d.home = 'opportunity' and exists (select from opportunity y where y.id = d.opportunity_id and ` + deals.sees("y.owner_id") + `))`
}
