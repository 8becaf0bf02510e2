package api

import (
	"net/http"
	"strconv"
	"strings"

	"leadtocash/crm"
	"leadtocash/store"
)

// budgetLinesBody puts lines of the quote to phases (S083).
type budgetLinesBody struct {
	Lines []budgetLineBody `json:"lines" doc:"text=Those that are left out stay where they are."`
}

// budgetLineBody is a line with its phase.
type budgetLineBody struct {
	ID      crm.ID `json:"id" doc:"required;text=Of the quote's line."`
	PhaseID crm.ID `json:"phase_id" doc:"text=Without it, of no phase."`
}

func getBudgetLines(r *request) error {
	c, err := r.contract()
	if err != nil {
		return err
	}
	lines, err := r.store.BudgetLines(r.ctx(), c)
	if err != nil {
		return err
	}
	return r.JSON(http.StatusOK, r.view(page[crm.BudgetLine]{Data: lines}))
}

func putBudgetLines(r *request, _ crm.Contract, t store.Target) error {
	var b budgetLinesBody
	if err := r.decode(&b); err != nil {
		return err
	}
	var k check
	places := map[crm.ID]crm.ID{}
	for i, l := range b.Lines {
		at := "/lines/" + strconv.Itoa(i)
		if l.ID == "" {
			k.fail(at+"/id", "required", nil)
		}
		k.id(at+"/id", &l.ID)
		k.id(at+"/phase_id", &l.PhaseID)
		places[l.ID] = l.PhaseID
	}
	if err := k.err(); err != nil {
		return err
	}
	out, err := r.store.DivideByLines(r.ctx(), t, places)
	if err != nil {
		return err
	}
	return r.JSON(http.StatusOK, r.view(page[crm.ProjectPhase]{Data: out}))
}

// budgetPage puts the lines of the quote to phases (S083).
type budgetPage struct {
	projectHead
	Form     form
	Project  crm.Project
	Currency string
	Rows     []crm.BudgetLine
	Phases   []option
	MayWork  bool
}

func pageBudget(r *request) error {
	id, err := r.id("id")
	if err != nil {
		return err
	}
	return showBudget(r, id, form{})
}

func showBudget(r *request, id crm.ID, f form) error {
	c, sum, err := openProject(r, id, crm.MayReadPNL, r.store.ProjectSummary)
	if err != nil {
		return err
	}
	p := budgetPage{projectHead: r.projectHead(c, sum.Project, "plan"), Form: f, Project: sum.Project, Currency: c.Currency}
	p.MayWork = r.mayWorkOn(c, sum.Project)
	if p.Rows, err = r.store.BudgetLines(r.ctx(), c); err != nil {
		return err
	}
	if p.Phases, err = r.phaseOptions(c); err != nil {
		return err
	}
	return r.show(f.Status(), "project_budget", r.say("budget.of", "Name", sum.Project.Name), p)
}

// formBudget divides the budget as the lines of the form are put to phases.
func formBudget(r *request) error {
	return r.projectEdit("saved", "/budget", showBudget, func(f *form, t store.Target) error {
		places := map[crm.ID]crm.ID{}
		for name, v := range f.values {
			if line, is := strings.CutPrefix(name, "line."); is && optionalID(line) != "" {
				places[optionalID(line)] = optionalID(v)
			}
		}
		_, err := r.store.DivideByLines(r.ctx(), t, places)
		return err
	})
}
