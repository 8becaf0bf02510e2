package activities

import (
	"context"

	"leadtocash/crm"
	"leadtocash/store"
)

// remindSignOff asks a customer once more to accept what was delivered (S084).
func (s *Steps) remindSignOff(ctx context.Context, tx *store.Tx, d store.Deadline) error {
	c, p, open, err := openProject(ctx, tx)
	if err != nil || !open {
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
