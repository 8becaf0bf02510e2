package store

import (
	"cmp"
	"context"
	"slices"
	"strconv"

	"leadtocash/crm"
)

// DeadlineRisk comes in the morning on which somebody looks at a risk again, each under its risk's id.
const DeadlineRisk = "risk"

// RiskRow is a risk as a page shows it.
type RiskRow struct {
	crm.Risk
	Owner   string
	Phase   string
	Actions []ActionRow `db:"-"`
}

func risksOf(ctx context.Context, q querier, project crm.ID) ([]crm.Risk, error) {
	return many[crm.Risk](ctx, q, `select * from project_risk where project_id = $1 order by at, id`, project)
}

// Risks lists the risks of a contract's project: open ones first, those of which most is to be expected before others (S084).
func (s *Store) Risks(ctx context.Context, contract crm.ID) ([]RiskRow, error) {
	rows, err := many[RiskRow](ctx, s.pool, `select r.*, coalesce(u.name, '') as owner, coalesce(h.name, '') as phase from project_risk r join project p on p.id = r.project_id
		left join app_user u on u.id = r.owner_id left join project_phase h on h.id = r.phase_id where p.contract_id = $1`, contract)
	if err != nil {
		return nil, err
	}
	actions, err := s.Actions(ctx, contract)
	for i := range rows {
		for _, a := range actions {
			if a.RiskID == rows[i].ID {
				rows[i].Actions = append(rows[i].Actions, a)
			}
		}
	}
	slices.SortFunc(rows, func(a, b RiskRow) int {
		return cmp.Or(cmp.Compare(slices.Index(crm.RiskStates(), a.State), slices.Index(crm.RiskStates(), b.State)), b.Expected().Cmp(a.Expected()), cmp.Compare(a.ID, b.ID))
	})
	return rows, err
}

// Actions lists the corrective actions of a contract's project, the last first.
func (s *Store) Actions(ctx context.Context, contract crm.ID) ([]ActionRow, error) {
	return many[ActionRow](ctx, s.pool, `select a.*, u.name as author, coalesce(m.name, '') as milestone from corrective_action a join project p on p.id = a.project_id
		join app_user u on u.id = a.author_id left join milestone m on m.id = a.milestone_id where p.contract_id = $1 order by a.at desc, a.id limit $2`, contract, projectRows)
}

