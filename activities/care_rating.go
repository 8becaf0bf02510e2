package activities

import (
	"context"
	"errors"
	"fmt"

	"leadtocash/crm"
	"leadtocash/store"
)

// askRating asks the customer how satisfied he is with the solution that was just given; the link in the letter about it leads to the question (S086).
func (k *care) askRating(ctx context.Context, tx *store.Tx) error {
	set, err := tx.CareSetting(ctx)
	if err != nil || !set.Survey {
		return err
	}
	tx.AskRating(k.Case)
	tx.At(store.DeadlineRating, "", store.Morning(k.cal.AddWorkingDays(k.cal.Today(tx.Now), crm.RemindRatingAfter), tx.Zone))
	return nil
}

// remindRating asks a customer once more who did not say how satisfied he is.
func (s *Steps) remindRating(ctx context.Context, tx *store.Tx, _ store.Deadline) error {
	k, err := s.careCase(ctx, tx)
	if err != nil || k.State != crm.CaseSolved {
		return err
	}
	r, err := tx.Rating(ctx, k.Case)
	if errors.Is(err, store.ErrNotFound) {
		return nil
	}
	if err != nil || r.AnsweredAt != nil || r.RemindedAt != nil {
		return err
	}
	to, err := tx.Recipient(ctx, k.AccountID, k.ContactID)
	if to = store.ReaderOfCase(k.Case, to); err != nil || to.Email == "" {
		return err
	}
	secret, hash := store.NewCaseSecret()
	tx.LinkCase(k.ID, hash)
	tx.RemindedOfRating(r)
	leaveMail(tx, fmt.Sprintf("%s/%d", mailKey("case_rate", k.ID), k.Solutions), "", crm.Letter{
		Template: "case_rate", To: to.Email, Name: to.Name, Language: to.Language, Secret: secret, Texts: map[string]string{"case": k.Number, "subject": k.Subject},
	})
	k.tell(tx, "case.rate_asked", nil)
	return nil
}
