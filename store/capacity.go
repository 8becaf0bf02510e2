package store

import (
	"context"

	"leadtocash/crm"
)

// CapacityTask is a task of an open project with where it belongs.
type CapacityTask struct {
	crm.ProjectTask
	ContractID crm.ID
	Project    string
}

// CapacityRow is a person with his weeks.
type CapacityRow struct {
	ID    crm.ID
	Name  string
	Weeks []crm.WeekHours `db:"-"`
}

// Capacity sets what people have beside what the plans of all open projects ask of them, week by week from the one of a day on (S082, S090): of all who
// have a task or manage projects. It gives the tasks by their ids, so that a conflict can name them.
func (s *Store) Capacity(ctx context.Context, from crm.Date, weeks int) (rows []CapacityRow, tasks map[crm.ID]CapacityTask, err error) {
	entity, err := s.LegalEntity(ctx)
	if err != nil {
		return nil, nil, err
	}
	cal, err := calendar(ctx, s.pool, entity)
	if err != nil {
		return nil, nil, err
	}
	monday := from.Monday()
	end := monday.AddDays(7 * weeks)
	all, err := many[CapacityTask](ctx, s.pool, `select t.id, t.name, t.start_date, t.end_date, t.effort_hours, t.progress_percent, t.user_id, p.contract_id, p.name as project
		from project_task t join project p on p.id = t.project_id and p.state = 'open' where t.user_id is not null and t.end_date >= $1 and t.start_date < $2 order by t.start_date, t.id`, monday, end)
	if err != nil {
		return nil, nil, err
	}
	absences, err := many[crm.Absence](ctx, s.pool, `select id, user_id, first_day, last_day from absence where dropped_at is null and last_day >= $1 and first_day < $2`, monday, end)
	if err != nil {
		return nil, nil, err
	}
	if rows, err = many[CapacityRow](ctx, s.pool, `select u.id, u.name from app_user u where u.active and (u.roles && array['project_manager'] or exists (
		select from project_task t join project p on p.id = t.project_id and p.state = 'open' where t.user_id = u.id and t.end_date >= $1 and t.start_date < $2)) order by u.name, u.id`, monday, end); err != nil {
		return nil, nil, err
	}
	tasks = map[crm.ID]CapacityTask{}
	for i := range rows {
		var own []crm.ProjectTask
		var away []crm.Absence
		for _, t := range all {
			if t.UserID == rows[i].ID {
				own, tasks[t.ID] = append(own, t.ProjectTask), t
			}
		}
		for _, a := range absences {
			if a.UserID == rows[i].ID {
				away = append(away, a)
			}
		}
		if rows[i].Weeks, err = crm.Capacity(cal, monday, weeks, away, own); err != nil {
			return nil, nil, err
		}
	}
	return rows, tasks, nil
}
