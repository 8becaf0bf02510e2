package store

import (
	"context"

	"leadtocash/crm"

	"github.com/jackc/pgx/v5"
	"github.com/shopspring/decimal"
)

// rebilledByPhase is what the customer is billed for the expenses of the first argument's project; what was credited for good is not.
const rebilledByPhase = `select x.phase_id, b.net from expense_bill b join expense x on x.id = b.expense_id join tranche t on t.id = b.tranche_id where x.project_id = $1 and t.state <> 'cancelled'`

// selectSpending adds up a project's entries, as crm.Spend does.
const selectSpending = `select (select coalesce(sum(amount), 0) from time_entry where project_id = $1) as time,
		coalesce(sum(amount) filter (where state = 'actual' and kind = 'material'), 0) as material,
		coalesce(sum(amount) filter (where state = 'actual' and kind = 'travel'), 0) as travel,
		coalesce(sum(amount) filter (where state = 'actual' and kind = 'subcontract'), 0) as subs,
		coalesce(sum(amount) filter (where state = 'committed'), 0) as committed,
		(select coalesce(sum(r.net), 0) from (` + rebilledByPhase + `) r) as rebilled
	from cost_entry where project_id = $1`

// ProjectFacts gathers what rules may read about a contract's delivery as this step leaves it (S083, S085), in one round trip, and the phase
// that deviates most; the project is given as the step has changed it.
func (tx *Tx) ProjectFacts(ctx context.Context, c crm.Contract, p crm.Project) (f crm.Facts, pnl crm.PNL, worst string, err error) {
	var m measuredProject
	b := &pgx.Batch{}
	m.queue(b, c, p, tx.Today)
	holidayFacts(b, tx.Today, &m.facts.Process)
	if err := tx.q.SendBatch(ctx, b).Close(); err != nil {
		return f, pnl, "", told(err)
	}
	f, pnl = m.read(tx.Entity.Pricing(c.Currency), p, tx.Today)
	return f, pnl, m.worst, nil
}

// measuredProject is what is asked of a project for its rules.
type measuredProject struct {
	spent  crm.Spending
	counts crm.ProjectFacts
	facts  crm.Facts

	parts  []phaseSpending
	phases []crm.ProjectPhase
	tasks  []crm.ProjectTask
	risks  []crm.Risk
	worst  string // phase
}

func (m *measuredProject) queue(b *pgx.Batch, c crm.Contract, p crm.Project, today crm.Date) {
	b.Queue(selectSpending, p.ID).Query(func(rows pgx.Rows) (err error) {
		m.spent, err = pgx.CollectExactlyOneRow(rows, pgx.RowToStructByNameLax[crm.Spending])
		return err
	})
	gather(b, &m.parts, spentByPhase, p.ID)
	gather(b, &m.phases, `select * from project_phase where project_id = $1 order by position, id`, p.ID)
	gather(b, &m.tasks, `select id, phase_id, effort_hours, progress_percent from project_task where project_id = $1`, p.ID)
	gather(b, &m.risks, `select * from project_risk where project_id = $1 and state = 'open'`, p.ID)
	projectCounts(b, c.ID, p.ID, today, &m.counts)
	customerFacts(b, c.OpportunityID, today, &m.facts)
}

// gather queues a question whose rows are all wanted.
func gather[T any](b *pgx.Batch, into *[]T, sql string, args ...any) {
	b.Queue(sql, args...).Query(func(rows pgx.Rows) (err error) {
		*into, err = pgx.CollectRows(rows, pgx.RowToStructByNameLax[T])
		return err
	})
}

// byPhase adds what its phases and risks tell of a project, and names the phase that deviates most.
func (m *measuredProject) byPhase(money crm.Pricing, p crm.Project, f *crm.ProjectFacts) (worst string) {
	f.Exposure = crm.Exposure(m.risks)
	spent := map[crm.ID]crm.Spending{}
	for _, s := range m.parts {
		spent[s.PhaseID] = s.Spending
	}
	rows, err := money.PhasePNL(p, m.phases, m.tasks, spent)
	if err != nil { // there is nothing to divide the revenue onto
		return ""
	}
	return f.ByPhase(rows)
}

// read puts the answers together.
func (m *measuredProject) read(money crm.Pricing, p crm.Project, today crm.Date) (f crm.Facts, pnl crm.PNL) {
	f, pnl = m.facts, money.PNL(p.Revenue, p.Budget, p.ProgressPercent, m.spent)
	f.Project, f.Process.Today = crm.ProjectFactsOf(pnl), today
	f.Project.LateMilestones, f.Project.OpenMilestones, f.Project.UnbilledTranches = m.counts.LateMilestones, m.counts.OpenMilestones, m.counts.UnbilledTranches
	m.worst = m.byPhase(money, p, &f.Project)
	f.Project.OpenCases, f.Project.Unapproved, f.Project.CommittedCosts = m.counts.OpenCases, m.counts.Unapproved, m.counts.CommittedCosts
	return f, pnl
}

