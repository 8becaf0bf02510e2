package activities

import (
	"context"
	"errors"

	"leadtocash/crm"
	"leadtocash/store"
)

// closeContract ends a contract that has everything behind it, and begins the next opportunity with the same customer (S088). What is left is told all at once.
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
	behind, err := tx.Closing(ctx, c.ID)
	if err != nil {
		return crm.Answer{}, err
	}
	if left, open := behind.Left(); open {
		return crm.Answer{Code: "contract_not_finished", Params: left}, nil
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
	return s.next(ctx, tx, c, name, "closing")
}

// renew begins the next opportunity so many days before a contract ends, once, or lets it go on by itself (S088).
func (s *Steps) renew(ctx context.Context, tx *store.Tx, d store.Deadline) error {
	c, err := tx.Contract(ctx)
	if err != nil {
		return err
	}
	if d.Key == store.RenewalAhead {
		return s.remindRenewal(ctx, tx, c)
	}
	if c.State != "active" || c.NextOpportunityID != "" || c.Renewal == crm.RenewalNone {
		return nil
	}
	if at := tx.RenewalAt(c); tx.Today.Before(at) { // its end was moved meanwhile
		tx.At(store.DeadlineRenewal, "", store.Morning(at, tx.Zone))
		return nil
	}
	if c.Renewal == crm.RenewalAutomatic {
		return s.extend(ctx, tx, c)
	}
	next, err := s.next(ctx, tx, c, "", "renewal")
	if err != nil {
		return err
	}
	c.NextOpportunityID = next.ID
	tx.Tell(store.Entry{Code: "contract.renewal", AccountID: c.AccountID, OpportunityID: c.OpportunityID, Data: map[string]any{"next": next.Number, "next_id": next.ID, "ends": c.EndDate}})
	if err := s.mailOwner(ctx, tx, c, "renewal_begun", map[string]string{"deal": next.Number + " " + next.Name}); err != nil {
		return err
	}
	return tx.SaveContract(ctx, c)
}

// next opens the opportunity that follows a contract, in the pipeline of the one before while there is one, with what is known from it.
func (s *Steps) next(ctx context.Context, tx *store.Tx, c crm.Contract, name, why string) (crm.Opportunity, error) {
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
	if err != nil {
		return o, err
	}
	tx.Tell(store.Entry{
		Process: crm.ProcessID(crm.KindOpportunity, o.ID), Code: "opportunity.follows", AccountID: c.AccountID, OpportunityID: o.ID, Data: map[string]any{"contract": c.Number, "contract_id": c.ID, "why": why},
	})
	return o, tx.CarryHistory(ctx, c.OpportunityID, o, store.DealOrigin{Kind: why, ContractID: c.ID})
}
