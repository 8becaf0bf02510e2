package api

import (
	"leadtocash/crm"
	"leadtocash/store"
)

// projectPart is the part of a contract's page that tells how its project stands, with the way to each of its parts (S083).
type projectPart struct {
	store.ProjectSummary
	People []option
}

// projectPart reads the project of a contract that is shown.
func (r *request) projectPart(p *contractPage) (err error) {
	if p.Project.ID == "" || !r.Can(crm.MayReadPNL) {
		return nil
	}
	part := projectPart{}
	if part.ProjectSummary, err = r.store.ProjectSummary(r.ctx(), p.Contract); err != nil {
		return err
	}
	people, err := r.store.CostRates(r.ctx())
	for _, c := range people {
		part.People = append(part.People, option{string(c.ID), c.Name})
	}
	p.Delivery = &part
	return err
}

// Managers are those who may be put in charge of the project.
func (p projectPart) Managers(nobody string) []option {
	return append([]option{{"", nobody}}, p.People...)
}

// projectForm carries out a plain edit of a form on a contract's page.
func (r *request) projectForm(done string, edit func(*form, store.Target) error) error {
	return r.projectEdit(done, "", showContract, edit)
}
