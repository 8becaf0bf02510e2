package main

import (
	"context"

	"leadtocash/crm"
	"leadtocash/store"

	"github.com/shopspring/decimal"
)

// planned puts phases with their tasks on a project: one is done, one late, and the rest wait for each other.
func (d demo) planned(ctx context.Context, t store.Target, today crm.Date) error {
	if _, err := d.store.EditProject(ctx, t, func(p *crm.Project) error { p.ManagerID, p.ProgressWay = t.Actor, crm.ProgressByEffort; return nil }); err != nil {
		return err
	}
	id := func(name string) crm.ID { return store.DemoID("plan/" + name) }
	for _, name := range []string{"Engineering", "Assembly", "Installation"} {
		if _, err := d.store.AddPhase(ctx, t, crm.ProjectPhase{ID: id(name), Name: name}); known(err) != nil {
			return err
		}
	}
	for _, task := range []struct {
		name, phase   string
		from, to      int // days from today
		hours, done   int64
		after, person string
	}{
		{"Layout of the line", "Engineering", -21, -10, 40, 100, "", "projects"},
		{"Electrical drawings", "Engineering", -9, -2, 32, 60, "Layout of the line", "projects"},
		{"Weld the frame", "Assembly", 1, 9, 60, 0, "Electrical drawings", ""},
		{"Wire the cabinet", "Assembly", 1, 6, 36, 0, "Electrical drawings", "projects"},
		{"Test run in the house", "Assembly", 14, 18, 24, 0, "Weld the frame", "projects"},
		{"Set up at the customer's", "Installation", 26, 35, 48, 0, "Test run in the house", ""},
		{"Train the operators", "Installation", 38, 40, 16, 0, "Set up at the customer's", "projects"},
	} {
		in := crm.ProjectTask{
			ID: id(task.name), Name: task.name, PhaseID: id(task.phase), StartDate: today.AddDays(task.from), EndDate: today.AddDays(task.to),
			EffortHours: decimal.NewFromInt(task.hours), ProgressPercent: decimal.NewFromInt(task.done),
		}
		if task.person != "" {
			in.UserID = demoUser(task.person)
		}
		if task.after != "" {
			in.After = []crm.ID{id(task.after)}
			if err := d.later(ctx, t.ID, &in); err != nil {
				return err
			}
		}
		if _, err := d.store.AddProjectTask(ctx, t, in); known(err) != nil {
			return err
		}
	}
	_, err := d.store.SpreadBudget(ctx, t)
	return err
}

// bought has one order approved, come and invoiced in part, and asks for another one.
func (d demo) bought(ctx context.Context, t store.Target, today crm.Date) error {
	steel := crm.PurchaseOrder{ID: store.DemoID("po/steel"), Supplier: "Acciai Lombardi Srl", Kind: crm.CostMaterial, PhaseID: store.DemoID("plan/Assembly"), DueDate: today.AddDays(6)}
	_, err := d.store.AddPurchaseOrder(ctx, t, steel, []crm.PurchaseLine{
		{Text: "Frame profiles, cut to length", Quantity: decimal.NewFromInt(24), UnitPrice: decimal.NewFromInt(86)},
		{Text: "Fixings", Quantity: decimal.NewFromInt(2), UnitPrice: decimal.RequireFromString("118.50")},
	})
	if err != nil {
		return known(err)
	}
	by := t
	by.Actor = demoUser("finance")
	if _, err := d.store.DecidePurchase(ctx, by, steel.ID, crm.PurchaseApproved, nil); err != nil {
		return err
	}
	if _, err := d.store.ReceivePurchase(ctx, t, steel.ID, []store.Receipt{{Position: 1, Quantity: decimal.NewFromInt(12)}}); err != nil {
		return err
	}
	if _, err := d.store.InvoicePurchase(ctx, t, crm.PurchaseInvoice{ID: store.DemoID("po/invoice"), OrderID: steel.ID, Number: "2026/1187", Amount: decimal.NewFromInt(1032)}, false); err != nil {
		return err
	}
	_, err = d.store.AddPurchaseOrder(ctx, t, crm.PurchaseOrder{ID: store.DemoID("po/fitters"), Supplier: "Montajes Ibarra SL", Kind: crm.CostSubcontract, PhaseID: store.DemoID("plan/Installation"), DueDate: today.AddDays(28)},
		[]crm.PurchaseLine{{Text: "Two fitters for four days", Quantity: decimal.NewFromInt(8), UnitPrice: decimal.NewFromInt(310)}})
	return err
}

// later puts a task to the first day on which it may begin, when the calendar has it later than meant.
func (d demo) later(ctx context.Context, contract crm.ID, task *crm.ProjectTask) error {
	c, err := store.Contracts.Record(ctx, d.store, store.Everything(), contract)
	if err != nil {
		return err
	}
	plan, err := d.store.ProjectPlan(ctx, c)
	if err != nil {
		return err
	}
	if first := crm.Earliest(plan.Calendar, plan.Work(), *task); task.StartDate.Before(first) {
		days := task.EndDate.DaysSince(task.StartDate)
		task.StartDate, task.EndDate = first, first.AddDays(days)
	}
	return nil
}
