package store

import (
	"context"
	"fmt"

	"leadtocash/crm"

	"github.com/jackc/pgx/v5"
	"github.com/shopspring/decimal"
)

// TimesheetRow is a line of a week with what its project and what of it are called.
type TimesheetRow struct {
	ID         crm.ID
	ProjectID  crm.ID
	PhaseID    crm.ID
	TaskID     crm.ID
	ContractID crm.ID
	Project    string
	Phase      string
	Task       string
	Closed     bool               // the project takes no hours any more
	Hours      [7]decimal.Decimal `db:"-"`
	Cells      []decimal.Decimal  // of the days, as they are read
}

// TimesheetTarget is what a person may enter hours on.
type TimesheetTarget struct {
	ProjectID crm.ID
	PhaseID   crm.ID
	TaskID    crm.ID
	Project   string
	Phase     string
	Task      string
	Mine      bool // a task of his own in this week
}

// TimesheetWeek is a person's week with what he has by calendar and absences.
type TimesheetWeek struct {
	crm.Timesheet
	Name    string
	Lines   []TimesheetRow
	Has     [7]decimal.Decimal // hours of the working calendar; none where he is absent
	Decider string
}

const timesheetColumns = `id, user_id, monday, state, reason, version, submitted_at, decided_by, decided_at`

// ofTimesheet are the lines of weeks; a task keeps its phase.
const ofTimesheet = `select l.id, l.project_id, l.phase_id, l.task_id, p.contract_id, p.name as project, p.state <> 'open' as closed,
	coalesce((select name from project_phase h where h.id = l.phase_id), '') as phase, coalesce((select name from project_task k where k.id = l.task_id), '') as task,
	array(select coalesce(c.hours, 0) from generate_series(0, 6) d left join timesheet_cell c on c.line_id = l.id and c.day = d order by d) as cells
	from timesheet_line l join project p on p.id = l.project_id where l.timesheet_id = $1 order by l.position`

func timesheetRows(ctx context.Context, q querier, sheet crm.ID) ([]TimesheetRow, error) {
	rows, err := many[TimesheetRow](ctx, q, ofTimesheet, sheet)
	for i := range rows {
		copy(rows[i].Hours[:], rows[i].Cells)
	}
	return rows, err
}

// Timesheet reads a person's week; one that nobody has begun is an empty draft of version 0.
func (s *Store) Timesheet(ctx context.Context, user crm.ID, monday crm.Date) (TimesheetWeek, error) {
	sheet, err := one[crm.Timesheet](ctx, s.pool, `select `+timesheetColumns+` from timesheet where user_id = $1 and monday = $2`, user, monday)
	if err == ErrNotFound {
		sheet, err = crm.Timesheet{UserID: user, Monday: monday, State: crm.TimesheetDraft}, nil
	}
	if err != nil {
		return TimesheetWeek{}, err
	}
	return s.timesheetWeek(ctx, sheet)
}

func (s *Store) timesheetWeek(ctx context.Context, sheet crm.Timesheet) (w TimesheetWeek, err error) {
	w.Timesheet = sheet
	if sheet.ID != "" {
		if w.Lines, err = timesheetRows(ctx, s.pool, sheet.ID); err != nil {
			return w, err
		}
	}
	if err := s.pool.QueryRow(ctx, `select name, coalesce((select name from app_user d where d.id = $2), '') from app_user where id = $1`, sheet.UserID, sheet.DecidedBy).Scan(&w.Name, &w.Decider); err != nil {
		return w, told(err)
	}
	entity, err := s.LegalEntity(ctx)
	if err != nil {
		return w, err
	}
	cal, err := calendar(ctx, s.pool, entity)
	if err != nil {
		return w, err
	}
	away, err := many[crm.Absence](ctx, s.pool, `select id, user_id, first_day, last_day from absence where dropped_at is null and user_id = $1 and last_day >= $2 and first_day < $3`, sheet.UserID, sheet.Monday, sheet.Monday.AddDays(7))
	if err != nil {
		return w, err
	}
	for d := range w.Has {
		w.Has[d] = crm.HoursHad(cal, away, sheet.Monday.AddDays(d))
	}
	return w, nil
}

// TimesheetTargets are what a person may enter hours on: open projects within the scope, those that he manages, and those where he has a task;
// with their phases and tasks. His own tasks of the week come first.
func (s *Store) TimesheetTargets(ctx context.Context, sc Scope, user crm.ID, monday crm.Date) ([]TimesheetTarget, error) {
	return timesheetTargets(ctx, s.pool, sc, user, monday)
}

