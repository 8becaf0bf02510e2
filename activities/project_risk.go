package activities

import (
	"context"

	"leadtocash/crm"
	"leadtocash/store"
)

// riskReview mails who owns a risk that he is to look at again today, else who runs the project (S084). It stands on his day until he has.
func (s *Steps) riskReview(ctx context.Context, tx *store.Tx, d store.Deadline) error {
	c, p, open, err := openProject(ctx, tx)
	if err != nil || !open {
		return err
	}
	r, err := tx.Risk(ctx, p.ID, crm.ID(d.Key))
	if err != nil || r.State != crm.RiskOpen || r.ReviewOn.After(tx.Today) {
		return err
	}
	owner := r.OwnerID
	if owner == "" {
		owner = p.ManagerID
	}
	people, err := s.inCharge(ctx, tx, owner, crm.RoleProjectManager)
	if err != nil {
		return err
	}
	for _, u := range people {
		leaveMail(tx, mailKey("risk", r.ID)+"/"+r.ReviewOn.String()+"/"+string(u.ID), "", crm.Letter{
			Template: "risk", To: u.Email, Name: u.Name, Language: u.Language, Path: "/contracts/" + string(c.ID) + "/risks",
			Texts: map[string]string{"risk": r.Title, "project": p.Name, "contract": c.Number},
		})
	}
	tx.Tell(store.Entry{Code: "risk.due", AccountID: c.AccountID, OpportunityID: c.OpportunityID, Data: map[string]any{"risk": r.Title, "due": r.ReviewOn, "risk_id": r.ID}})
	return nil
}
