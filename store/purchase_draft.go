package store

import (
	"context"

	"leadtocash/crm"

	"github.com/jackc/pgx/v5"
)

// EditPurchaseOrder writes a draft anew, with all of its lines. Who does so asks for it from then on, and does not approve it. The target's version is the order's. Refused:
// transition_not_allowed once it is decided.
func (s *Store) EditPurchaseOrder(ctx context.Context, t Target, in crm.PurchaseOrder, lines []crm.PurchaseLine) (o crm.PurchaseOrder, err error) {
	err = s.edit(ctx, t.Actor, func(e *edit) error {
		d, was, err := e.lockPurchase(ctx, t, in.ID)
		if err != nil {
			return err
		}
		if o = was; o.State != crm.PurchaseDraft {
			return notFrom(o, crm.PurchaseDraft)
		}
		o.Supplier, o.Kind, o.PhaseID, o.DueDate, o.Note, o.RequestedBy = in.Supplier, in.Kind, in.PhaseID, in.DueDate, in.Note, e.actor
		if err := e.phaseOf(ctx, d, o.PhaseID); err != nil {
			return err
		}
		if err := o.PriceLines(lines, e.entity.Pricing(d.contract.Currency)); err != nil {
			return err
		}
		b := &pgx.Batch{}
		b.Queue(`update purchase_order set supplier = $2, kind = $3, phase_id = $4, due_date = $5, note = $6, net = $7, requested_by = $8 where id = $1`, o.ID, o.Supplier, o.Kind, o.PhaseID, o.DueDate, o.Note, o.Net, o.RequestedBy)
		b.Queue(`delete from purchase_line where order_id = $1`, o.ID)
		queueLines(b, lines)
		b.Queue(`update cost_entry set kind = $2, amount = $3, supplier = $4, phase_id = $5, entered_by = $6, version = version + 1 where purchase_order_id = $1 and state = 'requested'`, o.ID, o.Kind, o.Net, o.Supplier, o.PhaseID, e.actor)
		if err := e.q.SendBatch(ctx, b).Close(); err != nil {
			return told(err)
		}
		return e.savePurchase(ctx, d, &o, "purchase.edited", nil)
	})
	return o, err
}
