package activities

import (
	"context"
	"errors"
	"strings"

	"leadtocash/crm"
	"leadtocash/store"

	"github.com/shopspring/decimal"
)

// qualify says how far a lead is on target (S064), and may hand it to a salesperson at once.
func (s *Steps) qualify(ctx context.Context, tx *store.Tx, f crm.QualifyFields) (crm.Answer, error) {
	l, err := tx.Lead(ctx)
	if err != nil {
		return crm.Answer{}, err
	}
	if l.State != crm.LeadNew {
		return refuse("transition_not_allowed", "from", string(l.State)), nil
	}
	if f.Score < 0 || f.Score > 100 {
		return invalid("/score", "out_of_range"), nil
	}
	l.Score, l.State, tx.Process.Step = f.Score, crm.LeadQualified, crm.StepAssign
	tx.Tell(store.Entry{Code: "lead.qualified", Data: map[string]any{"score": f.Score}})
	if f.OwnerID != "" {
		if a, err := give(ctx, tx, &l, f.OwnerID); err != nil || !a.OK() {
			return a, err
		}
	}
	return done(), tx.SaveLead(ctx, l)
}

// assign hands a lead to a salesperson (S066).
func (s *Steps) assign(ctx context.Context, tx *store.Tx, f crm.AssignFields) (crm.Answer, error) {
	l, err := tx.Lead(ctx)
	if err != nil {
		return crm.Answer{}, err
	}
	if l.State != crm.LeadQualified && l.State != crm.LeadAssigned {
		return refuse("transition_not_allowed", "from", string(l.State)), nil
	}
	if a, err := give(ctx, tx, &l, f.OwnerID); err != nil || !a.OK() {
		return a, err
	}
	return done(), tx.SaveLead(ctx, l)
}

// give makes an active salesperson the lead's owner; what the one before said of it is his own.
func give(ctx context.Context, tx *store.Tx, l *crm.Lead, owner crm.ID) (crm.Answer, error) {
	u, err := tx.Person(ctx, owner)
	switch {
	case errors.Is(err, store.ErrNotFound):
		return invalid("/owner_id", "unknown_user"), nil
	case err != nil:
		return crm.Answer{}, err
	case !u.Active:
		return invalid("/owner_id", "user_inactive"), nil
	case !u.Has(crm.RoleSalesperson) && !u.Has(crm.RoleSalesManager):
		return invalid("/owner_id", "not_a_salesperson"), nil
	}
	if l.OwnerID != owner {
		l.Feedback, l.FeedbackNote = crm.FeedbackNone, ""
	}
	before := l.OwnerID
	l.OwnerID, l.State, tx.Process.Step = owner, crm.LeadAssigned, crm.StepConvert
	tx.Tell(store.Entry{Code: "lead.assigned", Data: map[string]any{"from": before, "to": owner}})
	return done(), nil
}

// feedback is the salesperson's word on a lead (S067). A negative one sends it back to be assigned anew or given up.
func (s *Steps) feedback(ctx context.Context, tx *store.Tx, f crm.FeedbackFields) (crm.Answer, error) {
	l, err := tx.Lead(ctx)
	if err != nil {
		return crm.Answer{}, err
	}
	if l.State != crm.LeadAssigned {
		return refuse("transition_not_allowed", "from", string(l.State)), nil
	}
	switch f.Feedback {
	case crm.FeedbackPositive:
	case crm.FeedbackNegative:
		l.State, tx.Process.Step = crm.LeadQualified, crm.StepAssign
	default:
		return invalid("/feedback", "unknown_value"), nil
	}
	l.Feedback, l.FeedbackNote = f.Feedback, f.Note
	tx.Tell(store.Entry{Code: "lead.feedback", Data: map[string]any{"feedback": f.Feedback, "note": f.Note}})
	return done(), tx.SaveLead(ctx, l)
}

