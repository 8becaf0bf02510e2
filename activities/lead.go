package activities

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"leadtocash/crm"
	"leadtocash/rules"
	"leadtocash/store"

	"github.com/shopspring/decimal"
)

// qualify confirms that a lead is on target (S064), with the score of the rules or a person's correction of it, and hands it to the
// salesperson that the person names or the rules find (S066).
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
	if v, err := s.filledIn(ctx, tx, l, rules.MomentQualify); err != nil || !v.Allowed() {
		return gated(v), err
	}
	if f.Score > 0 {
		l.ScoreByHand = f.Score
	}
	if err := stopNurture(ctx, tx, &l, "qualified"); err != nil {
		return crm.Answer{}, err
	}
	facts, err := s.score(ctx, tx, &l)
	if err != nil {
		return crm.Answer{}, err
	}
	l.State, tx.Process.Step = crm.LeadQualified, crm.StepAssign
	tx.Tell(store.Entry{Code: "lead.qualified", Data: map[string]any{"score": l.Score, "by_hand": f.Score > 0}})
	if f.OwnerID == "" {
		if err := s.assignByRule(ctx, tx, &l, facts); err != nil {
			return crm.Answer{}, err
		}
	} else if a, err := give(ctx, tx, &l, f.OwnerID); err != nil || !a.OK() {
		return a, err
	}
	return qualified(l), tx.SaveLead(ctx, l)
}

// qualified answers with the score and the owner, if there is one now.
func qualified(l crm.Lead) crm.Answer {
	a := done("score", fmt.Sprint(l.Score))
	if l.State == crm.LeadAssigned {
		a.Params["owner"], a.Params["rule"] = string(l.OwnerID), l.AssignRule
	}
	return a
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
	if err := stopNurture(ctx, tx, &l, "assigned"); err != nil {
		return crm.Answer{}, err
	}
	if a, err := give(ctx, tx, &l, f.OwnerID); err != nil || !a.OK() {
		return a, err
	}
	return done(), tx.SaveLead(ctx, l)
}

// give makes the salesperson whom a person chose the lead's owner.
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
	hand(tx, l, owner, "", 0, map[string]any{"from": l.OwnerID, "to": owner})
	return done(), nil
}

// feedback is the salesperson's word on a lead (S067). A negative one sends it back to be nurtured, if it may be written to, and to be
// assigned anew or given up.
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
	if f.Feedback == crm.FeedbackNegative {
		if err := s.recycle(ctx, tx, &l); err != nil {
			return crm.Answer{}, err
		}
	}
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
	if err := stopNurture(ctx, tx, &l, "disqualified"); err != nil {
		return crm.Answer{}, err
	}
	l.State, l.Reason, tx.Process.Closed = crm.LeadDisqualified, f.Reason, true
	tx.Tell(store.Entry{Code: "lead.disqualified", Data: map[string]any{"reason": f.Reason}})
	return done(), tx.SaveLead(ctx, l)
}

