package main

import (
	"context"
	"errors"
	"time"

	"leadtocash/api"
	"leadtocash/crm"
	"leadtocash/store"

	"github.com/shopspring/decimal"
)

// fairFile is a file of leads as a trade fair leaves it: one row cannot be a lead.
const fairFile = `company;contact_name;email;country;need;language;source;consent
Kowalczyk Opakowania;Zakupy;zakupy@kowalczyk.example;PL;Ten lines over three years;pl;fair;tak
Ferrari Dolci Srl;Ufficio acquisti;acquisti@ferrari-dolci.example;IT;A line for small boxes;it;fair;si
Hernandez y Cia;Compras;compras@hernandez.example;ES;Spare parts;es;fair;
Bakery without address;;reception at bakery;ITA;;itt;fair;
`

// known passes over what an earlier play has left already.
func known(err error) error {
	if _, ok := errors.AsType[store.Taken](err); ok {
		return nil
	}
	return err
}

// once plays a part whose last step is the customer's command of the kind, unless that was answered before: what a person has made of it
// since is left alone.
func (d demo) once(ctx context.Context, c demoCustomer, kind string, part func() error) error {
	if played, err := d.store.Answered(ctx, c.command(kind)); played || err != nil {
		return err
	}
	return part()
}

// nurtured leaves a lead that agreed to be written to in a track of timed mails.
func (d demo) nurtured(ctx context.Context) error {
	c := demoCustomer{key: "weber", company: "Weber Konserven AG", country: "DE", need: "Will decide next year", language: "en", consent: true}
	return d.once(ctx, c, crm.LeadNurture, func() error {
		lead, err := d.captured(ctx, c)
		if err != nil {
			return err
		}
		_, err = d.do(ctx, c, crm.LeadNurture, crm.KindLead, lead, "ops", crm.NurtureFields{Track: "warm"})
		return err
	})
}

// imported brings the fair's file in, the way of every other file.
func (d demo) imported(ctx context.Context) error {
	rows, err := api.ReadLeads([]byte(fairFile))
	if err != nil {
		return err
	}
	_, err = d.store.CreateImport(ctx, crm.Import{ID: store.DemoID("fair.csv"), Name: "fair-milan.csv", Author: string(demoUser("ops"))}, rows)
	return err
}

// sampled has one sample shipped and another one asked for, beside what a deal collects: a competitor, a planned call, a note and a file.
func (d demo) sampled(ctx context.Context, c demoCustomer, deal crm.ID, ship bool) error {
	last := crm.SampleRequest
	if ship {
		last = crm.SampleShip
	}
	return d.once(ctx, c, last, func() error {
		t, id := d.target(deal), func(name string) crm.ID { return store.DemoID(c.key + "/" + name) }
		now, err := d.store.Now(ctx)
		if err != nil {
			return err
		}
		_, err = d.store.AddRelation(ctx, t, crm.Relation{ID: id("competitor"), Kind: "competitor", Name: "Nordpack AB", Note: "Cheaper, and six months of delivery"})
		if known(err) != nil {
			return err
		}
		_, err = d.store.PlanEngagement(ctx, t, crm.Engagement{ID: id("call"), Kind: "call", OpportunityID: deal, Subject: "Ask what the test run showed", DueAt: now.Add(26 * time.Hour).Truncate(time.Hour)})
		if known(err) != nil {
			return err
		}
		seller, err := d.store.UserByEmail(ctx, "sales@demo.example")
		if err != nil {
			return err
		}
		v := store.Viewer{User: seller}
		text := map[bool]string{true: "@manager They want the manual in their own language.", false: "@manager They ask whether a second line fits into the hall."}[ship]
		_, err = d.store.AddNote(ctx, v, crm.Note{ID: id("note"), RecordKind: crm.SubjectOpportunity, RecordID: deal, Text: text}, nil)
		if known(err) != nil {
			return err
		}
		_, err = d.store.AddDocument(ctx, v, crm.Document{ID: id("plan"), RecordKind: crm.SubjectOpportunity, RecordID: deal},
			store.DocumentFile{Name: "hall-plan.txt", MediaType: "text/plain", Bytes: []byte("Hall 3: 12 m by 30 m, power at the north wall.\n")})
		if known(err) != nil {
			return err
		}
		if err := d.archive(ctx, v); err != nil {
			return err
		}
		a, err := d.do(ctx, c, crm.SampleRequest, crm.KindOpportunity, deal, "sales", crm.SampleFields{ProductID: store.DemoID("SENSOR-10"), Note: "For the test run"})
		if err != nil || !ship {
			return err
		}
		_, err = d.do(ctx, c, crm.SampleShip, crm.KindOpportunity, deal, "sales", crm.ShipmentFields{SampleID: crm.ID(a.Params["sample"]), Reference: "DHL 4711 2255"})
		return err
	})
}

