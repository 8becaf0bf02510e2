package api

import (
	"net/http"
	"slices"
	"strconv"

	"leadtocash/crm"
	"leadtocash/store"

	"github.com/shopspring/decimal"
)

// phaseBody is a part of a project (S082).
type phaseBody struct {
	Name   string      `json:"name" doc:"required;max=200"`
	Budget decimalText `json:"budget" doc:"text=Its part of the project's budget, without tax; what no phase has is not spread."`
}

// phasePatch changes a phase.
type phasePatch struct {
	Name   opt[string]      `json:"name" doc:"max=200"`
	Budget opt[decimalText] `json:"budget"`
}

// projectTaskBody is work on a project's plan (S082).
type projectTaskBody struct {
	Name        string      `json:"name" doc:"required;max=200"`
	PhaseID     crm.ID      `json:"phase_id"`
	StartDate   crm.Date    `json:"start_date" doc:"required"`
	EndDate     crm.Date    `json:"end_date" doc:"required;text=The last day of work; at most five years after the first."`
	EffortHours decimalText `json:"effort_hours"`
	FixedPrice  decimalText `json:"fixed_price" doc:"text=What the customer pays for it, without tax, where it is billed by progress; without it, its hours at their price."`
	UserID      crm.ID      `json:"user_id" doc:"text=Who does it."`
	After       []crm.ID    `json:"after" doc:"text=Tasks that have to end before it begins."`
}

// projectTaskPatch changes a task.
type projectTaskPatch struct {
	Name            opt[string]      `json:"name" doc:"max=200"`
	PhaseID         opt[crm.ID]      `json:"phase_id"`
	StartDate       opt[crm.Date]    `json:"start_date"`
	EndDate         opt[crm.Date]    `json:"end_date"`
	EffortHours     opt[decimalText] `json:"effort_hours"`
	UserID          opt[crm.ID]      `json:"user_id"`
	ProgressPercent opt[decimalText] `json:"progress_percent"`
	FixedPrice      opt[decimalText] `json:"fixed_price" doc:"text=Null: its hours at their price."`
	After           opt[[]crm.ID]    `json:"after"`
	Shift           bool             `json:"shift" doc:"text=Move the tasks that follow by working days instead of refusing days that they would overlap."`
}

// planRecord is a project's plan.
type planRecord struct {
	Phases     []crm.ProjectPhase
	Tasks      []store.ProjectTaskRow
	Milestones []crm.Milestone
}

// getPlan reads phases, tasks and milestones (S082, S084).
func getPlan(r *request) error {
	c, err := r.contract()
	if err != nil {
		return err
	}
	p, err := r.store.ProjectPlan(r.ctx(), c)
	if err != nil {
		return err
	}
	return r.JSON(http.StatusOK, r.view(planRecord{p.Phases, p.Tasks, p.Milestones}))
}

// getProjectOpen lists what keeps the project from being closed (S085).
func getProjectOpen(r *request) error {
	c, err := r.contract()
	if err != nil {
		return err
	}
	rows, err := r.store.ProjectOpen(r.ctx(), c.ID)
	if err != nil {
		return err
	}
	return r.JSON(http.StatusOK, r.view(page[store.OpenItem]{Data: rows}))
}

func postPhase(r *request, c crm.Contract, t store.Target) error {
	var b phaseBody
	if err := r.decode(&b); err != nil {
		return err
	}
	var k check
	p := crm.ProjectPhase{}
	k.required("/name", &b.Name, maxName)
	k.maybe("/budget", b.Budget, &p.Budget, func(at string, d decimalText) decimal.Decimal { return k.amount(at, d, c.Currency) })
	if err := k.err(); err != nil {
		return err
	}
	p.Name = b.Name
	var err error
	if p.ID, _, err = r.recordID(); err != nil {
		return err
	}
	if p, err = r.store.AddPhase(r.ctx(), t, p); err != nil {
		return err
	}
	return r.JSON(http.StatusCreated, r.view(p))
}

func patchPhase(r *request, c crm.Contract, t store.Target) error {
	id, err := r.id("entry")
	if err != nil {
		return err
	}
	var b phasePatch
	if err := r.decodePatch(&b); err != nil {
		return err
	}
	var k check
	if b.Name.Set {
		k.required("/name", &b.Name.Value, maxName)
	}
	budget := k.amount("/budget", zeroIfCleared(b.Budget.Value), c.Currency)
	if err := k.err(); err != nil {
		return err
	}
	p, err := r.store.EditPhase(r.ctx(), t, id, func(p *crm.ProjectPhase) error {
		set(b.Name, &p.Name)
		if b.Budget.Set {
			p.Budget = budget
		}
		return nil
	})
	if err != nil {
		return err
	}
	return r.record(p, p.Version)
}

