package api

import (
	"cmp"

	"leadtocash/crm"
	"leadtocash/store"

	"github.com/shopspring/decimal"
)

// risksPage is a project's register of risks, with the loss to be expected beside the margin, and what is done (S084).
type risksPage struct {
	projectHead
	Form      form
	Currency  string
	PNL       crm.PNL
	Rows      []store.RiskRow
	Actions   []store.ActionRow // that are about no risk
	One       *store.RiskRow    // that the form changes
	Exposure  decimal.Decimal
	Left      decimal.Decimal // of the margin at completion, after the loss to be expected
	Phases    []option
	People    []option
	Responses []option
	States    []option
	Today     crm.Date
	MayWork   bool
}

// Due tells whether somebody should look at a risk today.
func (p risksPage) Due(r store.RiskRow) bool {
	return r.State == crm.RiskOpen && !r.ReviewOn.IsZero() && !r.ReviewOn.After(p.Today)
}

func pageRisks(r *request) error {
	id, err := r.id("id")
	if err != nil {
		return err
	}
	return showRisks(r, id, form{})
}

func showRisks(r *request, id crm.ID, f form) error {
	c, sum, err := openProject(r, id, crm.MayReadPNL, r.store.ProjectSummary)
	if err != nil {
		return err
	}
	p := risksPage{
		projectHead: r.projectHead(c, sum.Project, "risks"), Form: f, Currency: c.Currency, PNL: sum.PNL, Exposure: sum.Exposure, Left: sum.PNL.MarginAtEnd.Sub(sum.Exposure),
		Responses: enumOptions(r, "", "risk_response", crm.RiskResponses()), States: enumOptions(r, "", "risk_state", crm.RiskStates()),
	}
	if p.Today, err = r.today(); err != nil {
		return err
	}
	p.MayWork = r.mayWorkOn(c, sum.Project)
	if p.Rows, err = r.store.Risks(r.ctx(), id); err != nil {
		return err
	}
	for i := range p.Rows {
		if string(p.Rows[i].ID) == r.changed(f, "risk") {
			p.One = &p.Rows[i]
		}
	}
	actions, err := r.store.Actions(r.ctx(), id)
	if err != nil {
		return err
	}
	for _, a := range actions {
		if a.RiskID == "" {
			p.Actions = append(p.Actions, a)
		}
	}
	people, err := r.store.CostRates(r.ctx())
	if err != nil {
		return err
	}
	p.People = []option{{"", r.say("risk.manager")}}
	for _, u := range people {
		p.People = append(p.People, option{string(u.ID), u.Name})
	}
	if p.Phases, err = r.phaseOptions(c); err != nil {
		return err
	}
	return r.show(f.Status(), "project_risks", r.say("risk.of", "Name", sum.Project.Name), p)
}

// riskForm carries out a form of the register.
func (r *request) riskForm(done string, edit func(*form, store.Target) error) error {
	return r.projectEdit(done, "/risks", showRisks, edit)
}

// formRisk adds a risk, or changes the one of the path.
func formRisk(r *request) error {
	return r.riskForm("saved", func(f *form, t store.Target) error {
		item := r.gin.Param("item")
		f.values["change_risk"] = item
		r.needed(f, "title", "probability", "impact")
		in := crm.Risk{
			Title: clean(f.Value("title"), maxName), Probability: r.percent(f, "probability"), Impact: r.rate(f, "impact"), PhaseID: optionalID(f.Value("phase_id")), OwnerID: optionalID(f.Value("owner_id")),
			Response: crm.RiskResponse(cmp.Or(known(f.Value("response"), listOf(crm.RiskResponses()...)), string(crm.RiskReduce))), Plan: clean(f.Value("plan"), maxText), ReviewOn: r.date(f, "review_on"),
		}
		if f.Failed() {
			return nil
		}
		if item == "" {
			in.ID = store.NewID()
			_, err := r.store.AddRisk(r.ctx(), t, in)
			return err
		}
		t.Version = f.seen()
		state := crm.RiskState(known(f.Value("state"), listOf(crm.RiskStates()...)))
		_, err := r.store.EditRisk(r.ctx(), t, optionalID(item), func(x *crm.Risk) error {
			x.Title, x.Probability, x.Impact, x.PhaseID, x.OwnerID, x.Response, x.Plan, x.ReviewOn = in.Title, in.Probability, in.Impact, in.PhaseID, in.OwnerID, in.Response, in.Plan, in.ReviewOn
			x.State = cmp.Or(state, x.State)
			return nil
		})
		return err
	})
}

// formAction notes what is done about a surprise, or a risk.
func formAction(r *request) error {
	return r.riskForm("action_added", func(f *form, t store.Target) error {
		r.needed(f, "action")
		if f.Failed() {
			return nil
		}
		_, err := r.store.AddAction(r.ctx(), t, crm.Action{ID: store.NewID(), Text: clean(f.Value("action"), maxText), RiskID: optionalID(f.Value("risk_id"))})
		return atField(err, "/risk_id", "/action")
	})
}