// AddRisk puts a risk on a project's register; its review date is kept by the contract's process.
func (s *Store) AddRisk(ctx context.Context, t Target, r crm.Risk) (crm.Risk, error) {
	err := s.edit(ctx, t.Actor, func(e *edit) error {
		d, err := e.lockProject(ctx, t)
		if err != nil {
			return err
		}
		all, err := risksOf(ctx, e.q, d.ID)
		if err != nil {
			return err
		}
		if len(all) >= crm.MaxRisks {
			return crm.FieldErrors{crm.Problem("too_many", "max", strconv.Itoa(crm.MaxRisks)).At("/title")}
		}
		r.ProjectID, r.State, r.Version, r.AddedBy, r.At = d.ID, crm.RiskOpen, 1, e.actor, e.now
		if err := e.riskPlaced(ctx, d, r, crm.Risk{}); err != nil {
			return err
		}
		if _, err := e.q.Exec(ctx, `insert into project_risk (id, project_id, phase_id, title, probability, impact, owner_id, response, plan, review_on, added_by, at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
			r.ID, r.ProjectID, r.PhaseID, r.Title, r.Probability, r.Impact, r.OwnerID, r.Response, r.Plan, r.ReviewOn, r.AddedBy, r.At); err != nil {
			return told(err)
		}
		return e.riskTold(ctx, d, r, "risk.added", nil)
	})
	return r, err
}

// riskPlaced checks what a risk refers to.
func (e *edit) riskPlaced(ctx context.Context, d delivery, r, before crm.Risk) error {
	if err := e.phaseOf(ctx, d, r.PhaseID); err != nil {
		return err
	}
	if r.OwnerID != "" && r.OwnerID != before.OwnerID {
		return e.activeUser(ctx, "/owner_id", r.OwnerID)
	}
	return nil
}

// riskTold sets when somebody looks at the risk again, and tells the timeline.
func (e *edit) riskTold(ctx context.Context, d delivery, r crm.Risk, code string, more map[string]any) error {
	data := map[string]any{"risk": r.Title, "percent": r.Probability, "impact": r.Impact, "risk_id": r.ID}
	for k, v := range more {
		data[k] = v
	}
	if err := e.told(ctx, d, code, data); err != nil {
		return err
	}
	if r.State != crm.RiskOpen || r.ReviewOn.IsZero() {
		return e.undue(ctx, d.process, DeadlineRisk, string(r.ID))
	}
	return e.due(ctx, d.process, DeadlineRisk, string(r.ID), Morning(r.ReviewOn, e.zone))
}

// riskCodes are what the timeline is told when a risk's state changes.
var riskCodes = map[crm.RiskState]string{crm.RiskOpen: "risk.reopened", crm.RiskOccurred: "risk.occurred", crm.RiskClosed: "risk.closed"}

// EditRisk changes a risk, or tells that it came about or is over. The target's version is the risk's.
func (s *Store) EditRisk(ctx context.Context, t Target, id crm.ID, change func(*crm.Risk) error) (r crm.Risk, err error) {
	err = s.edit(ctx, t.Actor, func(e *edit) error {
		d, err := e.lockProject(ctx, t)
		if err != nil {
			return err
		}
		before, err := one[crm.Risk](ctx, e.q, `select * from project_risk where id = $1 and project_id = $2 for update`, id, d.ID)
		if err != nil {
			return err
		}
		if t.Version != 0 && t.Version != before.Version {
			return Stale{Version: before.Version}
		}
		r = before
		if err := change(&r); err != nil {
			return err
		}
		if err := e.riskPlaced(ctx, d, r, before); err != nil {
			return err
		}
		changes := differences(before, r)
		if len(changes) == 0 {
			return nil
		}
		code := "risk.edited"
		if r.State != before.State {
			if code, r.EndedAt = riskCodes[r.State], nil; r.State != crm.RiskOpen {
				r.EndedAt = &e.now
			}
		}
		r.Version++
		if _, err := e.q.Exec(ctx, `update project_risk set phase_id = $2, title = $3, probability = $4, impact = $5, owner_id = $6, response = $7, plan = $8, review_on = $9, state = $10, ended_at = $11, version = $12 where id = $1`,
			r.ID, r.PhaseID, r.Title, r.Probability, r.Impact, r.OwnerID, r.Response, r.Plan, r.ReviewOn, r.State, r.EndedAt, r.Version); err != nil {
			return told(err)
		}
		return e.riskTold(ctx, d, r, code, map[string]any{"risk_changes": changes})
	})
	return r, err
}

// RiskDuties are the open risks within the scope that a person is to look at again today, or should have: his own, and those that nobody owns on projects that he runs.
func (s *Store) RiskDuties(ctx context.Context, sc Scope, user crm.ID, today crm.Date) ([]Duty, error) {
	args := []any{user, today, dutyLimit}
	return many[Duty](ctx, s.pool, `select 'risk' as kind, p.contract_id as id, r.title, p.name as who, r.impact as amount, c.currency, r.review_on::timestamp at time zone 'UTC' as since
		from project_risk r join project p on p.id = r.project_id join contract c on c.id = p.contract_id
		where r.state = 'open' and r.review_on <= $2 and p.state = 'open' and c.state = 'active' and coalesce(r.owner_id, p.manager_id) = $1 and `+sc.covers("c.owner_id", &args)+` order by r.review_on, r.id limit $3`, args...)
}

// Risk locks a risk of this process's project.
func (tx *Tx) Risk(ctx context.Context, project, id crm.ID) (crm.Risk, error) {
	return one[crm.Risk](ctx, tx.q, `select * from project_risk where id = $1 and project_id = $2 for update`, id, project)
}
