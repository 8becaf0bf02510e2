package api

import (
	"cmp"

	"leadtocash/crm"
	"leadtocash/store"
)

// milestonesPage lists a project's milestones, and what the customer has accepted of it (S084).
type milestonesPage struct {
	projectHead
	Form     form
	Project  crm.Project
	Rows     []milestoneRow
	Progress []store.SignOffRow // of the progress
	Terms    []option
	Today    crm.Date
	MayWork  bool
	AskFor   bool // the progress may be signed now
}

// milestoneRow is a milestone with what the customer was asked about it.
type milestoneRow struct {
	crm.Milestone
	Asked []store.SignOffRow // the last first
	Ask   bool               // he may be asked now
}

func pageMilestones(r *request) error {
	id, err := r.id("id")
	if err != nil {
		return err
	}
	return showMilestones(r, id, form{})
}

func showMilestones(r *request, id crm.ID, f form) error {
	c, plan, err := openProject(r, id, crm.MayReadContract, r.store.ProjectPlan)
	if err != nil {
		return err
	}
	asked, err := r.store.SignOffs(r.ctx(), id)
	if err != nil {
		return err
	}
	p := milestonesPage{projectHead: r.projectHead(c, plan.Project, "milestones"), Form: f, Project: plan.Project, Terms: enumOptions(r, "", "sign_off_term", crm.SignOffTerms())}
	if p.Today, err = r.today(); err != nil {
		return err
	}
	p.MayWork = r.mayWorkOn(c, plan.Project)
	waits := map[crm.ID]bool{}
	of := map[crm.ID][]store.SignOffRow{}
	for _, o := range asked {
		of[o.MilestoneID] = append(of[o.MilestoneID], o)
		waits[o.MilestoneID] = waits[o.MilestoneID] || o.State == crm.SignOffAsked
	}
	for _, m := range plan.Milestones {
		ask := p.MayWork && plan.Project.SignOff.Milestones() && !m.DoneOn.IsZero() && m.SignedAt == nil && !waits[m.ID]
		p.Rows = append(p.Rows, milestoneRow{m, of[m.ID], ask})
	}
	p.Progress = of[""]
	p.AskFor = p.MayWork && plan.Project.SignOff.Progress() && plan.Project.ProgressPercent.GreaterThan(plan.Project.SignedPercent) && !waits[""]
	return r.show(f.Status(), "milestones", r.say("milestone.of", "Name", plan.Project.Name), p)
}

// milestoneForm carries out a form of the page of milestones.
func (r *request) milestoneForm(done string, edit func(*form, store.Target) error) error {
	return r.projectEdit(done, "/milestones", showMilestones, edit)
}

func formMilestone(r *request) error {
	return r.milestoneForm("milestone_added", func(f *form, t store.Target) error {
		r.needed(f, "milestone", "due_date")
		m := crm.Milestone{ID: store.NewID(), Name: clean(f.Value("milestone"), maxName), DueDate: r.date(f, "due_date")}
		if f.Failed() {
			return nil
		}
		_, err := r.store.AddMilestone(r.ctx(), t, m)
		return err
	})
}

func formMilestoneReached(r *request) error {
	item, err := r.id("item")
	if err != nil {
		return err
	}
	today, err := r.today()
	if err != nil {
		return err
	}
	return r.milestoneForm("saved", func(_ *form, t store.Target) error {
		_, err := r.store.EditMilestone(r.ctx(), t, item, func(m *crm.Milestone) error { m.DoneOn = today; return nil })
		return err
	})
}

// formSignOffTerm sets what the contract has the customer sign.
func formSignOffTerm(r *request) error {
	return r.milestoneForm("saved", func(f *form, t store.Target) error {
		term := crm.SignOffTerm(cmp.Or(known(f.Value("sign_off"), listOf(crm.SignOffTerms()...)), string(crm.SignNothing)))
		_, err := r.store.EditProject(r.ctx(), t, func(p *crm.Project) error { p.SignOff = term; return nil })
		return err
	})
}

// formSignOff asks the customer to accept a milestone, or the progress.
func formSignOff(r *request) error {
	return r.milestoneForm("sign_off_asked", func(f *form, t store.Target) error {
		o := crm.SignOff{ID: store.NewID(), MilestoneID: optionalID(f.Value("milestone_id")), Email: f.Value("sign_email"), Name: clean(f.Value("sign_name"), maxName)}
		field := "sign_text" + f.Value("milestone_id")
		r.needed(f, field)
		o.Text = clean(f.Value(field), maxText)
		if o.Email != "" {
			email, err := crm.CheckEmail(o.Email)
			if err != nil {
				f.blame("sign_email", r.errorText(err))
			}
			o.Email = email
		}
		if f.Failed() {
			return nil
		}
		_, err := r.store.AskSignOff(r.ctx(), t, o)
		return atField(err, "/email", "/sign_email")
	})
}
