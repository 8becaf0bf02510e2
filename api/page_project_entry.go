package api

import (
	"context"

	"leadtocash/crm"
	"leadtocash/store"
)

// entriesPage lists what a project's time and money went for, and takes more of it (S082, S083).
type entriesPage struct {
	projectHead
	store.ProjectParts
	Form       form
	People     []option
	Kinds      []option
	States     []option
	Phases     []option
	Rates      []store.CostRate // of those who have one of their own
	MayWork    bool
	MayApprove bool
	SeesRates  bool
	MayRate    bool
}

func pageEntries(r *request) error {
	id, err := r.id("id")
	if err != nil {
		return err
	}
	return showEntries(r, id, form{})
}

func showEntries(r *request, id crm.ID, f form) error {
	c, parts, err := openProject(r, id, crm.MayReadPNL, func(_ context.Context, c crm.Contract) (store.ProjectParts, error) { return r.projectParts(c) })
	if err != nil {
		return err
	}
	p := entriesPage{ProjectParts: parts, Form: f, SeesRates: r.seesRates()}
	p.projectHead = r.projectHead(c, p.Project, "entries")
	open := workable(c, p.Project)
	p.MayWork, p.MayApprove = open && r.Can(crm.MayWriteProject), open && r.Can(crm.MayApprovePurchase)
	p.MayRate = p.MayWork && r.Can(crm.MayWriteUser)
	people, err := r.store.CostRates(r.ctx())
	if err != nil {
		return err
	}
	for _, c := range people {
		p.People = append(p.People, option{string(c.ID), c.Name})
		if p.SeesRates && c.CostRate.IsPositive() {
			p.Rates = append(p.Rates, c)
		}
	}
	if p.Phases, err = r.phaseOptions(c); err != nil {
		return err
	}
	p.Kinds = enumOptions(r, "", "cost_kind", crm.CostKinds())
	p.States = enumOptions(r, "", "cost_state", []crm.CostState{crm.CostActual, crm.CostRequested})
	if r.on(crm.ModulePurchasing) != nil {
		p.States = p.States[:1]
	}
	return r.show(f.Status(), "project_entries", r.say("entry.of", "Name", p.Project.Name), p)
}

// phaseOptions are the phases of a contract's project, and none of them.
func (r *request) phaseOptions(c crm.Contract) ([]option, error) {
	phases, err := r.store.Phases(r.ctx(), c.ID)
	out := []option{{"", r.say("plan.no_phase")}}
	for _, ph := range phases {
		out = append(out, option{string(ph.ID), ph.Name})
	}
	return out, err
}

// entryForm carries out a form of the page of entries.
func (r *request) entryForm(done string, edit func(*form, store.Target) error) error {
	return r.projectEdit(done, "/entries", showEntries, edit)
}

func formTime(r *request) error {
	return r.entryForm("time_added", func(f *form, t store.Target) error {
		r.needed(f, "hours", "user_id")
		in := crm.TimeEntry{ID: store.NewID(), UserID: optionalID(f.Value("user_id")), OnDate: r.date(f, "on_date"), Hours: r.quantity(f, "hours"), Note: f.Value("note"), PhaseID: optionalID(f.Value("time_phase"))}
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
	return r.entryForm("cost_added", func(f *form, t store.Target) error {
		r.needed(f, "amount", "text")
		c := crm.CostEntry{
			ID: store.NewID(), Kind: crm.CostKind(known(f.Value("kind"), crm.CostKinds())), State: crm.CostState(known(f.Value("state"), []string{"actual", "requested"})),
			Amount: r.decimal(f, "amount"), Supplier: clean(f.Value("supplier"), maxName), Text: clean(f.Value("text"), maxLine), OnDate: r.date(f, "spent_on"), PhaseID: optionalID(f.Value("cost_phase")),
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

// formEntryBack takes time or a cost back by a counter-entry.
func formEntryBack(times bool) func(*request) error {
	return func(r *request) error {
		item, err := r.id("item")
		if err != nil {
			return err
		}
		return r.entryForm("saved", func(_ *form, t store.Target) (err error) {
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
		return r.entryForm("saved", func(_ *form, t store.Target) error {
			_, err := r.store.MoveCost(r.ctx(), t, item, to, noAmount)
			return err
		})
	}
}
