package store

import (
	"context"
	"errors"
	"maps"
	"slices"

	"leadtocash/crm"

	"github.com/jackc/pgx/v5"
	"github.com/shopspring/decimal"
)

// ReturnPayment takes a payment back that the bank did not keep (S062): every invoice that it settled is open again by what it had brought, whatever became of the contract, its
// tranche says so, and the debtor is chased again from the level that was reached. What credit notes gave him for what he had paid is set off against that, as far as it is
// still on his account, so that an invoice that was credited as a whole is only open by what was paid out of it. A fee is asked for with the first invoice that stands; one
// that rules say is left out where none does. The target is the payment; twice it is Refused already_returned. What was paid back of it cannot come back: payment_refunded.
func (s *Store) ReturnPayment(ctx context.Context, t Target, f crm.PaymentReturn) (out crm.PaymentReturn, err error) {
	err = s.edit(ctx, t.Actor, func(e *edit) error {
		out, err = e.returnPayment(ctx, t, f)
		return err
	})
	return out, err
}

func (e *edit) returnPayment(ctx context.Context, t Target, f crm.PaymentReturn) (crm.PaymentReturn, error) {
	p, err := one[crm.Payment](ctx, e.q, `select * from payment where id = $1`, t.ID)
	if err != nil {
		return f, err
	}
	brought, err := e.brought(ctx, p)
	if err != nil {
		return f, err
	}
	if len(brought) > 0 {
		if err := reviveCollection(ctx, e.q, p.AccountID, e.now); err != nil {
			return f, err
		}
	}
	if err := e.debtor(ctx, t.Scope, p.AccountID); err != nil {
		return f, err
	}
	if brought, err = e.brought(ctx, p); err != nil {
		return f, err
	}
	if f, err = e.checkReturn(ctx, p, f); err != nil {
		return f, err
	}
	claims, err := e.claims(ctx, p.AccountID, slices.Collect(maps.Keys(brought)))
	if err != nil {
		return f, err
	}
	ordered := slices.SortedFunc(maps.Values(claims), func(a, b owed) int {
		return brought[b.ID].Amount.Cmp(brought[a.ID].Amount)
	})
	if f, err = feeWith(f, ordered); err != nil {
		return f, err
	}
	f.PaymentID, f.RecordedBy, f.At = p.ID, e.actor, e.now
	e.q.later(`insert into payment_return (payment_id, on_date, reason, fee, invoice_id, recorded_by, at, rule_version) values ($1, $2, $3, $4, $5, $6, $7, $8)`, f.PaymentID, f.OnDate, f.Reason, f.Fee, f.InvoiceID, f.RecordedBy, f.At, f.RuleVersion)
	setOff := decimal.Zero
	for _, c := range ordered {
		e.reopen(p, f, c.ID, brought[c.ID])
		part, err := e.setOffCredit(ctx, p, f, c.ID, brought[c.ID])
		if err != nil {
			return f, err
		}
		setOff = setOff.Add(part)
	}
	e.q.later(`insert into ledger (account_id, payment_id, kind, amount, on_date, at) select $1, $2, 'return', -sum(amount), $3, $4 from ledger where payment_id = $2 and invoice_id is null having sum(amount) <> 0`,
		p.AccountID, p.ID, f.OnDate, e.now)
	return f, e.moved(ctx, p.AccountID, "payment.returned", ordered, map[string]any{
		"payment_id": p.ID, "amount": p.Amount, "currency": p.Currency, "reference": p.Reference, "fee": f.Fee, "reason": f.Reason, "left": setOff,
	})
}

// feeWith finds the invoice with which the fee is asked for: the first of those that stand. Error: no_invoice at /fee, for a fee that a person wants.
func feeWith(f crm.PaymentReturn, ordered []owed) (crm.PaymentReturn, error) {
	f.InvoiceID = ""
	for _, c := range ordered {
		if !c.Credited && f.Fee.IsPositive() {
			f.InvoiceID = c.ID
			return f, nil
		}
	}
	if f.Fee.IsPositive() && f.RuleVersion == 0 {
		return f, crm.FieldErrors{crm.Problem("no_invoice").At("/fee")}
	}
	f.Fee, f.RuleVersion = decimal.Zero, 0
	return f, nil
}

