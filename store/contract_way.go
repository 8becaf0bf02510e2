package store

import (
	"context"

	"leadtocash/crm"
)

// ContractWay is what became of a deal's contract after it was made: its order at the ERP, and whether the deal is being undone.
type ContractWay struct {
	ID           crm.ID
	State        string
	ERPReference string
	Undo         crm.UndoState // of the latest request; empty: nobody asked
	ERP          []EffectRow   // the latest first
}

// WayOfContract reads it for a contract whose deal may be seen.
func (s *Store) WayOfContract(ctx context.Context, contract crm.ID) (w ContractWay, err error) {
	if w, err = one[ContractWay](ctx, s.pool, `select id, state, erp_reference, coalesce((select u.state from undo u where u.contract_id = c.id order by u.requested_at desc, u.id desc limit 1), '') as undo
		from contract c where id = $1`, contract); err != nil {
		return w, err
	}
	w.ERP, err = many[EffectRow](ctx, s.pool, effects+` where key = any(select k || order_id from contract, unnest('{erp/order/,erp/cancel/}'::text[]) k where id = $1) order by created_at desc limit 1`, contract)
	return w, err
}
