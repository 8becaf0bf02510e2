package api

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"leadtocash/crm"
	"leadtocash/store"

	"github.com/shopspring/decimal"
)

// timesheetPage is a person's own week as a grid (S082, S090).
type timesheetPage struct {
	store.TimesheetWeek
	Form    form
	Days    [7]crm.Date
	Names   [7]string // of the days
	Rows    []timesheetRow
	Sums    [7]decimal.Decimal
	Total   decimal.Decimal
	HasAll  decimal.Decimal
	Targets []option // that may be added
	Edit    bool
	Before  string
	After   string
	Others  bool // he reads contracts, and so may have weeks to decide on
}

// timesheetRow is a line with what is typed in its cells.
type timesheetRow struct {
	Key   string // project, phase and task
	Name  string
	Sub   string
	Shut  bool
	Wrong string
	Cells [7]timesheetCell
	Total decimal.Decimal
	I     int
}

type timesheetCell struct {
	Name, Value, Wrong string
	Day                crm.Date
	On                 string // the day's name
	Hours              decimal.Decimal
}

// ID is the field's, for the summary of mistakes.
func (c timesheetCell) ID() string { return fieldID(c.Name) }

func timesheetKey(ids ...crm.ID) string {
	out := make([]string, len(ids))
	for i, id := range ids {
		out[i] = string(id)
	}
	return strings.Join(out, "_")
}

func pageTimesheet(r *request) error {
	today, err := r.today()
	if err != nil {
		return err
	}
	monday, err := crm.ParseWeek(cmp.Or(r.gin.Query("week"), today.Week()))
	if err != nil {
		monday = today.Monday()
	}
	return showTimesheet(r, monday, form{})
}

// showTimesheet shows a week; a form that was refused as it was typed.
func showTimesheet(r *request, monday crm.Date, f form) error {
	w, err := r.store.Timesheet(r.ctx(), r.user.ID, monday)
	if err != nil {
		return err
	}
	targets, err := r.store.TimesheetTargets(r.ctx(), r.timesheetScope(), r.user.ID, monday)
	if err != nil {
		return err
	}
	p := timesheetPage{TimesheetWeek: w, Form: f, Edit: w.Open() && r.whyOff(crm.ModulePeople) == "", Before: monday.AddDays(-7).Week(), After: monday.AddDays(7).Week(), Others: r.Can(crm.MayReadContract)}
	for d := range p.Days {
		p.Days[d] = monday.AddDays(d)
		p.Names[d] = r.say("weekday." + crm.DayKey(p.Days[d].Weekday()))
		p.HasAll = p.HasAll.Add(w.Has[d])
	}
	p.fill(r, targets)
	return r.show(f.Status(), "timesheet", r.say("timesheet.title"), p)
}

// fill makes the rows: those that are kept, his tasks of the week, and those that were just added.
func (p *timesheetPage) fill(r *request, targets []store.TimesheetTarget) {
	known := map[string]bool{}
	for _, l := range p.Lines {
		p.row(r, known, timesheetKey(l.ProjectID, l.PhaseID, l.TaskID), l.Project, l.Phase, l.Task, l.Closed, l.Hours)
	}
	p.Targets = []option{{"", r.say("timesheet.choose")}}
	for _, t := range targets {
		key := timesheetKey(t.ProjectID, t.PhaseID, t.TaskID)
		if known[key] {
			continue
		}
		if p.Edit && (t.Mine || p.sent(key)) {
			p.row(r, known, key, t.Project, t.Phase, t.Task, false, [7]decimal.Decimal{})
			continue
		}
		p.Targets = append(p.Targets, option{key, strings.Join(slices.DeleteFunc([]string{t.Project, t.Phase, t.Task}, func(s string) bool { return s == "" }), " · ")})
	}
}

// sent tells whether the form has a row of the key.
func (p *timesheetPage) sent(key string) bool {
	for i := range crm.MaxTimesheetLines + 1 {
		if p.Form.Value(lineField(i, "key")) == key {
			return true
		}
	}
	return false
}

func (p *timesheetPage) row(r *request, known map[string]bool, key, project, phase, task string, shut bool, hours [7]decimal.Decimal) {
	known[key] = true
	row := timesheetRow{Key: key, Name: cmp.Or(task, phase, project), Shut: shut, I: len(p.Rows)}
	if row.Name != project {
		row.Sub = project
	}
	was := row.I // its place in the form that came
	for i := range crm.MaxTimesheetLines + 1 {
		if p.Form.Value(lineField(i, "key")) == key {
			was = i
		}
	}
	row.Wrong = p.Form.Wrong("lines." + strconv.Itoa(was))
	for d := range hours {
		name := fmt.Sprintf("lines.%d.hours.%d", row.I, d)
		old := fmt.Sprintf("lines.%d.hours.%d", was, d)
		c := timesheetCell{Name: name, Wrong: p.Form.Wrong(old), Day: p.Days[d], On: p.Names[d], Hours: hours[d]}
		if !hours[d].IsZero() {
			c.Value = r.words().Number(hours[d], -1)
		}
		if v, typed := p.Form.values[old]; typed {
			c.Value = v
		}
		row.Cells[d], row.Total = c, row.Total.Add(hours[d])
		p.Sums[d] = p.Sums[d].Add(hours[d])
		p.Total = p.Total.Add(hours[d])
	}
	p.Rows = append(p.Rows, row)
}

