package bench

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"leadtocash/api"
	"leadtocash/crm"
	"leadtocash/store"

	"github.com/shopspring/decimal"
)

// Journey takes one lead of the demo company to a closed contract with a deposit and a balance, both paid (S063-S088).
type Journey struct {
	Store  *store.Store
	Engine *api.Engine
	Key    string // makes the customer and the commands unique
	// Step hears how long each command took; it may be nil.
	Step func(kind string, took time.Duration)

	// The records it made, as far as it got.
	Lead, Deal, Order, Contract crm.ID
}

// Commands is how many commands a journey needs.
const Commands = 16

// Run carries every command out in its turn. A command that is refused ends it with an error.
func (j *Journey) Run(ctx context.Context) error {
	for _, part := range []func(context.Context) error{j.win, j.sell, j.order, j.bill} {
		if err := part(ctx); err != nil {
			return err
		}
	}
	return nil
}

// win captures the lead and turns it into an opportunity.
func (j *Journey) win(ctx context.Context) error {
	lead, _, err := j.Store.CaptureLead(ctx, crm.Lead{
		Company: "Company " + j.Key, ContactName: "Purchasing", Email: "purchasing@" + j.Key + ".example",
		Country: "IT", Need: "A packaging line", Language: "it", Source: "website",
	}, crm.Touch{Channel: "form", Source: "contact", Raw: []byte(`{}`)})
	if err != nil {
		return err
	}
	j.Lead = lead.ID
	if _, err := j.do(ctx, crm.LeadQualify, crm.KindLead, "manager", crm.QualifyFields{Score: 80, OwnerID: user("sales")}); err != nil {
		return err
	}
	if _, err := j.do(ctx, crm.LeadFeedback, crm.KindLead, "sales", crm.FeedbackFields{Feedback: crm.FeedbackPositive}); err != nil {
		return err
	}
	a, err := j.do(ctx, crm.LeadConvert, crm.KindLead, "sales", crm.ConvertFields{})
	j.Deal = crm.ID(a.Params["opportunity"])
	return err
}

// sell puts two products together, quotes them and sends the quote.
func (j *Journey) sell(ctx context.Context) error {
	if _, err := j.do(ctx, crm.OpportunityMove, crm.KindOpportunity, "sales", crm.MoveFields{To: "timing"}); err != nil {
		return err
	}
	target := store.Target{Scope: store.Everything(), Actor: user("sales"), ID: j.Deal}
	for _, sku := range []string{"LINE-200", "SENSOR-10"} {
		if _, err := j.Store.AddProductLine(ctx, target, store.NewID(), store.DemoID(sku), func(l *crm.ProductLine) error {
			l.Quantity = decimal.NewFromInt(1)
			return nil
		}); err != nil {
			return err
		}
	}
	if _, err := j.do(ctx, crm.OpportunityMove, crm.KindOpportunity, "sales", crm.MoveFields{
		To:   "configure",
		Fill: map[string]string{"deal.budget": "true", "deal.close_date": "2027-06-30"},
	}); err != nil {
		return err
	}
	quote, err := j.Store.CreateQuote(ctx, target, store.NewID(), func(q *store.QuoteDraft) error {
		q.DeliveryDate = q.Today.AddDays(90)
		q.Shares = []crm.Share{{Kind: crm.TrancheDeposit, Percent: decimal.NewFromInt(30)}, {Kind: crm.TrancheBalance, Percent: decimal.NewFromInt(70)}}
		return nil
	})
	if err != nil {
		return err
	}
	if _, err := j.do(ctx, crm.QuoteSend, crm.KindOpportunity, "sales", crm.QuoteDecision{QuoteID: quote.ID, Fill: map[string]string{"customer.vat": "IT00743110157"}}); err != nil {
		return err
	}
	_, err = j.do(ctx, crm.QuoteAccept, crm.KindOpportunity, "customer", crm.QuoteDecision{QuoteID: quote.ID, Name: "Purchasing"})
	return err
}

// order validates and approves the order, which makes the contract.
func (j *Journey) order(ctx context.Context) error {
	if err := j.validate(ctx); err != nil {
		return err
	}
	a, err := j.do(ctx, crm.OrderApprove, crm.KindOpportunity, "manager", crm.OrderDecision{OrderID: j.Order})
	j.Contract = crm.ID(a.Params["contract"])
	return err
}

// validate finds the order and validates it; then it waits for the manager.
func (j *Journey) validate(ctx context.Context) error {
	page, _, err := store.Orders.Page(ctx, j.Store, store.Everything(), store.Query{Limit: 1, Filters: []store.Filter{{Field: "opportunity_id", Op: "eq", Value: string(j.Deal)}}})
	if err != nil || len(page) == 0 {
		return fmt.Errorf("no order: %w", err)
	}
	j.Order = page[0].ID
	_, err = j.do(ctx, crm.OrderValidate, crm.KindOpportunity, "finance", crm.OrderDecision{OrderID: j.Order, Fill: map[string]string{"customer.address": "Via Po 2, Torino"}})
	return err
}

// bill invoices both tranches as they open, books their payments and closes project and contract.
func (j *Journey) bill(ctx context.Context) error {
	parts, err := j.Store.ContractParts(ctx, j.Contract)
	if err != nil {
		return err
	}
	for i, t := range parts.Tranches {
		if i == len(parts.Tranches)-1 {
			if _, err := j.do(ctx, crm.ProjectProgress, crm.KindContract, "projects", crm.ProgressFields{Percent: "100"}); err != nil {
				return err
			}
		}
		a, err := j.do(ctx, crm.InvoiceIssue, crm.KindContract, "finance", crm.IssueFields{TrancheID: t.ID})
		if err != nil {
			return err
		}
		if _, err := j.do(ctx, crm.PaymentRecord, crm.KindContract, "finance", crm.PaymentFields{
			InvoiceID: crm.ID(a.Params["invoice"]),
			Amount:    t.Total.StringFixed(2), Reference: fmt.Sprint(j.Key, "/", i),
		}); err != nil {
			return err
		}
	}
	if _, err := j.do(ctx, crm.ProjectClose, crm.KindContract, "projects", struct{}{}); err != nil {
		return err
	}
	_, err = j.do(ctx, crm.ContractClose, crm.KindContract, "manager", crm.CloseFields{})
	return err
}

// do carries one command out on the journey's record of that kind.
func (j *Journey) do(ctx context.Context, kind string, process crm.Kind, by string, fields any) (crm.Answer, error) {
	body, err := json.Marshal(fields)
	if err != nil {
		return crm.Answer{}, err
	}
	record := map[crm.Kind]crm.ID{crm.KindLead: j.Lead, crm.KindOpportunity: j.Deal, crm.KindContract: j.Contract}[process]
	begin := time.Now()
	a, err := j.Engine.Do(ctx, crm.Command{ID: "bench/" + string(store.NewID()), Kind: kind, Process: crm.ProcessID(process, record), Actor: string(user(by)), Fields: body})
	if j.Step != nil {
		j.Step(kind, time.Since(begin))
	}
	if err == nil && !a.OK() {
		err = fmt.Errorf("refused: %s %v", a.Code, a.Params)
	}
	if err != nil {
		err = fmt.Errorf("%s: %w", kind, err)
	}
	return a, err
}

func user(name string) crm.ID {
	if name == "customer" {
		return "customer"
	}
	return store.DemoID(name + "@demo.example")
}
