package store

import (
	"context"

	"leadtocash/crm"

	"github.com/shopspring/decimal"
)

// ProjectPNL is a project's profit and loss, as a whole and by phase (S083).
type ProjectPNL struct {
	Project  crm.Project
	Currency string
	Whole    crm.PNL
	Spending crm.Spending
	Phases   []crm.PhasePNL // last what belongs to none
	Hours    decimal.Decimal
	Exposure decimal.Decimal // loss to be expected of open risks; no part of the costs (S084)
}

// spentByPhase adds up a project's entries by phase, as crm.SpendByPhase does.
const spentByPhase = `select phase_id, sum(time) as time, sum(hours) as hours, sum(material) as material, sum(travel) as travel, sum(subs) as subs, sum(committed) as committed, sum(rebilled) as rebilled from (
			select phase_id, amount as time, hours, 0::numeric as material, 0::numeric as travel, 0::numeric as subs, 0::numeric as committed, 0::numeric as rebilled from time_entry where project_id = $1
			union all
			select phase_id, 0, 0, case when state = 'actual' and kind not in ('travel', 'subcontract') then amount else 0 end, case when state = 'actual' and kind = 'travel' then amount else 0 end,
				case when state = 'actual' and kind = 'subcontract' then amount else 0 end, case when state = 'committed' then amount else 0 end, 0 from cost_entry where project_id = $1
			union all select phase_id, 0, 0, 0, 0, 0, 0, net from (` + rebilledByPhase + `) r) e
		group by phase_id`

// phaseSpending is what was spent on a phase; on none of them under the empty id.
type phaseSpending struct {
	PhaseID crm.ID
	crm.Spending
	Hours decimal.Decimal
}

// ProjectPNL reads the profit and loss of a contract's project; ErrNotFound when it has none.
func (s *Store) ProjectPNL(ctx context.Context, c crm.Contract) (p ProjectPNL, err error) {
	p.Currency = c.Currency
	entity, err := s.LegalEntity(ctx)
	if err != nil {
		return p, err
	}
	if p.Project, err = one[crm.Project](ctx, s.pool, `select `+projectColumns+` from project where contract_id = $1`, c.ID); err != nil {
		return p, err
	}
	rows, err := many[phaseSpending](ctx, s.pool, spentByPhase, p.Project.ID)
	if err != nil {
		return p, err
	}
	phases, err := phases(ctx, s.pool, p.Project.ID)
	if err != nil {
		return p, err
	}
	tasks, err := tasksOf(ctx, s.pool, p.Project.ID)
	if err != nil {
		return p, err
	}
	spent := map[crm.ID]crm.Spending{}
	for _, r := range rows {
		spent[r.PhaseID] = r.Spending
		p.Hours, p.Spending = p.Hours.Add(r.Hours), p.Spending.Plus(r.Spending)
	}
	money := entity.Pricing(c.Currency)
	p.Whole = money.PNL(p.Project.Revenue, p.Project.Budget, p.Project.ProgressPercent, p.Spending)
	if p.Phases, err = money.PhasePNL(p.Project, phases, tasks, spent); err != nil {
		return p, err
	}
	risks, err := risksOf(ctx, s.pool, p.Project.ID)
	p.Exposure = crm.Exposure(risks)
	return p, err
}
