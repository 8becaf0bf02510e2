package store

import (
	"context"
	"errors"

	"leadtocash/crm"

	"github.com/shopspring/decimal"
)

// ApproveTimesheet makes time entries of a week that was handed in, at the cost rate of each day; each cell is the entry of its own id, so it counts
// once however often the week is approved (S082, S083). Refused: self_approval, project_closed, timesheet_not_submitted.
func (s *Store) ApproveTimesheet(ctx context.Context, t Target) (sheet crm.Timesheet, err error) {
	err = s.edit(ctx, t.Actor, func(e *edit) error {
		if sheet, err = e.lockTimesheet(ctx, t); err != nil || sheet.State == crm.TimesheetApproved {
			return err
		}
		if err := undecided(t, sheet.State == crm.TimesheetSubmitted, sheet.Version, "timesheet_not_submitted"); err != nil {
			return err
		}
		if err := e.enterTimesheet(ctx, sheet); err != nil {
			return err
		}
		sheet.State = crm.TimesheetApproved
		return e.decideTimesheet(ctx, &sheet)
	})
	return sheet, err
}

// ReturnTimesheet gives a week that was handed in back, with the reason. Refused as ApproveTimesheet is.
func (s *Store) ReturnTimesheet(ctx context.Context, t Target, reason string) (sheet crm.Timesheet, err error) {
	err = s.edit(ctx, t.Actor, func(e *edit) error {
		if sheet, err = e.lockTimesheet(ctx, t); err != nil {
			return err
		}
		if err := undecided(t, sheet.State == crm.TimesheetSubmitted, sheet.Version, "timesheet_not_submitted"); err != nil {
			return err
		}
		sheet.State, sheet.Reason = crm.TimesheetReturned, reason
		return e.decideTimesheet(ctx, &sheet)
	})
	return sheet, err
}

// decidable is the condition under which the person of the first argument decides on the week of the second, or sees that it is his own.
func decidable(sc Scope, args *[]any) string {
	return `s.id = $2 and (s.user_id = $1 or s.state <> 'draft' and not exists (select from timesheet_line l where l.timesheet_id = s.id and not ` + decides(sc, args) + `))`
}

// DecidesTimesheet tells whether a week is there for the person who wants to decide on it. Errors: ErrNotFound.
func (s *Store) DecidesTimesheet(ctx context.Context, t Target) error {
	args := []any{t.Actor, t.ID}
	_, err := one[struct{ ID crm.ID }](ctx, s.pool, `select s.id from timesheet s where `+decidable(t.Scope, &args), args...)
	return err
}

// lockTimesheet locks the week of another person whose projects all are the actor's to decide on; any other is not found, except his own.
func (e *edit) lockTimesheet(ctx context.Context, t Target) (crm.Timesheet, error) {
	args := []any{t.Actor, t.ID}
	sheet, err := one[crm.Timesheet](ctx, e.q, `select `+timesheetColumns+` from timesheet s where `+decidable(t.Scope, &args)+` for update`, args...)
	if err == nil && sheet.UserID == t.Actor {
		err = Refused{Code: "self_approval"}
	}
	return sheet, err
}

// undecided refuses, with the code given, what does not wait for a decision, and what is newer than what the person saw.
func undecided(t Target, waits bool, version int, refused string) error {
	if !waits {
		return Refused{Code: refused}
	}
	if t.Version != 0 && t.Version != version {
		return Stale{Version: version}
	}
	return nil
}

func (e *edit) decideTimesheet(ctx context.Context, sheet *crm.Timesheet) error {
	sheet.DecidedBy, sheet.DecidedAt = e.actor, &e.now
	return e.moveTimesheet(ctx, sheet)
}

// named adds to the refusal of a closed project which one it is.
func named(err error, project string) error {
	if refused, is := errors.AsType[Refused](err); is && refused.Code == "project_closed" {
		return Refused{Code: refused.Code, Params: map[string]string{"project": project}}
	}
	return err
}

// enterTimesheet enters the cells of a week; the projects are locked in the order of their contracts.
func (e *edit) enterTimesheet(ctx context.Context, sheet crm.Timesheet) error {
	cells, err := many[struct {
		ID         crm.ID
		ContractID crm.ID
		PhaseID    crm.ID
		Day        int
		Hours      decimal.Decimal
		Task       string
	}](ctx, e.q, `select c.id, p.contract_id, l.phase_id, c.day, c.hours, coalesce((select name from project_task k where k.id = l.task_id), '') as task
		from timesheet_cell c join timesheet_line l on l.id = c.line_id join project p on p.id = l.project_id where l.timesheet_id = $1 order by p.contract_id, c.day, l.position`, sheet.ID)
	if err != nil {
		return err
	}
	var d delivery
	for _, c := range cells {
		if d.contract.ID != c.ContractID {
			if d, err = e.lockProject(ctx, Target{Scope: Everything(), Actor: e.actor, ID: c.ContractID}); err != nil {
				return named(err, d.Name)
			}
		}
		in := crm.TimeEntry{ID: c.ID, UserID: sheet.UserID, OnDate: sheet.Monday.AddDays(c.Day), Hours: c.Hours, Note: c.Task, PhaseID: c.PhaseID}
		if in.Rate, err = e.rateOn(ctx, in.UserID, in.OnDate, d.CostRate); err != nil {
			return err
		}
		in.Amount = e.timeAmount(d, in)
		if err := e.insertTime(ctx, d, &in, "project.time"); err != nil {
			return err
		}
	}
	return nil
}
