package store

import (
	"context"
	"errors"

	"leadtocash/crm"

	"github.com/jackc/pgx/v5"
	"github.com/shopspring/decimal"
)

// Balance is an amount in a currency.
type Balance struct {
	Currency string
	Amount   decimal.Decimal
}

// credit is money on a debtor's account by where it came from: a payment, or credit notes.
type credit struct {
	PaymentID crm.ID
	Amount    decimal.Decimal
}

// onAccount are the sources of what stands on accounts without an invoice, but for deposits, which are of their quotes; what came from no payment and says nothing is of the company's currency.
const onAccount = `select l.account_id, l.payment_id, coalesce(p.currency, l.currency, (select currency from legal_entity order by id limit 1)) as currency, -sum(l.amount) as amount, min(l.id) as first
	from ledger l left join payment p on p.id = l.payment_id where l.invoice_id is null and l.kind <> 'deposit' and l.account_id = @account group by 1, 2, 3 having sum(l.amount) <> 0`

// spend takes an amount from what stands on an account, the oldest first, and leaves what is to be kept of it. What is not there is more_than_on_account at /amount.
func (e *edit) spend(ctx context.Context, account crm.ID, currency string, amount, kept decimal.Decimal) (out []credit, err error) {
	sources, err := many[credit](ctx, e.q, `select payment_id, amount from (`+onAccount+`) o where currency = @currency and amount > 0 order by first`,
		pgx.NamedArgs{"account": account, "currency": currency})
	if err != nil {
		return nil, err
	}
	free := kept.Neg()
	for _, s := range sources {
		free = free.Add(s.Amount)
	}
	if free = decimal.Max(free, decimal.Zero); amount.GreaterThan(free) {
		return nil, crm.FieldErrors{crm.Problem("more_than_on_account", "amount", free.StringFixed(2)).At("/amount")}
	}
	left := amount
	for _, s := range sources {
		if !left.IsPositive() {
			break
		}
		s.Amount = decimal.Min(s.Amount, left)
		out, left = append(out, s), left.Sub(s.Amount)
	}
	return out, nil
}

// UseOnAccount settles invoices of a debtor with what stands on his account; under the same id once. Errors: those of Receive and more_than_on_account.
func (s *Store) UseOnAccount(ctx context.Context, t Target, once crm.ID, currency string, parts []crm.Allocation) error {
	return s.edit(ctx, t.Actor, func(e *edit) error {
		if err := e.debtor(ctx, t.Scope, t.ID); err != nil {
			return err
		}
		if e.cause = "use/" + string(once); once != "" {
			if _, err := one[struct{ ID int64 }](ctx, e.q, `select id from timeline where cause = $1 limit 1`, e.cause); !errors.Is(err, ErrNotFound) {
				return err
			}
		} else {
			e.cause += string(NewID())
		}
		total := sumOf(parts)
		if len(parts) == 0 {
			return crm.FieldErrors{crm.Problem("required").At("/allocations")}
		}
		claims, _, err := e.fit(ctx, t.ID, currency, total, parts)
		if err != nil {
			return err
		}
		kept, err := e.askedBack(ctx, t.ID, currency)
		if err != nil {
			return err
		}
		sources, err := e.spend(ctx, t.ID, currency, total, kept)
		if err != nil {
			return err
		}
		for i, a := range parts {
			left := claims[i]
			for a.Amount.IsPositive() {
				from := &sources[0]
				part := decimal.Min(a.Amount, from.Amount)
				e.q.later(`insert into ledger (account_id, payment_id, kind, amount, on_date, at, currency) values ($1, $2, 'allocation', $3, $4, $5, $6)`, t.ID, from.PaymentID, part, e.today, e.now, currency)
				beside := left.beside(part)
				if err := e.settle(ctx, settlement{t.ID, a.InvoiceID, from.PaymentID, "allocation", part, beside, e.today}); err != nil {
					return err
				}
				left.Open, left.Claims = decimal.Max(left.Open.Sub(part), decimal.Zero), left.Claims.Less(beside)
				a.Amount, from.Amount = a.Amount.Sub(part), from.Amount.Sub(part)
				if from.Amount.IsZero() {
					sources = sources[1:]
				}
			}
		}
		return e.moved(ctx, t.ID, "payment.allocated", claims, map[string]any{"amount": total, "currency": currency})
	})
}

// Refund records that money on an account was paid back. Errors: ErrNotFound, more_than_on_account at /amount, in_the_future at /paid_on, Refused duplicate_refund.
func (s *Store) Refund(ctx context.Context, t Target, f crm.Refund) (crm.Refund, error) {
	f.AccountID = t.ID
	err := s.edit(ctx, t.Actor, func(e *edit) error {
		if err := e.debtor(ctx, t.Scope, t.ID); err != nil {
			return err
		}
		known, again, err := e.newRefund(ctx, f)
		f = known
		if err != nil || again {
			return err
		}
		kept, err := e.askedBack(ctx, t.ID, f.Currency)
		if err != nil {
			return err
		}
		return e.payBack(ctx, f, kept)
	})
	return f, err
}

// newRefund checks a refund, and tells whether it was sent again.
func (e *edit) newRefund(ctx context.Context, f crm.Refund) (out crm.Refund, again bool, err error) {
	if f.PaidOn.IsZero() {
		f.PaidOn = e.today
	}
	if err := tooEarly("/paid_on", f.PaidOn, e.today); err != nil {
		return f, false, err
	}
	known, err := one[crm.Refund](ctx, e.q, `select * from refund where reference = $1`, f.Reference)
	switch {
	case err == nil && known.ID == f.ID && known.AccountID == f.AccountID:
		return known, true, nil
	case err == nil:
		return f, false, Refused{Code: "duplicate_refund", Params: map[string]string{"refund": string(known.ID)}}
	case !errors.Is(err, ErrNotFound):
		return f, false, err
	}
	f.RecordedBy, f.At = e.actor, e.now
	return f, false, nil
}

// payBack takes a refund from what stands on the account, the oldest first, and leaves what is to be kept of it.
func (e *edit) payBack(ctx context.Context, f crm.Refund, kept decimal.Decimal) error {
	sources, err := e.spend(ctx, f.AccountID, f.Currency, f.Amount, kept)
	if err != nil {
		return err
	}
	e.writeRefund(f)
	for _, from := range sources {
		e.q.later(`insert into ledger (account_id, payment_id, refund_id, kind, amount, on_date, at, currency) values ($1, $2, $3, 'refund', $4, $5, $6, $7)`,
			f.AccountID, from.PaymentID, f.ID, from.Amount, f.PaidOn, e.now, f.Currency)
	}
	return e.tellPaid(ctx, f)
}

func (e *edit) writeRefund(f crm.Refund) {
	e.q.later(`insert into refund (id, account_id, amount, currency, reference, paid_on, reason, recorded_by, at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		f.ID, f.AccountID, f.Amount, f.Currency, f.Reference, f.PaidOn, f.Reason, f.RecordedBy, f.At)
}

func (e *edit) tellPaid(ctx context.Context, f crm.Refund) error {
	return e.moved(ctx, f.AccountID, "payment.refunded", nil, map[string]any{"refund_id": f.ID, "amount": f.Amount, "currency": f.Currency, "reference": f.Reference})
}
