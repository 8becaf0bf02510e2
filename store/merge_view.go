package store

import (
	"context"
	"fmt"
	"strings"
	"time"

	"leadtocash/crm"

	"github.com/jackc/pgx/v5"
)

// MergeSide is one of two records that are compared.
type MergeSide struct {
	ID     crm.ID
	Name   string
	Values map[string]string // by field
}

// MergePreview is what a merge would do.
type MergePreview struct {
	Kind       string
	Kept, Gone MergeSide
	Moves      []Moved
}

// MergePreview compares two records within the scope and counts what would move, table by table; ErrNotFound when one of them is not there.
func (s *Store) MergePreview(ctx context.Context, sc Scope, kind string, kept, gone crm.ID) (p MergePreview, err error) {
	p.Kind = kind
	err = s.behind(ctx, func(q *behind) error { // it ends without a commit
		rows, err := (&edit{q: q}).mergeRows(ctx, sc, kind, kept, gone)
		if err != nil {
			return err
		}
		p.Kept, p.Gone = sideOf(kind, kept, rows[kept]), sideOf(kind, gone, rows[gone])
		refs, err := references(ctx, q, kind)
		if err != nil {
			return err
		}
		for _, r := range refs {
			m := Moved{Table: r.Table}
			if err := q.QueryRow(ctx, `select count(*) from `+r.Table+` where `+quoted(r.Column)+` = $1`, gone).Scan(&m.Rows); err != nil {
				return err
			}
			if m.Rows > 0 {
				p.Moves = append(p.Moves, m)
			}
		}
		return nil
	})
	return p, told(err)
}

func sideOf(kind string, id crm.ID, row map[string]any) MergeSide {
	side := MergeSide{ID: id, Name: nameOf(row), Values: map[string]string{}}
	for _, f := range mergeFields[kind] {
		switch v := row[f].(type) {
		case nil:
		case []any:
			parts := make([]string, len(v))
			for i, e := range v {
				parts[i] = fmt.Sprint(e)
			}
			side.Values[f] = strings.Join(parts, ", ")
		default:
			side.Values[f] = fmt.Sprint(v)
		}
	}
	return side
}

// MergeLine is a merge as a list shows it.
type MergeLine struct {
	ID       crm.ID
	Kind     string
	Kept     crm.ID
	Gone     crm.ID
	Name     string // of the one that is gone
	KeptName string
	Actor    string
	At       time.Time
	UndoneAt *time.Time
	Undoable bool
}

const mergeLines = `select m.id, m.kind, m.kept, m.gone, m.name, coalesce(a.name, c.name, l.company, '') as kept_name, u.name as actor, m.at, m.undone_at,
		m.undone_at is null and @now < m.at + make_interval(days => @days) and coalesce(a.id, c.id, l.id) is not null as undoable
	from record_merge m join app_user u on u.id = m.actor
	left join account a on m.kind = 'account' and a.id = m.kept
	left join contact c on m.kind = 'contact' and c.id = m.kept left join account ca on ca.id = c.account_id
	left join lead l on m.kind = 'lead' and l.id = m.kept`

// Merges lists merges whose records the reader may see, the newest first; kind and record narrow them.
func (s *Store) Merges(ctx context.Context, accounts, leads Scope, id crm.ID, limit int) ([]MergeLine, error) {
	now, err := s.Now(ctx)
	if err != nil {
		return nil, err
	}
	where := conditions{`(m.kind = 'account' and ` + accounts.sees("a.owner_id") + ` or m.kind = 'contact' and ` + accounts.sees("coalesce(c.owner_id, ca.owner_id)") + ` or m.kind = 'lead' and ` + leads.seesLead("l") + `)`}
	where.when(id != "", `m.id = @id`)
	return many[MergeLine](ctx, s.pool, mergeLines+where.sql()+` order by m.at desc, m.id desc limit @limit`,
		accounts.args(pgx.NamedArgs{"now": now, "days": MergeDays, "id": id, "limit": limit}))
}

// MergedInto is where a record went that was merged into another one, which may have gone on itself; ErrNotFound when it was not.
func (s *Store) MergedInto(ctx context.Context, kind string, id crm.ID) (into crm.ID, err error) {
	err = s.pool.QueryRow(ctx, `with recursive m as (
			select kept, 1 as n from record_merge where kind = $1 and gone = $2 and undone_at is null
			union all select r.kept, n + 1 from record_merge r join m on r.gone = m.kept where r.kind = $1 and r.undone_at is null and n < 20
		) select kept from m order by n desc limit 1`, kind, id).Scan(&into)
	return into, told(err)
}
