package store

import (
	"context"

	"leadtocash/crm"

	"github.com/shopspring/decimal"
)

// AskDeposit writes what a customer has to pay before his acceptance counts.
func (tx *Tx) AskDeposit(ctx context.Context, d crm.Deposit) error {
	return late(ctx, tx.q, `insert into quote_deposit (quote_id, amount, due_on) values ($1, $2, $3)`, d.QuoteID, d.Amount, d.DueOn)
}

// Deposit locks what a customer has to pay before his acceptance of a quote counts.
func (tx *Tx) Deposit(ctx context.Context, quote crm.ID) (crm.Deposit, error) {
	return one[crm.Deposit](ctx, tx.q, `select * from quote_deposit where quote_id = $1 for update`, quote)
}

// SaveDeposit writes what came in. It stands on the customer's account until it is set off against his invoices.
func (tx *Tx) SaveDeposit(ctx context.Context, account crm.ID, d crm.Deposit) error {
	if err := late(ctx, tx.q, `insert into ledger (account_id, kind, amount, on_date, at) values ($1, 'deposit', $2, $3, $4)`, account, d.Paid.Neg(), d.PaidOn, tx.Now); err != nil {
		return err
	}
	return late(ctx, tx.q, `update quote_deposit set paid_on = $2, paid = $3, reference = $4, noted_by = (select id from app_user where id::text = $5), noted_at = $6 where quote_id = $1`,
		d.QuoteID, d.PaidOn, d.Paid, d.Reference, string(d.NotedBy), d.NotedAt)
}

// depositsOnHand is what came in for a deal, $3, before its contract, and is not set off against an invoice yet.
const depositsOnHand = `coalesce((select sum(d.paid - d.used) from quote q join quote_deposit d on d.quote_id = q.id where q.opportunity_id = $3 and d.paid > d.used), 0)`

// OnHand locks the deposits of a deal that are not set off against invoices, or not as a whole, in the order in which they came, and tells what there is of
// them: no more than what stands on the customer's account, from which somebody may have paid it back.
func (tx *Tx) OnHand(ctx context.Context, opportunity crm.ID) (deposits []crm.Deposit, sum decimal.Decimal, err error) {
	deposits, err = many[crm.Deposit](ctx, tx.q, `select d.* from quote_deposit d join quote q on q.id = d.quote_id where q.opportunity_id = $1 and d.paid > d.used
		order by d.noted_at, d.quote_id for update of d`, opportunity)
	if err != nil || len(deposits) == 0 {
		return nil, sum, err
	}
	if err := tx.q.QueryRow(ctx, `select greatest(coalesce(-sum(l.amount), 0), 0) from ledger l where l.account_id = (select account_id from opportunity where id = $1)
		and l.invoice_id is null and l.payment_id is null`, opportunity).Scan(&sum); err != nil {
		return nil, sum, told(err)
	}
	left := decimal.Zero
	for _, d := range deposits {
		left = left.Add(d.OnHand())
	}
	return deposits, decimal.Min(left, sum), nil
}

// SetOff takes from the deposits of a deal what they cover of a sum that is owed, and tells how much that is.
func (tx *Tx) SetOff(ctx context.Context, opportunity crm.ID, owed decimal.Decimal) (covered decimal.Decimal, err error) {
	deposits, sum, err := tx.OnHand(ctx, opportunity)
	if err != nil {
		return covered, err
	}
	sum = decimal.Min(sum, owed)
	for _, d := range deposits {
		part := decimal.Min(d.OnHand(), sum.Sub(covered))
		if !part.IsPositive() {
			break
		}
		covered = covered.Add(part)
		if err := late(ctx, tx.q, `update quote_deposit set used = used + $2 where quote_id = $1`, d.QuoteID, part); err != nil {
			return covered, err
		}
	}
	return covered, nil
}

// QuoteDeposit is what a customer has to pay, or paid, before his acceptance of a quote counts; empty when nothing was asked for.
func (s *Store) QuoteDeposit(ctx context.Context, quote crm.ID) (crm.Deposit, error) {
	return orNone(one[crm.Deposit](ctx, s.pool, `select * from quote_deposit where quote_id = $1`, quote))
}

// FactsOfQuote are what rules read about a quote with these lines.
func FactsOfQuote(q crm.Quote, lines []crm.QuoteLine) crm.QuoteFacts {
	return quoteFactsOf(q, crm.Counting(lines))
}
