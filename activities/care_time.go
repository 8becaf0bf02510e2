package activities

import (
	"context"
	"slices"
	"time"

	"leadtocash/crm"
	"leadtocash/store"
)

// escalateCase tells that a promise was missed and mails everybody who cares for customers, once for each promise (S086).
func (s *Steps) escalateCase(ctx context.Context, tx *store.Tx, d store.Deadline) error {
	k, err := s.careCase(ctx, tx)
	if err != nil {
		return err
	}
	due, missed := k.AnswerDue, k.AnsweredAt == nil && k.State != crm.CaseSolved
	if d.Kind == store.DeadlineSolve {
		due, missed = k.SolveDue, k.State == crm.CaseOpen || k.State == crm.CaseInProgress
	}
	if !missed || due.After(tx.Now) || k.State == crm.CaseClosed || slices.Contains(k.Escalated, d.Kind) {
		return nil
	}
	people, err := tx.Holders(ctx, crm.RoleCare)
	if err != nil {
		return err
	}
	for _, u := range people {
		say := texts().For(u.Language)
		leaveMail(tx, mailKey("case_late", k.ID)+"/"+d.Kind+"/"+due.UTC().Format(time.RFC3339)+"/"+string(u.ID), "", crm.Letter{
			Template: "case_late", To: u.Email, Name: u.Name, Language: u.Language,
			Texts: map[string]string{"case": k.Number, "subject": k.Subject, "promise": say.T("promise." + d.Kind), "due": say.Time(due, tx.Zone)},
		})
	}
	k.Escalated = append(k.Escalated, d.Kind)
	k.tell(tx, "case.escalated", map[string]any{"promise": d.Kind, "due": due})
	return tx.SaveCase(ctx, k.Case)
}

// lapseCase closes a solved case to which nobody objected.
func (s *Steps) lapseCase(ctx context.Context, tx *store.Tx, _ store.Deadline) error {
	k, err := s.careCase(ctx, tx)
	if err != nil || k.State != crm.CaseSolved {
		return err
	}
	return k.end(ctx, tx, "")
}

// leadOfCase begins a new sale where a case shows a need (loop C6 to L1); a case has one lead.
func (s *Steps) leadOfCase(ctx context.Context, tx *store.Tx, f crm.CaseLeadFields) (crm.Answer, error) {
	k, err := s.careCase(ctx, tx)
	if err != nil {
		return crm.Answer{}, err
	}
	if k.LeadID != "" {
		return done("lead", string(k.LeadID)), nil
	}
	if k.State == crm.CaseClosed { // its process is over
		return refuse("case_closed"), nil
	}
	a, err := tx.Account(ctx, k.AccountID)
	if err != nil {
		return crm.Answer{}, err
	}
	l := crm.Lead{Company: a.Name, Email: a.Email, Phone: a.Phone, VAT: a.VAT, Country: a.Country, Language: a.Language, Need: f.Need, Source: "care", OwnerID: a.OwnerID}
	if l.Need == "" {
		l.Need = k.Subject
	}
	if k.ContactID != "" {
		c, err := tx.Contact(ctx, k.ContactID)
		if err != nil {
			return crm.Answer{}, err
		}
		l.ContactName, l.Email, l.Phone, l.Language = c.Name, c.Email, c.Phone, c.Language
	}
	if l, err = tx.CaptureLead(ctx, l, crm.Touch{Channel: "care", Source: k.Number, Raw: []byte("{}")}); err != nil {
		return crm.Answer{}, err
	}
	k.LeadID = l.ID
	k.tell(tx, "case.lead", map[string]any{"lead_id": l.ID})
	return done("lead", string(l.ID)), tx.SaveCase(ctx, k.Case)
}

// dealOfCase begins a deal where a case shows a need, with what is known from the deal of its contract; a case has one (S086, S088).
func (s *Steps) dealOfCase(ctx context.Context, tx *store.Tx, f crm.CaseLeadFields) (crm.Answer, error) {
	k, err := s.careCase(ctx, tx)
	if err != nil {
		return crm.Answer{}, err
	}
	if k.DealID != "" {
		return done("opportunity", string(k.DealID)), nil
	}
	if k.State == crm.CaseClosed { // its process is over
		return refuse("case_closed"), nil
	}
	o, from, err := s.needOfCase(ctx, tx, k, f.Need)
	if err != nil {
		return crm.Answer{}, err
	}
	if o, err = tx.AddOpportunity(ctx, o, tx.Process.ID); err != nil {
		return crm.Answer{}, err
	}
	tx.Tell(store.Entry{
		Process: crm.ProcessID(crm.KindOpportunity, o.ID), Code: "opportunity.follows_case", AccountID: k.AccountID, OpportunityID: o.ID, Data: map[string]any{"case": k.Number, "case_id": k.ID},
	})
	if err := tx.CarryHistory(ctx, from, o, store.DealOrigin{Kind: "case", CaseID: k.ID}); err != nil {
		return crm.Answer{}, err
	}
	k.DealID = o.ID
	k.tell(tx, "case.deal", map[string]any{"deal": o.Number, "deal_id": o.ID})
	return done("opportunity", string(o.ID)), tx.SaveCase(ctx, k.Case)
}

// needOfCase is the deal that a case would make, and the one of its contract, if it has one.
func (s *Steps) needOfCase(ctx context.Context, tx *store.Tx, k care, need string) (o crm.Opportunity, from crm.ID, err error) {
	a, err := tx.Account(ctx, k.AccountID)
	if err != nil {
		return o, from, err
	}
	set, err := s.beginning(ctx, tx, crm.RulePipeline)
	if err != nil {
		return o, from, err
	}
	o = crm.Opportunity{ID: store.NewID(), Name: k.Subject, AccountID: a.ID, ContactID: k.ContactID, Currency: tx.Entity.Currency, OwnerID: a.OwnerID, Need: need}
	if o.Need == "" {
		o.Need = k.Subject
	}
	if k.ContractID != "" {
		before, err := tx.DealOfContract(ctx, k.ContractID)
		if err != nil {
			return o, from, err
		}
		from, o.Currency, o.OwnerID = before.ID, before.Currency, before.OwnerID
		if set.Has(before.Pipeline) {
			set = set.Of(before.Pipeline)
		}
		if o.ContactID == "" {
			o.ContactID = before.ContactID
		}
	}
	o.Pipeline, o.Stage = set.Key(), set.EntryStage()
	return o, from, nil
}
