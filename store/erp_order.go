package store

import (
	"context"
	"errors"
	"time"

	"leadtocash/crm"
)

// SettingERP is how a company's orders reach its ERP.
const SettingERP = "erp"

// ERPState is how far a contract's order is on its way to the ERP (S081).
type ERPState struct {
	ContractID crm.ID
	Format     string // webhook, ubl: of the company now
	State      string // due, claimed, done, parked, cancelled
	Attempts   int
	NextAt     *time.Time // of the next try; none when none comes
	OutcomeAt  *time.Time
	Outcome    string // what the last try came to; the ERP's reference when it is done
	Reference  string // what the ERP calls the order
	Sending    bool   // at this moment
}

// sendTime is how long one try may take at most, with some to spare: nobody touches an effect that may be under way.
const sendTime = `interval '15 seconds'`

const erpStates = `select c.id as contract_id, c.erp_reference as reference, e.state, e.attempts, case when e.state in ('due', 'claimed') then e.next_at end as next_at,
	e.outcome_at, e.outcome, coalesce(e.state = 'claimed' and e.intent_at > now() - ` + sendTime + `, false) as sending, (select erp_format from legal_entity order by id limit 1) as format
	from contract c join effect e on e.key = 'erp/order/' || c.order_id`

// ERPOf reads how a contract's order fares; who may see the contract may see it.
func (s *Store) ERPOf(ctx context.Context, contract crm.ID) (ERPState, error) {
	return one[ERPState](ctx, s.pool, erpStates+` where c.id = $1`, contract)
}

// TryERP has an order's next try come at once. Whatever became of earlier ones, the ERP is asked first. Refused: erp_done, erp_sending.
func (s *Store) TryERP(ctx context.Context, t Target) (ERPState, error) {
	return s.changeERP(ctx, t, "erp.tried", nil, `update effect set state = 'claimed', next_at = `+dueBy+`, outcome_at = null where key = $1`)
}

// SettleERP notes that the ERP has the order, as a person found: under which reference, and how he knows. Refused: erp_done, erp_sending.
func (s *Store) SettleERP(ctx context.Context, t Target, reference, reason string) (ERPState, error) {
	return s.changeERP(ctx, t, "erp.settled", map[string]any{"reference": reference, "reason": reason},
		`update effect set state = 'done', outcome = $2, outcome_at = now() where key = $1`, reference)
}

// CancelERP has an order tried no more; it may be tried again later. Refused: erp_done, erp_sending, already_cancelled.
func (s *Store) CancelERP(ctx context.Context, t Target, reason string) (ERPState, error) {
	return s.changeERP(ctx, t, "erp.cancelled", map[string]any{"reason": reason}, `update effect set state = 'cancelled', outcome = $2, outcome_at = now() where key = $1`, reason)
}

// changeERP is one person's word on an order that is on its way; it is told on the contract's timeline.
func (s *Store) changeERP(ctx context.Context, t Target, code string, data map[string]any, sql string, args ...any) (out ERPState, err error) {
	err = s.edit(ctx, t.Actor, func(e *edit) error {
		scope := []any{t.ID}
		c, err := one[crm.Contract](ctx, e.q, `select `+contractColumns+` from contract where id = $1 and `+t.Scope.covers("owner_id", &scope)+` for update`, scope...)
		if err != nil {
			return err
		}
		key := "erp/order/" + string(c.OrderID)
		free, err := one[struct{ Key string }](ctx, e.q, `select key from effect where key = $1 for update skip locked`, key)
		if err != nil && !errors.Is(err, ErrNotFound) {
			return err
		}
		now, err := one[ERPState](ctx, e.q, erpStates+` where c.id = $1`, c.ID)
		switch {
		case err != nil:
			return err
		case now.State == "done":
			return Refused{Code: "erp_done", Params: map[string]string{"reference": now.Reference}}
		case now.Sending, free.Key == "": // or its outcome is being written
			return Refused{Code: "erp_sending"}
		case now.State == "cancelled" && code == "erp.cancelled":
			return Refused{Code: "already_cancelled"}
		}
		if _, err := e.q.Exec(ctx, sql, append([]any{key}, args...)...); err != nil {
			return err
		}
		if reference, ok := data["reference"]; ok {
			if _, err := e.q.Exec(ctx, `update contract set erp_reference = $2, version = version + 1 where id = $1`, c.ID, reference); err != nil {
				return err
			}
		}
		if data == nil {
			data = map[string]any{}
		}
		data["contract_id"] = c.ID
		if err := e.tell(ctx, crm.ProcessID(crm.KindContract, c.ID), Entry{Code: code, AccountID: c.AccountID, OpportunityID: c.OpportunityID, Data: data}); err != nil {
			return err
		}
		out, err = one[ERPState](ctx, e.q, erpStates+` where c.id = $1`, c.ID)
		return err
	})
	return out, err
}

// ERPSetting is how the company's orders reach its ERP.
type ERPSetting struct {
	Format  string
	Version int
}

// ERPFormat reads it.
func (s *Store) ERPFormat(ctx context.Context) (ERPSetting, error) {
	return one[ERPSetting](ctx, s.pool, `select (select erp_format from legal_entity order by id limit 1) as format, version from setting where name = $1`, SettingERP)
}

// SetERPFormat chooses the adapter for orders that are sent from now on; a key keeps an order that was sent before from being sent twice.
func (s *Store) SetERPFormat(ctx context.Context, t Target, format string) (ERPSetting, error) {
	version, err := s.editSetting(ctx, SettingERP, t, func(e *edit) (map[string]change, error) {
		if e.entity.ERPFormat == format {
			return nil, nil
		}
		_, err := e.q.Exec(ctx, `update legal_entity set erp_format = $2 where id = $1`, e.entity.ID, format)
		return map[string]change{"format": {e.entity.ERPFormat, format}}, err
	})
	return ERPSetting{format, version}, err
}
