package activities

import (
	"context"
	"fmt"

	"leadtocash/crm"
	"leadtocash/store"
)

// deadlineException comes when a granted exception that nobody used counts no more: at the local midnight after its last day.
const deadlineException = "exception_lapses"

// armException sets the end of an exception that is granted now.
func armException(tx *store.Tx, x crm.Exception) {
	tx.At(deadlineException, string(x.ID), x.ExpiresOn.AddDays(1).StartIn(tx.Zone))
}

// lapseException tells once that a granted exception has lapsed; a used one has nothing to tell (N1).
func (s *Steps) lapseException(ctx context.Context, tx *store.Tx, d store.Deadline) error {
	o, err := tx.Opportunity(ctx)
	if err != nil {
		return err
	}
	x, err := tx.Exception(ctx, o.ID, crm.ID(d.Key))
	if err != nil || x.State != crm.ExceptionGranted || x.Counts(tx.Today) {
		return err
	}
	tell(tx, o, x, "exception.lapsed", map[string]any{"until": x.ExpiresOn.String()})
	return nil
}

// withdrawException takes a request back that nobody has decided; only who asked can (N1).
func (s *Steps) withdrawException(ctx context.Context, tx *store.Tx, f crm.ExceptionWithdrawFields) (crm.Answer, error) {
	o, err := tx.Opportunity(ctx)
	if err != nil {
		return crm.Answer{}, err
	}
	x, err := tx.Exception(ctx, o.ID, f.ID)
	switch {
	case err != nil:
		return crm.Answer{}, err
	case string(x.RequestedBy) != tx.Actor:
		return refuse("forbidden", "need", string(x.RequestedBy)), nil
	case x.State != crm.ExceptionAsked:
		return refuse("already_decided", "decision", string(x.State), "by", string(x.DecidedBy)), nil
	case f.Version != 0 && f.Version != x.Version:
		return refuse("stale_version", "now", fmt.Sprint(x.Version)), nil
	}
	if err := tx.WithdrawException(ctx, x.ID); err != nil {
		return crm.Answer{}, err
	}
	tell(tx, o, x, "exception.withdrawn", map[string]any{})
	return done("exception", string(x.ID)), nil
}