// disqualify gives a lead up, with a reason.
func (s *Steps) disqualify(ctx context.Context, tx *store.Tx, f crm.ReasonFields) (crm.Answer, error) {
	l, err := tx.Lead(ctx)
	if err != nil {
		return crm.Answer{}, err
	}
	if !l.Live() {
		return refuse("transition_not_allowed", "from", string(l.State)), nil
	}
	if f.Reason == "" {
		return invalid("/reason", "required"), nil
	}
	if !known(crm.DisqualifyReasons(), f.Reason) {
		return invalid("/reason", "unknown_value"), nil
	}
	l.State, l.Reason, tx.Process.Closed = crm.LeadDisqualified, f.Reason, true
	tx.Tell(store.Entry{Code: "lead.disqualified", Data: map[string]any{"reason": f.Reason}})
	return done(), tx.SaveLead(ctx, l)
}

// convert makes account, contact and opportunity of a lead in one act (decision 4); twice gives the same ids. It needs the salesperson's
// positive feedback (S067).
func (s *Steps) convert(ctx context.Context, tx *store.Tx, f crm.ConvertFields) (crm.Answer, error) {
	l, err := tx.Lead(ctx)
	if err != nil {
		return crm.Answer{}, err
	}
	if l.State == crm.LeadConverted {
		return refuse("already_converted", "account", string(l.AccountID), "contact", string(l.ContactID), "opportunity", string(l.OpportunityID)), nil
	}
	if v := crm.ConvertGate(l, tx.Pinned(crm.RulePipeline)); !v.Allowed() {
		tx.Rule(v, crm.Facts{})
		return gated(v), nil
	}
	amount := decimal.Zero
	if f.Amount != "" {
		if amount, err = crm.ParseAmount(f.Amount, crm.Currency(tx.Entity.Currency)); err != nil {
			return invalid("/amount", codeOf(err)), nil
		}
	}
	account, err := customerOf(ctx, tx, l)
	if err != nil {
		return crm.Answer{}, err
	}
	contact, err := contactOf(ctx, tx, l, account)
	if err != nil {
		return crm.Answer{}, err
	}
	set, err := s.set(ctx, tx, crm.RulePipeline)
	if err != nil {
		return crm.Answer{}, err
	}
	name := strings.TrimSpace(f.Name)
	if name == "" {
		name = l.Company
	}
	o, err := tx.AddOpportunity(ctx, crm.Opportunity{ID: store.NewID(), Name: name, AccountID: account, ContactID: contact, LeadID: l.ID, Stage: set.EntryStage(),
		Currency: tx.Entity.Currency, Amount: amount, Need: l.Need, OwnerID: l.OwnerID}, tx.Process.ID)
	if err != nil {
		return crm.Answer{}, err
	}
	l.State, l.AccountID, l.ContactID, l.OpportunityID, tx.Process.Closed = crm.LeadConverted, account, contact, o.ID, true
	tx.Tell(store.Entry{Code: "lead.converted", AccountID: account, OpportunityID: o.ID, Data: map[string]any{"opportunity": o.Number}})
	return done("account", string(account), "contact", string(contact), "opportunity", string(o.ID)), tx.SaveLead(ctx, l)
}

func customerOf(ctx context.Context, tx *store.Tx, l crm.Lead) (crm.ID, error) {
	a, err := tx.AccountLike(ctx, l.VAT, l.Company)
	if !errors.Is(err, store.ErrNotFound) {
		return a.ID, err
	}
	a = crm.Account{ID: store.NewID(), Name: l.Company, Kind: "prospect", VAT: l.VAT, Country: l.Country, Email: l.Email, Phone: l.Phone,
		Language: l.Language, PaymentDays: tx.Entity.PaymentDays, OwnerID: l.OwnerID}
	return a.ID, tx.AddAccount(ctx, a)
}

func contactOf(ctx context.Context, tx *store.Tx, l crm.Lead, account crm.ID) (crm.ID, error) {
	c, err := tx.ContactLike(ctx, account, l.Email)
	if !errors.Is(err, store.ErrNotFound) {
		return c.ID, err
	}
	name := l.ContactName
	if name == "" {
		name = l.Company
	}
	c = crm.Contact{ID: store.NewID(), AccountID: account, Name: name, Email: l.Email, Phone: l.Phone, Status: "new", Language: l.Language, OwnerID: l.OwnerID}
	return c.ID, tx.AddContact(ctx, c)
}
