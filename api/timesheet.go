package api

import (
	"fmt"
	"net/http"
	"time"

	"leadtocash/crm"
	"leadtocash/store"

	"github.com/shopspring/decimal"
)

// timesheetBody is a week of hours as a whole.
type timesheetBody struct {
	Lines []timesheetLineBody `json:"lines" doc:"required;text=At most 50; what is left out is gone."`
}

// timesheetLineBody are the hours on a project, or a phase or task of it.
type timesheetLineBody struct {
	ProjectID crm.ID        `json:"project_id" doc:"required"`
	PhaseID   crm.ID        `json:"phase_id" doc:"text=That of the task, when there is one."`
	TaskID    crm.ID        `json:"task_id"`
	Hours     []decimalText `json:"hours" doc:"required;text=Seven, Monday first: 0 to 24 in quarters."`
}

// timesheetRecord is a week with its lines; without sheet_id nobody has saved it yet.
type timesheetRecord struct {
	SheetID     crm.ID
	UserID      crm.ID
	Name        string
	Week        string
	Monday      crm.Date
	State       crm.TimesheetState
	Reason      string
	Version     int
	SubmittedAt *time.Time
	DecidedBy   crm.ID
	DecidedAt   *time.Time
	Lines       []timesheetLineRecord
	Has         []decimal.Decimal
}

type timesheetLineRecord struct {
	ProjectID  crm.ID
	PhaseID    crm.ID
	TaskID     crm.ID
	ContractID crm.ID
	Project    string
	Phase      string
	Task       string
	Closed     bool
	Hours      []decimal.Decimal
}

func timesheetOf(w store.TimesheetWeek) timesheetRecord {
	out := timesheetRecord{w.ID, w.UserID, w.Name, w.Monday.Week(), w.Monday, w.State, w.Reason, w.Version, w.SubmittedAt, w.DecidedBy, w.DecidedAt, []timesheetLineRecord{}, w.Has[:]}
	for _, l := range w.Lines {
		out.Lines = append(out.Lines, timesheetLineRecord{l.ProjectID, l.PhaseID, l.TaskID, l.ContractID, l.Project, l.Phase, l.Task, l.Closed, l.Hours[:]})
	}
	return out
}

// timesheetScope are the contracts whose projects a person may pick.
func (r *request) timesheetScope() store.Scope { return store.ScopeOf(r.user, crm.MayReadContract) }

// timesheetDecides are the contracts on whose hours a person decides beside the projects that he manages: those whose orders he approves.
func (r *request) timesheetDecides() store.Scope { return store.ScopeOf(r.user, crm.MayApproveOrder) }

// ownWeek is the week of the path, and who asks.
func (r *request) ownWeek() (store.Target, crm.Date, error) {
	monday, err := crm.ParseWeek(r.gin.Param("week"))
	if err != nil {
		return store.Target{}, monday, store.ErrNotFound
	}
	t := store.Target{Scope: r.timesheetScope(), Actor: r.user.ID, Version: store.Unsaved}
	if r.gin.GetHeader("If-Match") != unsavedTag {
		t.Version, err = r.version()
	}
	return t, monday, err
}

// unsavedTag is the ETag of a week that nobody has saved yet.
const unsavedTag = `"0"`

func (r *request) answerWeek(monday crm.Date) error {
	w, err := r.store.Timesheet(r.ctx(), r.user.ID, monday)
	if err != nil {
		return err
	}
	r.gin.Header("ETag", unsavedTag)
	return r.record(timesheetOf(w), w.Version)
}

func getTimesheet(r *request) error {
	_, monday, err := r.ownWeek()
	if err != nil {
		return err
	}
	return r.answerWeek(monday)
}

func putTimesheet(r *request) error {
	t, monday, err := r.ownWeek()
	if err != nil {
		return err
	}
	var b timesheetBody
	if err := r.decode(&b); err != nil {
		return err
	}
	lines, err := b.lines()
	if err != nil {
		return err
	}
	if _, err := r.store.SaveTimesheet(r.ctx(), t, monday, lines, false); err != nil {
		return err
	}
	return r.answerWeek(monday)
}

func (b timesheetBody) lines() ([]crm.TimesheetLine, error) {
	var c check
	if len(b.Lines) > crm.MaxTimesheetLines {
		c.fail("/lines", "too_many", params{"max": crm.MaxTimesheetLines})
		return nil, c.err()
	}
	out := make([]crm.TimesheetLine, len(b.Lines))
	for i, l := range b.Lines {
		at := fmt.Sprintf("/lines/%d", i)
		if l.ProjectID == "" {
			c.fail(at+"/project_id", "required", nil)
		}
		c.id(at+"/project_id", &l.ProjectID)
		c.id(at+"/phase_id", &l.PhaseID)
		c.id(at+"/task_id", &l.TaskID)
		out[i] = crm.TimesheetLine{ProjectID: l.ProjectID, PhaseID: l.PhaseID, TaskID: l.TaskID}
		if len(l.Hours) != len(out[i].Hours) {
			c.fail(at+"/hours", "out_of_range", params{"min": "7", "max": "7"})
			continue
		}
		for d, h := range l.Hours {
			out[i].Hours[d] = c.amount(crm.TimesheetCell(i, d), h, string(crm.EUR))
		}
	}
	return out, c.err()
}

func postTimesheetSubmit(r *request) error {
	t, monday, err := r.ownWeek()
	if err != nil {
		return err
	}
	if err := r.decodeOptional(&emptyBody{}); err != nil {
		return err
	}
	if _, err := r.store.SubmitTimesheet(r.ctx(), t, monday); err != nil {
		return err
	}
	return r.answerWeek(monday)
}

func getTimesheets(r *request) error {
	weeks, err := r.store.SubmittedTimesheets(r.ctx(), r.timesheetDecides(), r.user.ID)
	if err != nil {
		return err
	}
	out := page[timesheetRecord]{Data: []timesheetRecord{}}
	for _, w := range weeks {
		out.Data = append(out.Data, timesheetOf(w))
	}
	return r.JSON(http.StatusOK, r.view(out))
}
