package activities

import (
	"context"
	"encoding/json"
	"errors"

	"leadtocash/crm"
	"leadtocash/store"

	"github.com/shopspring/decimal"
)

// ERPOrder is the payload of the effect that sends an order to the ERP.
type ERPOrder struct {
	ContractID crm.ID `json:"contract_id"`
}

// erpKey makes an order reach the ERP once, whatever happens on the way (S081).
func erpKey(order crm.ID) string { return "erp/order/" + string(order) }

// sign makes the contract of an approved order (S080) with its billing plan (S060) and its project (S089), and hands the order to the ERP
// (S081): all of it with the approval, or none.
func (s *Steps) sign(ctx context.Context, tx *store.Tx, o crm.Opportunity, order crm.Order) (crm.ID, error) {
	lines, err := tx.QuoteLines(ctx, order.QuoteID)
	if err != nil {
		return "", err
	}
	q, err := tx.Quote(ctx, o.ID, order.QuoteID)
	if err != nil {
		return "", err
	}
	totals, err := tx.Entity.Pricing(order.Currency).Add(crm.PriceLines(lines), q.DiscountPercent)
	if err != nil {
		return "", err
	}
	shares, err := tx.QuoteShares(ctx, q.ID)
	if err != nil {
		return "", err
	}
	tranches, parts, err := crm.Bill(totals, shares, crm.Currency(order.Currency))
	if err != nil {
		return "", err
	}
	id := store.NewID()
	c, err := tx.AddContract(ctx, crm.Contract{ID: id, OpportunityID: o.ID, OrderID: order.ID, AccountID: o.AccountID, Currency: order.Currency, Net: order.Net,
		Tax: order.Tax, Total: order.Total, PaymentDays: order.PaymentDays, StartDate: tx.Today, EndDate: tx.Today.AddMonths(12), OwnerID: o.OwnerID},
		crm.Project{ID: store.NewID(), Name: o.Name, Revenue: totals.Net, Budget: totals.Cost}, tranches, parts)
	if err != nil {
		return "", err
	}
	if err := tx.Open(ctx, crm.KindContract, id, crm.StepProject, tx.Process.ID); err != nil {
		return "", err
	}
	payload, err := json.Marshal(ERPOrder{id})
	if err != nil {
		return "", err
	}
	tx.Leave(store.Effect{Key: erpKey(order.ID), Channel: store.ChannelERP, Payload: payload})
	tx.Process.Step = crm.StepERP
	tx.Tell(store.Entry{Code: "contract.signed", AccountID: o.AccountID, OpportunityID: o.ID, Data: map[string]any{"contract": c.Number, "contract_id": id, "total": c.Total, "tranches": len(tranches)}})
	tx.Tell(store.Entry{Process: crm.ProcessID(crm.KindContract, id), Code: "project.opened", AccountID: o.AccountID, OpportunityID: o.ID,
		Data: map[string]any{"budget": totals.Cost, "revenue": totals.Net}})
	return id, nil
}

// heardOfERP ends the opportunity's process when its order has arrived in the ERP. A parked one stays until a person has dealt with it.
func (s *Steps) heardOfERP(ctx context.Context, tx *store.Tx) error {
	if tx.Process.Step != crm.StepERP {
		return nil
	}
	_, id := crm.SplitProcessID(tx.Process.ID)
	c, err := tx.ContractOf(ctx, id)
	if err != nil {
		return err
	}
	state, reference, err := tx.EffectState(ctx, erpKey(c.OrderID))
	if err != nil || state != "done" {
		return err
	}
	c.ERPReference, tx.Process.Closed = reference, true
	tx.Tell(store.Entry{Code: "order.in_erp", AccountID: c.AccountID, OpportunityID: id, Data: map[string]any{"reference": reference, "contract_id": c.ID}})
	return tx.SaveContract(ctx, c)
}

// progress says how much of the work is done (S084) and opens the tranches that this makes billable (S060). It never falls.
func (s *Steps) progress(ctx context.Context, tx *store.Tx, f crm.ProgressFields) (crm.Answer, error) {
	c, err := tx.Contract(ctx)
	if err != nil {
		return crm.Answer{}, err
	}
	p, err := tx.Project(ctx, c.ID)
	if err != nil {
		return crm.Answer{}, err
	}
	percent, err := crm.ParsePercent(f.Percent)
	if err != nil {
		return invalid("/percent", codeOf(err)), nil
	}
	switch {
	case p.State != "open":
		return refuse("project_closed"), nil
	case percent.LessThan(p.ProgressPercent):
		return refuse("progress_falls", "now", p.ProgressPercent.String()), nil
	}
	before := p.ProgressPercent
	p.ProgressPercent = percent
	opened, err := tx.OpenTranches(ctx, c.ID, percent)
	if err != nil {
		return crm.Answer{}, err
	}
	tx.Tell(store.Entry{Code: "project.progress", AccountID: c.AccountID, OpportunityID: c.OpportunityID, Data: map[string]any{"from": before, "to": percent, "opened": opened}})
	return done(), tx.SaveProject(ctx, p)
}

