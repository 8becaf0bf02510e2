package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"leadtocash/api"
	"leadtocash/crm"
	"leadtocash/store"

	"github.com/shopspring/decimal"
)

// demo plays the demo company's history through the product's own commands. Every record and command has an id of its own, so that it can
// be broken off and played again at any time.
type demo struct {
	store  *store.Store
	engine *api.Engine
}

// demoCustomer is a customer of the demo company and what is being sold to him.
type demoCustomer struct {
	key, company, vat, country, need, language string
	place                                      crm.Address
	products                                   map[string]int64
	consent                                    bool
}

// longAgo is how far back the demo's oldest business lies, so that there is something overdue to chase.
const longAgo = 60 * 24 * time.Hour

// play brings the demo to where it leaves the viewer: an overdue invoice and a project under way, a customer's request, an order that waits
// for a manager, a quote that is out, a deal that its gate refuses, deals that were lost and what was done for them, samples, new leads, one that is nurtured and a file of them, and the quarter's revenue planned.
func (d demo) play(ctx context.Context) error {
	contract, err := d.overdue(ctx)
	if err != nil {
		return fmt.Errorf("demo, overdue invoice: %w", err)
	}
	shift, err := d.store.ClockShift(ctx)
	if err != nil {
		return err
	}
	if shift < 0 {
		if _, err := d.store.MoveClock(ctx, -shift); err != nil {
			return err
		}
	}
	parts := map[string]func(context.Context) error{
		"approval": d.waiting, "quote": d.quoted, "deal": d.refused, "leads": d.leads, "nurture": d.nurtured, "import": d.imported,
		"project and case": func(ctx context.Context) error {
			if err := d.delivering(ctx, ruiz, contract); err != nil {
				return err
			}
			return d.asked(ctx, ruiz, contract)
		},
	}
	for _, l := range demoLosses() {
		parts["loss of "+l.customer.key] = func(ctx context.Context) error { return d.lost(ctx, l) }
	}
	if err := together(ctx, parts); err != nil {
		return err
	}
	if err := d.revenue(ctx); err != nil { // of the customers whom the others made
		return fmt.Errorf("demo, plan: %w", err)
	}
	return nil
}

// together plays parts of the demo that have nothing to do with each other at the same time; it tells what went wrong in each.
func together(ctx context.Context, parts map[string]func(context.Context) error) error {
	wrong := make(chan error)
	for name, part := range parts {
		go func() {
			err := part(ctx)
			if err != nil {
				err = fmt.Errorf("demo, %s: %w", name, err)
			}
			wrong <- err
		}()
	}
	var all error
	for range parts {
		all = errors.Join(all, <-wrong)
	}
	return all
}

// ruiz is the customer whose contract is being delivered.
var ruiz = demoCustomer{
	key: "ruiz", company: "Ruiz SA", vat: "ESA58818501", country: "ES", place: crm.Address{Street: "Calle Mayor 5", PostalCode: "28013", City: "Madrid"}, need: "A second line for small packs", language: "es",
	products: map[string]int64{"LINE-200": 1, "INSTALL": 2}, consent: true,
}

// overdue sells to a customer who does not pay his deposit.
func (d demo) overdue(ctx context.Context) (contract crm.ID, err error) {
	order, err := d.ordered(ctx, ruiz)
	if err != nil {
		return "", err
	}
	a, err := d.do(ctx, ruiz, crm.OrderApprove, crm.KindOpportunity, order.deal, "manager", crm.OrderDecision{OrderID: order.id})
	if err != nil {
		return "", err
	}
	contract = crm.ID(a.Params["contract"])
	tranche, err := d.store.FirstTranche(ctx, contract)
	if err != nil {
		return "", err
	}
	_, err = d.do(ctx, ruiz, crm.InvoiceIssue, crm.KindContract, contract, "finance", crm.IssueFields{TrancheID: tranche})
	return contract, err
}

// waiting leaves a validated order to the manager.
func (d demo) waiting(ctx context.Context) error {
	_, err := d.ordered(ctx, demoCustomer{
		key: "bianchi", company: "Bianchi Srl", vat: "IT01114601006", country: "IT", place: crm.Address{Street: "Via Po 2", PostalCode: "10123", City: "Torino", Region: "TO"}, need: "Replace the old line before summer", language: "it",
		products: map[string]int64{"LINE-200": 2, "SENSOR-10": 1},
	})
	return err
}

