package store

import (
	"context"
	"errors"
	"fmt"

	"leadtocash/crm"

	"github.com/jackc/pgx/v5"
	"github.com/shopspring/decimal"
)

// PurchaseRow is a purchase order with its lines and invoices.
type PurchaseRow struct {
	crm.PurchaseOrder
	Requester string
	Decider   string
	Phase     string
	Received  string                `db:"-"` // none, part, all
	Left      decimal.Decimal       `db:"-"` // that it commits
	Lines     []crm.PurchaseLine    `db:"-"`
	Invoices  []crm.PurchaseInvoice `db:"-"`
}

// PurchaseOrders lists the orders of a contract's project: open ones first, then the newest.
func (s *Store) PurchaseOrders(ctx context.Context, contract crm.ID) ([]PurchaseRow, error) {
	rows, err := many[PurchaseRow](ctx, s.pool, `select o.*, q.name as requester, coalesce(d.name, '') as decider, coalesce(h.name, '') as phase
		from purchase_order o join project p on p.id = o.project_id join app_user q on q.id = o.requested_by left join app_user d on d.id = o.decided_by left join project_phase h on h.id = o.phase_id
		where p.contract_id = $1 order by o.state not in ('draft', 'approved'), o.at desc, o.id desc limit $2`, contract, projectRows)
	if err != nil {
		return nil, err
	}
	lines, err := many[crm.PurchaseLine](ctx, s.pool, `select l.* from purchase_line l join purchase_order o on o.id = l.order_id join project p on p.id = o.project_id where p.contract_id = $1 order by l.position`, contract)
	if err != nil {
		return nil, err
	}
	invoices, err := many[crm.PurchaseInvoice](ctx, s.pool, `select i.* from purchase_invoice i join purchase_order o on o.id = i.order_id join project p on p.id = o.project_id where p.contract_id = $1 order by i.at`, contract)
	for i := range rows {
		r := &rows[i]
		for _, l := range lines {
			if l.OrderID == r.ID {
				r.Lines = append(r.Lines, l)
			}
		}
		for _, v := range invoices {
			if v.OrderID == r.ID {
				r.Invoices = append(r.Invoices, v)
			}
		}
		r.Received, r.Left = crm.ReceivedState(r.Lines), r.Committed()
	}
	return rows, err
}