func projectCounts(b *pgx.Batch, contract, project crm.ID, today crm.Date, f *crm.ProjectFacts) {
	b.Queue(`select
			(select count(*)::numeric from milestone where project_id = $2 and done_on is null and due_date < $3),
			(select count(*)::numeric from milestone where project_id = $2 and done_on is null),
			(select count(*)::numeric from tranche where contract_id = $1 and invoice_id is null and external_number = '' and kind <> 'period'),
			(select count(*)::numeric from care_case where contract_id = $1 and state in ('open', 'in_progress', 'waiting')),
			(select count(*)::numeric from cost_entry where project_id = $2 and state = 'requested'),
			(select count(*)::numeric from cost_entry where project_id = $2 and state = 'committed')`, contract, project, today).QueryRow(func(row pgx.Row) error {
		return row.Scan(&f.LateMilestones, &f.OpenMilestones, &f.UnbilledTranches, &f.OpenCases, &f.Unapproved, &f.CommittedCosts)
	})
}

// SetAlarm notes since when a project is alarming, or that it no longer is. It leaves the version: nobody edited anything.
func (tx *Tx) SetAlarm(ctx context.Context, p crm.Project) error {
	return late(ctx, tx.q, `update project set alarmed_at = $2 where id = $1`, p.ID, p.AlarmedAt)
}

// TimeRow is a time entry as a page shows it.
type TimeRow struct {
	crm.TimeEntry
	Person    string
	Corrected bool // a counter-entry takes it back
}

// CostRow is a cost as a page shows it.
type CostRow struct {
	crm.CostEntry
	Enterer   string
	Approver  string
	Corrected bool
	Receipt   bool // there is one, of the expense that it was
}

// ActionRow is a corrective action as a page shows it.
type ActionRow struct {
	crm.Action
	Author    string
	Milestone string
}

// ProjectParts is a project's profit and loss with all that it is made of.
type ProjectParts struct {
	Project    crm.Project
	PNL        crm.PNL
	Spending   crm.Spending
	Times      []TimeRow
	Costs      []CostRow
	Milestones []crm.Milestone
	Actions    []ActionRow
	Hours      decimal.Decimal
	Currency   string
	Today      crm.Date
}

// projectRows is how many of its newest entries a project shows.
const projectRows = 500

// ProjectParts reads the project of a contract that may be seen; ErrNotFound when it has none.
func (s *Store) ProjectParts(ctx context.Context, c crm.Contract, today crm.Date) (p ProjectParts, err error) {
	p.Currency, p.Today = c.Currency, today
	entity, err := s.LegalEntity(ctx)
	if err != nil {
		return p, err
	}
	if p.Project, err = one[crm.Project](ctx, s.pool, `select `+projectColumns+` from project where contract_id = $1`, c.ID); err != nil {
		return p, err
	}
	id := p.Project.ID
	if p.Spending, err = one[crm.Spending](ctx, s.pool, selectSpending, id); err != nil {
		return p, err
	}
	p.PNL = entity.Pricing(c.Currency).PNL(p.Project.Revenue, p.Project.Budget, p.Project.ProgressPercent, p.Spending)
	if p.Times, err = many[TimeRow](ctx, s.pool, `select t.*, u.name as person, exists (select from time_entry x where x.corrects_id = t.id) as corrected
		from time_entry t join app_user u on u.id = t.user_id where t.project_id = $1 order by t.on_date desc, t.id desc limit $2`, id, projectRows); err != nil {
		return p, err
	}
	if p.Costs, err = many[CostRow](ctx, s.pool, `select c.*, u.name as enterer, coalesce(a.name, '') as approver, exists (select from cost_entry x where x.corrects_id = c.id) as corrected, exists (select from expense_receipt f where f.expense_id = c.id) as receipt
		from cost_entry c join app_user u on u.id = c.entered_by left join app_user a on a.id = c.approved_by
		where c.project_id = $1 order by c.state in ('actual', 'refused'), c.on_date desc, c.id desc limit $2`, id, projectRows); err != nil {
		return p, err
	}
	if p.Milestones, err = many[crm.Milestone](ctx, s.pool, `select * from milestone where project_id = $1 order by due_date, id`, id); err != nil {
		return p, err
	}
	if p.Actions, err = many[ActionRow](ctx, s.pool, `select a.*, u.name as author, coalesce(m.name, '') as milestone from corrective_action a
		join app_user u on u.id = a.author_id left join milestone m on m.id = a.milestone_id where a.project_id = $1 order by a.at desc limit $2`, id, projectRows); err != nil {
		return p, err
	}
	err = s.pool.QueryRow(ctx, `select coalesce(sum(hours), 0) from time_entry where project_id = $1`, id).Scan(&p.Hours)
	return p, told(err)
}
