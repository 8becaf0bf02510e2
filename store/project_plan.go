package store

import (
	"context"
	"slices"
	"strconv"

	"leadtocash/crm"

	"github.com/jackc/pgx/v5"
)

const taskColumns = `id, project_id, phase_id, name, start_date, end_date, effort_hours, user_id, progress_percent, fixed_price, version,
	array(select after_id::text from project_task_after a where a.task_id = t.id order by after_id) as after`

// ProjectTaskRow is a task with who does it, and how much it may end later.
type ProjectTaskRow struct {
	crm.ProjectTask
	Person   string
	Slack    int // working days
	Critical bool
	Earliest crm.Date // that it may begin on; zero: it waits for none
}

// ProjectPlan is a project's phases, tasks and milestones (S082, S084).
type ProjectPlan struct {
	Project    crm.Project
	Currency   string
	Phases     []crm.ProjectPhase
	Tasks      []ProjectTaskRow // by their first day
	Milestones []crm.Milestone
	People     []Choice // who may do a task
	Calendar   crm.Calendar
}

// ProjectPlan reads the plan of a contract's project; ErrNotFound when it has none. Whether the contract may be seen the caller asks.
func (s *Store) ProjectPlan(ctx context.Context, c crm.Contract) (p ProjectPlan, err error) {
	p.Currency = c.Currency
	entity, err := s.LegalEntity(ctx)
	if err != nil {
		return p, err
	}
	if p.Calendar, err = calendar(ctx, s.pool, entity); err != nil {
		return p, err
	}
	if p.Project, err = one[crm.Project](ctx, s.pool, `select `+projectColumns+` from project where contract_id = $1`, c.ID); err != nil {
		return p, err
	}
	id := p.Project.ID
	if p.Phases, err = phases(ctx, s.pool, id); err != nil {
		return p, err
	}
	if p.Milestones, err = many[crm.Milestone](ctx, s.pool, `select * from milestone where project_id = $1 order by due_date, id`, id); err != nil {
		return p, err
	}
	if p.People, err = many[Choice](ctx, s.pool, `select id, name from app_user where active order by name, id`); err != nil {
		return p, err
	}
	if p.Tasks, err = many[ProjectTaskRow](ctx, s.pool, `select `+taskColumns+`, coalesce((select name from app_user u where u.id = t.user_id), '') as person
		from project_task t where project_id = $1 order by start_date, end_date, id`, id); err != nil {
		return p, err
	}
	tasks := p.Work()
	slack := crm.TaskSlack(p.Calendar, tasks)
	for i := range p.Tasks {
		t := &p.Tasks[i]
		days, known := slack[t.ID]
		t.Slack, t.Critical, t.Earliest = days, known && days == 0 && len(tasks) > 1, crm.Earliest(p.Calendar, tasks, t.ProjectTask)
	}
	return p, nil
}

// Work are the tasks without what is told of them.
func (p ProjectPlan) Work() []crm.ProjectTask {
	out := make([]crm.ProjectTask, len(p.Tasks))
	for i, t := range p.Tasks {
		out[i] = t.ProjectTask
	}
	return out
}

func phases(ctx context.Context, q querier, project crm.ID) ([]crm.ProjectPhase, error) {
	return many[crm.ProjectPhase](ctx, q, `select * from project_phase where project_id = $1 order by position, id`, project)
}

func tasksOf(ctx context.Context, q querier, project crm.ID) ([]crm.ProjectTask, error) {
	return many[crm.ProjectTask](ctx, q, `select `+taskColumns+` from project_task t where project_id = $1 order by start_date, id`, project)
}

// phaseOf refuses a phase of another project.
func (e *edit) phaseOf(ctx context.Context, d delivery, id crm.ID) error {
	if id == "" {
		return nil
	}
	_, err := one[crm.ProjectPhase](ctx, e.q, `select * from project_phase where id = $1 and project_id = $2`, id, d.ID)
	return unknown(err, "/phase_id")
}