// setOffCredit settles an invoice that is open again with what its credit notes gave the customer for what he had paid, as far as that is on his account still.
func (e *edit) setOffCredit(ctx context.Context, p crm.Payment, f crm.PaymentReturn, invoice crm.ID, was part) (decimal.Decimal, error) {
	var given, free decimal.Decimal
	if err := e.q.QueryRow(ctx, `select coalesce((select sum(on_account) from credit_note where invoice_id = @invoice), 0)
			+ coalesce((select sum(amount) from ledger where invoice_id = @invoice and kind = 'allocation' and payment_id is null), 0),
		coalesce((select sum(amount) from (`+onAccount+`) o where payment_id is null and currency = @currency), 0)`,
		pgx.NamedArgs{"invoice": invoice, "account": p.AccountID, "currency": p.Currency}).Scan(&given, &free); err != nil {
		return given, told(err)
	}
	amount := decimal.Min(given, free, was.Amount.Sub(was.Sum()))
	if !amount.IsPositive() {
		return decimal.Zero, nil
	}
	e.q.later(`insert into ledger (account_id, kind, amount, on_date, at, currency) values ($1, 'allocation', $2, $3, $4, $5)`, p.AccountID, amount, f.OnDate, e.now, p.Currency)
	return amount, e.settle(ctx, settlement{account: p.AccountID, invoice: invoice, kind: "allocation", amount: amount, on: f.OnDate})
}

// part is what a payment brought for an invoice, and how much of it paid what is asked for beside it.
type part struct {
	InvoiceID crm.ID
	Amount    decimal.Decimal
	crm.Claims
}

// brought is what a payment settled so far, by invoice.
func (e *edit) brought(ctx context.Context, p crm.Payment) (map[crm.ID]part, error) {
	parts, err := many[part](ctx, e.q, `select invoice_id, -sum(amount) filter (where kind not in ('fee', 'interest', 'write_off')) as amount, coalesce(sum(amount) filter (where kind = 'fee'), 0) as fees,
			coalesce(sum(amount) filter (where kind = 'interest'), 0) as interest, coalesce(sum(amount) filter (where kind = 'write_off'), 0) as written_off from ledger
		where payment_id = $1 and invoice_id is not null and account_id = $2 group by 1`, p.ID, p.AccountID)
	out := map[crm.ID]part{}
	for _, b := range parts {
		out[b.InvoiceID] = b
	}
	return out, err
}

// checkReturn refuses what cannot be taken back. The debtor is locked.
func (e *edit) checkReturn(ctx context.Context, p crm.Payment, f crm.PaymentReturn) (crm.PaymentReturn, error) {
	if _, err := one[crm.PaymentReturn](ctx, e.q, `select * from payment_return where payment_id = $1`, p.ID); err == nil {
		return f, Refused{Code: "already_returned"}
	} else if !errors.Is(err, ErrNotFound) {
		return f, err
	}
	var refunded bool
	if err := e.q.QueryRow(ctx, `select exists (select from ledger where payment_id = $1 and kind = 'refund')`, p.ID).Scan(&refunded); err != nil || refunded {
		return f, orRefused(err, "payment_refunded")
	}
	if f.OnDate.IsZero() {
		f.OnDate = e.today
	}
	var errs crm.FieldErrors
	errs.Add("", tooEarly("/on_date", f.OnDate, e.today))
	if f.OnDate.Before(p.ReceivedOn) {
		errs.Add("/on_date", crm.Problem("before", "date", p.ReceivedOn.String()))
	}
	if f.Fee.IsNegative() {
		errs.Add("/fee", crm.Problem("out_of_range", "min", "0"))
	}
	errs.Add("/fee", crm.CheckAmount(f.Fee, crm.Currency(p.Currency)))
	return f, errs.Err()
}

func orRefused(err error, code string) error {
	if err != nil {
		return told(err)
	}
	return Refused{Code: code}
}

// reopen opens an invoice again by what a payment had brought for it.
func (e *edit) reopen(p crm.Payment, f crm.PaymentReturn, invoice crm.ID, was part) {
	const entry = `insert into ledger (account_id, invoice_id, payment_id, kind, amount, on_date, at) values ($1, $2, $3, $4, $5, $6, $7)`
	e.q.later(entry, p.AccountID, invoice, p.ID, "return", was.Amount, f.OnDate, e.now)
	for _, part := range besideParts(was.Claims) {
		e.q.later(entry, p.AccountID, invoice, p.ID, part.kind, part.amount.Neg(), f.OnDate, e.now)
	}
	e.q.later(`update receivable set open = open + $2, settled_at = null where invoice_id = $1`, invoice, was.Amount.Sub(was.Sum()))
	e.q.later(`update tranche set state = 'invoiced', dishonoured = true, version = version + 1 where invoice_id = $1 and state in ('invoiced', 'paid')`, invoice)
}