// closeProject ends the delivery (S085); refused while work or billing is left, with what it is.
func (s *Steps) closeProject(ctx context.Context, tx *store.Tx, _ struct{}) (crm.Answer, error) {
	c, err := tx.Contract(ctx)
	if err != nil {
		return crm.Answer{}, err
	}
	p, err := tx.Project(ctx, c.ID)
	if err != nil {
		return crm.Answer{}, err
	}
	if p.State != "open" {
		return refuse("project_closed"), nil
	}
	unbilled, _, err := left(ctx, tx, c.ID)
	if err != nil {
		return crm.Answer{}, err
	}
	if p.ProgressPercent.LessThan(decimal.NewFromInt(100)) || unbilled != "0" {
		return refuse("project_not_finished", "progress", p.ProgressPercent.String(), "unbilled", unbilled), nil
	}
	now := tx.Now
	p.State, p.ClosedAt, tx.Process.Step = "closed", &now, crm.StepRevenue
	tx.Tell(store.Entry{Code: "project.closed", AccountID: c.AccountID, OpportunityID: c.OpportunityID})
	return done(), tx.SaveProject(ctx, p)
}

// left counts the tranches that are not invoiced and those that are not paid.
func left(ctx context.Context, tx *store.Tx, contract crm.ID) (unbilled, unpaid string, err error) {
	tranches, err := tx.Tranches(ctx, contract)
	var b, p int64
	for _, t := range tranches {
		if t.InvoiceID == "" {
			b++
		}
		if t.State != crm.TranchePaid {
			p++
		}
	}
	return decimal.NewFromInt(b).String(), decimal.NewFromInt(p).String(), err
}

// closeContract ends a contract that is delivered and paid, and begins the next opportunity with the same customer (S088).
func (s *Steps) closeContract(ctx context.Context, tx *store.Tx, f crm.CloseFields) (crm.Answer, error) {
	c, err := tx.Contract(ctx)
	if err != nil {
		return crm.Answer{}, err
	}
	if c.State == "closed" {
		return done("opportunity", string(c.NextOpportunityID)), nil
	}
	p, err := tx.Project(ctx, c.ID)
	if err != nil {
		return crm.Answer{}, err
	}
	_, unpaid, err := left(ctx, tx, c.ID)
	if err != nil {
		return crm.Answer{}, err
	}
	if p.State != "closed" || unpaid != "0" {
		return refuse("contract_not_finished", "project", p.State, "unpaid", unpaid), nil
	}
	next, err := s.next(ctx, tx, c, f.NextName)
	if err != nil {
		return crm.Answer{}, err
	}
	now := tx.Now
	c.State, c.ClosedAt, c.NextOpportunityID = "closed", &now, next.ID
	tx.Process.Step, tx.Process.Closed = crm.StepCloseContract, true
	tx.Tell(store.Entry{Code: "contract.closed", AccountID: c.AccountID, OpportunityID: c.OpportunityID, Data: map[string]any{"next": next.Number, "next_id": next.ID}})
	return done("opportunity", string(next.ID)), tx.SaveContract(ctx, c)
}

// next opens the opportunity that follows a contract.
func (s *Steps) next(ctx context.Context, tx *store.Tx, c crm.Contract, name string) (crm.Opportunity, error) {
	before, err := tx.OpportunityBy(ctx, c.OpportunityID)
	if err != nil {
		return before, err
	}
	set, err := s.set(ctx, tx, crm.RulePipeline)
	if err != nil {
		return before, err
	}
	if name == "" {
		name = before.Name
	}
	o, err := tx.AddOpportunity(ctx, crm.Opportunity{ID: store.NewID(), Name: name, AccountID: c.AccountID, ContactID: before.ContactID, Stage: set.EntryStage(),
		Currency: c.Currency, Target: c.Net, OwnerID: before.OwnerID}, tx.Process.ID)
	if errors.Is(err, store.ErrNotFound) {
		return o, errors.New("the opportunity before is gone")
	}
	return o, err
}
