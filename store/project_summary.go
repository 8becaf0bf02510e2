package store

import (
	"context"

	"leadtocash/crm"

	"github.com/shopspring/decimal"
)

// ProjectSummary is how a project stands, in sums (S083, S084).
type ProjectSummary struct {
	Project       crm.Project
	PNL           crm.PNL
	Spending      crm.Spending
	Costs         decimal.Decimal // beside time
	Hours         decimal.Decimal
	Requests      int // purchases that wait for approval
	Milestones    int
	Reached       int
	NextMilestone string // that is to come
	NextDue       crm.Date
	Unsigned      int             // of what the customer was asked to accept, without an answer
	Risks         int             // that are open
	Exposure      decimal.Decimal // loss to be expected of them
}

// ProjectSummary reads it; ErrNotFound when the contract has no project. Whether it may be seen the caller asks.
func (s *Store) ProjectSummary(ctx context.Context, c crm.Contract) (p ProjectSummary, err error) {
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
	p.Costs = p.Spending.Material.Add(p.Spending.Travel).Add(p.Spending.Subs)
	p.PNL = entity.Pricing(c.Currency).PNL(p.Project.Revenue, p.Project.Budget, p.Project.ProgressPercent, p.Spending)
	if err := s.pool.QueryRow(ctx, `select (select coalesce(sum(hours), 0) from time_entry where project_id = $1), (select count(*) from cost_entry where project_id = $1 and state = 'requested'),
			count(*), count(done_on), (select count(*) from sign_off where project_id = $1 and state = 'asked')
		from milestone where project_id = $1`, id).Scan(&p.Hours, &p.Requests, &p.Milestones, &p.Reached, &p.Unsigned); err != nil {
		return p, told(err)
	}
	next, err := many[crm.Milestone](ctx, s.pool, `select * from milestone where project_id = $1 and done_on is null order by due_date, id limit 1`, id)
	if err != nil {
		return p, err
	}
	if len(next) > 0 {
		p.NextMilestone, p.NextDue = next[0].Name, next[0].DueDate
	}
	risks, err := risksOf(ctx, s.pool, id)
	p.Exposure = crm.Exposure(risks)
	for _, r := range risks {
		if r.State == crm.RiskOpen {
			p.Risks++
		}
	}
	return p, err
}
