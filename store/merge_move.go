package store

import (
	"context"
	"encoding/json"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"
)

// reference is a column of a table that refers to a record of a kind.
type reference struct {
	Table  string
	Column string
	Keys   []string // of the table's rows, without the column itself
	Unique []string // per unique index with the column, its other columns with commas
}

// references are all columns that refer to records of a kind, as the database knows them: a table that is added later moves too, and one that
// could not be found would forbid that its record goes.
func references(ctx context.Context, q querier, kind string) ([]reference, error) {
	return many[reference](ctx, q, `select c.conrelid::regclass::text as table, a.attname::text as column,
			coalesce((select array_agg(k.attname::text order by k.attnum) from pg_index i join pg_attribute k on k.attrelid = i.indrelid and k.attnum = any(i.indkey)
				where i.indrelid = c.conrelid and i.indisprimary and k.attnum <> a.attnum), '{}') as keys,
			coalesce((select array_agg(coalesce((select string_agg(k.attname::text, ',' order by k.attnum) from pg_attribute k
					where k.attrelid = i.indrelid and k.attnum = any(i.indkey) and k.attnum <> a.attnum), '') order by i.indexrelid)
				from pg_index i where i.indrelid = c.conrelid and i.indisunique and i.indpred is null and a.attnum = any(i.indkey)), '{}') as unique
		from pg_constraint c join pg_attribute a on a.attrelid = c.conrelid and a.attnum = c.conkey[1]
		where c.contype = 'f' and c.confrelid = $1::regclass and cardinality(c.conkey) = 1 order by 1, 2`, kind)
}

func quoted(name string) string { return pgx.Identifier{name}.Sanitize() }

// move gives the rows of a table to the record that stays. What it has already under the same key, it keeps; the other's is put aside.
func (g *merging) move(ctx context.Context, r reference) error {
	table, column := r.Table, quoted(r.Column)
	for _, others := range r.Unique {
		same := []string{"k." + column + " = $2"}
		for _, o := range strings.Split(others, ",") {
			if o != "" {
				same = append(same, "k."+quoted(o)+" = x."+quoted(o))
			}
		}
		if err := g.putAside(ctx, table, `x.`+column+` = $1 and exists (select from `+table+` k where `+strings.Join(same, " and ")+`)`, g.Kept); err != nil {
			return err
		}
	}
	keys, err := texted(ctx, g.q, `update `+table+` x set `+column+` = $2 where x.`+column+` = $1 returning `+r.key("x"), g.Gone, g.Kept)
	if err == nil && len(keys) > 0 {
		g.moved = append(g.moved, movedRows{table, r.Column, keys})
	}
	return err
}

// putAside takes rows of the record that goes out of a table until the merge is undone.
func (g *merging) putAside(ctx context.Context, table, where string, more ...any) error {
	rows, err := texted(ctx, g.q, `delete from `+table+` x where `+where+` returning to_jsonb(x)`, append([]any{g.Gone}, more...)...)
	if err == nil && len(rows) > 0 {
		g.dropped = append(g.dropped, droppedRows{table, rows})
	}
	return err
}

// key is the key of a row of the table as an object.
func (r reference) key(row string) string {
	parts := make([]string, len(r.Keys))
	for i, k := range r.Keys {
		parts[i] = "'" + strings.ReplaceAll(k, "'", "''") + "', " + row + "." + quoted(k)
	}
	return "jsonb_build_object(" + strings.Join(parts, ", ") + ")"
}

func texted(ctx context.Context, q querier, sql string, args ...any) ([]json.RawMessage, error) {
	rows, err := q.Query(ctx, sql, args...)
	if err != nil {
		return nil, told(err)
	}
	out, err := pgx.CollectRows(rows, pgx.RowTo[json.RawMessage])
	return slices.Clip(out), told(err)
}

func rawTexts(in []json.RawMessage) []string {
	out := make([]string, len(in))
	for i, v := range in {
		out[i] = string(v)
	}
	return out
}

// back gives the rows that moved, and still are where they were moved to, to the record that is there again.
func (g *merging) back(ctx context.Context, m movedRows) error {
	refs, err := references(ctx, g.q, g.Kind)
	if err != nil {
		return err
	}
	for _, r := range refs {
		if r.Table == m.Table && r.Column == m.Column {
			_, err := g.q.Exec(ctx, `update `+r.Table+` x set `+quoted(r.Column)+` = $1 where x.`+quoted(r.Column)+` = $2 and `+r.key("x")+` = any($3::text[]::jsonb[])`, g.Gone, g.Kept, rawTexts(m.Keys))
			return told(err)
		}
	}
	return nil
}
