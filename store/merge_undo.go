package store

import (
	"context"
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"time"

	"leadtocash/crm"
)

// mergeRow is a merge as it is kept.
type mergeRow struct {
	ID        crm.ID
	Kind      string
	Kept      crm.ID
	Gone      crm.ID
	Chosen    []string
	GoneRow   map[string]any
	Before    map[string]any
	After     map[string]any
	Moved     []movedRows
	Dropped   []droppedRows
	Processes []endedProcess
	At        time.Time
	UndoneAt  *time.Time
}

// UndoMerge takes two records apart again: both are as they were, with everything that they had then; what was changed or added since stays
// with the one that was kept. A merge that was undone stays so. After MergeDays it is for good.
func (s *Store) UndoMerge(ctx context.Context, sc Scope, actor, id crm.ID) error {
	return s.edit(ctx, actor, func(e *edit) error {
		m, err := one[mergeRow](ctx, e.q, `select id, kind, kept, gone, chosen, gone_row, before, after, moved, dropped, processes, at, undone_at from record_merge where id = $1 for update`, id)
		if err != nil || m.UndoneAt != nil {
			return err
		}
		switch rows, err := e.mergeRows(ctx, sc, m.Kind, m.Kept); {
		case err == ErrNotFound:
			return e.notLast(ctx, m)
		case err != nil:
			return err
		case e.now.After(m.At.AddDate(0, 0, MergeDays)):
			return Refused{Code: "merge_final"}
		default:
			g := merging{edit: e, Merge: Merge{m.ID, m.Kind, m.Kept, m.Gone, m.Chosen}, kept: rows[m.Kept], gone: m.GoneRow}
			return g.undo(ctx, m)
		}
	})
}

// notLast says that the record that was kept has gone into another one since, which has to be undone first.
func (e *edit) notLast(ctx context.Context, m mergeRow) error {
	var again bool
	if err := e.q.QueryRow(ctx, `select exists (select from record_merge where kind = $1 and gone = $2 and undone_at is null)`, m.Kind, m.Kept).Scan(&again); err != nil {
		return told(err)
	}
	if again {
		return Refused{Code: "merge_not_last"}
	}
	return ErrNotFound
}

func (g *merging) undo(ctx context.Context, m mergeRow) error {
	if _, err := g.q.Exec(ctx, `select set_config('leadtocash.merge', $1, true)`, string(g.ID)); err != nil {
		return told(err)
	}
	if err := g.restore(ctx, m); err != nil {
		return err
	}
	if _, err := g.q.Exec(ctx, `insert into `+g.Kind+` select (jsonb_populate_record(null::`+g.Kind+`, $1)).*`, m.GoneRow); err != nil {
		return told(err)
	}
	for _, rows := range m.Moved {
		if err := g.back(ctx, rows); err != nil {
			return err
		}
	}
	if err := g.uncircle(ctx); err != nil {
		return err
	}
	for _, rows := range m.Dropped {
		if err := g.insert(ctx, rows); err != nil {
			return err
		}
	}
	for _, p := range m.Processes {
		if err := g.revive(ctx, p); err != nil {
			return err
		}
	}
	if err := g.handOver(ctx, len(m.Processes) > 0); err != nil {
		return err
	}
	if _, err := g.q.Exec(ctx, `update record_merge set undone_at = $2, undone_by = $3 where id = $1`, m.ID, g.now, g.actor); err != nil {
		return told(err)
	}
	return g.tellBoth(ctx, "record.unmerged", "record.unmerged")
}

// restore gives the record that was kept the values back that the merge took over, where nobody has changed them since.
func (g *merging) restore(ctx context.Context, m mergeRow) error {
	set := []string{"version = x.version + 1"}
	for column, was := range m.Before {
		if column != "version" && column != "updated_at" && !reflect.DeepEqual(was, m.After[column]) && reflect.DeepEqual(g.kept[column], m.After[column]) {
			set = append(set, quoted(column)+" = b."+quoted(column))
		}
	}
	slices.Sort(set)
	_, err := g.q.Exec(ctx, `update `+g.Kind+` x set `+strings.Join(set, ", ")+` from jsonb_populate_record(null::`+g.Kind+`, $1) b where x.id = $2`, m.Before, g.Kept)
	return told(err)
}

// insert puts back what was put aside.
func (g *merging) insert(ctx context.Context, d droppedRows) error {
	all, err := json.Marshal(d.Rows)
	if err != nil {
		return err
	}
	_, err = g.q.Exec(ctx, `insert into `+d.Table+` select x.* from jsonb_populate_recordset(null::`+d.Table+`, $1) x on conflict do nothing`, json.RawMessage(all))
	return told(err)
}

// revive lets a process live again with what it waited for.
func (g *merging) revive(ctx context.Context, p endedProcess) error {
	for _, d := range p.Deadlines {
		if err := late(ctx, g.q, upsertDeadline, p.ID, d.Kind, d.Key, d.DueAt); err != nil {
			return err
		}
	}
	return setClosed(ctx, g.q, p.ID, false, g.now)
}