// delivering puts hours, costs, a purchase to approve and milestones on a contract's project.
func (d demo) delivering(ctx context.Context, c demoCustomer, contract crm.ID) error {
	return d.once(ctx, c, crm.ProjectProgress, func() error {
		now, err := d.store.Now(ctx)
		if err != nil {
			return err
		}
		leader := demoUser("projects")
		t, today := store.Target{Scope: store.Everything(), Actor: leader, ID: contract}, crm.DateOf(now, time.UTC)
		if err := d.store.SetCostRate(ctx, leader, decimal.NewFromInt(58)); err != nil {
			return err
		}
		if err := d.planned(ctx, t, today); err != nil {
			return err
		}
		for _, in := range []crm.TimeEntry{
			{ID: store.DemoID("time/design"), UserID: leader, OnDate: today.AddDays(-12), Hours: decimal.NewFromInt(8), Note: "Layout of the line", PhaseID: store.DemoID("plan/Engineering")},
			{ID: store.DemoID("time/drawings"), UserID: leader, OnDate: today.AddDays(-6), Hours: decimal.NewFromInt(24), Note: "Drawings, three days", PhaseID: store.DemoID("plan/Engineering")},
			{ID: store.DemoID("time/site"), UserID: leader, OnDate: today.AddDays(-5), Hours: decimal.RequireFromString("6.5"), Note: "Visit to the hall", PhaseID: store.DemoID("plan/Installation")},
		} {
			if _, err := d.store.AddTime(ctx, t, in); known(err) != nil {
				return err
			}
		}
		if err := d.bought(ctx, t, today); err != nil {
			return err
		}
		for _, in := range []crm.CostEntry{
			{ID: store.DemoID("cost/trip"), Kind: crm.CostTravel, State: crm.CostActual, Amount: decimal.RequireFromString("412.60"), Text: "Flight and hotel, Madrid", OnDate: today.AddDays(-5), PhaseID: store.DemoID("plan/Installation")},
			{ID: store.DemoID("cost/drives"), Kind: crm.CostMaterial, State: crm.CostRequested, Amount: decimal.NewFromInt(1850), Supplier: "Motori Lombardi", Text: "Two spare drives", PhaseID: store.DemoID("plan/Assembly")},
		} {
			if _, err := d.store.AddCost(ctx, t, in); known(err) != nil {
				return err
			}
		}
		for _, m := range []crm.Milestone{
			{ID: store.DemoID("milestone/design"), Name: "Layout agreed", DueDate: today.AddDays(7)},
			{ID: store.DemoID("milestone/delivery"), Name: "Delivered to the hall", DueDate: today.AddDays(40)},
		} {
			if _, err := d.store.AddMilestone(ctx, t, m); known(err) != nil {
				return err
			}
		}
		_, err = d.do(ctx, c, crm.ProjectProgress, crm.KindContract, contract, "projects", crm.ProgressFields{Percent: "25"})
		return err
	})
}

// asked leaves a customer's request with care, which has taken it; its promises run in working hours.
func (d demo) asked(ctx context.Context, c demoCustomer, contract crm.ID) error {
	return d.once(ctx, c, crm.CareTake, func() error {
		id := store.DemoID(c.key + "/case")
		_, err := d.store.OpenCase(ctx, store.Target{Scope: store.Everything(), Actor: demoUser("care")}, crm.Case{
			ID: id, ContractID: contract, Subject: "Sensor 4 reports no packs", Text: "Since this morning the line stops every ten minutes.", Priority: crm.PriorityHigh,
		})
		if known(err) != nil {
			return err
		}
		if _, err = d.do(ctx, c, crm.CareTake, crm.KindCase, id, "care", crm.CaseTakeFields{}); err != nil {
			return err
		}
		at := store.Target{Scope: store.Everything(), Actor: demoUser("care"), ID: id}
		if _, err := d.store.NoteCase(ctx, at, crm.CaseMessage{ID: store.DemoID(c.key + "/note"), Text: "The same sensor was changed in spring; ask for its serial number."}, nil); err != nil {
			return err
		}
		_, err = d.store.HearCase(ctx, at, crm.CaseMessage{ID: store.DemoID(c.key + "/heard"), Channel: crm.CaseByHouse, Text: "It now stops every five minutes."}, nil)
		return err
	})
}