func timesheetTargets(ctx context.Context, q querier, sc Scope, user crm.ID, monday crm.Date) ([]TimesheetTarget, error) {
	args := []any{user, monday}
	return many[TimesheetTarget](ctx, q, `with own as (select p.id, p.name from project p join contract c on c.id = p.contract_id
			where p.state = 'open' and (p.manager_id = $1 or exists (select from project_task t where t.project_id = p.id and t.user_id = $1) or `+sc.covers("c.owner_id", &args)+`))
		select o.id as project_id, o.name as project, null::uuid as phase_id, '' as phase, null::uuid as task_id, '' as task, false as mine from own o
		union all select o.id, o.name, h.id, h.name, null, '', false from own o join project_phase h on h.project_id = o.id
		union all select o.id, o.name, t.phase_id, coalesce(h.name, ''), t.id, t.name, coalesce(t.user_id = $1 and t.start_date < $2::date + 7 and t.end_date >= $2::date, false)
			from own o join project_task t on t.project_id = o.id left join project_phase h on h.id = t.phase_id
		order by mine desc, project, project_id, phase, task, task_id`, args...)
}

// SubmittedTimesheets lists the weeks that wait and that a person may decide: of others, on projects that all are his, as their manager or by the scope.
func (s *Store) SubmittedTimesheets(ctx context.Context, sc Scope, actor crm.ID) (out []TimesheetWeek, err error) {
	args := []any{actor}
	sheets, err := many[crm.Timesheet](ctx, s.pool, `select `+timesheetColumns+` from timesheet s where state = 'submitted' and user_id <> $1 and not exists (
		select from timesheet_line l where l.timesheet_id = s.id and not `+decides(sc, &args)+`) order by submitted_at, id limit 200`, args...)
	for _, sheet := range sheets {
		w, err := s.timesheetWeek(ctx, sheet)
		if err != nil {
			return nil, err
		}
		out = append(out, w)
	}
	return out, err
}

// decides is the condition under which the person of the first argument decides on a line l.
func decides(sc Scope, args *[]any) string {
	return `exists (select from project p join contract c on c.id = p.contract_id where p.id = l.project_id and (p.manager_id = $1 or ` + sc.covers("c.owner_id", args) + `))`
}

// SaveTimesheet keeps a person's own week as a whole, and with submit hands it in. All mistakes come back at once, each at its cell; then nothing is kept.
// Refused: timesheet_locked once it is handed in. The scope is that of contracts that he reads.
func (s *Store) SaveTimesheet(ctx context.Context, t Target, monday crm.Date, lines []crm.TimesheetLine, submit bool) (sheet crm.Timesheet, err error) {
	err = s.edit(ctx, t.Actor, func(e *edit) error {
		if sheet, err = e.openTimesheet(ctx, t, monday); err != nil {
			return err
		}
		errs := crm.CheckTimesheet(lines)
		targets, err := timesheetTargets(ctx, e.q, t.Scope, t.Actor, monday)
		if err != nil {
			return err
		}
		closed, err := many[struct{ ID crm.ID }](ctx, e.q, `select p.id from project p join timesheet_line l on l.project_id = p.id and l.timesheet_id = $1 where p.state <> 'open'`, sheet.ID)
		if err != nil {
			return err
		}
		errs = append(errs, misplaced(lines, targets, closed)...)
		if submit {
			errs = append(errs, unready(lines, monday, e.today)...)
		}
		if len(errs) > 0 {
			return errs
		}
		if err := e.writeTimesheet(ctx, sheet.ID, lines); err != nil {
			return err
		}
		sheet.State = crm.TimesheetDraft
		if submit {
			sheet.State, sheet.Reason, sheet.SubmittedAt = crm.TimesheetSubmitted, "", &e.now
		}
		return e.moveTimesheet(ctx, &sheet)
	})
	return sheet, err
}

