package store

import (
	"context"

	"leadtocash/crm"
)

// DeadlineMilestone comes in the morning after a milestone's date (S084). Only edits set it, each under its milestone's id.
const DeadlineMilestone = "milestone"

// AddMilestone puts a date on a project's plan; the contract's process reminds of it when it is missed.
func (s *Store) AddMilestone(ctx context.Context, t Target, m crm.Milestone) (crm.Milestone, error) {
	err := s.edit(ctx, t.Actor, func(e *edit) error {
		d, err := e.lockProject(ctx, t)
		if err != nil {
			return err
		}
		m.ProjectID, m.Version = d.ID, 1
		if _, err := e.q.Exec(ctx, `insert into milestone (id, project_id, name, due_date) values ($1, $2, $3, $4)`, m.ID, m.ProjectID, m.Name, m.DueDate); err != nil {
			return told(err)
		}
		if err := e.remind(ctx, d, m); err != nil {
			return err
		}
		return e.told(ctx, d, "milestone.added", map[string]any{"milestone": m.Name, "due": m.DueDate, "milestone_id": m.ID})
	})
	return m, err
}

// EditMilestone renames a milestone, moves its date, or notes that it is reached. The target's version is the milestone's.
func (s *Store) EditMilestone(ctx context.Context, t Target, id crm.ID, change func(*crm.Milestone) error) (m crm.Milestone, err error) {
	err = s.edit(ctx, t.Actor, func(e *edit) error {
		d, err := e.lockProject(ctx, t)
		if err != nil {
			return err
		}
		before, err := one[crm.Milestone](ctx, e.q, `select * from milestone where id = $1 and project_id = $2 for update`, id, d.ID)
		if err != nil {
			return err
		}
		if t.Version != 0 && t.Version != before.Version {
			return Stale{Version: before.Version}
		}
		m = before
		if err := change(&m); err != nil {
			return err
		}
		if err := tooEarly("/done_on", m.DoneOn, e.today); err != nil {
			return err
		}
		changes := differences(before, m)
		if len(changes) == 0 {
			return nil
		}
		if m.DoneOn.IsZero() && !before.DoneOn.IsZero() {
			if err := e.unreached(ctx, before); err != nil {
				return err
			}
		}
		if m.DueDate != before.DueDate {
			m.RemindedAt = nil
		}
		m.Version++
		if _, err := e.q.Exec(ctx, `update milestone set name = $2, due_date = $3, done_on = $4, reminded_at = $5, version = $6 where id = $1`,
			m.ID, m.Name, m.DueDate, m.DoneOn, m.RemindedAt, m.Version); err != nil {
			return err
		}
		if err := e.remind(ctx, d, m); err != nil {
			return err
		}
		code := "milestone.edited"
		if before.DoneOn.IsZero() && !m.DoneOn.IsZero() {
			code = "milestone.reached"
			if m.Opens(d.Project) {
				if _, err := e.openMilestone(ctx, m.ID); err != nil {
					return err
				}
			}
		}
		return e.told(ctx, d, code, map[string]any{"milestone": m.Name, "due": m.DueDate, "milestone_id": m.ID, "milestone_changes": changes})
	})
	return m, err
}

// openMilestone makes the tranche billable that waited for a milestone; it tells how many there were (S060).
func (e *edit) openMilestone(ctx context.Context, milestone crm.ID) (int, error) {
	tag, err := e.q.Exec(ctx, `update tranche set state = 'billable', version = version + 1 where milestone_id = $1 and state = 'planned'`, milestone)
	return int(tag.RowsAffected()), told(err)
}

// remind keeps the deadline of a milestone that is to come; one that was reminded of is not reminded of again.
func (e *edit) remind(ctx context.Context, d delivery, m crm.Milestone) error {
	if !m.DoneOn.IsZero() || m.RemindedAt != nil {
		return e.undue(ctx, d.process, DeadlineMilestone, string(m.ID))
	}
	cal, err := calendar(ctx, e.q, e.entity)
	if err != nil {
		return err
	}
	return e.due(ctx, d.process, DeadlineMilestone, string(m.ID), Morning(cal.NextWorkingDay(m.DueDate.AddDays(1)), e.zone))
}

// AddAction notes what is done about a surprise (S084).
func (s *Store) AddAction(ctx context.Context, t Target, a crm.Action) (crm.Action, error) {
	err := s.edit(ctx, t.Actor, func(e *edit) error {
		d, err := e.lockProject(ctx, t)
		if err != nil {
			return err
		}
		if a.MilestoneID != "" {
			if _, err := one[crm.Milestone](ctx, e.q, `select * from milestone where id = $1 and project_id = $2`, a.MilestoneID, d.ID); err != nil {
				return unknown(err, "/milestone_id")
			}
		}
		if a.RiskID != "" {
			if _, err := one[crm.Risk](ctx, e.q, `select * from project_risk where id = $1 and project_id = $2`, a.RiskID, d.ID); err != nil {
				return unknown(err, "/risk_id")
			}
		}
		a.ProjectID, a.AuthorID, a.At = d.ID, e.actor, e.now
		if _, err := e.q.Exec(ctx, `insert into corrective_action (id, project_id, milestone_id, risk_id, text, author_id, at) values ($1, $2, $3, $4, $5, $6, $7)`,
			a.ID, a.ProjectID, a.MilestoneID, a.RiskID, a.Text, a.AuthorID, a.At); err != nil {
			return told(err)
		}
		return e.told(ctx, d, "project.action", map[string]any{"text": a.Text})
	})
	return a, err
}

// Milestone locks a milestone of this process's project.
func (tx *Tx) Milestone(ctx context.Context, project, id crm.ID) (crm.Milestone, error) {
	return one[crm.Milestone](ctx, tx.q, `select * from milestone where id = $1 and project_id = $2 for update`, id, project)
}

// Reminded notes that somebody was reminded of a milestone.
func (tx *Tx) Reminded(ctx context.Context, milestone crm.ID) error {
	return late(ctx, tx.q, `update milestone set reminded_at = $2 where id = $1`, milestone, tx.Now)
}