// quoted leaves a quote with the customer.
func (d demo) quoted(ctx context.Context) error {
	c := demoCustomer{
		key: "verdi", company: "Verdi SpA", vat: "IT00743110157", country: "IT", place: crm.Address{Street: "Corso Italia 9", PostalCode: "20122", City: "Milano", Region: "MI"}, need: "Retrofit of two lines", language: "it",
		products: map[string]int64{"RETROFIT": 2, "INSTALL": 4}, consent: true,
	}
	deal, _, err := d.sent(ctx, c)
	if err != nil {
		return err
	}
	if err := d.engaged(ctx, c, deal, demoEngagement{"meeting", "What a retrofit can do", "interested", 4}, demoEngagement{"call", "Did the quote arrive?", "reached", 1}); err != nil {
		return err
	}
	return d.sampled(ctx, c, deal, false)
}

// refused leaves a deal whose next gate says no: the VAT number is missing and there is no quote.
func (d demo) refused(ctx context.Context) error {
	c := demoCustomer{key: "nowak", company: "Nowak Sp. z o.o.", country: "PL", need: "Sensors for the new hall", language: "pl", products: map[string]int64{"SENSOR-10": 6}}
	deal, err := d.converted(ctx, c)
	if err != nil {
		return err
	}
	if err := d.configured(ctx, c, deal); err != nil {
		return err
	}
	return d.sampled(ctx, c, deal, true)
}

// leads leaves new ones to be qualified, and one that waits for the salesperson's word.
func (d demo) leads(ctx context.Context) error {
	for _, c := range []demoCustomer{
		{key: "lange", company: "Lange GmbH", country: "DE", need: "Price of a complete line", language: "en", consent: true},
		{key: "garcia", company: "García e Hijos SL", country: "ES", need: "Spare sensors", language: "es"},
	} {
		if _, err := d.captured(ctx, c); err != nil {
			return err
		}
	}
	c := demoCustomer{key: "rossi", company: "Rossi Imballaggi", country: "IT", need: "Visit to see a line at work", language: "it"}
	lead, err := d.captured(ctx, c)
	if err != nil {
		return err
	}
	_, err = d.do(ctx, c, crm.LeadQualify, crm.KindLead, lead, "ops", crm.QualifyFields{Score: 65, OwnerID: demoUser("sales")})
	return err
}

func (d demo) captured(ctx context.Context, c demoCustomer) (crm.ID, error) {
	raw, err := json.Marshal(map[string]string{"company": c.company, "need": c.need})
	if err != nil {
		return "", err
	}
	key := "demo/" + c.key
	if known, err := d.store.LeadByExternalID(ctx, key); !errors.Is(err, store.ErrNotFound) {
		return known, err
	}
	lead, _, err := d.store.CaptureLead(ctx, crm.Lead{
		Company: c.company, ContactName: "Purchasing", Email: "purchasing@" + c.key + ".example", VAT: c.vat, Country: c.country,
		Need: c.need, Language: c.language, Source: "website", Campaign: "always-on", ExternalID: key, Consent: c.consent,
	}, crm.Touch{Channel: "form", Source: "contact", Raw: raw})
	return lead.ID, err
}

func (d demo) converted(ctx context.Context, c demoCustomer) (crm.ID, error) {
	lead, err := d.captured(ctx, c)
	if err != nil {
		return "", err
	}
	if _, err := d.do(ctx, c, crm.LeadQualify, crm.KindLead, lead, "ops", crm.QualifyFields{Score: 80, OwnerID: demoUser("sales")}); err != nil {
		return "", err
	}
	if _, err := d.do(ctx, c, crm.LeadFeedback, crm.KindLead, lead, "sales", crm.FeedbackFields{Feedback: crm.FeedbackPositive}); err != nil {
		return "", err
	}
	a, err := d.do(ctx, c, crm.LeadConvert, crm.KindLead, lead, "sales", crm.ConvertFields{Name: c.company + " – " + c.need})
	return crm.ID(a.Params["opportunity"]), err
}

// configured puts the products together. What a person has made of the deal since an earlier play is left alone.
func (d demo) configured(ctx context.Context, c demoCustomer, deal crm.ID) error {
	if played, err := d.store.Answered(ctx, c.command(crm.OpportunityMove)+"/configure"); played || err != nil {
		return err
	}
	if _, err := d.do(ctx, c, crm.OpportunityMove, crm.KindOpportunity, deal, "sales", crm.MoveFields{To: "timing"}); err != nil {
		return err
	}
	for sku, n := range c.products {
		_, err := d.store.AddProductLine(ctx, d.target(deal), store.DemoID(c.key+"/"+sku), store.DemoID(sku), func(l *crm.ProductLine) error {
			l.Quantity = decimal.NewFromInt(n)
			return nil
		})
		if _, known := errors.AsType[store.Taken](err); err != nil && !known {
			return err
		}
	}
	if err := d.placed(ctx, c, deal); err != nil {
		return err
	}
	_, err := d.do(ctx, c, crm.OpportunityMove, crm.KindOpportunity, deal, "sales", crm.MoveFields{
		To:   "configure",
		Fill: map[string]string{"deal.budget": "true", "deal.close_date": "2027-06-30"},
	})
	return err
}