// formTimesheet saves one's own week as a whole, and hands it in when that was asked for.
func formTimesheet(r *request) error {
	f, err := r.posted()
	if err != nil {
		return err
	}
	monday, err := crm.ParseWeek(f.Value("week"))
	if err != nil {
		return store.ErrNotFound
	}
	lines := r.timesheetLines(&f)
	submit := f.Value("action") == "submit"
	if !f.Failed() {
		t := store.Target{Scope: r.timesheetScope(), Actor: r.user.ID, Version: f.seen()}
		if f.Value("version") == "0" {
			t.Version = store.Unsaved
		}
		_, err = r.store.SaveTimesheet(r.ctx(), t, monday, lines, submit)
		if err = r.judge(&f, err); err != nil {
			return err
		}
	}
	if f.Failed() {
		return showTimesheet(r, monday, f)
	}
	done := "timesheet_saved"
	if submit {
		done = "timesheet_submitted"
	}
	return r.said(done, "/timesheet?week="+monday.Week())
}

// timesheetLines reads the grid; an empty cell is no hours. A row that is chosen to be added comes last.
func (r *request) timesheetLines(f *form) (out []crm.TimesheetLine) {
	for i := range crm.MaxTimesheetLines + 1 {
		key := f.Value(lineField(i, "key"))
		if key == "" {
			if key = f.Value("add"); key == "" {
				break
			}
			f.values[lineField(i, "key")] = key
			delete(f.values, "add")
		}
		f.values["lines."+strconv.Itoa(i)] = key
		ids := append(strings.Split(key, "_"), "", "")
		l := crm.TimesheetLine{ProjectID: optionalID(ids[0]), PhaseID: optionalID(ids[1]), TaskID: optionalID(ids[2])}
		for d := range l.Hours {
			l.Hours[d] = r.decimal(f, fmt.Sprintf("lines.%d.hours.%d", i, d))
		}
		out = append(out, l)
	}
	return out
}

// timesheetsPage are the weeks that wait for the person.
type timesheetsPage struct {
	Rows []timesheetWait
	Form form
	Wait string // the week whose form failed
}

type timesheetWait struct {
	store.TimesheetWeek
	Total decimal.Decimal
	Had   decimal.Decimal
	Sums  []decimal.Decimal // of the lines
}

func pageTimesheets(r *request) error { return showTimesheets(r, form{}) }

func showTimesheets(r *request, f form) error {
	weeks, err := r.store.SubmittedTimesheets(r.ctx(), r.timesheetDecides(), r.user.ID)
	if err != nil {
		return err
	}
	p := timesheetsPage{Form: f, Wait: r.gin.Param("id")}
	for _, w := range weeks {
		row := timesheetWait{TimesheetWeek: w, Had: decimal.Sum(decimal.Zero, w.Has[:]...)}
		for _, l := range w.Lines {
			sum := decimal.Sum(decimal.Zero, l.Hours[:]...)
			row.Sums, row.Total = append(row.Sums, sum), row.Total.Add(sum)
		}
		p.Rows = append(p.Rows, row)
	}
	return r.show(f.Status(), "timesheets", r.say("timesheet.waiting"), p)
}

// decideWeek carries a decision of a form out.
func (r *request) decideWeek(done string, decide func(*form, store.Target) error) error {
	t, err := r.decidable()
	if err == nil {
		err = r.store.DecidesTimesheet(r.ctx(), t)
	}
	if err != nil {
		return err
	}
	f, err := r.posted()
	if err != nil {
		return err
	}
	if err = r.judge(&f, decide(&f, t)); err != nil {
		return err
	}
	if f.Failed() {
		return showTimesheets(r, f)
	}
	return r.said(done, "/timesheets")
}

func formTimesheetApprove(r *request) error {
	return r.decideWeek("timesheet_approved", func(f *form, t store.Target) error {
		t.Version = f.seen()
		_, err := r.store.ApproveTimesheet(r.ctx(), t)
		return err
	})
}

func formTimesheetReturn(r *request) error {
	return r.decideWeek("timesheet_returned", func(f *form, t store.Target) error {
		r.needed(f, "reason")
		if f.Failed() {
			return nil
		}
		t.Version = f.seen()
		_, err := r.store.ReturnTimesheet(r.ctx(), t, clean(f.Value("reason"), maxText))
		return err
	})
}

// formTimesheetApproveAll approves the weeks that were shown, each by itself, and stops at the first that cannot be.
func formTimesheetApproveAll(r *request) error {
	f, err := r.posted()
	if err != nil {
		return err
	}
	for _, id := range r.gin.Request.PostForm["sheet"] {
		sheet, seen, _ := strings.Cut(id, "@")
		version, _ := strconv.Atoi(seen)
		_, err := r.store.ApproveTimesheet(r.ctx(), store.Target{Scope: r.timesheetDecides(), Actor: r.user.ID, ID: optionalID(sheet), Version: version})
		if err = r.judge(&f, err); err != nil {
			return err
		}
		if f.Failed() {
			return showTimesheets(r, f)
		}
	}
	return r.said("timesheet_approved", "/timesheets")
}
