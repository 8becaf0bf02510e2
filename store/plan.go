package store

import (
	"context"
	"fmt"

	"leadtocash/crm"

	"github.com/jackc/pgx/v5"
	"github.com/shopspring/decimal"
)

const planColumns = `id, name, first_day, last_day, unit, deadline, confirm, version, made_by, made_at`

// Plans lists revenue plans, the latest first.
func (s *Store) Plans(ctx context.Context) ([]crm.RevenuePlan, error) {
	return many[crm.RevenuePlan](ctx, s.pool, `select `+planColumns+` from revenue_plan order by last_day desc, first_day desc, made_at desc limit 200`)
}

// Plan reads one.
func (s *Store) Plan(ctx context.Context, id crm.ID) (crm.RevenuePlan, error) {
	return one[crm.RevenuePlan](ctx, s.pool, `select `+planColumns+` from revenue_plan where id = $1`, id)
}

// MakePlan begins a plan. Errors: those of crm.RevenuePlan.Check.
func (s *Store) MakePlan(ctx context.Context, actor crm.ID, p crm.RevenuePlan) (crm.RevenuePlan, error) {
	err := s.edit(ctx, actor, func(e *edit) error {
		if err := p.Check(); err != nil {
			return err
		}
		p.Version, p.MadeBy, p.MadeAt = 1, actor, e.now
		_, err := e.q.Exec(ctx, `insert into revenue_plan (id, name, first_day, last_day, unit, deadline, confirm, version, made_by, made_at) values ($1, $2, $3, $4, $5, $6, $7, 1, $8, $9)`,
			p.ID, p.Name, p.FirstDay, p.LastDay, p.Unit, p.Deadline, p.Confirm, actor, e.now)
		return told(err)
	})
	return p, err
}

// EditPlan changes a plan's name, deadline, and whether it is confirmed; its periods stay, since positions stand in them.
func (s *Store) EditPlan(ctx context.Context, t Target, change func(*crm.RevenuePlan)) (p crm.RevenuePlan, err error) {
	err = s.edit(ctx, t.Actor, func(e *edit) error {
		if p, err = one[crm.RevenuePlan](ctx, e.q, `select `+planColumns+` from revenue_plan where id = $1 for update`, t.ID); err != nil {
			return err
		}
		if t.Version != 0 && t.Version != p.Version {
			return Stale{Version: p.Version}
		}
		before := p
		if change(&p); p == before {
			return nil
		}
		if err := p.Check(); err != nil {
			return err
		}
		p.Version++
		_, err := e.q.Exec(ctx, `update revenue_plan set name = $2, deadline = $3, confirm = $4, version = $5 where id = $1`, p.ID, p.Name, p.Deadline, p.Confirm, p.Version)
		return told(err)
	})
	return p, err
}

// PlanRow is a customer's line of a plan.
type PlanRow struct {
	AccountID crm.ID
	Name      string
	OwnerID   crm.ID
	Owner     string
	Cells     map[crm.Date]crm.PlanCell `db:"-"` // by the first day of their periods
}

// PlanFilter narrows the customers of a plan; empty fields do not.
type PlanFilter struct {
	Owner   crm.ID
	Text    string
	Planned bool // only those with figures
	Skip    int
}

// PlanRows lists the customers within the scope, by name, with their positions; more tells whether others follow.
func (s *Store) PlanRows(ctx context.Context, sc Scope, plan crm.ID, f PlanFilter, limit int) (rows []PlanRow, more bool, err error) {
	where := conditions{sc.sees("a.owner_id"), `(a.archived_at is null or exists (select from plan_cell c where c.plan_id = @plan and c.account_id = a.id and c.amount > 0))`}
	where.when(f.Owner != "", `a.owner_id = @owner`)
	where.when(f.Text != "", `a.name ilike @text`)
	where.when(f.Planned, `exists (select from plan_cell c where c.plan_id = @plan and c.account_id = a.id and c.amount > 0)`)
	rows, err = many[PlanRow](ctx, s.pool, `select a.id as account_id, a.name, a.owner_id, coalesce(u.name, '') as owner from account a left join app_user u on u.id = a.owner_id`+
		where.sql()+` order by lower(a.name), a.id limit @limit offset @skip`, sc.args(pgx.NamedArgs{"plan": plan, "owner": f.Owner, "text": like(f.Text), "limit": limit + 1, "skip": f.Skip}))
	if err != nil {
		return nil, false, err
	}
	if more = len(rows) > limit; more {
		rows = rows[:limit]
	}
	ids, at := make([]string, len(rows)), map[crm.ID]int{}
	for i := range rows {
		ids[i], at[rows[i].AccountID], rows[i].Cells = string(rows[i].AccountID), i, map[crm.Date]crm.PlanCell{}
	}
	cells, err := planCells(ctx, s.pool, `account_id = any($2::uuid[])`, plan, ids)
	for _, c := range cells {
		rows[at[c.AccountID]].Cells[c.FirstDay] = c
	}
	return rows, more, err
}