// convert makes account and contact of a lead in one act (decision 4), and an opportunity too when its score has reached the rules'
// threshold (S068); twice gives the same ids. It needs the salesperson's positive feedback (S067).
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
	if v, err := s.filledIn(ctx, tx, l, rules.MomentConvert); err != nil || !v.Allowed() {
		return gated(v), err
	}
	amount := decimal.Zero
	if f.Amount != "" {
		if amount, err = crm.ParseAmount(f.Amount, crm.Currency(tx.Entity.Currency)); err != nil {
			return invalid("/amount", codeOf(err)), nil
		}
	}
	if err := stopNurture(ctx, tx, &l, "converted"); err != nil {
		return crm.Answer{}, err
	}
	scoring, err := s.set(ctx, tx, crm.RuleScoring)
	if err != nil {
		return crm.Answer{}, err
	}
	least := scoring.Scoring().ConvertAt
	ahead := append(store.AccountsLike(l.VAT, l.Company), store.ActiveRuleOf(crm.RulePipeline))
	if l.Score >= least {
		ahead = append(ahead, store.OpportunityNumber)
	}
	if err := tx.Ahead(ctx, ahead...); err != nil {
		return crm.Answer{}, err
	}
	set, err := s.beginning(ctx, tx, crm.RulePipeline)
	if err != nil {
		return crm.Answer{}, err
	}
	account, contact, err := customerOf(ctx, tx, l)
	if err != nil {
		return crm.Answer{}, err
	}
	l.State, l.AccountID, l.ContactID, tx.Process.Closed = crm.LeadConverted, account, contact, true
	if l.Score < least {
		tx.Tell(store.Entry{
			Code: "lead.converted_below", AccountID: account, RuleKind: crm.RuleScoring, RuleVersion: scoring.Version(),
			Data: map[string]any{"score": l.Score, "convert_at": least},
		})
		return done("account", string(account), "contact", string(contact), "score", fmt.Sprint(l.Score), "convert_at", fmt.Sprint(least)), tx.SaveLead(ctx, l)
	}
	if !set.Has(f.Pipeline) {
		return invalid("/pipeline", "unknown_value"), nil
	}
	o, err := dealOf(ctx, tx, l, set.Of(f.Pipeline), f.Name, amount)
	if err != nil {
		return crm.Answer{}, err
	}
	l.OpportunityID = o.ID
	tx.Tell(store.Entry{Code: "lead.converted", AccountID: account, OpportunityID: o.ID, Data: map[string]any{"opportunity": o.Number, "score": l.Score}})
	return done("account", string(account), "contact", string(contact), "opportunity", string(o.ID)), tx.SaveLead(ctx, l)
}

// dealOf opens the opportunity of a converted lead in the pipeline's first stage.
func dealOf(ctx context.Context, tx *store.Tx, l crm.Lead, set *rules.Set, name string, amount decimal.Decimal) (crm.Opportunity, error) {
	if name = strings.TrimSpace(name); name == "" {
		name = l.Company
	}
	return tx.AddOpportunity(ctx, crm.Opportunity{
		ID: store.NewID(), Name: name, AccountID: l.AccountID, ContactID: l.ContactID, LeadID: l.ID, Pipeline: set.Key(), Stage: set.EntryStage(),
		Currency: tx.Entity.Currency, Amount: amount, Need: l.Need, OwnerID: l.OwnerID, Custom: crm.CarryCustom(l.Custom, "lead", "opportunity"),
	}, tx.Process.ID)
}

// customerOf finds account and contact of a lead, or makes those that are not there yet.
func customerOf(ctx context.Context, tx *store.Tx, l crm.Lead) (account, contact crm.ID, err error) {
	a, err := tx.AccountLike(ctx, l.VAT, l.Company)
	if err == nil {
		contact, err = contactOf(ctx, tx, l, a.ID)
		return a.ID, contact, err
	}
	if !errors.Is(err, store.ErrNotFound) {
		return "", "", err
	}
	a = crm.Account{
		ID: store.NewID(), Name: l.Company, Kind: "prospect", VAT: l.VAT, Country: l.Country, Email: l.Email, Phone: l.Phone,
		Language: l.Language, PaymentDays: tx.Entity.PaymentDays, OwnerID: l.OwnerID, Custom: crm.CarryCustom(l.Custom, "lead", "account"),
	}
	if err := tx.AddAccount(ctx, a); err != nil {
		return "", "", err
	}
	contact, err = newContact(ctx, tx, l, a.ID)
	return a.ID, contact, err
}

func contactOf(ctx context.Context, tx *store.Tx, l crm.Lead, account crm.ID) (crm.ID, error) {
	c, err := tx.ContactLike(ctx, account, l.Email)
	if !errors.Is(err, store.ErrNotFound) {
		return c.ID, err
	}
	return newContact(ctx, tx, l, account)
}

func newContact(ctx context.Context, tx *store.Tx, l crm.Lead, account crm.ID) (crm.ID, error) {
	name := l.ContactName
	if name == "" {
		name = l.Company
	}
	c := crm.Contact{ID: store.NewID(), AccountID: account, Name: name, Email: l.Email, Phone: l.Phone, Status: "new", Language: l.Language, OwnerID: l.OwnerID, Custom: crm.CarryCustom(l.Custom, "lead", "contact")}
	return c.ID, tx.AddContact(ctx, c)
}
