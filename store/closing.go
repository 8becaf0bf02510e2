package store

import (
	"context"
	"encoding/json"

	"leadtocash/crm"

	"github.com/jackc/pgx/v5"
	"github.com/shopspring/decimal"
)

// SettingClosing are the items that a person vouches for before a contract is closed.
const SettingClosing = "closing"

// closingRow is what is asked about a contract in one go.
type closingRow struct {
	Project    string
	Unpaid     int
	Cases      int
	Purchases  int
	Amendments int
	Items      json.RawMessage
	Ticks      json.RawMessage
}

// ClosingOf is the question for Closing.
func ClosingOf(contract crm.ID) Question {
	return asks(`select coalesce((select state from project where contract_id = $1), '') as project,
		(select count(*)::int from tranche where contract_id = $1 and state not in ('paid', 'cancelled')) as unpaid,
		(select count(*)::int from care_case where contract_id = $1 and state in ('open', 'in_progress', 'waiting')) as cases,
		(select count(*)::int from cost_entry k join project p on p.id = k.project_id where p.contract_id = $1 and k.state in ('requested', 'committed')) as purchases,
		(select count(*)::int from contract_amendment where contract_id = $1 and state in ('proposed', 'approved', 'signed')) as amendments,
		coalesce((select jsonb_agg(jsonb_build_object('key', key, 'name', name) order by position, key) from closing_item), '[]') as items,
		coalesce((select jsonb_agg(jsonb_build_object('Key', key, 'By', by, 'At', at) order by at) from closing_tick where contract_id = $1), '[]') as ticks`, contract)
}

func (r closingRow) closing() (c crm.Closing, err error) {
	c = crm.Closing{Project: r.Project, Unpaid: r.Unpaid, Cases: r.Cases, Purchases: r.Purchases, Amendments: r.Amendments}
	if err := json.Unmarshal(r.Items, &c.Items); err != nil {
		return c, err
	}
	return c, json.Unmarshal(r.Ticks, &c.Ticks)
}

// Closing reads what has to be behind a contract before this step closes it.
func (tx *Tx) Closing(ctx context.Context, contract crm.ID) (crm.Closing, error) {
	return closing(ctx, tx.q, contract)
}

func closing(ctx context.Context, q querier, contract crm.ID) (crm.Closing, error) {
	r, err := ask[closingRow](ctx, q, ClosingOf(contract))
	if err != nil {
		return crm.Closing{}, err
	}
	return r.closing()
}

// Closing reads it for a page; the caller has checked that the contract may be seen.
func (s *Store) Closing(ctx context.Context, contract crm.ID) (out crm.Closing, err error) {
	if out, err = closing(ctx, s.pool, contract); err != nil || out.Project == "" {
		return out, err
	}
	return out, s.unbilled(ctx, contract, &out)
}

// unbilled adds what of a contract's project nobody has billed (S060, S088).
func (s *Store) unbilled(ctx context.Context, contract crm.ID, out *crm.Closing) error {
	c, err := one[crm.Contract](ctx, s.pool, `select `+contractColumns+` from contract where id = $1`, contract)
	if err != nil {
		return err
	}
	p, err := one[crm.Project](ctx, s.pool, `select `+projectColumns+` from project where contract_id = $1`, contract)
	if err != nil {
		return err
	}
	expenses, err := s.BillableExpenses(ctx, contract)
	if err != nil {
		return err
	}
	out.Currency, out.UnbilledExpenses = c.Currency, len(expenses)
	for _, x := range expenses {
		out.UnbilledCosts = out.UnbilledCosts.Add(x.Cost)
	}
	if !p.Billing.ByWork() {
		return nil
	}
	w, _, _, err := work(ctx, s.pool, c, p)
	out.UnbilledWork = decimal.Max(w.Earned(crm.Date{}).Earned.Sub(w.Earned(crm.Date{}).Billed), decimal.Zero)
	return err
}

// TickClosing notes what a person vouches for on a contract, or takes it back. An item that is ticked keeps who did it and when.
// Errors: ErrNotFound, contract_closed, unknown_value at /ticks/<key>.
func (s *Store) TickClosing(ctx context.Context, t Target, ticks map[string]bool) (out crm.Closing, err error) {
	err = s.edit(ctx, t.Actor, func(e *edit) error {
		c, err := e.lockContract(ctx, t)
		if err != nil {
			return err
		}
		before, err := closing(ctx, e.q, c.ID)
		if err != nil {
			return err
		}
		known, changes := map[string]bool{}, map[string]change{}
		for _, i := range before.Items {
			known[i.Key] = true
		}
		var errs crm.FieldErrors
		for key, on := range ticks {
			if !known[key] {
				errs.Add("/ticks/"+key, crm.Problem("unknown_value", "got", key))
				continue
			}
			if _, ticked := before.Tick(key); ticked == on {
				continue
			}
			sql, args := `delete from closing_tick where contract_id = $1 and key = $2`, []any{c.ID, key}
			changes["closing."+key] = change{"true", ""}
			if on {
				sql, args = `insert into closing_tick (contract_id, key, by, at) values ($1, $2, $3, $4)`, append(args, e.actor, e.now)
				changes["closing."+key] = change{"", "true"}
			}
			if err := late(ctx, e.q, sql, args...); err != nil {
				return err
			}
		}
		if err := errs.Err(); err != nil {
			return err
		}
		if len(changes) > 0 {
			if err := e.tell(ctx, crm.ProcessID(crm.KindContract, c.ID), Entry{Code: "contract.ticked", AccountID: c.AccountID, OpportunityID: c.OpportunityID, Data: map[string]any{"changes": changes}}); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return out, err
	}
	return s.Closing(ctx, t.ID)
}

// ClosingItems lists the items with the setting's version.
func (s *Store) ClosingItems(ctx context.Context) (items []crm.ClosingItem, version int, err error) {
	if version, err = settingVersion(ctx, s.pool, SettingClosing, ""); err != nil {
		return nil, 0, err
	}
	items, err = closingItems(ctx, s.pool)
	return items, version, err
}

func closingItems(ctx context.Context, q querier) ([]crm.ClosingItem, error) {
	return many[crm.ClosingItem](ctx, q, `select key, name from closing_item order by position, key`)
}

// EditClosingItems changes what is vouched for before contracts are closed. Errors: Stale, those of crm.CheckClosingItems.
func (s *Store) EditClosingItems(ctx context.Context, t Target, items []crm.ClosingItem) (out []crm.ClosingItem, version int, err error) {
	version, err = s.editSetting(ctx, SettingClosing, t, func(e *edit) (map[string]change, error) {
		if err := crm.CheckClosingItems(items); err != nil {
			return nil, err
		}
		was, err := closingItems(ctx, e.q)
		if err != nil {
			return nil, err
		}
		before, after := map[string]string{}, map[string]string{}
		for _, i := range was {
			before[i.Key] = i.Name
		}
		b := &pgx.Batch{}
		b.Queue(`delete from closing_item`)
		for n, i := range items {
			after[i.Key] = i.Name
			b.Queue(`insert into closing_item (key, name, position) values ($1, $2, $3)`, i.Key, i.Name, n)
		}
		out = items
		return compare(before, after), told(e.q.SendBatch(ctx, b).Close())
	})
	return out, version, err
}
