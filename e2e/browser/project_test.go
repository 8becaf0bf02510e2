package browser

import (
	"regexp"

	"leadtocash/crm"
	"leadtocash/store"

	"github.com/shopspring/decimal"
)

// project plans a contract's delivery and visits its parts (S082-S084).
func (s *scene) project(p *sweep, contract crm.ID) {
	s.t.Helper()
	t, at := s.target(contract), "/contracts/"+string(contract)
	p.visit(at + "/plan")
	phase, err := s.store.AddPhase(s.t.Context(), t, crm.ProjectPhase{ID: store.NewID(), Name: "Engineering"})
	must(s.t, err)
	now, err := s.store.Now(s.t.Context())
	must(s.t, err)
	today := crm.DateOf(now, now.Location())
	first, err := s.store.AddProjectTask(s.t.Context(), t, crm.ProjectTask{ID: store.NewID(), PhaseID: phase.ID, Name: "Layout of the line", StartDate: today.AddDays(-20), EndDate: today.AddDays(-10), EffortHours: decimal.NewFromInt(40)})
	must(s.t, err)
	_, err = s.store.AddProjectTask(s.t.Context(), t, crm.ProjectTask{ID: store.NewID(), Name: "Weld the frame and paint it", StartDate: today, EndDate: today.AddDays(10), After: []crm.ID{first.ID}})
	must(s.t, err)
	p.visit(at + "/plan?task=" + string(first.ID))
	p.visit("/capacity")
	p.visit("/timesheet")
	p.visit("/timesheets")
	p.visit(at + "/earned")
	p.visit(at + "/entries")
	p.visit(at + "/budget")
	p.visit("/expenses")
	p.visit("/expense-approvals")
	s.signOff(p, contract)
	risk, err := s.store.AddRisk(s.t.Context(), t, crm.Risk{ID: store.NewID(), Title: "The frame profiles come late", Probability: decimal.NewFromInt(30), Impact: decimal.NewFromInt(4200), Response: crm.RiskReduce, PhaseID: phase.ID, ReviewOn: today})
	must(s.t, err)
	p.visit(at + "/risks")
	p.visit(at + "/risks?risk=" + string(risk.ID))
	p.visit(at + "/pnl")
	p.visit(at + "/purchases")
	order := crm.PurchaseOrder{ID: store.NewID(), Supplier: "Acciai Lombardi Srl", Kind: crm.CostMaterial, PhaseID: phase.ID}
	_, err = s.store.AddPurchaseOrder(s.t.Context(), t, order, []crm.PurchaseLine{{Text: "Frame profiles, cut to length", Quantity: decimal.NewFromInt(24), UnitPrice: decimal.NewFromInt(86)}})
	must(s.t, err)
	by := t
	by.Actor = person("finance")
	_, err = s.store.DecidePurchase(s.t.Context(), by, order.ID, crm.PurchaseApproved, nil)
	must(s.t, err)
	p.visit(at + "/purchases?order=" + string(order.ID))
}

// signOff asks the customer to accept a milestone, and visits what the house and he see of it (S084).
func (s *scene) signOff(p *sweep, contract crm.ID) {
	s.t.Helper()
	t, at := s.target(contract), "/contracts/"+string(contract)
	now, err := s.store.Now(s.t.Context())
	must(s.t, err)
	today := crm.DateOf(now, now.Location())
	m, err := s.store.AddMilestone(s.t.Context(), t, crm.Milestone{ID: store.NewID(), Name: "Factory test", DueDate: today})
	must(s.t, err)
	_, err = s.store.EditProject(s.t.Context(), t, func(x *crm.Project) error { x.SignOff = crm.SignMilestones; return nil })
	must(s.t, err)
	_, err = s.store.EditMilestone(s.t.Context(), t, m.ID, func(x *crm.Milestone) error { x.DoneOn = today; return nil })
	must(s.t, err)
	p.visit(at + "/milestones")
	_, err = s.store.AskSignOff(s.t.Context(), t, crm.SignOff{ID: store.NewID(), MilestoneID: m.ID, Text: "The line was run for eight hours at full speed.\nThe report lies with the papers.", Email: "quality@customer.example"})
	must(s.t, err)
	link := regexp.MustCompile(`/s/[\w-]+`).FindString(s.mailTo("quality@customer.example", "").Text)
	p.visit(link)
	p.visit(at + "/milestones")
}
