package api

import (
	"strconv"
	"time"

	"leadtocash/crm"
	"leadtocash/store"
)

// servicePlansBody is all plans that there shall be; one that is left out is gone.
type servicePlansBody struct {
	Plans []servicePlanBody `json:"plans" doc:"required;most=50"`
}

// servicePlanBody is what cases of some customers and contracts are promised.
type servicePlanBody struct {
	Key       string             `json:"key" doc:"required;max=60;text=Small letters, digits, hyphens and underscores."`
	Name      string             `json:"name" doc:"required;max=60;text=Cases say it."`
	Levels    []serviceLevelBody `json:"levels" doc:"most=4;text=Each priority at most once; one that is left out gets the general promise."`
	Accounts  []crm.ID           `json:"accounts" doc:"most=500;text=Customers for whose cases it holds."`
	Contracts []crm.ID           `json:"contracts" doc:"most=500;text=Contracts for whose cases it holds, before the plan of their customer."`
}

// servicePlansRecord is the setting as it stands.
type servicePlansRecord struct {
	Plans   []servicePlanRecord
	Version int
}

type servicePlanRecord struct {
	Key, Name           string
	Levels              []serviceLevelRecord
	Accounts, Contracts []crm.ID
}

func servicePlansView(plans []store.ServicePlan, version int) servicePlansRecord {
	out := servicePlansRecord{Plans: []servicePlanRecord{}, Version: version}
	for _, p := range plans {
		v := servicePlanRecord{Key: p.Key, Name: p.Name, Levels: []serviceLevelRecord{}, Accounts: p.Accounts, Contracts: p.Contracts}
		for _, l := range p.Levels {
			v.Levels = append(v.Levels, serviceLevelRecord{l.Priority, int(l.Answer.Minutes()), int(l.Solve.Minutes())})
		}
		out.Plans = append(out.Plans, v)
	}
	return out
}

func getServicePlans(r *request) error {
	plans, version, err := r.store.ServicePlans(r.ctx())
	if err != nil {
		return err
	}
	return r.record(servicePlansView(plans, version), version)
}

// putServicePlans replaces the plans (S086); open cases keep what they were promised.
func putServicePlans(r *request) error {
	t, err := r.settingTarget()
	if err != nil {
		return err
	}
	var b servicePlansBody
	if err := r.decode(&b); err != nil {
		return err
	}
	plans, err := b.plans()
	if err != nil {
		return err
	}
	out, version, err := r.store.EditServicePlans(r.ctx(), t, func([]crm.ServicePlan) ([]crm.ServicePlan, error) { return plans, nil })
	if err != nil {
		return err
	}
	return r.record(servicePlansView(out, version), version)
}

func (b servicePlansBody) plans() ([]crm.ServicePlan, error) {
	var c check
	if b.Plans == nil {
		c.fail("/plans", "required", nil)
	}
	plans := make([]crm.ServicePlan, len(b.Plans))
	for i, p := range b.Plans {
		at := "/plans/" + strconv.Itoa(i)
		plans[i] = crm.ServicePlan{Key: p.Key, Name: p.Name, Accounts: p.Accounts, Contracts: p.Contracts}
		for n, l := range p.Levels {
			there := at + "/levels/" + strconv.Itoa(n)
			if l.Priority == "" {
				c.fail(there+"/priority", "required", nil)
			}
			c.oneOf(there+"/priority", l.Priority, crm.Priorities()...)
			minutes := func(pointer string, v *int) time.Duration {
				if v == nil {
					c.fail(there+pointer, "required", nil)
					return time.Minute
				}
				c.between(there+pointer, *v, 1, int(crm.MaxPromise.Minutes()))
				return time.Duration(*v) * time.Minute
			}
			plans[i].Levels = append(plans[i].Levels, crm.ServiceLevel{Priority: crm.Priority(l.Priority), Answer: minutes("/answer_minutes", l.AnswerMinutes), Solve: minutes("/solve_minutes", l.SolveMinutes)})
		}
		for n := range p.Accounts {
			c.id(at+"/accounts/"+strconv.Itoa(n), &plans[i].Accounts[n])
		}
		for n := range p.Contracts {
			c.id(at+"/contracts/"+strconv.Itoa(n), &plans[i].Contracts[n])
		}
	}
	return plans, c.err()
}