// PlanOwners are the people within the scope who own customers with figures in a plan, by name.
func (s *Store) PlanOwners(ctx context.Context, sc Scope, plan crm.ID) ([]Choice, error) {
	args := []any{plan}
	return many[Choice](ctx, s.pool, `select u.id, u.name from app_user u where exists (select from account a join plan_cell c on c.account_id = a.id where c.plan_id = $1 and c.amount > 0 and a.owner_id = u.id and `+
		sc.covers("a.owner_id", &args)+`) order by u.name, u.id`, args...)
}

const cellColumns = `account_id, first_day, amount, state, reason, changed, version, planned_by, decided_by, decided_at`

func planCells(ctx context.Context, q querier, where string, args ...any) ([]crm.PlanCell, error) {
	return many[crm.PlanCell](ctx, q, `select `+cellColumns+` from plan_cell where plan_id = $1 and `+where+` order by account_id, first_day`, args...)
}

// PlanCells are all positions of a plan on customers within the scope.
func (s *Store) PlanCells(ctx context.Context, sc Scope, plan crm.ID) ([]crm.PlanCell, error) {
	args := []any{plan}
	return planCells(ctx, s.pool, `amount > 0 and account_id in (select a.id from account a where `+sc.covers("a.owner_id", &args)+`)`, args...)
}

// PlanEntry is a figure that somebody types into a plan.
type PlanEntry struct {
	AccountID crm.ID
	FirstDay  crm.Date
	Amount    decimal.Decimal
	Version   int // of the position as he saw it, 0 when there was none; -1: not checked
}

// SavePlan takes the actor's figures for his own customers, all or none. Mistakes come back at /positions/<n>: unknown_record of a customer that is not his,
// unknown_value at /first_day, changed_meanwhile where another figure was typed since he looked, those of crm.CheckPlanAmount at /amount. Refused after the deadline: plan_closed.
func (s *Store) SavePlan(ctx context.Context, actor, plan crm.ID, entries []PlanEntry) (saved int, err error) {
	err = s.edit(ctx, actor, func(e *edit) error {
		p, known, err := e.openPlan(ctx, plan, texts(accountsOf(entries)), `a.owner_id = $2 and a.archived_at is null`, actor)
		if err != nil {
			return err
		}
		if !p.Deadline.IsZero() && e.today.After(p.Deadline) {
			return Refused{Code: "plan_closed", Params: map[string]string{"deadline": p.Deadline.String()}}
		}
		starts := map[crm.Date]bool{}
		for _, x := range p.Periods() {
			starts[x.First] = true
		}
		var errs crm.FieldErrors
		var write []crm.PlanCell
		seen := map[cellKey]bool{}
		for i, x := range entries {
			at, key := fmt.Sprintf("/positions/%d", i), cellKey{x.AccountID, x.FirstDay}
			now, mine := known.cells[key], known.accounts[x.AccountID]
			wrong := crm.CheckPlanAmount(x.Amount, crm.Currency(e.entity.Currency))
			switch {
			case !mine:
				errs.Add(at+"/account_id", crm.Problem("unknown_record"))
			case !starts[x.FirstDay]:
				errs.Add(at+"/first_day", crm.Problem("unknown_value", "value", x.FirstDay.String()))
			case seen[key]:
				errs.Add(at, crm.Problem("given_twice"))
			case wrong != nil:
				errs.Add(at+"/amount", wrong)
			case now.Amount.Equal(x.Amount):
			case x.Version >= 0 && x.Version != now.Version:
				errs.Add(at+"/amount", crm.Problem("changed_meanwhile", "now", now.Amount.String()))
			default:
				now.AccountID, now.FirstDay = x.AccountID, x.FirstDay
				write = append(write, now.Replan(x.Amount, actor))
			}
			seen[key] = true
		}
		if err := errs.Err(); err != nil {
			return err
		}
		saved = len(write)
		return e.writePlan(ctx, p, known, write, "account.planned")
	})
	return saved, err
}

