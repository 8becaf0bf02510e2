package api

import (
	"leadtocash/crm"
	"leadtocash/store"

	"github.com/shopspring/decimal"
)

// formProject changes a project's name, who runs it, and what an hour of people without a rate of their own costs (S082).
func formProject(r *request) error {
	return r.projectForm("saved", func(f *form, t store.Target) error {
		r.needed(f, "project_name")
		rate := r.rate(f, "project_rate")
		if f.Failed() {
			return nil
		}
		t.Version = f.seen()
		_, err := r.store.EditProject(r.ctx(), t, func(p *crm.Project) error {
			p.Name, p.ManagerID, p.CostRate = clean(f.Value("project_name"), maxName), optionalID(f.Value("manager_id")), rate
			return nil
		})
		return err
	})
}

// formCostRate sets what an hour of a person costs; it holds for time that is entered from now on.
func formCostRate(r *request) error {
	return r.entryForm("saved", func(f *form, _ store.Target) error {
		r.needed(f, "rate_user", "rate")
		rate := r.rate(f, "rate")
		if f.Failed() {
			return nil
		}
		return r.store.SetCostRate(r.ctx(), optionalID(f.Value("rate_user")), rate)
	})
}

// rate reads the cost of an hour: an amount of the company's currency, nothing is 0.
func (r *request) rate(f *form, name string) decimal.Decimal {
	d := r.decimal(f, name)
	if _, err := crm.ParseSignedAmount(d.String(), crm.Currency(r.currency())); err != nil {
		f.blame(name, r.errorText(err))
	} else if d.IsNegative() {
		f.blame(name, r.errorText(crm.Problem("out_of_range", "min", "0")))
	}
	return d
}
