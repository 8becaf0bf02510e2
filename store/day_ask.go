package store

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"
)

// endedAt tells of the planned engagement e whether it has ended, so that its outcome is asked for instead of announcing it.
const endedAt = `coalesce(e.ends_at, e.due_at + case when e.kind in ('meeting', 'visit') then interval '1 hour' else interval '30 minutes' end) <= @now`

// askLimit is how many ended engagements My day asks about.
const askLimit = 10

// Unanswered lists the person's own engagements that have ended without anybody saying how, the latest first (S094), and how many there are.
func (s *Store) Unanswered(ctx context.Context, deals, leads Scope, now time.Time) (out []AgendaItem, n int, err error) {
	args := deals.args(pgx.NamedArgs{"me": deals.User, "now": now, "limit": askLimit})
	part := `select * from engagement e where e.done_at is null and e.owner_id = @me and e.due_at <= @now and ` + endedAt
	b := &pgx.Batch{}
	collect(b, &out, agendaSQL(part+` order by e.due_at desc, e.id limit @limit`, deals, leads), args)
	b.Queue(`select count(*) from (`+part+` limit 1000) e`, args).QueryRow(func(row pgx.Row) error { return row.Scan(&n) })
	return out, n, told(s.pool.SendBatch(ctx, b).Close())
}
