package store

import (
	"context"
	"slices"

	"leadtocash/crm"

	"github.com/shopspring/decimal"
)

// AddCost enters a cost of a project, or a purchase that is asked for or ordered.
func (s *Store) AddCost(ctx context.Context, t Target, in crm.CostEntry) (crm.CostEntry, error) {
	err := s.edit(ctx, t.Actor, func(e *edit) error {
		d, err := e.lockProject(ctx, t)
		if err != nil {
			return err
		}
		if in.OnDate.IsZero() {
			in.OnDate = e.today
		}
		if err := tooEarly("/on_date", in.OnDate, e.today); err != nil && in.State == crm.CostActual {
			return err
		}
		if err := e.phaseOf(ctx, d, in.PhaseID); err != nil {
			return err
		}
		return e.insertCost(ctx, d, &in, "project.cost")
	})
	return in, err
}

func (e *edit) insertCost(ctx context.Context, d delivery, in *crm.CostEntry, code string) error {
	if in.EnteredBy == "" {
		in.EnteredBy = e.actor
	}
	in.ProjectID, in.At, in.Version = d.ID, e.now, 1
	if _, err := e.q.Exec(ctx, `insert into cost_entry (id, project_id, kind, state, amount, supplier, text, on_date, corrects_id, entered_by, approved_by, at, phase_id)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`, in.ID, in.ProjectID, in.Kind, in.State, in.Amount, in.Supplier, in.Text, in.OnDate, in.CorrectsID,
		in.EnteredBy, in.ApprovedBy, in.At, in.PhaseID); err != nil {
		return corrected(err)
	}
	return e.spent(ctx, d, code, costData(*in))
}

func costData(c crm.CostEntry) map[string]any {
	return map[string]any{"kind": c.Kind, "state": c.State, "amount": c.Amount, "supplier": c.Supplier, "text": c.Text, "on": c.OnDate, "entry_id": c.ID}
}

// CorrectCost takes an actual cost back by a counter-entry; each can be taken back once, a counter-entry never. Refused: cost_billed while the customer is billed it.
func (s *Store) CorrectCost(ctx context.Context, t Target, entry, id crm.ID, note string) (in crm.CostEntry, err error) {
	err = s.edit(ctx, t.Actor, func(e *edit) error {
		d, err := e.lockProject(ctx, t)
		if err != nil {
			return err
		}
		if in, err = one[crm.CostEntry](ctx, e.q, `select * from cost_entry where id = $1 and project_id = $2`, entry, d.ID); err != nil {
			return err
		}
		switch {
		case in.CorrectsID != "":
			return Refused{Code: "counter_entry"}
		case in.State != crm.CostActual:
			return Refused{Code: "cost_not_actual", Params: map[string]string{"state": string(in.State)}}
		}
		if err := e.rebilled(ctx, entry); err != nil {
			return err
		}
		in.ID, in.CorrectsID, in.Amount, in.Text, in.EnteredBy = id, in.ID, in.Amount.Neg(), note, ""
		return e.insertCost(ctx, d, &in, "project.cost_corrected")
	})
	return in, err
}

// costMoves is what may follow which state of a purchase.
var costMoves = map[crm.CostState][]crm.CostState{
	crm.CostRequested: {crm.CostCommitted, crm.CostRefused},
	crm.CostCommitted: {crm.CostActual, crm.CostRefused},
}

// MoveCost approves a purchase, refuses or cancels it, or takes its invoice, whose amount may differ from the order's. Nobody approves
// what he asked for himself. The target's version is the entry's.
func (s *Store) MoveCost(ctx context.Context, t Target, entry crm.ID, to crm.CostState, amount decimal.NullDecimal) (c crm.CostEntry, err error) {
	err = s.edit(ctx, t.Actor, func(e *edit) error {
		d, err := e.lockProject(ctx, t)
		if err != nil {
			return err
		}
		if c, err = one[crm.CostEntry](ctx, e.q, `select * from cost_entry where id = $1 and project_id = $2 for update`, entry, d.ID); err != nil {
			return err
		}
		if t.Version != 0 && t.Version != c.Version {
			return Stale{Version: c.Version}
		}
		if c.PurchaseOrderID != "" {
			return Refused{Code: "cost_of_order"}
		}
		from := c.State
		if !slices.Contains(costMoves[from], to) {
			return Refused{Code: "transition_not_allowed", Params: map[string]string{"from": string(from), "to": string(to)}}
		}
		if from == crm.CostRequested {
			if to == crm.CostCommitted && e.actor == c.EnteredBy {
				return Refused{Code: "self_approval"}
			}
			c.ApprovedBy = e.actor
		}
		if to == crm.CostActual {
			c.OnDate = e.today
			if amount.Valid {
				c.Amount = amount.Decimal
			}
		}
		c.State, c.Version = to, c.Version+1
		if _, err := e.q.Exec(ctx, `update cost_entry set state = $2, amount = $3, on_date = $4, approved_by = $5, version = $6 where id = $1`,
			c.ID, c.State, c.Amount, c.OnDate, c.ApprovedBy, c.Version); err != nil {
			return err
		}
		data := costData(c)
		data["from"] = from
		return e.spent(ctx, d, "project.cost_moved", data)
	})
	return c, err
}
