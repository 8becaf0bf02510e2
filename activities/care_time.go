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
