package api

import (
	"leadtocash/crm"
	"leadtocash/store"
)

// projectPart is the part of a contract's page that shows the project's profit and loss (S083) and takes entries (S082, S084).
type projectPart struct {
	store.ProjectParts
	People     []option
	Kinds      []option
	States     []option
	Rates      []store.CostRate // of those who have one of their own
	MayApprove bool
	SeesRates  bool
	MayRate    bool
}

// projectPart reads the project of a contract that is shown.
func (r *request) projectPart(p *contractPage) (err error) {
	if p.Project.ID == "" || !r.Can(crm.MayReadPNL) {
		return nil
	}
	part := projectPart{MayApprove: r.Can(crm.MayApprovePurchase) && p.Project.State == "open", SeesRates: r.seesRates(), MayRate: r.Can(crm.MayWriteUser) && p.MayWork}
	if part.ProjectParts, err = r.projectParts(p.Contract); err != nil {
		return err
	}
	people, err := r.store.CostRates(r.ctx())
	if err != nil {
		return err
	}
	for _, c := range people {
		part.People = append(part.People, option{string(c.ID), c.Name})
		if part.SeesRates && c.CostRate.IsPositive() {
			part.Rates = append(part.Rates, c)
		}
	}
	part.Kinds = enumOptions(r, "", "cost_kind", crm.CostKinds())
	part.States = enumOptions(r, "", "cost_state", []crm.CostState{crm.CostActual, crm.CostRequested})
	if r.on(crm.ModulePurchasing) != nil {
		part.States = part.States[:1]
	}
	p.Delivery = &part
	return nil
}

// Managers are those who may be put in charge of the project.
func (p projectPart) Managers(nobody string) []option {
	return append([]option{{"", nobody}}, p.People...)
}

// projectForm carries out a plain edit of a form on a contract's page.
func (r *request) projectForm(done string, edit func(*form, store.Target) error) error {
	return r.projectEdit(done, "", showContract, edit)
}

func formTime(r *request) error {
	return r.projectForm("time_added", func(f *form, t store.Target) error {
		r.needed(f, "hours", "user_id")
		in := crm.TimeEntry{ID: store.NewID(), UserID: optionalID(f.Value("user_id")), OnDate: r.date(f, "on_date"), Hours: r.quantity(f, "hours"), Note: f.Value("note")}
		var c check
		c.hours("/hours", decimalText(in.Hours.String()))
		if f.Failed() || len(c.wrong) > 0 {
			if !f.Failed() {
				f.blame("hours", r.errorText(crm.Problem("out_of_range", "min", "0.01", "max", "24")))
			}
			return nil
		}
		_, err := r.store.AddTime(r.ctx(), t, in)
		return err
	})
}

func formCost(r *request) error {
	return r.projectForm("cost_added", func(f *form, t store.Target) error {
		r.needed(f, "amount", "text")
		c := crm.CostEntry{
			ID: store.NewID(), Kind: crm.CostKind(known(f.Value("kind"), crm.CostKinds())), State: crm.CostState(known(f.Value("state"), []string{"actual", "requested"})),
			Amount: r.decimal(f, "amount"), Supplier: clean(f.Value("supplier"), maxName), Text: clean(f.Value("text"), maxLine), OnDate: r.date(f, "spent_on"),
		}
		if !f.Failed() && (!c.Amount.IsPositive() || !c.Amount.Equal(c.Amount.Truncate(2))) {
			f.blame("amount", r.errorText(crm.Problem("out_of_range", "min", "0.01")))
		}
		if f.Failed() {
			return nil
		}
		if c.State == crm.CostRequested {
			if err := r.on(crm.ModulePurchasing); err != nil {
				return err
			}
		}
		_, err := r.store.AddCost(r.ctx(), t, c)
		return err
	})
}

func formMilestone(r *request) error {
	return r.projectForm("milestone_added", func(f *form, t store.Target) error {
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
	return r.projectForm("saved", func(_ *form, t store.Target) error {
		_, err := r.store.EditMilestone(r.ctx(), t, item, func(m *crm.Milestone) error { m.DoneOn = today; return nil })
		return err
	})
}

func formAction(r *request) error {
	return r.projectForm("action_added", func(f *form, t store.Target) error {
		r.needed(f, "action")
		if f.Failed() {
			return nil
		}
		_, err := r.store.AddAction(r.ctx(), t, crm.Action{ID: store.NewID(), Text: clean(f.Value("action"), maxText)})
		return err
	})
}

// formEntryBack takes time or a cost back by a counter-entry.
func formEntryBack(times bool) func(*request) error {
	return func(r *request) error {
		item, err := r.id("item")
		if err != nil {
			return err
		}
		return r.projectForm("saved", func(_ *form, t store.Target) (err error) {
			if times {
				_, err = r.store.CorrectTime(r.ctx(), t, item, store.NewID(), "")
			} else {
				_, err = r.store.CorrectCost(r.ctx(), t, item, store.NewID(), "")
			}
			return err
		})
	}
}

// formCostMove carries a purchase on.
func formCostMove(to crm.CostState) func(*request) error {
	return func(r *request) error {
		item, err := r.id("item")
		if err != nil {
			return err
		}
		return r.projectForm("saved", func(_ *form, t store.Target) error {
			_, err := r.store.MoveCost(r.ctx(), t, item, to, noAmount)
			return err
		})
	}
}
