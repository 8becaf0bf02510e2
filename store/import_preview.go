package store

import (
	"context"
	"time"

	"leadtocash/crm"

	"github.com/jackc/pgx/v5"
)

// previewFor is how long a file that nobody brings in is kept: it holds people's addresses.
const previewFor = 7 * 24 * time.Hour

// PreviewImport keeps a file and what was read of it, to be looked at: nothing of it is brought in before StartImport. The same id again is the same
// file. Files that were looked at and left are dropped.
func (s *Store) PreviewImport(ctx context.Context, m crm.Import, rows []crm.ImportRow, body []byte) (crm.Import, error) {
	err := s.short(ctx, func(tx pgx.Tx) error {
		made, now, err := s.keepImport(ctx, tx, &m, rows)
		if err != nil {
			return err
		}
		if made {
			if _, err := tx.Exec(ctx, `insert into import_file (import_id, body) values ($1, $2)`, m.ID, body); err != nil {
				return err
			}
		}
		return dropPreviews(ctx, tx, `created_at < $1`, now.Add(-previewFor))
	})
	if err != nil {
		return m, err
	}
	return s.Import(ctx, m.ID)
}

// MapImport reads a file again that was only looked at, with other columns; a header that was mapped once is known the next time.
// Errors: ErrNotFound, Refused already_done when it was begun.
func (s *Store) MapImport(ctx context.Context, actor crm.ID, m crm.Import, rows []crm.ImportRow) error {
	return s.short(ctx, func(tx pgx.Tx) error {
		now, err := one[crm.Import](ctx, tx, `select `+importColumns+` from import where id = $1 for update`, m.ID)
		if err != nil {
			return err
		}
		if now.State != "preview" {
			return Refused{Code: "already_done"}
		}
		refused := 0
		for _, r := range rows {
			if r.State == "refused" {
				refused++
			}
		}
		if _, err := tx.Exec(ctx, `delete from import_row where import_id = $1`, m.ID); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `update import set columns = $2, places = $3, source = $4, campaign = $5, total = $6, refused = $7, known = $8 where id = $1`,
			m.ID, m.Columns, m.Places, m.Source, m.Campaign, len(rows), refused, m.Known); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `insert into import_mapping (what, heads, places, actor, at) values ($1, $2, $3, $4, now())
			on conflict (what, heads) do update set places = excluded.places, actor = excluded.actor, at = excluded.at`, now.What, now.Heads, m.Places, actor); err != nil {
			return err
		}
		return copyRows(ctx, tx, m.ID, rows)
	})
}

// KnownMapping is what was last chosen for a header of such a file; ErrNotFound when nothing was.
func (s *Store) KnownMapping(ctx context.Context, what string, heads []string) (places []string, err error) {
	err = s.pool.QueryRow(ctx, `select places from import_mapping where what = $1 and heads = $2`, what, heads).Scan(&places)
	return places, told(err)
}

// ImportFile reads the file of an import as it was uploaded.
func (s *Store) ImportFile(ctx context.Context, id crm.ID) (body []byte, err error) {
	err = s.pool.QueryRow(ctx, `select body from import_file where import_id = $1`, id).Scan(&body)
	return body, told(err)
}

// StartImport begins to make records of a file's rows. Twice is once: began is false when it runs, or is done, already.
func (s *Store) StartImport(ctx context.Context, id, actor crm.ID) (began bool, err error) {
	err = s.short(ctx, func(tx pgx.Tx) error {
		m, err := one[crm.Import](ctx, tx, `select `+importColumns+` from import where id = $1 for update`, id)
		if err != nil || m.State != "preview" {
			return err
		}
		if m.Waiting() == 0 {
			return Refused{Code: "nothing_to_import"}
		}
		shift, err := clockShift(ctx, tx)
		if err != nil {
			return err
		}
		began = true
		return beginImport(ctx, tx, m, string(actor), s.realNow().Add(shift))
	})
	return began, err
}

// DiscardImport drops a file that was only looked at; one that was begun stays.
func (s *Store) DiscardImport(ctx context.Context, id crm.ID) error {
	return s.short(ctx, func(tx pgx.Tx) error {
		m, err := one[crm.Import](ctx, tx, `select `+importColumns+` from import where id = $1 for update`, id)
		if err != nil {
			return err
		}
		if m.State != "preview" {
			return Refused{Code: "already_done"}
		}
		return dropPreviews(ctx, tx, `id = $1`, id)
	})
}

func dropPreviews(ctx context.Context, tx pgx.Tx, where string, arg any) error {
	_, err := tx.Exec(ctx, `with old as (select id from import where state = 'preview' and `+where+` for update),
		rows as (delete from import_row where import_id in (select id from old)), files as (delete from import_file where import_id in (select id from old))
		delete from import where id in (select id from old)`, arg)
	return told(err)
}

// ImportLine is an import as a list shows it.
type ImportLine struct {
	crm.Import
	By string // name of the person, or who ran the command
}

const importLines = `select i.*, coalesce(u.name, i.author) as by from (select ` + importColumns + ` from import) i left join app_user u on u.id::text = i.author`

// Imports lists the newest imports.
func (s *Store) Imports(ctx context.Context) ([]ImportLine, error) {
	return many[ImportLine](ctx, s.pool, importLines+` order by i.created_at desc, i.id desc limit 50`)
}

// ImportLine reads an import with who brought it.
func (s *Store) ImportLine(ctx context.Context, id crm.ID) (ImportLine, error) {
	return one[ImportLine](ctx, s.pool, importLines+` where i.id = $1`, id)
}

// FirstRow is the first row of an import that is no refused one; none is an empty row.
func (s *Store) FirstRow(ctx context.Context, id crm.ID) (crm.ImportRow, error) {
	return orNone(one[crm.ImportRow](ctx, s.pool, `select line, lead, cells, state, problems from import_row where import_id = $1 and state <> 'refused' order by line limit 1`, id))
}