// postSpread divides the budget onto the phases (S083).
func postSpread(r *request, _ crm.Contract, t store.Target) error {
	if err := r.decodeOptional(&emptyBody{}); err != nil {
		return err
	}
	out, err := r.store.SpreadBudget(r.ctx(), t)
	if err != nil {
		return err
	}
	return r.JSON(http.StatusOK, r.view(page[crm.ProjectPhase]{Data: out}))
}

func postProjectTask(r *request, c crm.Contract, t store.Target) error {
	var b projectTaskBody
	if err := r.decode(&b); err != nil {
		return err
	}
	var k check
	task := crm.ProjectTask{PhaseID: b.PhaseID, StartDate: b.StartDate, EndDate: b.EndDate, UserID: b.UserID}
	k.required("/name", &b.Name, maxName)
	k.maybe("/effort_hours", b.EffortHours, &task.EffortHours, k.effort)
	if b.FixedPrice != "" {
		price := k.amount("/fixed_price", b.FixedPrice, c.Currency)
		task.FixedPrice = &price
	}
	k.id("/phase_id", &task.PhaseID)
	k.id("/user_id", &task.UserID)
	task.Name, task.After = b.Name, k.after(b.After)
	if err := task.Check(); err != nil {
		k.add("", err)
	}
	if err := k.err(); err != nil {
		return err
	}
	var err error
	if task.ID, _, err = r.recordID(); err != nil {
		return err
	}
	if task, err = r.store.AddProjectTask(r.ctx(), t, task); err != nil {
		return err
	}
	return r.JSON(http.StatusCreated, r.view(task))
}

// maxEffort is how many hours a task may take.
const maxEffort = 100_000

// effort reads the hours of a task: from 0, in hundredths.
func (c *check) effort(pointer string, text decimalText) decimal.Decimal {
	d := c.amount(pointer, text, string(crm.EUR))
	if d.GreaterThan(decimal.NewFromInt(maxEffort)) {
		c.fail(pointer, "out_of_range", params{"min": "0", "max": strconv.Itoa(maxEffort)})
	}
	return d
}

// after reads the tasks that have to end before: each once.
func (c *check) after(ids []crm.ID) []crm.ID {
	if len(ids) > crm.MaxTasks {
		c.fail("/after", "too_many", params{"max": crm.MaxTasks})
		return nil
	}
	for i := range ids {
		c.id("/after/"+strconv.Itoa(i), &ids[i])
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

func patchProjectTask(r *request, c crm.Contract, t store.Target) error {
	id, err := r.id("entry")
	if err != nil {
		return err
	}
	var b projectTaskPatch
	if err := r.decodePatch(&b); err != nil {
		return err
	}
	var k check
	if b.Name.Set {
		k.required("/name", &b.Name.Value, maxName)
	}
	k.id("/phase_id", &b.PhaseID.Value)
	k.id("/user_id", &b.UserID.Value)
	effort, progress := k.effort("/effort_hours", zeroIfCleared(b.EffortHours.Value)), k.percent("/progress_percent", zeroIfCleared(b.ProgressPercent.Value))
	fixed := k.amount("/fixed_price", zeroIfCleared(b.FixedPrice.Value), c.Currency)
	b.After.Value = k.after(b.After.Value)
	if err := k.err(); err != nil {
		return err
	}
	task, err := r.store.EditProjectTask(r.ctx(), t, id, b.Shift, func(task *crm.ProjectTask) error {
		set(b.Name, &task.Name)
		set(b.PhaseID, &task.PhaseID)
		set(b.StartDate, &task.StartDate)
		set(b.EndDate, &task.EndDate)
		set(b.UserID, &task.UserID)
		set(b.After, &task.After)
		if b.EffortHours.Set {
			task.EffortHours = effort
		}
		if b.ProgressPercent.Set {
			task.ProgressPercent = progress
		}
		if b.FixedPrice.Set {
			if task.FixedPrice = &fixed; b.FixedPrice.Value == "" {
				task.FixedPrice = nil
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return r.record(task, task.Version)
}

func deleteProjectTask(r *request, _ crm.Contract, t store.Target) error {
	id, err := r.id("entry")
	if err != nil {
		return err
	}
	if err := r.store.RemoveProjectTask(r.ctx(), t, id); err != nil {
		return err
	}
	return r.NoContent()
}
