package activities

import (
	"context"
	"errors"

	"leadtocash/crm"
	"leadtocash/store"

	"github.com/shopspring/decimal"
)

// takeNotice records that the customer ends a contract at its end, or takes that back (S088). Notice after the last day is refused unless it is taken all the same; one that
// has gone on meanwhile has a later end and a later last day.
func (s *Steps) takeNotice(ctx context.Context, tx *store.Tx, f crm.NoticeFields) (crm.Answer, error) {
	c, err := tx.Contract(ctx)
	if err != nil {
		return crm.Answer{}, err
	}
	if c.State != crm.ContractActive {
		return refuse("contract_closed"), nil
	}
	before, err := tx.Notice(ctx, c)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return crm.Answer{}, err
	}
	if f.Withdraw {
		if err != nil {
			return done(), nil
		}
		tx.WithdrawNotice(before)
		tx.At(store.DeadlineRenewal, "", store.Morning(tx.RenewalAt(c), tx.Zone))
		tellContract(tx, c, "contract.notice_back", map[string]any{"ends": c.EndDate})
		return done(), nil
	}
	if err == nil { // it was given before
		return done(), nil
	}
	if f.GivenOn.IsZero() {
		f.GivenOn = tx.Today
	}
	late := c.LastNotice().Before(f.GivenOn)
	switch {
	case f.GivenOn.After(tx.Today):
		return invalid("/given_on", "in_the_future"), nil
	case late && !f.AcceptLate:
		return refuse("notice_late", "last", c.LastNotice().String(), "ends", c.EndDate.String()), nil
	}
	n := crm.ContractNotice{ContractID: c.ID, EndDate: c.EndDate, GivenOn: f.GivenOn, Reason: f.Reason, Late: late, RecordedBy: crm.ID(tx.Actor)}
	tx.SaveNotice(n)
	tx.Unset(store.DeadlineRenewal, "")
	tx.Unset(store.DeadlineRenewal, store.RenewalAhead)
	tellContract(tx, c, "contract.notice", map[string]any{"given": f.GivenOn, "ends": c.EndDate, "reason": f.Reason})
	return done(), s.mailOwner(ctx, tx, c, "contract_notice", map[string]string{"given": f.GivenOn.String()})
}

// adjustPrice proposes what the next period costs more, and why; the customer is told. The last proposal counts when the contract goes on.
func (s *Steps) adjustPrice(ctx context.Context, tx *store.Tx, f crm.AdjustFields) (crm.Answer, error) {
	c, err := tx.Contract(ctx)
	if err != nil {
		return crm.Answer{}, err
	}
	percent, err := decimal.NewFromString(f.Percent)
	switch {
	case err != nil || !percent.IsPositive() || percent.GreaterThan(decimal.NewFromInt(100)) || percent.Exponent() < -4:
		return invalid("/percent", "out_of_range"), nil
	case f.Source == "":
		return invalid("/source", "required"), nil
	case c.State != crm.ContractActive:
		return refuse("contract_closed"), nil
	case c.Renewal != crm.RenewalAutomatic:
		return refuse("not_automatic"), nil
	}
	a := crm.ContractAdjustment{ID: store.NewID(), ContractID: c.ID, FromDay: c.EndDate, Percent: percent, Source: f.Source, ProposedBy: crm.ID(tx.Actor)}
	tx.AddAdjustment(a)
	tellContract(tx, c, "contract.adjusted", map[string]any{"percent": percent, "source": f.Source, "from": c.EndDate})
	deal, err := tx.OpportunityBy(ctx, c.OpportunityID)
	if err != nil {
		return crm.Answer{}, err
	}
	to, err := tx.Recipient(ctx, c.AccountID, deal.ContactID)
	if err != nil || to.Email == "" {
		return done(), err
	}
	leaveMail(tx, mailKey("renewal_price", a.ID), "", crm.Letter{
		Template: "renewal_price", To: to.Email, Name: to.Name, Language: to.Language,
		Texts: map[string]string{"contract": c.Number, "percent": texts().For(to.Language).Percent(percent), "source": f.Source, "from_day": c.EndDate.String(), "last_day": c.LastNotice().String()},
	})
	return done(), nil
}

