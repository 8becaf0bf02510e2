package store

import (
	"context"
	"errors"

	"leadtocash/crm"

	"github.com/jackc/pgx/v5"
	"github.com/shopspring/decimal"
)

const refundOrders = `select * from refund_order`

// reserving tells of a refund that its money is spoken for: it is asked for or approved, and not paid yet.
const reserving = `state in ('asked', 'approved')`

// RefundOrderRow is a refund with the people of it.
type RefundOrderRow struct {
	crm.RefundOrder
	Asker   string
	Decider string
}

// RefundOrders lists the refunds of a debtor, the newest first.
func (s *Store) RefundOrders(ctx context.Context, account crm.ID) ([]RefundOrderRow, error) {
	return many[RefundOrderRow](ctx, s.pool, `select o.*, a.name as asker, coalesce(d.name, '') as decider from refund_order o join app_user a on a.id = o.asked_by left join app_user d on d.id = o.decided_by
		where o.account_id = $1 order by o.asked_at desc, o.id desc limit 100`, account)
}

// DepositsOf lists the deposits of a customer that are not set off, and in which currency they came.
func (s *Store) DepositsOf(ctx context.Context, account crm.ID) ([]DepositRow, error) {
	return many[DepositRow](ctx, s.pool, depositsOf+` order by q.number`, account)
}

// DepositRow is a deposit that stands on an account.
type DepositRow struct {
	QuoteID  crm.ID
	Quote    string // its number
	Amount   decimal.Decimal
	Currency string
}

const depositsOf = `select d.quote_id, q.number as quote, d.paid - d.used as amount, q.currency from quote_deposit d join quote q on q.id = d.quote_id join opportunity o on o.id = q.opportunity_id
	where o.account_id = $1 and d.paid > d.used`