// placed writes where the customer's legal seat is, if that is known.
func (d demo) placed(ctx context.Context, c demoCustomer, deal crm.ID) error {
	if c.place.Street == "" {
		return nil
	}
	p, err := d.store.DealPage(ctx, store.Everything(), deal)
	if err != nil {
		return err
	}
	_, err = d.store.SaveAddress(ctx, d.target(p.AccountID), store.DemoID(c.key+"/seat"), func(a *crm.Address) error {
		a.Purpose, a.Street, a.PostalCode, a.City, a.Region, a.Country = "legal", c.place.Street, c.place.PostalCode, c.place.City, c.place.Region, c.country
		return nil
	})
	return err
}

func (d demo) sent(ctx context.Context, c demoCustomer) (deal, quote crm.ID, err error) {
	if deal, err = d.converted(ctx, c); err != nil {
		return deal, quote, err
	}
	if err = d.configured(ctx, c, deal); err != nil {
		return deal, quote, err
	}
	quote = store.DemoID(c.key + "/quote")
	if played, err := d.store.Answered(ctx, c.command(crm.QuoteSend)); played || err != nil {
		return deal, quote, err
	}
	_, err = d.store.CreateQuote(ctx, d.target(deal), quote, func(q *store.QuoteDraft) error {
		q.DeliveryDate = q.Today.AddDays(90)
		return nil
	})
	if _, known := errors.AsType[store.Taken](err); err != nil && !known {
		return deal, quote, err
	}
	_, err = d.do(ctx, c, crm.QuoteSend, crm.KindOpportunity, deal, "sales", crm.QuoteDecision{QuoteID: quote})
	return deal, quote, err
}

type demoOrder struct{ id, deal crm.ID }

func (d demo) ordered(ctx context.Context, c demoCustomer) (o demoOrder, err error) {
	deal, quote, err := d.sent(ctx, c)
	if err != nil {
		return o, err
	}
	a, err := d.do(ctx, c, crm.QuoteAccept, crm.KindOpportunity, deal, "customer", crm.QuoteDecision{QuoteID: quote, Name: "Purchasing"})
	if err != nil {
		return o, err
	}
	o = demoOrder{crm.ID(a.Params["order"]), deal}
	_, err = d.do(ctx, c, crm.OrderValidate, crm.KindOpportunity, deal, "finance", crm.OrderDecision{OrderID: o.id})
	return o, err
}

// do carries a demo command out, which must be done.
func (d demo) do(ctx context.Context, c demoCustomer, kind string, process crm.Kind, id crm.ID, actor string, fields any) (crm.Answer, error) {
	a, err := d.send(ctx, c, kind, process, id, actor, fields)
	if err == nil && !a.OK() {
		err = fmt.Errorf("%s for %s: %s %v", kind, c.key, a.Code, a.Params)
	}
	return a, err
}

// send carries a demo command out, or has it refused; its id is the customer and the command, so that a second play finds its answer.
func (d demo) send(ctx context.Context, c demoCustomer, kind string, process crm.Kind, id crm.ID, actor string, fields any) (crm.Answer, error) {
	b, err := json.Marshal(fields)
	if err != nil {
		return crm.Answer{}, err
	}
	key := c.command(kind)
	if f, ok := fields.(crm.MoveFields); ok {
		key += "/" + f.To
	}
	a, err := d.engine.Do(ctx, crm.Command{ID: key, Kind: kind, Process: crm.ProcessID(process, id), Actor: string(demoUser(actor)), Fields: b})
	for tries := 0; err != nil && tries < 20 && ctx.Err() == nil; tries++ { // the worker may just be starting
		time.Sleep(250 * time.Millisecond)
		a, err = d.engine.Do(ctx, crm.Command{ID: key, Kind: kind, Process: crm.ProcessID(process, id), Actor: string(demoUser(actor)), Fields: b})
	}
	return a, err
}

// command is the id of the customer's command of this kind.
func (c demoCustomer) command(kind string) string { return "demo/" + c.key + "/" + kind }

func (d demo) target(deal crm.ID) store.Target {
	return store.Target{Scope: store.Everything(), Actor: demoUser("sales"), ID: deal}
}

func demoUser(name string) crm.ID {
	if name == "customer" {
		return "customer"
	}
	return store.DemoID(name + "@demo.example")
}
