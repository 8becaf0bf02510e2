package api

import (
	"net/http"

	"leadtocash/crm"
	"leadtocash/store"
)

// postMilestone puts a date on a project's plan (S084).
func postMilestone(r *request, _ crm.Contract, t store.Target) error {
	var b milestoneBody
	if err := r.decode(&b); err != nil {
		return err
	}
	var k check
	k.required("/name", &b.Name, maxName)
	if b.DueDate.IsZero() {
		k.fail("/due_date", "required", nil)
	}
	if err := k.err(); err != nil {
		return err
	}
	id, _, err := r.recordID()
	if err != nil {
		return err
	}
	m, err := r.store.AddMilestone(r.ctx(), t, crm.Milestone{ID: id, Name: b.Name, DueDate: b.DueDate})
	if err != nil {
		return err
	}
	return r.JSON(http.StatusCreated, r.view(m))
}

// patchMilestone renames, moves or ends a milestone; a done_on that is cleared takes it up again.
func patchMilestone(r *request, _ crm.Contract, t store.Target) error {
	id, err := r.id("entry")
	if err != nil {
		return err
	}
	var b milestonePatch
	if err := r.decodePatch(&b); err != nil {
		return err
	}
	var k check
	if b.Name.Set {
		k.required("/name", &b.Name.Value, maxName)
	}
	if b.DueDate.Set && b.DueDate.Value.IsZero() {
		k.fail("/due_date", "required", nil)
	}
	if err := k.err(); err != nil {
		return err
	}
	m, err := r.store.EditMilestone(r.ctx(), t, id, func(m *crm.Milestone) error {
		set(b.Name, &m.Name)
		set(b.DueDate, &m.DueDate)
		set(b.DoneOn, &m.DoneOn)
		return nil
	})
	if err != nil {
		return err
	}
	return r.record(m, m.Version)
}

// postAction notes what is done about a surprise (S084).
func postAction(r *request, _ crm.Contract, t store.Target) error {
	var b actionBody
	if err := r.decode(&b); err != nil {
		return err
	}
	var k check
	k.lines("/text", &b.Text, maxText)
	if b.Text == "" {
		k.fail("/text", "required", nil)
	}
	k.id("/milestone_id", &b.MilestoneID)
	k.id("/risk_id", &b.RiskID)
	if err := k.err(); err != nil {
		return err
	}
	id, _, err := r.recordID()
	if err != nil {
		return err
	}
	a, err := r.store.AddAction(r.ctx(), t, crm.Action{ID: id, Text: b.Text, MilestoneID: b.MilestoneID, RiskID: b.RiskID})
	if err != nil {
		return err
	}
	return r.JSON(http.StatusCreated, r.view(a))
}

// patchContract moves a contract's end and notice, and with them its renewal (S088).
func patchContract(r *request, _ crm.Contract, t store.Target) error {
	var b contractBody
	if err := r.decodePatch(&b); err != nil {
		return err
	}
	var k check
	if b.EndDate.Set && b.EndDate.Value.IsZero() {
		k.fail("/end_date", "required", nil)
	}
	k.between("/notice_days", b.NoticeDays.Value, 0, 3650)
	if err := k.err(); err != nil {
		return err
	}
	c, err := r.store.EditContract(r.ctx(), t, func(c *crm.Contract) error {
		set(b.EndDate, &c.EndDate)
		set(b.NoticeDays, &c.NoticeDays)
		return nil
	})
	if err != nil {
		return err
	}
	return r.record(c, c.Version)
}

// patchTranche notes what another system says about a tranche (S061, S062).
func patchTranche(r *request, _ crm.Contract, t store.Target) error {
	id, err := r.id("entry")
	if err != nil {
		return err
	}
	var b trancheBody
	if err := r.decodePatch(&b); err != nil {
		return err
	}
	var k check
	k.line("/external_number", &b.ExternalNumber.Value, maxName)
	if err := k.err(); err != nil {
		return err
	}
	out, err := r.store.EditTranche(r.ctx(), t, id, func(t *crm.Tranche) error {
		set(b.ExternalNumber, &t.ExternalNumber)
		set(b.Dishonoured, &t.Dishonoured)
		if b.Paid.Set {
			t.State = paidElsewhere(*t, b.Paid.Value)
		}
		return nil
	})
	if err != nil {
		return err
	}
	return r.record(out, out.Version)
}

// paidElsewhere is the state of a tranche that another system invoices.
func paidElsewhere(t crm.Tranche, paid bool) crm.TrancheState {
	switch {
	case paid:
		return crm.TranchePaid
	case t.State == crm.TranchePaid:
		return crm.TrancheInvoiced
	default:
		return t.State
	}
}

// listDishonoured lists the tranches whose payment was dishonoured (S062).
func listDishonoured(r *request) error {
	rows, err := r.store.Dishonoured(r.ctx(), r.Scope())
	if err != nil {
		return err
	}
	return r.JSON(http.StatusOK, r.view(page[store.DishonouredTranche]{Data: rows}))
}

// postCostRate sets what an hour of a person costs.
func postCostRate(r *request) error {
	id, err := r.id("id")
	if err != nil {
		return err
	}
	var b costRateBody
	if err := r.decode(&b); err != nil {
		return err
	}
	e, err := r.store.LegalEntity(r.ctx())
	if err != nil {
		return err
	}
	var k check
	rate := k.amountRequired("/rate", b.Rate, e.Currency)
	if err := k.err(); err != nil {
		return err
	}
	if err := r.store.SetCostRate(r.ctx(), id, rate); err != nil {
		return err
	}
	return r.NoContent()
}
