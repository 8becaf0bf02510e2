package store

import (
	"context"

	"leadtocash/crm"

	"github.com/jackc/pgx/v5"
	"github.com/shopspring/decimal"
)

// parentFits refuses a parent that is unknown to the person, archived, or belongs to the account's own group below it. Two moves at once wait for
// each other, so that they cannot close a circle together.
func (e *edit) parentFits(ctx context.Context, sc Scope, id, parent crm.ID) error {
	if parent == "" {
		return nil
	}
	if _, err := e.q.Exec(ctx, `select pg_advisory_xact_lock(hashtextextended('account.parent_id', 4))`); err != nil {
		return told(err)
	}
	p, err := e.account(ctx, sc, parent, "/parent_id")
	if err != nil {
		return err
	}
	if p.ArchivedAt != nil {
		return crm.FieldErrors{crm.Problem("account_archived").At("/parent_id")}
	}
	below, err := e.under(ctx, id, parent)
	if err == nil && below {
		return crm.FieldErrors{crm.Problem("own_group").At("/parent_id")}
	}
	return err
}

// under tells whether an account is another one or stands below it in its group.
func (e *edit) under(ctx context.Context, top, id crm.ID) (below bool, err error) {
	err = e.q.QueryRow(ctx, `with recursive up as (select id, parent_id from account where id = $2 union select a.id, a.parent_id from account a join up on a.id = up.parent_id)
		select exists (select from up where id = $1)`, top, id).Scan(&below)
	return below, told(err)
}

// GroupRow is a company of a group, as deep below its head as Depth.
type GroupRow struct {
	ID        crm.ID
	Name      string
	Kind      string
	Depth     int
	Archived  bool
	Deals     int             // open ones
	Sum       decimal.Decimal // of the open deals
	Contracts int             // active ones
	Overdue   decimal.Decimal
}

// AccountGroup lists the companies of an account's group that the reader may see, the head first and each below its parent (S055). An account
// that has neither parent nor children is alone in it. At most 500.
func (s *Store) AccountGroup(ctx context.Context, sc Scope, id crm.ID, today crm.Date) ([]GroupRow, error) {
	return many[GroupRow](ctx, s.pool, accountGroup(sc), sc.args(pgx.NamedArgs{"id": id, "today": today}))
}

func accountGroup(sc Scope) string {
	return `with recursive up as (
			select id, parent_id from account where id = @id union select a.id, a.parent_id from account a join up on a.id = up.parent_id
		), down as (
			select a.id, a.name, a.kind, a.owner_id, a.archived_at, 0 as depth, array[lower(a.name) || a.id] as path from account a join up on a.id = up.id and up.parent_id is null
			union all select a.id, a.name, a.kind, a.owner_id, a.archived_at, d.depth + 1, d.path || (lower(a.name) || a.id) from account a join down d on a.parent_id = d.id
		)
		select d.id, d.name, d.kind, d.depth, d.archived_at is not null as archived, coalesce(o.deals, 0) as deals, coalesce(o.sum, 0) as sum,
			(select count(*) from contract c where c.account_id = d.id and c.state = 'active') as contracts,
			coalesce((select sum(r.open) from receivable r where r.account_id = d.id and r.open > 0 and r.due_date < @today), 0) as overdue
		from (select * from down order by path limit 500) d
		left join lateral (select count(*) as deals, sum(amount) as sum from opportunity where account_id = d.id and state = 'open') o on true
		where ` + sc.sees("d.owner_id") + ` order by d.path`
}
