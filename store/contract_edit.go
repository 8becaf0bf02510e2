package store

import (
	"context"

	"leadtocash/crm"
)

// DeadlineRenewal comes in the morning on which a contract's renewal begins: so many days before its end (S088).
const DeadlineRenewal = "renewal"

// RenewalAt is when a contract's renewal begins.
func (tx *Tx) RenewalAt(c crm.Contract) crm.Date { return c.EndDate.AddDays(-c.NoticeDays) }

// EditContract changes a contract's end and notice; its renewal moves with them unless it has begun. Refused with contract_amended where the contract has
// versions, or is to have one: then its terms change by amendments only.
func (s *Store) EditContract(ctx context.Context, t Target, change func(*crm.Contract) error) (c crm.Contract, err error) {
	err = s.edit(ctx, t.Actor, func(e *edit) error {
		before, err := e.lockContract(ctx, t)
		if err != nil {
			return err
		}
		if t.Version != 0 && t.Version != before.Version {
			return Stale{Version: before.Version}
		}
		c = before
		if err := change(&c); err != nil {
			return err
		}
		if c.EndDate.Before(c.StartDate) {
			return crm.FieldErrors{crm.Problem("before_start").At("/end_date")}
		}
		changes := differences(before, c)
		if len(changes) == 0 {
			return nil
		}
		if err := e.notAmended(ctx, c.ID); err != nil {
			return err
		}
		c.Version++
		if _, err := e.q.Exec(ctx, `update contract set end_date = $2, notice_days = $3, version = $4 where id = $1`, c.ID, c.EndDate, c.NoticeDays, c.Version); err != nil {
			return err
		}
		process := crm.ProcessID(crm.KindContract, c.ID)
		if c.NextOpportunityID == "" {
			if err := e.due(ctx, process, DeadlineRenewal, "", Morning(c.EndDate.AddDays(-c.NoticeDays), e.zone)); err != nil {
				return err
			}
		}
		return e.tell(ctx, process, Entry{Code: "contract.edited", AccountID: c.AccountID, OpportunityID: c.OpportunityID, Data: map[string]any{"changes": changes, "version": c.Version}})
	})
	return c, err
}

// notAmended refuses a plain edit of what a contract's versions say: its terms change by amendments only.
func (e *edit) notAmended(ctx context.Context, contract crm.ID) error {
	var amended bool
	if err := e.q.QueryRow(ctx, `select exists (select from contract_amendment where contract_id = $1 and state in ('proposed', 'approved', 'signed', 'in_force'))`, contract).Scan(&amended); err != nil {
		return told(err)
	}
	if amended {
		return Refused{Code: "contract_amended"}
	}
	return nil
}

// lockContract locks an active contract within the scope.
func (e *edit) lockContract(ctx context.Context, t Target) (c crm.Contract, err error) {
	if err := e.join(ctx, crm.KindContract, t.ID); err != nil {
		return c, err
	}
	args := []any{t.ID}
	if c, err = one[crm.Contract](ctx, e.q, `select `+contractColumns+` from contract where id = $1 and `+t.Scope.covers("owner_id", &args)+` for update`, args...); err != nil {
		return c, err
	}
	if c.State != "active" {
		return c, Refused{Code: "contract_closed"}
	}
	return c, nil
}

// EditTranche notes what another system says about a tranche: the number under which it was invoiced there (S061), whether that was paid,
// and whether the payment was dishonoured (S062). A tranche with a number of another system needs no invoice of ours. The target's id is
// the contract's, its version the tranche's.
func (s *Store) EditTranche(ctx context.Context, t Target, id crm.ID, change func(*crm.Tranche) error) (out crm.Tranche, err error) {
	err = s.edit(ctx, t.Actor, func(e *edit) error {
		c, err := e.lockContract(ctx, t)
		if err != nil {
			return err
		}
		before, err := one[crm.Tranche](ctx, e.q, `select `+trancheColumns+` from tranche where id = $1 and contract_id = $2 for update`, id, c.ID)
		if err != nil {
			return err
		}
		if t.Version != 0 && t.Version != before.Version {
			return Stale{Version: before.Version}
		}
		out = before
		if err := change(&out); err != nil {
			return err
		}
		if err := external(before, &out); err != nil {
			return err
		}
		changes := differences(before, out)
		if len(changes) == 0 {
			return nil
		}
		out.Version++
		if _, err := e.q.Exec(ctx, `update tranche set external_number = $2, dishonoured = $3, state = $4, version = $5 where id = $1`,
			out.ID, out.ExternalNumber, out.Dishonoured, out.State, out.Version); err != nil {
			return err
		}
		for _, code := range noted(before, out) {
			if err := e.tell(ctx, crm.ProcessID(crm.KindContract, c.ID), Entry{
				Code: code, AccountID: c.AccountID, OpportunityID: c.OpportunityID,
				Data: map[string]any{
					"tranche": out.Position, "tranche_id": out.ID, "number": out.ExternalNumber, "paid": out.State == crm.TranchePaid, "dishonoured": out.Dishonoured, "tranche_changes": changes,
				},
			}); err != nil {
				return err
			}
		}
		return nil
	})
	return out, err
}

// noted says what the timeline tells of an edit: what another system did with the tranche, and what its payment did.
func noted(before, after crm.Tranche) (codes []string) {
	if before.ExternalNumber != after.ExternalNumber || before.State != after.State {
		codes = append(codes, "tranche.edited")
	}
	switch {
	case after.Dishonoured && !before.Dishonoured:
		codes = append(codes, "tranche.dishonoured")
	case before.Dishonoured && !after.Dishonoured:
		codes = append(codes, "tranche.honoured")
	}
	return codes
}

// external keeps a tranche's state in step with what another system says; what is invoiced here keeps its own state.
func external(before crm.Tranche, t *crm.Tranche) error {
	if t.InvoiceID != "" {
		if t.State != before.State {
			return Refused{Code: "already_invoiced", Params: map[string]string{"invoice": string(t.InvoiceID)}}
		}
		return nil
	}
	switch {
	case t.ExternalNumber != "" && before.State == crm.TranchePlanned:
		return Refused{Code: "tranche_not_billable", Params: map[string]string{"opens_at": t.OpensAtPercent.String()}}
	case t.ExternalNumber == "" && (t.State == crm.TranchePaid || t.Dishonoured):
		return crm.FieldErrors{crm.Problem("required").At("/external_number")}
	case t.ExternalNumber != "" && t.State == crm.TrancheBillable:
		t.State = crm.TrancheInvoiced
	case t.ExternalNumber == "" && t.State == crm.TrancheInvoiced:
		t.State = crm.TrancheBillable
	}
	return nil
}

// DishonouredTranche is a tranche whose payment was dishonoured, with whose it is (S062).
type DishonouredTranche struct {
	crm.Tranche
	Currency       string
	ContractNumber string
	Account        string
	AccountID      crm.ID
	InvoiceNumber  string
}

// Dishonoured lists them by customer, for the overdue view.
func (s *Store) Dishonoured(ctx context.Context, sc Scope) ([]DishonouredTranche, error) {
	var args []any
	return many[DishonouredTranche](ctx, s.pool, `select t.*, c.currency, c.number as contract_number, a.name as account, a.id as account_id, coalesce(i.number, '') as invoice_number
		from tranche t join contract c on c.id = t.contract_id join account a on a.id = c.account_id left join invoice i on i.id = t.invoice_id
		where t.dishonoured and `+sc.covers("a.owner_id", &args)+` order by a.name, c.number, t.position limit 500`, args...)
}
