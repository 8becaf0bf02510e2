package api

import (
	"slices"
	"strings"

	"leadtocash/crm"
	"leadtocash/store"
)

// servicePlansPage is where sales operations set what cases of single customers and contracts are promised (S086).
type servicePlansPage struct {
	settingPage
	Plans   []store.ServicePlan
	Chosen  string // key of the plan that is edited; empty: a new one
	Levels  []levelRow
	General []crm.ServiceLevel
}

// Hours is a promise as it is typed.
func (p servicePlansPage) Hours(l crm.ServiceLevel) string {
	return store.HoursText(l.Answer) + " / " + store.HoursText(l.Solve)
}

func pageServicePlans(r *request) error { return showServicePlans(r, form{}) }

func showServicePlans(r *request, f form) error {
	plans, version, err := r.store.ServicePlans(r.ctx())
	if err != nil {
		return err
	}
	general, err := r.store.ServiceLevels(r.ctx())
	if err != nil {
		return err
	}
	key := clean(r.gin.Query("plan"), maxName)
	var chosen store.ServicePlan
	if i := slices.IndexFunc(plans, func(p store.ServicePlan) bool { return p.Key == key }); i >= 0 {
		chosen = plans[i]
	}
	if !f.Failed() {
		f = values("name", chosen.Name, "subjects", strings.Join(append(slices.Clone(chosen.Customers), chosen.Numbers...), "\n"))
	} else {
		chosen.Key = f.Value("key")
	}
	page, err := r.settingPage(store.SettingPlans, version, f, func(name string) string { return name })
	if err != nil {
		return err
	}
	p := servicePlansPage{settingPage: page, Plans: plans, Chosen: chosen.Key, General: general.Levels}
	for _, key := range crm.Priorities() {
		row := levelRow{Priority: crm.Priority(key), Answer: r.planField(f, key, "answer", ""), Solve: r.planField(f, key, "solve", "")}
		for _, l := range chosen.Levels {
			if string(l.Priority) == key {
				row.Answer, row.Solve = r.planField(f, key, "answer", store.HoursText(l.Answer)), r.planField(f, key, "solve", store.HoursText(l.Solve))
			}
		}
		p.Levels = append(p.Levels, row)
	}
	return r.show(f.Status(), "service_plans", r.say("plans.title"), p)
}

func (r *request) planField(f form, priority, promise, stored string) timeField {
	return typedTime(f, priority+"."+promise, named(r.words(), "priority", priority)+", "+r.say("level."+promise), stored)
}

// formPlans saves the plan that the form names, a new one where it names none, or takes it away.
func formPlans(r *request) error {
	f, err := r.posted()
	if err != nil {
		return err
	}
	f.known("name", "subjects")
	remove := f.Value("do") == "remove"
	plan := crm.ServicePlan{Key: clean(f.Value("key"), 60), Name: clean(f.Value("name"), maxName)}
	if !remove {
		r.needed(&f, "name")
		r.planLevels(&f, &plan)
		if err := r.planSubjects(&f, &plan); err != nil {
			return err
		}
	}
	return r.saveSetting(f, "/settings/plans", func(t store.Target) error {
		_, _, err := r.store.EditServicePlans(r.ctx(), t, func(plans []crm.ServicePlan) ([]crm.ServicePlan, error) {
			i := slices.IndexFunc(plans, func(p crm.ServicePlan) bool { return p.Key == plan.Key })
			switch {
			case remove && i >= 0:
				return slices.Delete(plans, i, i+1), nil
			case remove:
				return plans, nil
			case i < 0:
				plan.Key = string(store.NewID())
				return append(plans, plan), nil
			}
			plans[i] = plan
			return plans, nil
		})
		return err
	}, func(f form) error { return showServicePlans(r, f) })
}

// planLevels reads the promises; a priority without both stays with the general one.
func (r *request) planLevels(f *form, plan *crm.ServicePlan) {
	for _, key := range crm.Priorities() {
		answer, solve := key+".answer", key+".solve"
		switch {
		case f.Value(answer) == "" && f.Value(solve) == "":
			continue
		case f.Value(answer) == "":
			f.blame(answer, r.say("level.unreadable"))
			continue
		case f.Value(solve) == "":
			f.blame(solve, r.say("level.unreadable"))
			continue
		}
		l := crm.ServiceLevel{Priority: crm.Priority(key), Answer: r.promise(f, answer), Solve: r.promise(f, solve)}
		if f.wrong[answer] == "" && f.wrong[solve] == "" {
			for _, e := range l.Check() {
				f.blame(key+"."+strings.TrimSuffix(strings.TrimPrefix(e.Pointer, "/"), "_minutes"), r.errorText(crm.FieldError{Code: e.Code, Params: e.Params}))
			}
		}
		plan.Levels = append(plan.Levels, l)
	}
}

// planSubjects reads for whom the plan holds: a line for each customer or contract.
func (r *request) planSubjects(f *form, plan *crm.ServicePlan) error {
	var lines []string
	for line := range strings.Lines(f.Value("subjects")) {
		if line = strings.TrimSpace(line); line != "" && !slices.Contains(lines, line) {
			lines = append(lines, line)
		}
	}
	accounts, contracts, wrong, err := r.store.PlanSubjects(r.ctx(), lines)
	if err != nil {
		return err
	}
	plan.Accounts, plan.Contracts = accounts, contracts
	for _, line := range lines {
		if code := wrong[line]; code != "" {
			f.blame("subjects", r.say("plans."+code, "Line", clip(line, 60)))
			break
		}
	}
	return nil
}