// AddPhase puts a phase at the end of a project's plan.
func (s *Store) AddPhase(ctx context.Context, t Target, p crm.ProjectPhase) (crm.ProjectPhase, error) {
	err := s.onPhases(ctx, t, func(e *edit, d delivery, all []crm.ProjectPhase) error {
		if len(all) >= crm.MaxPhases {
			return crm.FieldErrors{crm.Problem("too_many", "max", strconv.Itoa(crm.MaxPhases)).At("/name")}
		}
		if p.ProjectID, p.Position, p.Version = d.ID, 1, 1; len(all) > 0 {
			p.Position = all[len(all)-1].Position + 1
		}
		if err := withinBudget(d, append(all, p)); err != nil {
			return err
		}
		if _, err := e.q.Exec(ctx, `insert into project_phase (id, project_id, position, name, budget) values ($1, $2, $3, $4, $5)`, p.ID, p.ProjectID, p.Position, p.Name, p.Budget); err != nil {
			return told(err)
		}
		return e.told(ctx, d, "project.phase_added", map[string]any{"phase": p.Name, "budget": p.Budget})
	})
	return p, err
}

// withinBudget refuses phases that together have more than the project (S083).
func withinBudget(d delivery, all []crm.ProjectPhase) error {
	left := d.Budget
	for _, p := range all {
		left = left.Sub(p.Budget)
	}
	if last := all[len(all)-1]; left.IsNegative() && last.Budget.IsPositive() {
		return crm.FieldErrors{crm.Problem("over_budget", "most", last.Budget.Add(left).String()).At("/budget")}
	}
	return nil
}

// onPhases locks a project and hands its phases to an edit of them.
func (s *Store) onPhases(ctx context.Context, t Target, do func(*edit, delivery, []crm.ProjectPhase) error) error {
	return s.edit(ctx, t.Actor, func(e *edit) error {
		d, err := e.lockProject(ctx, t)
		if err != nil {
			return err
		}
		all, err := phases(ctx, e.q, d.ID)
		if err != nil {
			return err
		}
		return do(e, d, all)
	})
}

// EditPhase renames a phase or gives it another part of the budget. The target's version is the phase's.
func (s *Store) EditPhase(ctx context.Context, t Target, id crm.ID, change func(*crm.ProjectPhase) error) (p crm.ProjectPhase, err error) {
	err = s.onPhases(ctx, t, func(e *edit, d delivery, all []crm.ProjectPhase) error {
		i := slices.IndexFunc(all, func(p crm.ProjectPhase) bool { return p.ID == id })
		if i < 0 {
			return ErrNotFound
		}
		before := all[i]
		if t.Version != 0 && t.Version != before.Version {
			return Stale{Version: before.Version}
		}
		p = before
		if err := change(&p); err != nil {
			return err
		}
		changes := differences(before, p)
		if len(changes) == 0 {
			return nil
		}
		if p.Budget.GreaterThan(before.Budget) {
			if err := withinBudget(d, append(slices.Delete(all, i, i+1), p)); err != nil {
				return err
			}
		}
		p.Version++
		if _, err := e.q.Exec(ctx, `update project_phase set name = $2, budget = $3, version = $4 where id = $1`, p.ID, p.Name, p.Budget, p.Version); err != nil {
			return told(err)
		}
		return e.told(ctx, d, "project.phase_edited", map[string]any{"phase": p.Name, "phase_changes": changes})
	})
	return p, err
}

// SpreadBudget divides the project's whole budget onto its phases by the hours planned in them (S083). Refused: no_phases.
func (s *Store) SpreadBudget(ctx context.Context, t Target) (out []crm.ProjectPhase, err error) {
	err = s.onPhases(ctx, t, func(e *edit, d delivery, all []crm.ProjectPhase) error {
		if len(all) == 0 {
			return Refused{Code: "no_phases"}
		}
		tasks, err := tasksOf(ctx, e.q, d.ID)
		if err != nil {
			return err
		}
		if out, err = crm.SpreadBudget(d.Budget, all, tasks, crm.Currency(d.contract.Currency)); err != nil {
			return err
		}
		return e.saveBudgets(ctx, d, all, out, &pgx.Batch{})
	})
	return out, err
}

// Phases lists the phases of a contract's project in their order.
func (s *Store) Phases(ctx context.Context, contract crm.ID) ([]crm.ProjectPhase, error) {
	return many[crm.ProjectPhase](ctx, s.pool, `select h.* from project_phase h join project p on p.id = h.project_id where p.contract_id = $1 order by h.position, h.id`, contract)
}
