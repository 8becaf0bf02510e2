package store

import (
	"context"

	"leadtocash/crm"

	"github.com/jackc/pgx/v5"
	"github.com/shopspring/decimal"
)

// ProjectRow is a project as the list shows it: how it stands, what comes next, and what of it may be billed next.
type ProjectRow struct {
	crm.Project
	Contract  string // its number
	Currency  string
	Account   string
	Manager   string
	Active    bool // its contract
	LateTasks int
	Asked     bool    // the customer was asked to accept the progress, and has not answered
	PNL       crm.PNL `db:"-"`

	MilestoneName string // the next one
	MilestoneDue  crm.Date

	TrancheID      crm.ID // the next one: what may be billed, else what the progress opens next
	TrancheKind    crm.TrancheKind
	TrancheState   crm.TrancheState
	TrancheTotal   decimal.Decimal
	TrancheOpensAt decimal.Decimal

	crm.Spending
}

// ProjectRows lists the projects of contracts within the scope, the newest first; an empty state
// means all.
func (s *Store) ProjectRows(ctx context.Context, sc Scope, state string, after crm.ID, today crm.Date, limit int) ([]ProjectRow, error) {
	entity, err := s.LegalEntity(ctx)
	if err != nil {
		return nil, err
	}
	where := conditions{sc.sees("c.owner_id")}
	where.when(state != "", `p.state = @state`)
	where.when(after != "", `(p.opened_at, p.id) < (select x.opened_at, x.id from project x where x.id = @after)`)
	rows, err := many[ProjectRow](ctx, s.pool, `select p.*, c.number as contract, c.currency, c.state = 'active' as active, a.name as account, coalesce(u.name, '') as manager,
			(select count(*) from project_task t where t.project_id = p.id and t.end_date < @today and t.progress_percent < 100) as late_tasks,
			exists (select from sign_off o where o.project_id = p.id and o.milestone_id is null and o.state = 'asked') as asked,
			coalesce(m.name, '') as milestone_name, m.due_date as milestone_due,
			b.id as tranche_id, coalesce(b.kind, '') as tranche_kind, coalesce(b.state, '') as tranche_state, coalesce(b.total, 0) as tranche_total, coalesce(b.opens_at_percent, 0) as tranche_opens_at,
			(select coalesce(sum(amount), 0) from time_entry where project_id = p.id) as time, k.material, k.travel, k.subs, k.committed,
			(select coalesce(sum(b.net), 0) from expense_bill b join expense x on x.id = b.expense_id join tranche t on t.id = b.tranche_id where x.project_id = p.id and t.state <> 'cancelled') as rebilled
		from project p join contract c on c.id = p.contract_id join account a on a.id = c.account_id left join app_user u on u.id = p.manager_id
		left join lateral (select name, due_date from milestone where project_id = p.id and done_on is null order by due_date, id limit 1) m on true
		left join lateral (select id, kind, state, total, opens_at_percent from tranche t where t.contract_id = c.id and t.external_number = ''
			and (t.state = 'billable' or t.state = 'planned' and (t.kind = 'period' and t.period_start <= @today or t.kind <> 'period' and t.milestone = '' and p.billing = 'plan'))
			order by t.state, t.position limit 1) b on true
		cross join lateral (select coalesce(sum(amount) filter (where state = 'actual' and kind = 'material'), 0) as material, coalesce(sum(amount) filter (where state = 'actual' and kind = 'travel'), 0) as travel,
			coalesce(sum(amount) filter (where state = 'actual' and kind = 'subcontract'), 0) as subs, coalesce(sum(amount) filter (where state = 'committed'), 0) as committed
			from cost_entry where project_id = p.id) k`+where.sql()+` order by p.opened_at desc, p.id desc limit @limit`,
		sc.args(pgx.NamedArgs{"state": state, "after": after, "today": today, "limit": limit}))
	for i := range rows {
		r := &rows[i]
		r.PNL = entity.Pricing(r.Currency).PNL(r.Revenue, r.Budget, r.ProgressPercent, r.Spending)
	}
	return rows, err
}
