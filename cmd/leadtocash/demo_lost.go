package main

import (
	"context"
	"time"

	"leadtocash/crm"
	"leadtocash/store"

	"github.com/shopspring/decimal"
)

// demoLoss is a deal that the demo company did not win: what was asked of it too early, against whom it was lost and why, and what was done for it.
type demoLoss struct {
	customer    demoCustomer
	amount      int64
	tries       string // the stage whose gate refused it; empty: none
	rival       string
	price       int64 // of the rival's offer; 0: not known
	reason      string
	note        string
	engagements []demoEngagement
}

// demoEngagement is an activity so many days ago.
type demoEngagement struct {
	kind, subject, outcome string
	days                   int
}

func demoLosses() []demoLoss {
	return []demoLoss{
		{
			customer: demoCustomer{key: "keller", company: "Keller Verpackung GmbH", country: "DE", need: "A line for glass jars", language: "en"}, amount: 36_800,
			tries: "configure", rival: "Packwerk AG", price: 34_900, reason: "competitor", note: "Delivers in half the time",
			engagements: []demoEngagement{{"call", "First questions", "reached", 9}, {"visit", "Their hall and its measures", "interested", 6}, {"call", "What they decided", "refused", 2}},
		},
		{
			customer: demoCustomer{key: "moreau", company: "Moreau Frères", country: "FR", need: "Retrofit of an old line", language: "en"}, amount: 13_800,
			tries: "configure", reason: "no_budget", note: "Nothing before next year",
			engagements: []demoEngagement{{"call", "When they want to begin", "not_reached", 8}, {"mail", "What a retrofit costs", "reached", 7}},
		},
		{
			customer: demoCustomer{key: "lindqvist", company: "Lindqvist AB", country: "SE", need: "Sensors for three halls", language: "en"}, amount: 8_900,
			rival: "Sensorik Nord", reason: "price", note: "A tenth cheaper elsewhere",
			engagements: []demoEngagement{{"meeting", "Trial of a sensor set", "interested", 5}, {"call", "The last price", "refused", 1}},
		},
	}
}

// lost plays deals that were lost, so that the reports on losses and activities have something to say (S005).
func (d demo) lost(ctx context.Context, l demoLoss) error {
	c := l.customer
	if played, err := d.store.Answered(ctx, c.command(crm.OpportunityMove)+"/lost"); played || err != nil {
		return err
	}
	deal, err := d.converted(ctx, c)
	if err != nil {
		return err
	}
	_, err = d.store.EditOpportunity(ctx, d.target(deal), func(o *crm.Opportunity) error {
		o.Amount = decimal.NewFromInt(l.amount)
		return nil
	})
	if err != nil {
		return err
	}
	if l.tries != "" {
		if _, err := d.send(ctx, c, crm.OpportunityMove, crm.KindOpportunity, deal, "sales", crm.MoveFields{To: l.tries}); err != nil {
			return err
		}
	}
	if l.rival != "" {
		_, err := d.store.AddRelation(ctx, d.target(deal), crm.Relation{ID: store.DemoID(c.key + "/rival"), Kind: "competitor", Name: l.rival, Price: decimal.NewFromInt(l.price)})
		if known(err) != nil {
			return err
		}
	}
	if err := d.engaged(ctx, c, deal, l.engagements...); err != nil {
		return err
	}
	_, err = d.do(ctx, c, crm.OpportunityMove, crm.KindOpportunity, deal, "sales", crm.MoveFields{To: "lost", Reason: l.reason, Note: l.note})
	return err
}

// engaged notes what was done for a deal and how it went.
func (d demo) engaged(ctx context.Context, c demoCustomer, deal crm.ID, list ...demoEngagement) error {
	now, err := d.store.Now(ctx)
	if err != nil {
		return err
	}
	for _, e := range list {
		_, err := d.store.PlanEngagement(ctx, d.target(""), crm.Engagement{
			ID: store.DemoID(c.key + "/" + e.subject), Kind: e.kind, OpportunityID: deal, Subject: e.subject, Outcome: e.outcome, DueAt: now.Add(-time.Duration(e.days) * 24 * time.Hour).Truncate(time.Hour),
		})
		if known(err) != nil {
			return err
		}
	}
	return nil
}
