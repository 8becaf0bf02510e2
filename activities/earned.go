package activities

import (
	"context"
	"errors"

	"leadtocash/crm"
	"leadtocash/i18n"
	"leadtocash/store"

	"github.com/shopspring/decimal"
)

// billEarned puts up what the work of a project has earned and nobody was billed: as much of the tranches as it comes to may be billed, the rest stays as planned
// (S060, S084). Two at once have one effect, for the second finds nothing earned.
func (s *Steps) billEarned(ctx context.Context, tx *store.Tx, f crm.BillEarnedFields) (crm.Answer, error) {
	c, p, answer, err := billable(ctx, tx)
	if err != nil || !answer.OK() {
		return answer, err
	}
	if f.UpTo.IsZero() {
		f.UpTo = tx.Today
	}
	if f.UpTo.After(tx.Today) {
		return invalid("/up_to", "in_the_future"), nil
	}
	w, err := tx.Work(ctx, c, p)
	if err != nil {
		return crm.Answer{}, err
	}
	e := w.Earned(f.UpTo)
	if e.Why != "" {
		return refuse(e.Why, "earned", e.Earned.StringFixed(2), "billed", e.Billed.StringFixed(2), "signed", p.SignedPercent.String(), "reported", p.ProgressPercent.String()), nil
	}
	if f.Net != "" {
		if seen, err := crm.ParseAmount(f.Net, w.Currency); err != nil {
			return invalid("/net", codeOf(err)), nil
		} else if !seen.Equal(e.Net) {
			return refuse("earned_changed", "net", e.Net.StringFixed(2)), nil
		}
	}
	taken, err := crm.Take(w.Tranches, e.Net, w.Currency)
	if err != nil {
		return crm.Answer{}, err
	}
	row := crm.Earning{ID: store.NewID(), ProjectID: p.ID, Way: e.Way, UpTo: f.UpTo, Earned: e.Earned, Billed: e.Billed, Net: e.Net, By: tx.Actor, At: tx.Now}
	for _, t := range w.Times {
		if row.Bills(t) {
			row.Hours = row.Hours.Add(t.Hours)
		}
	}
	tx.PutUp(w, row, taken)
	tellEarning(tx, c, "project.billed", row)
	return done("earning", string(row.ID), "net", row.Net.StringFixed(2)), nil
}

// unbillEarned takes a billing back before it is invoiced, or once its invoice was credited: the plan is as it was, its hours may be changed and billed again.
func (s *Steps) unbillEarned(ctx context.Context, tx *store.Tx, f crm.UnbillFields) (crm.Answer, error) {
	c, p, answer, err := billable(ctx, tx)
	if err != nil || !answer.OK() {
		return answer, err
	}
	e, err := tx.Earning(ctx, p.ID, f.EarningID)
	switch {
	case errors.Is(err, store.ErrNotFound):
		return refuse("not_found"), nil
	case err != nil:
		return crm.Answer{}, err
	case e.UndoneAt != nil:
		return done("earning", string(e.ID)), nil
	}
	w, err := tx.Work(ctx, c, p)
	if err != nil {
		return crm.Answer{}, err
	}
	for _, t := range w.Tranches {
		if t := t.Tranche; t.EarningID == e.ID && (t.InvoiceID != "" || t.ExternalNumber != "" || t.State == crm.TrancheCancelled) {
			return refuse("already_invoiced", "invoice", string(t.InvoiceID), "number", t.ExternalNumber), nil
		}
	}
	if err := tx.PutBack(ctx, e, w.Tranches); err != nil {
		return crm.Answer{}, err
	}
	tellEarning(tx, c, "project.unbilled", e)
	return done("earning", string(e.ID)), nil
}

// billable is the contract and its project, where something may still be billed of it.
func billable(ctx context.Context, tx *store.Tx) (c crm.Contract, p crm.Project, answer crm.Answer, err error) {
	c, p, open, err := openProject(ctx, tx)
	switch {
	case errors.Is(err, store.ErrNotFound):
		return c, p, refuse("not_found"), nil
	case err != nil:
		return c, p, answer, err
	case c.State != crm.ContractActive:
		return c, p, refuse("contract_closed"), nil
	case !open:
		return c, p, refuse("project_closed"), nil
	}
	return c, p, done(), nil
}

// tellEarning tells the timeline of a billing.
func tellEarning(tx *store.Tx, c crm.Contract, code string, e crm.Earning) {
	data := map[string]any{"amount": e.Net, "way": e.Way, "until": e.UpTo, "earning_id": e.ID}
	if e.Hours.IsPositive() {
		data["hours"] = e.Hours
	}
	tx.Tell(store.Entry{Code: code, AccountID: c.AccountID, OpportunityID: c.OpportunityID, Data: data})
}

// lineOf is the text of a tranche's lines on an invoice, in the customer's language: of what was earned, until when and of how many hours.
func lineOf(ctx context.Context, tx *store.Tx, words *i18n.Printer, contract string, t crm.Tranche) (string, error) {
	kind := words.T("tranche." + string(t.Kind))
	if t.EarningID == "" {
		return words.T("billing.line", map[string]any{"Contract": contract, "Kind": kind}), nil
	}
	e, err := tx.EarnedBy(ctx, t.EarningID)
	if err != nil {
		return "", err
	}
	key, hours := "billing.line_progress", decimal.Zero
	if e.Way == crm.EarnHours {
		key, hours = "billing.line_hours", e.Hours
	}
	return words.T(key, map[string]any{"Contract": contract, "Kind": kind, "Until": words.Date(e.UpTo), "Hours": words.Number(hours, i18n.AsGiven)}), nil
}