type cellKey struct {
	account crm.ID
	day     crm.Date
}

// planSheet is what stands in a plan of some customers.
type planSheet struct {
	accounts map[crm.ID]bool // those that the person may change
	cells    map[cellKey]crm.PlanCell
}

func accountsOf(entries []PlanEntry) (out []crm.ID) {
	for _, x := range entries {
		out = append(out, x.AccountID)
	}
	return out
}

// openPlan locks customers of a plan; the condition on a says which may be changed, its argument is $2.
func (e *edit) openPlan(ctx context.Context, plan crm.ID, accounts []string, may string, args ...any) (p crm.RevenuePlan, known planSheet, err error) {
	known = planSheet{map[crm.ID]bool{}, map[cellKey]crm.PlanCell{}}
	if p, err = one[crm.RevenuePlan](ctx, e.q, `select `+planColumns+` from revenue_plan where id = $1 for share`, plan); err != nil {
		return p, known, err
	}
	rows, err := many[struct{ ID crm.ID }](ctx, e.q, `select a.id from account a where a.id = any($1::text[]::uuid[]) and `+may+` order by a.id for no key update`, append([]any{accounts}, args...)...)
	if err != nil {
		return p, known, err
	}
	for _, r := range rows {
		known.accounts[r.ID] = true
	}
	cells, err := planCells(ctx, e.q, `account_id = any($2::text[]::uuid[])`, plan, accounts)
	for _, c := range cells {
		known.cells[cellKey{c.AccountID, c.FirstDay}] = c
	}
	return p, known, err
}

// writePlan writes positions, each under a new version, and tells each customer's timeline what his plan comes to now.
func (e *edit) writePlan(ctx context.Context, p crm.RevenuePlan, known planSheet, cells []crm.PlanCell, code string) error {
	b := &pgx.Batch{}
	var order []crm.ID
	told := map[crm.ID]bool{}
	for _, c := range cells {
		c.Version++
		known.cells[cellKey{c.AccountID, c.FirstDay}] = c
		b.Queue(`insert into plan_cell (plan_id, account_id, first_day, amount, state, reason, changed, version, planned_by, planned_at, decided_by, decided_at)
			values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) on conflict (plan_id, account_id, first_day) do update set amount = excluded.amount, state = excluded.state, reason = excluded.reason,
			changed = excluded.changed, version = excluded.version, planned_by = excluded.planned_by, planned_at = excluded.planned_at, decided_by = excluded.decided_by, decided_at = excluded.decided_at`,
			p.ID, c.AccountID, c.FirstDay, c.Amount, c.State, c.Reason, c.Changed, c.Version, c.PlannedBy, e.now, c.DecidedBy, c.DecidedAt)
		if !told[c.AccountID] {
			told[c.AccountID], order = true, append(order, c.AccountID)
		}
	}
	if len(cells) == 0 {
		return nil
	}
	if err := e.q.SendBatch(ctx, b).Close(); err != nil {
		return err
	}
	sums := map[crm.ID]crm.PlanSum{}
	for key, c := range known.cells {
		s := sums[key.account]
		s.Add(c.Amount, c.State)
		sums[key.account] = s
	}
	for _, id := range order {
		process, err := e.accountTimelineRow(ctx, id)
		if err != nil {
			return err
		}
		data := map[string]any{"name": p.Name, "amount": sums[id].Planned.String(), "left": sums[id].Final().String(), "currency": e.entity.Currency}
		if err := e.tell(ctx, process, Entry{Code: code, AccountID: id, Data: data}); err != nil {
			return err
		}
	}
	return nil
}