// AddPurchaseOrder asks for an order; its cost stands as asked for until it is approved (S082).
func (s *Store) AddPurchaseOrder(ctx context.Context, t Target, o crm.PurchaseOrder, lines []crm.PurchaseLine) (crm.PurchaseOrder, error) {
	err := s.edit(ctx, t.Actor, func(e *edit) error {
		d, err := e.lockProject(ctx, t)
		if err != nil {
			return err
		}
		if err := e.phaseOf(ctx, d, o.PhaseID); err != nil {
			return err
		}
		if err := o.PriceLines(lines, e.entity.Pricing(d.contract.Currency)); err != nil {
			return err
		}
		var n int64
		if err := e.q.QueryRow(ctx, `select nextval('purchase_order_number')`).Scan(&n); err != nil {
			return told(err)
		}
		o.Number = fmt.Sprintf("PO-%d-%04d", e.today.Year(), n)
		o.ProjectID, o.State, o.RequestedBy, o.At, o.Version = d.ID, crm.PurchaseDraft, e.actor, e.now, 1
		b := &pgx.Batch{}
		b.Queue(`insert into purchase_order (id, number, project_id, phase_id, supplier, kind, net, due_date, note, requested_by, at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
			o.ID, o.Number, o.ProjectID, o.PhaseID, o.Supplier, o.Kind, o.Net, o.DueDate, o.Note, o.RequestedBy, o.At)
		queueLines(b, lines)
		if err := e.q.SendBatch(ctx, b).Close(); err != nil {
			return told(err)
		}
		if err := e.orderCost(ctx, d, o, crm.CostRequested, o.Net, o.Number); err != nil {
			return err
		}
		return e.ordered(ctx, d, o, "purchase.asked", nil)
	})
	return o, err
}

func queueLines(b *pgx.Batch, lines []crm.PurchaseLine) {
	for _, l := range lines {
		b.Queue(`insert into purchase_line (order_id, position, text, quantity, unit_price, net) values ($1, $2, $3, $4, $5, $6)`, l.OrderID, l.Position, l.Text, l.Quantity, l.UnitPrice, l.Net)
	}
}

// orderCost enters a cost of an order.
func (e *edit) orderCost(ctx context.Context, d delivery, o crm.PurchaseOrder, state crm.CostState, amount decimal.Decimal, text string) error {
	_, err := e.q.Exec(ctx, `insert into cost_entry (id, project_id, kind, state, amount, supplier, text, on_date, entered_by, approved_by, at, phase_id, purchase_order_id)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`, NewID(), d.ID, o.Kind, state, amount, o.Supplier, text, e.today, o.RequestedBy, o.DecidedBy, e.now, o.PhaseID, o.ID)
	return told(err)
}

func (e *edit) ordered(ctx context.Context, d delivery, o crm.PurchaseOrder, code string, more map[string]any) error {
	data := map[string]any{"order": o.Number, "supplier": o.Supplier, "net": o.Net}
	for k, v := range more {
		data[k] = v
	}
	return e.spent(ctx, d, code, data)
}

// lockPurchase locks an order of the target's project. The target's version is the order's.
func (e *edit) lockPurchase(ctx context.Context, t Target, id crm.ID) (d delivery, o crm.PurchaseOrder, err error) {
	if d, err = e.lockProject(ctx, t); err != nil {
		return d, o, err
	}
	if o, err = one[crm.PurchaseOrder](ctx, e.q, `select * from purchase_order where id = $1 and project_id = $2 for update`, id, d.ID); err != nil {
		return d, o, err
	}
	if t.Version != 0 && t.Version != o.Version {
		return d, o, Stale{Version: o.Version}
	}
	return d, o, nil
}

func notFrom(o crm.PurchaseOrder, to crm.PurchaseState) error {
	return Refused{Code: "transition_not_allowed", Params: map[string]string{"from": string(o.State), "to": string(to)}}
}

// DecidePurchase approves an order or refuses it. Nobody approves what he asked for, nor more than his limit where he has one: nil is none. Refused:
// self_approval, over_approval_limit, transition_not_allowed.
func (s *Store) DecidePurchase(ctx context.Context, t Target, id crm.ID, to crm.PurchaseState, limit *decimal.Decimal) (o crm.PurchaseOrder, err error) {
	err = s.edit(ctx, t.Actor, func(e *edit) error {
		d, was, err := e.lockPurchase(ctx, t, id)
		if err != nil {
			return err
		}
		o = was
		switch {
		case o.State != crm.PurchaseDraft:
			return notFrom(o, to)
		case to == crm.PurchaseApproved && e.actor == o.RequestedBy:
			return Refused{Code: "self_approval"}
		case to == crm.PurchaseApproved && limit != nil && o.Net.GreaterThan(*limit):
			return Refused{Code: "over_approval_limit", Params: map[string]string{"limit": limit.StringFixed(2), "amount": o.Net.StringFixed(2)}}
		}
		o.State, o.DecidedBy, o.DecidedAt = to, e.actor, &e.now
		cost, code := crm.CostCommitted, "purchase.approved"
		if to != crm.PurchaseApproved {
			cost, code = crm.CostRefused, "purchase.refused"
		}
		if _, err := e.q.Exec(ctx, `update cost_entry set state = $2, approved_by = $3, version = version + 1 where purchase_order_id = $1 and state = 'requested'`, o.ID, cost, e.actor); err != nil {
			return told(err)
		}
		return e.savePurchase(ctx, d, &o, code, nil)
	})
	return o, err
}

func (e *edit) savePurchase(ctx context.Context, d delivery, o *crm.PurchaseOrder, code string, more map[string]any) error {
	o.Version++
	if _, err := e.q.Exec(ctx, `update purchase_order set state = $2, invoiced = $3, decided_by = $4, decided_at = $5, version = $6 where id = $1`, o.ID, o.State, o.Invoiced, o.DecidedBy, o.DecidedAt, o.Version); err != nil {
		return told(err)
	}
	return e.ordered(ctx, d, *o, code, more)
}

// Receipt is how much of a line has come.
type Receipt struct {
	Position int
	Quantity decimal.Decimal
}

// ReceivePurchase notes what came of an approved order; without anything named, all that is left. Refused: more_than_ordered at the line.
func (s *Store) ReceivePurchase(ctx context.Context, t Target, id crm.ID, came []Receipt) (o crm.PurchaseOrder, err error) {
	err = s.edit(ctx, t.Actor, func(e *edit) error {
		d, was, err := e.lockPurchase(ctx, t, id)
		if err != nil {
			return err
		}
		if o = was; o.State != crm.PurchaseApproved {
			return notFrom(o, crm.PurchaseApproved)
		}
		lines, err := many[crm.PurchaseLine](ctx, e.q, `select * from purchase_line where order_id = $1 order by position`, o.ID)
		if err != nil {
			return err
		}
		if len(came) == 0 {
			for _, l := range lines {
				came = append(came, Receipt{l.Position, l.Quantity.Sub(l.Received)})
			}
		}
		b := &pgx.Batch{}
		for i, c := range came {
			at := fmt.Sprintf("/lines/%d", i)
			if c.Position < 1 || c.Position > len(lines) {
				return crm.FieldErrors{crm.Problem("unknown_value", "value", fmt.Sprint(c.Position)).At(at + "/position")}
			}
			l := &lines[c.Position-1]
			if l.Received = l.Received.Add(c.Quantity); l.Received.GreaterThan(l.Quantity) {
				return crm.FieldErrors{crm.Problem("more_than_ordered", "most", l.Quantity.Sub(l.Received.Sub(c.Quantity)).String()).At(at + "/quantity")}
			}
			b.Queue(`update purchase_line set received = $3 where order_id = $1 and position = $2`, o.ID, l.Position, l.Received)
		}
		if err := e.q.SendBatch(ctx, b).Close(); err != nil {
			return told(err)
		}
		return e.savePurchase(ctx, d, &o, "purchase.received", map[string]any{"received": crm.ReceivedState(lines)})
	})
	return o, err
}

// InvoicePurchase enters a supplier's invoice: it becomes a cost, and the order commits as much less, nothing more where it is the last one (S083). Refused:
// duplicate_invoice, transition_not_allowed.
func (s *Store) InvoicePurchase(ctx context.Context, t Target, v crm.PurchaseInvoice, last bool) (o crm.PurchaseOrder, err error) {
	err = s.edit(ctx, t.Actor, func(e *edit) error {
		d, was, err := e.lockPurchase(ctx, t, v.OrderID)
		if err != nil {
			return err
		}
		if o = was; o.State != crm.PurchaseApproved {
			return notFrom(o, crm.PurchaseDone)
		}
		if v.OnDate.IsZero() {
			v.OnDate = e.today
		}
		if err := tooEarly("/on_date", v.OnDate, e.today); err != nil {
			return err
		}
		if _, err := e.q.Exec(ctx, `insert into purchase_invoice (id, order_id, number, on_date, amount, entered_by, at) values ($1, $2, $3, $4, $5, $6, $7)`, v.ID, v.OrderID, v.Number, v.OnDate, v.Amount, e.actor, e.now); err != nil {
			if taken, ok := errors.AsType[Taken](told(err)); ok && taken.Constraint == "purchase_invoice_order_id_number_key" {
				return Refused{Code: "duplicate_invoice", Params: map[string]string{"number": v.Number}}
			}
			return told(err)
		}
		if err := e.orderCost(ctx, d, o, crm.CostActual, v.Amount, o.Number+", "+v.Number); err != nil {
			return err
		}
		if o.Invoiced = o.Invoiced.Add(v.Amount); last || !o.Committed().IsPositive() {
			o.State = crm.PurchaseDone
		}
		return e.commitLess(ctx, d, &o, "purchase.invoiced", map[string]any{"number": v.Number, "amount": v.Amount})
	})
	return o, err
}

// commitLess writes what an order still commits.
func (e *edit) commitLess(ctx context.Context, d delivery, o *crm.PurchaseOrder, code string, more map[string]any) error {
	sql, args := `update cost_entry set amount = $2, version = version + 1 where purchase_order_id = $1 and state = 'committed'`, []any{o.ID, o.Committed()}
	if o.Committed().IsZero() {
		sql, args = `delete from cost_entry where purchase_order_id = $1 and state = 'committed'`, args[:1]
	}
	if _, err := e.q.Exec(ctx, sql, args...); err != nil {
		return told(err)
	}
	return e.savePurchase(ctx, d, o, code, more)
}

// EndPurchase ends an order of which nothing more comes, or cancels one of which nothing was invoiced.
func (s *Store) EndPurchase(ctx context.Context, t Target, id crm.ID) (o crm.PurchaseOrder, err error) {
	err = s.edit(ctx, t.Actor, func(e *edit) error {
		d, was, err := e.lockPurchase(ctx, t, id)
		if err != nil {
			return err
		}
		if o = was; !o.Open() {
			return notFrom(o, crm.PurchaseCancelled)
		}
		if o.State = crm.PurchaseDone; o.Invoiced.IsZero() {
			o.State = crm.PurchaseCancelled
		}
		if _, err := e.q.Exec(ctx, `update cost_entry set state = 'refused', version = version + 1 where purchase_order_id = $1 and state = 'requested'`, o.ID); err != nil {
			return told(err)
		}
		return e.commitLess(ctx, d, &o, "purchase.ended", nil)
	})
	return o, err
}