// AskRefund asks for money to be paid back; under the same id once. Within what the person may approve, in the company's currency by the rate of the day, it is approved at
// once, else another person has to. What is asked for is spoken for until it is decided: it settles no invoice meanwhile. Errors: more_than_on_account at /amount, less what
// was asked for already; unknown_record at /quote_id; other_currency and no_exchange_rate at /currency.
func (s *Store) AskRefund(ctx context.Context, t Target, o crm.RefundOrder) (out crm.RefundOrder, err error) {
	err = s.edit(ctx, t.Actor, func(e *edit) error {
		if err := e.debtor(ctx, t.Scope, t.ID); err != nil {
			return err
		}
		if out, err = one[crm.RefundOrder](ctx, e.q, refundOrders+` where id = $1 and account_id = $2`, o.ID, t.ID); err == nil || !errors.Is(err, ErrNotFound) { // sent again
			return err
		}
		out = o
		out.AccountID = t.ID
		free, err := e.refundable(ctx, out.AccountID, out)
		if err != nil {
			return err
		}
		if out.Amount.GreaterThan(free) {
			return crm.FieldErrors{crm.Problem("more_than_on_account", "amount", free.StringFixed(2)).At("/amount")}
		}
		var limit decimal.Decimal
		if err := e.q.QueryRow(ctx, `select coalesce(approval_limit, 0) from app_user where id = $1`, e.actor).Scan(&limit); err != nil {
			return told(err)
		}
		worth, err := e.exchanged(ctx, out.Amount, out.Currency, e.entity.Currency, e.today)
		if err != nil {
			return err
		}
		out.State, out.AskedBy, out.AskedAt, out.Version = crm.BeginRefund(worth, limit), e.actor, e.now, 1
		if out.State == crm.RefundApproved {
			out.DecidedBy, out.DecidedAt = e.actor, &out.AskedAt
		}
		e.q.later(`insert into refund_order (id, account_id, quote_id, amount, currency, iban, reason, state, asked_by, asked_at, decided_by, decided_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
			out.ID, out.AccountID, out.QuoteID, out.Amount, out.Currency, out.IBAN, out.Reason, out.State, out.AskedBy, out.AskedAt, out.DecidedBy, out.DecidedAt)
		return e.tellRefund(ctx, out, "refund.asked")
	})
	return out, err
}

// refundable is what may still be asked for: what there is, less what was asked for and is not paid yet.
func (e *edit) refundable(ctx context.Context, account crm.ID, o crm.RefundOrder) (free decimal.Decimal, err error) {
	if o.QuoteID == "" {
		if err = e.q.QueryRow(ctx, `select coalesce(sum(amount), 0) from (`+onAccount+`) x where currency = @currency`, pgx.NamedArgs{"account": account, "currency": o.Currency}).Scan(&free); err != nil {
			return free, told(err)
		}
		asked, err := e.askedBack(ctx, account, o.Currency)
		return free.Sub(asked), err
	}
	d, err := one[DepositRow](ctx, e.q, depositsOf+` and d.quote_id = $2 for update of d`, account, o.QuoteID)
	switch {
	case err != nil:
		return free, unknown(err, "/quote_id")
	case d.Currency != o.Currency:
		return free, crm.FieldErrors{crm.Problem("other_currency", "currency", d.Currency).At("/currency")}
	}
	err = e.q.QueryRow(ctx, `select $2::numeric - coalesce(sum(amount), 0) from refund_order where quote_id = $1 and `+reserving, o.QuoteID, d.Amount).Scan(&free)
	return free, told(err)
}

// askedBack is what of an account, and of none of its deposits, was asked for to be paid back and is not paid yet: it is used for nothing else.
func (e *edit) askedBack(ctx context.Context, account crm.ID, currency string) (sum decimal.Decimal, err error) {
	err = e.q.QueryRow(ctx, `select coalesce(sum(amount), 0) from refund_order where account_id = $1 and quote_id is null and currency = $2 and `+reserving, account, currency).Scan(&sum)
	return sum, told(err)
}

func (e *edit) tellRefund(ctx context.Context, o crm.RefundOrder, code string) error {
	return e.moved(ctx, o.AccountID, code, nil, map[string]any{"refund_order_id": o.ID, "amount": o.Amount, "currency": o.Currency, "note": o.Note})
}

// lockRefund locks a refund as the person saw it, and before it its debtor.
func (e *edit) lockRefund(ctx context.Context, t Target) (o crm.RefundOrder, err error) {
	if o, err = one[crm.RefundOrder](ctx, e.q, refundOrders+` where id = $1`, t.ID); err != nil {
		return o, err
	}
	if err := e.debtor(ctx, t.Scope, o.AccountID); err != nil {
		return o, err
	}
	if o, err = one[crm.RefundOrder](ctx, e.q, refundOrders+` where id = $1 for update`, t.ID); err == nil && t.Version != 0 && t.Version != o.Version {
		err = Stale{Version: o.Version}
	}
	return o, err
}

// DecideRefund approves a refund, refuses or calls it off. Who asked for it may call it off, and approve or refuse nothing: self_approval. Said again it is done; another word
// about one that is decided is Refused already_decided.
func (s *Store) DecideRefund(ctx context.Context, t Target, to crm.RefundState, note string) (o crm.RefundOrder, err error) {
	err = s.edit(ctx, t.Actor, func(e *edit) error {
		if o, err = e.lockRefund(ctx, t); err != nil {
			return err
		}
		switch {
		case o.State == to:
			return nil
		case !o.Open(), o.State == crm.RefundApproved && to != crm.RefundCancelled:
			return Refused{Code: "already_decided", Params: map[string]string{"state": string(o.State)}}
		case to != crm.RefundCancelled && o.AskedBy == e.actor:
			return Refused{Code: "self_approval"}
		}
		o.State, o.Note, o.DecidedBy, o.DecidedAt, o.Version = to, note, e.actor, &e.now, o.Version+1
		e.q.later(`update refund_order set state = $2, note = $3, decided_by = $4, decided_at = $5, version = $6 where id = $1`, o.ID, o.State, o.Note, o.DecidedBy, o.DecidedAt, o.Version)
		return e.tellRefund(ctx, o, "refund."+string(to))
	})
	return o, err
}

// PayRefund notes that an approved refund was paid, under the bank's reference: now the ledger has it. Paid again under the same reference it is done. Errors: those of
// Refund; Refused refund_not_approved.
func (s *Store) PayRefund(ctx context.Context, t Target, reference string, on crm.Date) (o crm.RefundOrder, err error) {
	err = s.edit(ctx, t.Actor, func(e *edit) error {
		if o, err = e.lockRefund(ctx, t); err != nil {
			return err
		}
		if o.State == crm.RefundPaid {
			if paid, err := one[crm.Refund](ctx, e.q, `select * from refund where id = $1`, o.RefundID); err != nil || paid.Reference == reference {
				return err
			}
		}
		if o.State != crm.RefundApproved {
			return Refused{Code: "refund_not_approved", Params: map[string]string{"state": string(o.State)}}
		}
		f := crm.Refund{ID: NewID(), AccountID: o.AccountID, Amount: o.Amount, Currency: o.Currency, Reference: reference, PaidOn: on, Reason: o.Reason}
		if f, _, err = e.newRefund(ctx, f); err != nil {
			return err
		}
		if o.QuoteID != "" {
			err = e.payDeposit(ctx, f, o.QuoteID)
		} else {
			err = e.payBack(ctx, f, decimal.Zero)
		}
		if err != nil {
			return err
		}
		o.State, o.RefundID, o.Version = crm.RefundPaid, f.ID, o.Version+1
		e.q.later(`update refund_order set state = $2, refund_id = $3, version = $4 where id = $1`, o.ID, o.State, o.RefundID, o.Version)
		return nil
	})
	return o, err
}

// payDeposit writes that a deposit, or a part of it, was paid back: it counts for the deal no more.
func (e *edit) payDeposit(ctx context.Context, f crm.Refund, quote crm.ID) error {
	d, err := one[DepositRow](ctx, e.q, depositsOf+` and d.quote_id = $2 for update of d`, f.AccountID, quote)
	if errors.Is(err, ErrNotFound) || err == nil && d.Amount.LessThan(f.Amount) { // set off meanwhile
		return crm.FieldErrors{crm.Problem("more_than_on_account", "amount", d.Amount.StringFixed(2)).At("/amount")}
	} else if err != nil {
		return err
	}
	e.writeRefund(f)
	e.q.later(`insert into ledger (account_id, refund_id, kind, amount, on_date, at, currency) values ($1, $2, 'deposit', $3, $4, $5, $6)`, f.AccountID, f.ID, f.Amount, f.PaidOn, e.now, f.Currency)
	e.q.later(`update quote_deposit set used = used + $2 where quote_id = $1`, quote, f.Amount)
	return e.tellPaid(ctx, f)
}
