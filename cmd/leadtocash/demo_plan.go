package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"leadtocash/crm"
	"leadtocash/store"

	"github.com/shopspring/decimal"
)

// demoPlanned are figures of a customer's quarter, month by month; customers take them in turn.
var demoPlanned = [][3]int64{{18_000, 24_000, 42_000}, {0, 35_000, 12_500}, {6_500, 6_500, 9_000}, {12_000, 0, 30_000}}

// revenue plans this quarter with the salespeople's customers: their manager confirms what they planned and doubts the last month of one (S099, S102). What
// people have made of the plan since is left alone.
func (d demo) revenue(ctx context.Context) error {
	entity, err := d.store.LegalEntity(ctx)
	if err != nil {
		return err
	}
	now, err := d.store.Now(ctx)
	if err != nil {
		return err
	}
	zone, err := time.LoadLocation(entity.TimeZone)
	if err != nil {
		return err
	}
	today, id := crm.DateOf(now, zone), store.DemoID("plan")
	quarter := (int(today.Time().Month()) - 1) / 3
	first := crm.NewDate(today.Year(), 1, 1).AddMonths(3 * quarter)
	p, err := d.store.Plan(ctx, id)
	if errors.Is(err, store.ErrNotFound) {
		p, err = d.store.MakePlan(ctx, demoUser("manager"), crm.RevenuePlan{
			ID: id, Name: fmt.Sprintf("Revenue Q%d %d", quarter+1, today.Year()), FirstDay: first, LastDay: first.AddMonths(3).AddDays(-1), Unit: crm.PlanMonth, Confirm: true,
		})
	}
	if err != nil {
		return err
	}
	if planned, err := d.store.PlanOwners(ctx, store.Everything(), id); len(planned) > 0 || err != nil {
		return err
	}
	var decide []store.PlanDecision
	for _, seller := range []string{"sales", "south"} {
		entries, err := d.planOf(ctx, p, demoUser(seller))
		if err != nil {
			return err
		}
		for _, x := range entries {
			decide = append(decide, store.PlanDecision{AccountID: x.AccountID, FirstDay: x.FirstDay, State: crm.PlanConfirmed, Version: -1})
		}
	}
	if len(decide) == 0 {
		return nil
	}
	doubted := &decide[len(decide)-1]
	doubted.State, doubted.Reason = crm.PlanDoubtful, "The customer has not freed the money yet"
	_, err = d.store.DecidePlan(ctx, store.Target{Scope: store.Everything(), Actor: demoUser("manager"), ID: id}, decide)
	return err
}

// planOf types the figures of a salesperson's customers, and says which.
func (d demo) planOf(ctx context.Context, p crm.RevenuePlan, seller crm.ID) (entries []store.PlanEntry, err error) {
	rows, _, err := d.store.PlanRows(ctx, store.Everything(), p.ID, store.PlanFilter{Owner: seller}, 20)
	if err != nil {
		return nil, err
	}
	for i, row := range rows {
		for month, amount := range demoPlanned[i%len(demoPlanned)] {
			if amount > 0 {
				entries = append(entries, store.PlanEntry{AccountID: row.AccountID, FirstDay: p.Periods()[month].First, Amount: decimal.NewFromInt(amount), Version: -1})
			}
		}
	}
	if len(entries) > 0 {
		_, err = d.store.SavePlan(ctx, seller, p.ID, entries)
	}
	return entries, err
}
