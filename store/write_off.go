package store

import (
	"context"

	"leadtocash/crm"

	"github.com/shopspring/decimal"
)

// WriteOffRow is a write-off as people read it.
type WriteOffRow struct {
	crm.WriteOff
	Account  string
	Number   string // of the invoice
	Currency string
	Asker    crm.ID
}

const writeOffRows = `select w.id, w.account_id, w.invoice_id, w.amount, w.reason, w.state, q.name as asked_by, w.asked_at, coalesce(d.name, '') as decided_by, w.decided_at, w.note,
		a.name as account, i.number, i.currency, w.asked_by as asker
	from write_off w join account a on a.id = w.account_id join invoice i on i.id = w.invoice_id join app_user q on q.id = w.asked_by left join app_user d on d.id = w.decided_by`

// WriteOffs lists a debtor's write-offs, those that wait first.
func (s *Store) WriteOffs(ctx context.Context, account crm.ID) ([]WriteOffRow, error) {
	return many[WriteOffRow](ctx, s.pool, writeOffRows+` where w.account_id = $1 order by w.decided_at desc nulls first, w.asked_at desc, w.id limit 100`, account)
}

// WaitingWriteOffs lists those that somebody has to decide on, the oldest first.
func (s *Store) WaitingWriteOffs(ctx context.Context) ([]WriteOffRow, error) {
	return many[WriteOffRow](ctx, s.pool, writeOffRows+` where w.state = 'waiting' order by w.asked_at, w.id limit 100`)
}

// WriteOffOf is the debtor of a write-off; ErrNotFound.
func (s *Store) WriteOffOf(ctx context.Context, id crm.ID) (WriteOffRow, error) {
	return one[WriteOffRow](ctx, s.pool, writeOffRows+` where w.id = $1`, id)
}

// AskWriteOff asks for what is open on an invoice, or a part of it, to be given up (S091); under the same id once. An amount of zero is all that is open.
// Errors: ErrNotFound; unknown_record at /invoice_id; more_than_open and those of an amount at /amount; Refused nothing_open, write_off_waiting.
func (s *Store) AskWriteOff(ctx context.Context, t Target, w crm.WriteOff) (out WriteOffRow, err error) {
	err = s.edit(ctx, t.Actor, func(e *edit) error {
		if err := e.debtor(ctx, t.Scope, t.ID); err != nil {
			return err
		}
		if known, err := many[WriteOffRow](ctx, e.q, writeOffRows+` where w.id = $1 and w.account_id = $2`, w.ID, t.ID); err != nil || len(known) == 1 { // sent again
			return err
		}
		c, err := e.claim(ctx, t.ID, w.InvoiceID)
		if err != nil {
			return err
		}
		if w.Amount.IsZero() {
			w.Amount = c.Open
		}
		var errs crm.FieldErrors
		errs.Add("/amount", crm.CheckAmount(w.Amount, crm.Currency(c.Currency)))
		if w.Amount.GreaterThan(c.Open) && c.Open.IsPositive() {
			errs.Add("/amount", crm.Problem("more_than_open", "open", c.Open.StringFixed(2)))
		}
		if len(errs) > 0 {
			return errs.Err()
		}
		if !c.Open.IsPositive() {
			return Refused{Code: "nothing_open"}
		}
		tag, err := e.q.Exec(ctx, `insert into write_off (id, account_id, invoice_id, amount, reason, asked_by, asked_at) values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing`,
			w.ID, t.ID, w.InvoiceID, w.Amount, w.Reason, e.actor, e.now)
		if err != nil || tag.RowsAffected() == 0 {
			return orRefused(err, "write_off_waiting")
		}
		return e.moved(ctx, t.ID, "write_off.asked", []owed{c}, map[string]any{"write_off_id": w.ID, "amount": w.Amount, "currency": c.Currency, "reason": w.Reason})
	})
	if err != nil {
		return out, err
	}
	return s.WriteOffOf(ctx, w.ID)
}

// claim locks one invoice of a debtor; unknown_record at /invoice_id when it is none of his.
func (e *edit) claim(ctx context.Context, account, invoice crm.ID) (owed, error) {
	claims, err := e.claims(ctx, account, []crm.ID{invoice})
	if err != nil {
		return owed{}, err
	}
	c, known := claims[invoice]
	if !known {
		return c, crm.FieldErrors{crm.Problem("unknown_record").At("/invoice_id")}
	}
	return c, nil
}

// DecideWriteOff approves or declines what another person asked for (S091). An approved one is an entry of the ledger that closes the invoice by its amount, and may
// still be paid. A limit above zero is the most that the decider may approve. Errors: ErrNotFound; Refused already_decided, self_approval, above_limit, more_than_open.
func (s *Store) DecideWriteOff(ctx context.Context, t Target, approve bool, note string, limit decimal.Decimal) (out WriteOffRow, err error) {
	err = s.edit(ctx, t.Actor, func(e *edit) error {
		w, err := one[WriteOffRow](ctx, e.q, writeOffRows+` where w.id = $1`, t.ID)
		if err != nil {
			return err
		}
		if err := e.debtor(ctx, t.Scope, w.AccountID); err != nil {
			return err
		}
		if w, err = one[WriteOffRow](ctx, e.q, writeOffRows+` where w.id = $1 for update of w`, t.ID); err != nil {
			return err
		}
		c, err := e.claim(ctx, w.AccountID, w.InvoiceID)
		if err != nil {
			return err
		}
		switch {
		case w.State != crm.WriteOffWaiting:
			return Refused{Code: "already_decided"}
		case w.Asker == e.actor:
			return Refused{Code: "self_approval"}
		case approve && limit.IsPositive() && w.Amount.GreaterThan(limit):
			return Refused{Code: "above_limit", Params: map[string]string{"limit": limit.StringFixed(2)}}
		case approve && w.Amount.GreaterThan(c.Open):
			return Refused{Code: "more_than_open", Params: map[string]string{"open": c.Open.StringFixed(2)}}
		}
		state, code := crm.WriteOffDeclined, "write_off.declined"
		if approve {
			state, code = crm.WriteOffApproved, "write_off.approved"
			if err := e.settle(ctx, settlement{account: w.AccountID, invoice: w.InvoiceID, kind: "write_off", amount: w.Amount, on: e.today}); err != nil {
				return err
			}
		}
		e.q.later(`update write_off set state = $2, decided_by = $3, decided_at = $4, note = $5 where id = $1`, w.ID, state, e.actor, e.now, note)
		return e.moved(ctx, w.AccountID, code, []owed{c}, map[string]any{"write_off_id": w.ID, "amount": w.Amount, "currency": w.Currency, "note": note})
	})
	if err != nil {
		return out, err
	}
	return s.WriteOffOf(ctx, t.ID)
}
