package store

import (
	"context"
	"slices"
	"strconv"

	"leadtocash/crm"

	"github.com/jackc/pgx/v5"
)

// AddProjectTask puts a task on a project's plan. Refused: at /start_date, too_early with the earliest day, where it would begin before
// what it waits for has ended (S084).
func (s *Store) AddProjectTask(ctx context.Context, t Target, task crm.ProjectTask) (crm.ProjectTask, error) {
	err := s.edit(ctx, t.Actor, func(e *edit) error {
		d, all, err := e.lockPlan(ctx, t)
		if err != nil {
			return err
		}
		if len(all) >= crm.MaxTasks {
			return crm.FieldErrors{crm.Problem("too_many", "max", strconv.Itoa(crm.MaxTasks)).At("/name")}
		}
		task.ProjectID, task.Version = d.ID, 1
		if _, err := e.taskPlaced(ctx, d, all, task, false); err != nil {
			return err
		}
		if _, err := e.q.Exec(ctx, `insert into project_task (id, project_id, phase_id, name, start_date, end_date, effort_hours, user_id, progress_percent, fixed_price) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
			task.ID, task.ProjectID, task.PhaseID, task.Name, task.StartDate, task.EndDate, task.EffortHours, task.UserID, task.ProgressPercent, task.FixedPrice); err != nil {
			return told(err)
		}
		if err := e.saveLinks(ctx, task); err != nil {
			return err
		}
		return e.told(ctx, d, "project.task_added", map[string]any{"task": task.Name, "from": task.StartDate, "due": task.EndDate})
	})
	return task, err
}

// lockPlan locks a project and reads its tasks.
func (e *edit) lockPlan(ctx context.Context, t Target) (d delivery, all []crm.ProjectTask, err error) {
	if d, err = e.lockProject(ctx, t); err != nil {
		return d, nil, err
	}
	all, err = tasksOf(ctx, e.q, d.ID)
	return d, all, err
}

// taskPlaced checks a task among the others of its project and gives all of them as they would stand: with shift, those that follow it are
// moved to where they may begin; without, the task is refused when one of them would begin too early (S084). Refused: at /end_date,
// followers_early with how many and when the first of them could begin.
func (e *edit) taskPlaced(ctx context.Context, d delivery, others []crm.ProjectTask, task crm.ProjectTask, shift bool) ([]crm.ProjectTask, error) {
	if err := task.Check(); err != nil {
		return nil, err
	}
	if err := e.phaseOf(ctx, d, task.PhaseID); err != nil {
		return nil, err
	}
	if task.UserID != "" {
		if err := e.activeUser(ctx, "/user_id", task.UserID); err != nil {
			return nil, err
		}
	}
	all := append(slices.Clone(others), task)
	if _, err := crm.TaskOrder(all); err != nil {
		return nil, err
	}
	cal, err := calendar(ctx, e.q, e.entity)
	if err != nil {
		return nil, err
	}
	if first := crm.Earliest(cal, all, task); task.StartDate.Before(first) {
		return nil, crm.FieldErrors{crm.Problem("too_early", "earliest", first.String()).At("/start_date")}
	}
	if early := crm.TooEarly(cal, all); len(early) > 0 && !shift {
		return nil, crm.FieldErrors{crm.Problem("followers_early", "task", early[0].Name, "earliest", crm.Earliest(cal, all, early[0]).String()).At("/end_date")}
	}
	return crm.ShiftFollowers(cal, all)
}

// EditProjectTask changes a task; with shift, those that follow move with it by working days. The target's version is the task's.
func (s *Store) EditProjectTask(ctx context.Context, t Target, id crm.ID, shift bool, change func(*crm.ProjectTask) error) (task crm.ProjectTask, err error) {
	err = s.edit(ctx, t.Actor, func(e *edit) error {
		d, all, err := e.lockPlan(ctx, t)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(all, func(x crm.ProjectTask) bool { return x.ID == id })
		if i < 0 {
			return ErrNotFound
		}
		before := all[i]
		if t.Version != 0 && t.Version != before.Version {
			return Stale{Version: before.Version}
		}
		task = before
		if err := change(&task); err != nil {
			return err
		}
		changes := differences(before, task)
		if len(changes) == 0 {
			return nil
		}
		moved, err := e.taskPlaced(ctx, d, slices.Delete(slices.Clone(all), i, i+1), task, shift)
		if err != nil {
			return err
		}
		task.Version++
		if _, err := e.q.Exec(ctx, `update project_task set phase_id = $2, name = $3, start_date = $4, end_date = $5, effort_hours = $6, user_id = $7, progress_percent = $8, version = $9, fixed_price = $10 where id = $1`,
			task.ID, task.PhaseID, task.Name, task.StartDate, task.EndDate, task.EffortHours, task.UserID, task.ProgressPercent, task.Version, task.FixedPrice); err != nil {
			return told(err)
		}
		if err := e.saveLinks(ctx, task); err != nil {
			return err
		}
		shifted, err := e.saveMoved(ctx, all, moved, task.ID)
		if err != nil {
			return err
		}
		return e.told(ctx, d, "project.task_edited", map[string]any{"task": task.Name, "task_changes": changes, "shifted": shifted})
	})
	return task, err
}

// saveMoved writes the days of the tasks that were moved with another, and tells how many.
func (e *edit) saveMoved(ctx context.Context, before, after []crm.ProjectTask, but crm.ID) (int, error) {
	b := &pgx.Batch{}
	for _, m := range after {
		i := slices.IndexFunc(before, func(x crm.ProjectTask) bool { return x.ID == m.ID })
		if m.ID != but && (before[i].StartDate != m.StartDate || before[i].EndDate != m.EndDate) {
			b.Queue(`update project_task set start_date = $2, end_date = $3, version = version + 1 where id = $1`, m.ID, m.StartDate, m.EndDate)
		}
	}
	if b.Len() == 0 {
		return 0, nil
	}
	return b.Len(), told(e.q.SendBatch(ctx, b).Close())
}

func (e *edit) saveLinks(ctx context.Context, task crm.ProjectTask) error {
	b := &pgx.Batch{}
	b.Queue(`delete from project_task_after where task_id = $1`, task.ID)
	for _, id := range task.After {
		b.Queue(`insert into project_task_after (task_id, after_id) values ($1, $2) on conflict do nothing`, task.ID, id)
	}
	return told(e.q.SendBatch(ctx, b).Close())
}

// RemoveProjectTask takes a task from the plan; what waited for it waits for what it waited for.
func (s *Store) RemoveProjectTask(ctx context.Context, t Target, id crm.ID) error {
	return s.edit(ctx, t.Actor, func(e *edit) error {
		d, all, err := e.lockPlan(ctx, t)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(all, func(x crm.ProjectTask) bool { return x.ID == id })
		if i < 0 {
			return ErrNotFound
		}
		if t.Version != 0 && t.Version != all[i].Version {
			return Stale{Version: all[i].Version}
		}
		b := &pgx.Batch{}
		b.Queue(`insert into project_task_after (task_id, after_id) select f.task_id, p.after_id from project_task_after f join project_task_after p on p.task_id = f.after_id where f.after_id = $1 on conflict do nothing`, id)
		b.Queue(`delete from project_task_after where task_id = $1 or after_id = $1`, id)
		b.Queue(`delete from project_task where id = $1`, id)
		if err := e.q.SendBatch(ctx, b).Close(); err != nil {
			return told(err)
		}
		return e.told(ctx, d, "project.task_removed", map[string]any{"task": all[i].Name})
	})
}
