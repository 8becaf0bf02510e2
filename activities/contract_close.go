package activities

import (
	"context"
	"errors"
	"strconv"

	"leadtocash/crm"
	"leadtocash/store"

	"github.com/shopspring/decimal"
)

// left counts the tranches that are not invoiced, here or elsewhere (S061), and those that are not paid.
func left(ctx context.Context, tx *store.Tx, contract crm.ID) (unbilled, unpaid string, err error) {
	tranches, err := tx.Tranches(ctx, contract)
	var b, p int64
	for _, t := range tranches {
		if t.InvoiceID == "" && t.ExternalNumber == "" && t.Kind != crm.TranchePeriod { // periods go on after the work
			b++
		}
		if t.State != crm.TranchePaid && t.State != crm.TrancheCancelled { // one whose invoice was credited as a whole is over
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
	switch c.State {
	case "closed":
		return done("opportunity", string(c.NextOpportunityID)), nil
	case crm.ContractUndoing, crm.ContractUndone:
		return refuse("contract_closed"), nil
	}
	if err := tx.Ahead(ctx, store.ProjectOf(c.ID), store.TranchesOf(c.ID), store.OpenCasesOf(c.ID)); err != nil {
		return crm.Answer{}, err
	}
	p, err := tx.Project(ctx, c.ID)
	if err != nil {
		return crm.Answer{}, err
	}
	_, unpaid, err := left(ctx, tx, c.ID)
	if err != nil {
		return crm.Answer{}, err
	}
	cases, err := tx.OpenCases(ctx, c.ID)
	if err != nil {
		return crm.Answer{}, err
	}
	if p.State != "closed" || unpaid != "0" || cases > 0 {
		return refuse("contract_not_finished", "project", p.State, "unpaid", unpaid, "cases", strconv.Itoa(cases)), nil
	}
	next, err := s.renewal(ctx, tx, c, f.NextName)
	if err != nil {
		return crm.Answer{}, err
	}
	now := tx.Now
	c.State, c.ClosedAt, c.NextOpportunityID = "closed", &now, next.ID
	tx.Process.Step, tx.Process.Closed = crm.StepCloseContract, true
	tx.Tell(store.Entry{Code: "contract.closed", AccountID: c.AccountID, OpportunityID: c.OpportunityID, Data: map[string]any{"next": next.Number, "next_id": next.ID}})
	return done("opportunity", string(next.ID)), tx.SaveContract(ctx, c)
}

// renewal is the opportunity that follows a contract: the one that its renewal has begun, else a new one (S088).
func (s *Steps) renewal(ctx context.Context, tx *store.Tx, c crm.Contract, name string) (crm.Opportunity, error) {
	if c.NextOpportunityID != "" {
		return tx.OpportunityBy(ctx, c.NextOpportunityID)
	}
	return s.next(ctx, tx, c, name)
}

// renew begins the next opportunity so many days before a contract ends, once (S088).
func (s *Steps) renew(ctx context.Context, tx *store.Tx, _ store.Deadline) error {
	c, err := tx.Contract(ctx)
	if err != nil {
		return err
	}
	if c.State != "active" || c.NextOpportunityID != "" || c.Renewal == crm.RenewalNone {
		return nil
	}
	if at := tx.RenewalAt(c); tx.Today.Before(at) { // its end was moved meanwhile
		tx.At(store.DeadlineRenewal, "", store.Morning(at, tx.Zone))
		return nil
	}
	next, err := s.next(ctx, tx, c, "")
	if err != nil {
		return err
	}
	c.NextOpportunityID = next.ID
	tx.Tell(store.Entry{Code: "contract.renewal", AccountID: c.AccountID, OpportunityID: c.OpportunityID, Data: map[string]any{"next": next.Number, "next_id": next.ID, "ends": c.EndDate}})
	return tx.SaveContract(ctx, c)
}

// next opens the opportunity that follows a contract, in the pipeline of the one before while there is one.
func (s *Steps) next(ctx context.Context, tx *store.Tx, c crm.Contract, name string) (crm.Opportunity, error) {
	if err := tx.Ahead(ctx, store.OpportunityOf(c.OpportunityID), store.ActiveRuleOf(crm.RulePipeline), store.OpportunityNumber); err != nil {
		return crm.Opportunity{}, err
	}
	before, err := tx.OpportunityBy(ctx, c.OpportunityID)
	if err != nil {
		return before, err
	}
	set, err := s.beginning(ctx, tx, crm.RulePipeline)
	if err != nil {
		return before, err
	}
	if set.Has(before.Pipeline) {
		set = set.Of(before.Pipeline)
	}
	if name == "" {
		name = before.Name
	}
	o, err := tx.AddOpportunity(ctx, crm.Opportunity{
		ID: store.NewID(), Name: name, AccountID: c.AccountID, ContactID: before.ContactID, Pipeline: set.Key(), Stage: set.EntryStage(),
		Currency: c.Currency, Target: c.Net, OwnerID: before.OwnerID,
	}, tx.Process.ID)
	if errors.Is(err, store.ErrNotFound) {
		return o, errors.New("the opportunity before is gone")
	}
	return o, err
}
