package api

import (
	"errors"
	"slices"
	"strings"

	"leadtocash/crm"
	"leadtocash/store"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"
)

// planPage is a project's plan: the picture, the same as a table, and the forms that change it (S082, S084).
type planPage struct {
	projectHead
	store.ProjectPlan
	Form     form
	Groups   []planGroup
	Picture  *planDrawing
	Today    crm.Date
	MayWork  bool
	SeesCost bool
	Rest     decimal.Decimal // of the budget, that no phase has
	Hours    decimal.Decimal
	Task     *planTask         // that the form changes; nil: a new one
	Phase    *crm.ProjectPhase // that the form changes
	Phases   []option
	People   []option
	Ways     []option
	Reckoned decimal.Decimal // progress, by the project's way
	Told     bool            // there is something to reckon it by
	Once     string
}

// planGroup is a phase with its tasks; the last has those of none.
type planGroup struct {
	crm.ProjectPhase
	Tasks []planTask
	Hours decimal.Decimal
}

// planTask is a task in words.
type planTask struct {
	store.ProjectTaskRow
	Waits []string // names of what it waits for
}

// projectHead is what stands above each part of a project.
type projectHead struct {
	Contract crm.Contract
	Name     string
	State    string
	Part     string
	Tabs     []projectTab
}

type projectTab struct{ URL, Key, Part string }

// projectHead makes the head of a part of a project.
func (r *request) projectHead(c crm.Contract, p crm.Project, part string) projectHead {
	at := "/contracts/" + string(c.ID)
	h := projectHead{Contract: c, Name: p.Name, State: p.State, Part: part, Tabs: []projectTab{{at, "project.overview", "overview"}, {at + "/plan", "plan.title", "plan"}, {at + "/milestones", "milestone.title", "milestones"}}}
	if r.Can(crm.MayReadPNL) {
		h.Tabs = append(h.Tabs, projectTab{at + "/earned", "earned.tab", "earned"}, projectTab{at + "/entries", "entry.tab", "entries"}, projectTab{at + "/purchases", "purchase.tab", "purchases"}, projectTab{at + "/risks", "risk.title", "risks"}, projectTab{at + "/pnl", "pnl.tab", "pnl"})
	}
	return h
}

func pagePlan(r *request) error {
	id, err := r.id("id")
	if err != nil {
		return err
	}
	return showPlan(r, id, form{})
}

func showPlan(r *request, id crm.ID, f form) error {
	c, plan, err := openProject(r, id, crm.MayReadContract, r.store.ProjectPlan)
	if err != nil {
		return err
	}
	p := planPage{ProjectPlan: plan, Form: f}
	if p.Today, err = r.today(); err != nil {
		return err
	}
	p.projectHead = r.projectHead(c, p.Project, "plan")
	p.MayWork, p.SeesCost = r.mayWorkOn(c, p.Project), r.user.Sees("project.budget")
	p.group(r)
	p.Picture = drawPlan(r.words(), p.Groups, p.Milestones, p.Today)
	p.Phases, p.People = []option{{"", r.say("plan.no_phase")}}, chosen(r.say("col.nobody"), p.ProjectPlan.People)
	p.Ways, p.Once = enumOptions(r, "", "progress_way", crm.ProgressWays()), uuid.NewString()
	p.Reckoned, p.Told = p.Project.ProgressWay.Progress(p.ProjectPlan.Work(), p.Milestones)
	p.Rest = p.Project.Budget
	for _, ph := range p.ProjectPlan.Phases {
		p.Phases = append(p.Phases, option{string(ph.ID), ph.Name})
		p.Rest = p.Rest.Sub(ph.Budget)
		if string(ph.ID) == r.changed(f, "phase") {
			p.Phase = &ph
		}
	}
	return r.show(f.Status(), "project_plan", r.say("plan.of", "Name", p.Project.Name), p)
}

// changed is the record that a form of the page is to change: as it was sent, else as the address says.
func (r *request) changed(f form, what string) string {
	if id := f.Value("change_" + what); id != "" {
		return id
	}
	if f.Failed() {
		return ""
	}
	return r.gin.Query(what)
}

// group puts the tasks into their phases.
func (p *planPage) group(r *request) {
	names, at := map[crm.ID]string{}, map[crm.ID]int{}
	for i, ph := range p.ProjectPlan.Phases {
		at[ph.ID] = i
		p.Groups = append(p.Groups, planGroup{ProjectPhase: ph})
	}
	p.Groups = append(p.Groups, planGroup{ProjectPhase: crm.ProjectPhase{Name: r.say("plan.no_phase")}})
	for _, t := range p.Tasks {
		names[t.ID] = t.Name
	}
	changed := r.changed(p.Form, "task")
	for _, t := range p.Tasks {
		v := planTask{ProjectTaskRow: t}
		for _, id := range t.After {
			v.Waits = append(v.Waits, names[id])
		}
		i, ok := at[t.PhaseID]
		if !ok {
			i = len(p.Groups) - 1
		}
		g := &p.Groups[i]
		g.Tasks, g.Hours, p.Hours = append(g.Tasks, v), g.Hours.Add(t.EffortHours), p.Hours.Add(t.EffortHours)
		if string(t.ID) == changed {
			p.Task = &v
		}
	}
	if last := len(p.Groups) - 1; len(p.Groups[last].Tasks) == 0 {
		p.Groups = p.Groups[:last]
	}
}

// After tells whether the task that the form changes waits for another, as it was sent or as it is.
func (p planPage) After(id crm.ID) bool {
	if p.Form.Sent("task_name") {
		return p.Form.Value("after."+string(id)) != ""
	}
	if p.Task != nil {
		for _, a := range p.Task.ProjectTask.After {
			if a == id {
				return true
			}
		}
	}
	return false
}

