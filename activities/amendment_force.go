package activities

import (
	"context"
	"errors"
	"slices"

	"leadtocash/crm"
	"leadtocash/store"
)

// errRebilled is an amendment that plans tranches which are no longer there to be planned.
var errRebilled = errors.New("something was invoiced since it was proposed")

// signAmendment notes that the customer signed what was approved. It holds from its day on, at once where that has come.
func (s *Steps) signAmendment(ctx context.Context, tx *store.Tx, f crm.AmendSignFields) (crm.Answer, error) {
	c, a, answer, err := amendmentIn(ctx, tx, f.Version, crm.AmendmentApproved)
	if err != nil || !answer.OK() {
		return answer, err
	}
	switch {
	case f.Signer == "":
		return invalid("/signer", "required"), nil
	case f.SignedOn.IsZero():
		return invalid("/signed_on", "required"), nil
	case tx.Today.Before(f.SignedOn):
		return invalid("/signed_on", "in_the_future"), nil
	}
	sig := crm.Signature{
		ID: store.NewID(), ContractID: c.ID, Version: a.Number, Party: crm.SignedByCustomer, Signer: f.Signer, SignedOn: f.SignedOn, Place: f.Place, Hash: f.Hash, DocumentID: f.DocumentID,
		NotedBy: crm.ID(tx.Actor), NotedAt: tx.Now,
	}
	if sig.DocumentID == "" { // what was signed is the version's paper
		if sig.Hash, sig.Language, err = tx.PaperOf(ctx, a.ID); err != nil {
			return crm.Answer{}, err
		}
	}
	if err := tx.NoteSignature(ctx, sig); err != nil {
		if _, ok := errors.AsType[crm.FieldErrors](err); ok {
			return amendRefused(err)
		}
		return crm.Answer{}, err
	}
	now := tx.Now
	a.State, a.SignedAt = crm.AmendmentSigned, &now
	tellAmendment(tx, c, a, "amendment.signed", map[string]any{"signer": f.Signer, "signed_on": f.SignedOn, "place": f.Place, "hash": sig.Hash})
	if tx.Today.Before(a.FromDay) {
		tx.At(store.DeadlineAmendment, string(a.ID), store.Morning(a.FromDay, tx.Zone))
		return done("amendment", string(a.ID), "from", a.FromDay.String()), tx.SaveAmendment(ctx, a)
	}
	if err := s.putInForce(ctx, tx, c, a); errors.Is(err, errRebilled) {
		return refuse("amendment_outdated"), nil
	} else if err != nil {
		return crm.Answer{}, err
	}
	return done("amendment", string(a.ID), "from", tx.Today.String()), nil
}

// amendmentDay puts a signed amendment in force on its day. One whose billing is no longer as it was approved lapses: a person proposes it anew.
func (s *Steps) amendmentDay(ctx context.Context, tx *store.Tx, due store.Deadline) error {
	c, err := tx.Contract(ctx)
	if err != nil {
		return err
	}
	a, err := tx.Amendment(ctx, c.ID)
	if errors.Is(err, store.ErrNotFound) || err == nil && (string(a.ID) != due.Key || a.State != crm.AmendmentSigned || c.State != crm.ContractActive) {
		return nil
	} else if err != nil {
		return err
	}
	tx.Actor = string(a.RequestedBy)
	err = s.putInForce(ctx, tx, c, a)
	if !errors.Is(err, errRebilled) {
		return err
	}
	a.State = crm.AmendmentLapsed
	tellAmendment(tx, c, a, "amendment.lapsed", nil)
	return tx.SaveAmendment(ctx, a)
}

// putInForce makes the amendment the contract: its terms, its tranches, its renewal, and what its project is worth.
func (s *Steps) putInForce(ctx context.Context, tx *store.Tx, c crm.Contract, a crm.Amendment) error {
	before, _, err := tx.Agreement(ctx, c)
	if err != nil {
		return err
	}
	if a.Rebilled && !slices.Equal(billed(before.Now.Tranches), billed(a.Terms.Tranches)) {
		return errRebilled
	}
	p, err := tx.Project(ctx, c.ID)
	if err != nil {
		return err
	}
	if c, err = tx.Amended(ctx, before, a, p); err != nil {
		return err
	}
	switch {
	case c.NextOpportunityID != "":
	case c.Renewal == crm.RenewalNone:
		tx.Unset(store.DeadlineRenewal, "")
	default:
		tx.At(store.DeadlineRenewal, "", store.Morning(tx.RenewalAt(c), tx.Zone))
	}
	now := tx.Now
	a.State, a.InForceAt = crm.AmendmentInForce, &now
	tellAmendment(tx, c, a, "amendment.in_force", map[string]any{"total": c.Total, "tranches": len(a.Terms.Tranches)})
	if err := tx.SaveAmendment(ctx, a); err != nil || c.Net.Equal(before.Now.Net) {
		return err
	}
	return s.watchProject(ctx, tx)
}

// billed are the tranches that an amendment found invoiced, in their order.
func billed(tranches []crm.PlannedPart) (out []crm.ID) {
	for _, t := range tranches {
		if t.Tranche.Billed() {
			out = append(out, t.Tranche.ID)
		}
	}
	return out
}