// SubmitTimesheet hands a person's own week in as it was saved; one that is handed in stays as it is.
func (s *Store) SubmitTimesheet(ctx context.Context, t Target, monday crm.Date) (crm.Timesheet, error) {
	w, err := s.Timesheet(ctx, t.Actor, monday)
	if err != nil || w.State == crm.TimesheetSubmitted {
		return w.Timesheet, err
	}
	if t.Version == 0 {
		t.Version = w.Version
	}
	lines := make([]crm.TimesheetLine, len(w.Lines))
	for i, l := range w.Lines {
		lines[i] = crm.TimesheetLine{ProjectID: l.ProjectID, PhaseID: l.PhaseID, TaskID: l.TaskID, Hours: l.Hours}
	}
	return s.SaveTimesheet(ctx, t, monday, lines, true)
}

// Unsaved is the version of what nobody had saved when the person saw it.
const Unsaved = -1

// openTimesheet begins or locks the actor's week, as he saw it.
func (e *edit) openTimesheet(ctx context.Context, t Target, monday crm.Date) (crm.Timesheet, error) {
	if _, err := e.q.Exec(ctx, `insert into timesheet (id, user_id, monday, version) values ($1, $2, $3, 0) on conflict (user_id, monday) do nothing`, NewID(), t.Actor, monday); err != nil {
		return crm.Timesheet{}, told(err)
	}
	sheet, err := one[crm.Timesheet](ctx, e.q, `select `+timesheetColumns+` from timesheet where user_id = $1 and monday = $2 for update`, t.Actor, monday)
	switch {
	case err != nil:
	case !sheet.Open():
		err = Refused{Code: "timesheet_locked"}
	case t.Version != 0 && max(t.Version, 0) != sheet.Version:
		err = Stale{Version: sheet.Version}
	}
	return sheet, err
}

// misplaced are the lines on what the person may not enter hours on, and the hours on projects that were closed since.
func misplaced(lines []crm.TimesheetLine, targets []TimesheetTarget, closed []struct{ ID crm.ID }) (errs crm.FieldErrors) {
	known, over := map[[3]crm.ID]bool{}, map[crm.ID]bool{}
	for _, t := range targets {
		known[[3]crm.ID{t.ProjectID, t.PhaseID, t.TaskID}] = true
	}
	for _, c := range closed {
		over[c.ID] = true
	}
	for i, l := range lines {
		switch {
		case over[l.ProjectID]:
			for d, h := range l.Hours {
				if !h.IsZero() {
					errs = append(errs, crm.Problem("project_closed").At(crm.TimesheetCell(i, d)))
				}
			}
		case !known[[3]crm.ID{l.ProjectID, l.PhaseID, l.TaskID}]:
			errs = append(errs, crm.Problem("unknown_record").At(fmt.Sprintf("/lines/%d", i)))
		}
	}
	return errs
}

// unready is why a week cannot be handed in: there are no hours, or some of days to come.
func unready(lines []crm.TimesheetLine, monday, today crm.Date) (errs crm.FieldErrors) {
	some := false
	for i, l := range lines {
		for d, h := range l.Hours {
			some = some || !h.IsZero()
			if !h.IsZero() && monday.AddDays(d).After(today) {
				errs = append(errs, crm.Problem("in_the_future").At(crm.TimesheetCell(i, d)))
			}
		}
	}
	if !some {
		errs = append(errs, crm.Problem("no_hours").At("/lines"))
	}
	return errs
}

func (e *edit) writeTimesheet(ctx context.Context, sheet crm.ID, lines []crm.TimesheetLine) error {
	b := &pgx.Batch{}
	b.Queue(`delete from timesheet_line where timesheet_id = $1`, sheet)
	for i, l := range lines {
		id := NewID()
		b.Queue(`insert into timesheet_line (id, timesheet_id, position, project_id, phase_id, task_id) values ($1, $2, $3, $4, $5, $6)`, id, sheet, i, l.ProjectID, l.PhaseID, l.TaskID)
		for d, h := range l.Hours {
			if !h.IsZero() {
				b.Queue(`insert into timesheet_cell (id, line_id, day, hours) values ($1, $2, $3, $4)`, NewID(), id, d, h)
			}
		}
	}
	return told(e.q.SendBatch(ctx, b).Close())
}

func (e *edit) moveTimesheet(ctx context.Context, t *crm.Timesheet) error {
	t.Version++
	_, err := e.q.Exec(ctx, `update timesheet set state = $2, reason = $3, version = $4, submitted_at = $5, decided_by = $6, decided_at = $7 where id = $1`, t.ID, t.State, t.Reason, t.Version, t.SubmittedAt, t.DecidedBy, t.DecidedAt)
	return told(err)
}