// Clash tells whether the form was refused because tasks that follow would begin too early.
func (p planPage) Clash() bool { return p.Form.Value("clash") != "" }

// projectEdit carries out a plain edit of a form on a part of a project, and shows it again where the edit was refused.
func (r *request) projectEdit(done, part string, show func(*request, crm.ID, form) error, edit func(*form, store.Target) error) error {
	id, err := r.id("id")
	if err != nil {
		return err
	}
	if _, err := store.Contracts.Record(r.ctx(), r.store, r.Scope(), id); err != nil {
		return err
	}
	f, err := r.posted()
	if err != nil {
		return err
	}
	if err = r.judge(&f, edit(&f, store.Target{Scope: r.Scope(), Actor: r.user.ID, ID: id})); err != nil {
		return err
	}
	if f.Failed() {
		return show(r, id, f)
	}
	return r.said(done, "/contracts/"+string(id)+part)
}

func formPhase(r *request) error {
	return r.projectEdit("saved", "/plan", showPlan, func(f *form, t store.Target) error {
		r.needed(f, "phase_name")
		budget := r.rate(f, "phase_budget")
		if f.Failed() {
			return nil
		}
		var err error
		if f.values["change_phase"] = r.gin.Param("item"); f.values["change_phase"] == "" {
			_, err = r.store.AddPhase(r.ctx(), t, crm.ProjectPhase{ID: store.NewID(), Name: clean(f.Value("phase_name"), maxName), Budget: budget})
		} else {
			t.Version = f.seen()
			_, err = r.store.EditPhase(r.ctx(), t, optionalID(r.gin.Param("item")), func(p *crm.ProjectPhase) error {
				p.Name, p.Budget = clean(f.Value("phase_name"), maxName), budget
				return nil
			})
		}
		return atField(err, "/budget", "/phase_budget")
	})
}

// atField puts what is wrong with a field of the record at the field of the form.
func atField(err error, pairs ...string) error {
	errs, ok := errors.AsType[crm.FieldErrors](err)
	if !ok {
		return err
	}
	for i, e := range errs {
		for n := 0; n+1 < len(pairs); n += 2 {
			if e.Pointer == pairs[n] {
				errs[i].Pointer = pairs[n+1]
			}
		}
	}
	return errs
}

// formProgressWay chooses how the project's progress is reckoned (S084).
func formProgressWay(r *request) error {
	return r.projectEdit("saved", "/plan", showPlan, func(f *form, t store.Target) error {
		way := known(f.Value("progress_way"), progressWays())
		if way == "" {
			way = string(crm.ProgressByHand)
		}
		_, err := r.store.EditProject(r.ctx(), t, func(p *crm.Project) error { p.ProgressWay = crm.ProgressWay(way); return nil })
		return err
	})
}

func formSpread(r *request) error {
	return r.projectEdit("saved", "/plan", showPlan, func(_ *form, t store.Target) error {
		_, err := r.store.SpreadBudget(r.ctx(), t)
		return err
	})
}

func formProjectTask(r *request) error {
	return r.projectEdit("saved", "/plan", showPlan, func(f *form, t store.Target) error {
		r.needed(f, "task_name", "start_date", "end_date")
		in := crm.ProjectTask{
			Name: clean(f.Value("task_name"), maxName), PhaseID: optionalID(f.Value("phase_id")), UserID: optionalID(f.Value("user_id")), StartDate: r.date(f, "start_date"), EndDate: r.date(f, "end_date"),
			EffortHours: r.rate(f, "effort_hours"), ProgressPercent: r.percent(f, "progress_percent"), After: r.picked(f, "after."),
		}
		f.values["change_task"] = r.gin.Param("item")
		if f.Value("fixed_price") != "" {
			price := r.rate(f, "fixed_price")
			in.FixedPrice = &price
		}
		if in.EffortHours.GreaterThan(decimal.NewFromInt(maxEffort)) {
			f.blame("effort_hours", r.errorText(crm.Problem("out_of_range", "min", "0", "max", "100000")))
		}
		if f.Failed() {
			return nil
		}
		var err error
		if r.gin.Param("item") == "" {
			in.ID = store.NewID()
			_, err = r.store.AddProjectTask(r.ctx(), t, in)
		} else {
			t.Version = f.seen()
			_, err = r.store.EditProjectTask(r.ctx(), t, optionalID(r.gin.Param("item")), f.Value("shift") != "", func(task *crm.ProjectTask) error {
				in.ID, in.ProjectID, in.Version = task.ID, task.ProjectID, task.Version
				if !f.Sent("fixed_price") { // the form asks for it only where progress is billed
					in.FixedPrice = task.FixedPrice
				}
				*task = in
				return nil
			})
		}
		if errs, ok := errors.AsType[crm.FieldErrors](err); ok && errs[0].Code == "followers_early" {
			f.values["clash"] = "yes"
		}
		return err
	})
}

// picked are the ids behind a prefix that were ticked in a form.
func (r *request) picked(f *form, prefix string) (out []crm.ID) {
	for name, v := range f.values {
		if text, is := strings.CutPrefix(name, prefix); is && v != "" && optionalID(text) != "" {
			out = append(out, optionalID(text))
		}
	}
	slices.Sort(out)
	return out
}

func formProjectTaskRemove(r *request) error {
	return r.projectEdit("saved", "/plan", showPlan, func(_ *form, t store.Target) error {
		return r.store.RemoveProjectTask(r.ctx(), t, optionalID(r.gin.Param("item")))
	})
}