// remindRenewal tells the owner of a contract that goes on by itself that the last day for notice is near.
func (s *Steps) remindRenewal(ctx context.Context, tx *store.Tx, c crm.Contract) error {
	if c.State != crm.ContractActive || c.Renewal != crm.RenewalAutomatic {
		return nil
	}
	if at := c.LastNotice().AddDays(-crm.RenewalAheadDays); tx.Today.Before(at) { // its end was moved meanwhile
		tx.At(store.DeadlineRenewal, store.RenewalAhead, store.Morning(at, tx.Zone))
		return nil
	}
	if _, err := tx.Notice(ctx, c); err == nil || !errors.Is(err, store.ErrNotFound) {
		return err
	}
	tellContract(tx, c, "contract.renewal_near", map[string]any{"last": c.LastNotice(), "ends": c.EndDate})
	return s.mailOwner(ctx, tx, c, "renewal_near", map[string]string{"last_day": c.LastNotice().String()})
}

// extend lets a contract run on for another period, once: its end moves, and what is billed again and again is planned for the new period. It is a version of its own, in force
// from the day after which it would have ended. While an amendment is on its way it waits for the next morning.
func (s *Steps) extend(ctx context.Context, tx *store.Tx, c crm.Contract) error {
	if _, err := tx.Notice(ctx, c); err == nil || !errors.Is(err, store.ErrNotFound) {
		return err
	}
	switch a, err := tx.Amendment(ctx, c.ID); {
	case err == nil && a.State.Open():
		tx.At(store.DeadlineRenewal, "", store.Morning(tx.Today.AddDays(1), tx.Zone))
		return nil
	case err != nil && !errors.Is(err, store.ErrNotFound):
		return err
	}
	raise, err := tx.Adjustment(ctx, c)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return err
	}
	owner, err := tx.Person(ctx, c.OwnerID)
	if err != nil {
		return err
	}
	before, number, err := tx.Agreement(ctx, c)
	if err != nil {
		return err
	}
	from, now := c.EndDate, tx.Now
	terms, added := before.Renew(raise.Percent)
	tx.Actor = string(c.OwnerID)
	a := crm.Amendment{
		ID: store.NewID(), ContractID: c.ID, Number: number + 1, State: crm.AmendmentSigned, Terms: terms, Changes: before.Bridge(terms), Rebilled: added.IsPositive(), FromDay: from,
		Reason: texts().For(owner.Language).T("renewal.reason", "From", from, "Until", terms.EndDate), RequestedBy: c.OwnerID, RequestedAt: now, DecidedAt: &now, SignedAt: &now,
	}
	if err := tx.AddAmendment(ctx, a, nil); err != nil {
		return err
	}
	if err := s.putInForce(ctx, tx, c, a); err != nil {
		return err
	}
	tx.AddRenewal(crm.ContractRenewal{ContractID: c.ID, FromDay: from, UntilDay: terms.EndDate, Net: added, Percent: raise.Percent, Source: raise.Source, AmendmentID: a.ID})
	tx.At(store.DeadlineRenewal, store.RenewalAhead, store.Morning(terms.EndDate.AddDays(-c.NoticeDays-crm.RenewalAheadDays), tx.Zone))
	tellContract(tx, c, "contract.went_on", map[string]any{"from": from, "ends": terms.EndDate, "percent": raise.Percent})
	return s.mailOwner(ctx, tx, c, "renewal_done", map[string]string{"until": terms.EndDate.String()})
}

// mailOwner writes to a contract's owner about its end.
func (s *Steps) mailOwner(ctx context.Context, tx *store.Tx, c crm.Contract, template string, say map[string]string) error {
	u, err := tx.Person(ctx, c.OwnerID)
	if err != nil || !u.Active {
		return notMissing(err)
	}
	say["contract"], say["ends"] = c.Number, c.EndDate.String()
	leaveMail(tx, mailKey(template, c.ID)+"/"+c.EndDate.String(), "", crm.Letter{
		Template: template, To: u.Email, Name: u.Name, Language: u.Language, Path: "/contracts/" + string(c.ID) + "/renewal", Texts: say,
	})
	return nil
}

func tellContract(tx *store.Tx, c crm.Contract, code string, data map[string]any) {
	tx.Tell(store.Entry{Code: code, AccountID: c.AccountID, OpportunityID: c.OpportunityID, Data: data})
}
