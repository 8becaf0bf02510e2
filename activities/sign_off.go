package activities

import (
	"context"

	"leadtocash/crm"
	"leadtocash/store"
)

// remindSignOff asks a customer once more to accept what was delivered (S084).
func (s *Steps) remindSignOff(ctx context.Context, tx *store.Tx, d store.Deadline) error {
	c, err := tx.Contract(ctx)
	if err != nil {
		return err
	}
	p, err := tx.Project(ctx, c.ID)
	if err != nil || p.State != "open" {
		return err
	}
	o, err := tx.SignOff(ctx, p.ID, crm.ID(d.Key))
	if err != nil || o.State != crm.SignOffAsked || o.RemindedAt != nil {
		return err
	}
	secret, hash := store.NewCaseSecret()
	tx.RemindedOfSignOff(o.ID, hash)
	leaveMail(tx, mailKey("sign_off_reminder", o.ID), "", store.SignOffLetter("sign_off_reminder", o.SignOff, p.Name, c.Number, o.Milestone, secret))
	tx.Tell(store.Entry{Code: "sign_off.reminded", AccountID: c.AccountID, OpportunityID: c.OpportunityID, Data: map[string]any{"what": o.Milestone, "reached": o.Percent, "name": o.Name, "sign_off_id": o.ID}})
	return nil
}
