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

// OnHand locks the deposits of a deal's customer and lists those of the deal that are not set off against invoices, or not as a whole, in the order in which they
// came, and tells what there is of them: nothing that somebody asked to have paid back, and no more than what stands on the customer's account, from which it may have
// been paid back already, less what this step set off of his other deals' deposits.
func (tx *Tx) OnHand(ctx context.Context, opportunity crm.ID) (deposits []crm.Deposit, sum decimal.Decimal, err error) {
	locked, err := many[struct {
		crm.Deposit
		OpportunityID crm.ID
		AccountID     crm.ID
	}](ctx, tx.q, `select d.*, q.opportunity_id, o.account_id from quote_deposit d join quote q on q.id = d.quote_id join opportunity o on o.id = q.opportunity_id
		where o.account_id = (select account_id from opportunity where id = $1) and d.paid > d.used order by d.noted_at, d.quote_id for update of d`, opportunity)
	if err != nil || len(locked) == 0 {
		return nil, sum, err
	}
	account := locked[0].AccountID
	reserved, err := tx.reservedDeposits(ctx, account)
	if err != nil {
		return nil, sum, err
	}
	if err := tx.q.QueryRow(ctx, `select coalesce(-sum(amount), 0) from ledger where account_id = $1 and invoice_id is null and payment_id is null`, account).Scan(&sum); err != nil {
		return nil, sum, told(err)
	}
	sum, left := sum.Sub(tx.setOff[account]), decimal.Zero
	for _, d := range locked {
		sum = sum.Sub(reserved[d.QuoteID])
		if d.OpportunityID != opportunity {
			continue
		}
		if d.Used = d.Used.Add(reserved[d.QuoteID]); d.OnHand().IsPositive() {
			deposits, left = append(deposits, d.Deposit), left.Add(d.OnHand())
		}
	}
	return deposits, decimal.Max(decimal.Min(left, sum), decimal.Zero), nil
}

// reservedDeposits is what was asked for of a customer's deposits to be paid back, and is not paid yet, by quote.
func (tx *Tx) reservedDeposits(ctx context.Context, account crm.ID) (map[crm.ID]decimal.Decimal, error) {
	rows, err := many[struct {
		QuoteID crm.ID
		Amount  decimal.Decimal
	}](ctx, tx.q, `select quote_id, sum(amount) as amount from refund_order where account_id = $1 and quote_id is not null and `+reserving+` group by 1`, account)
	out := make(map[crm.ID]decimal.Decimal, len(rows))
	for _, r := range rows {
		out[r.QuoteID] = r.Amount
	}
	return out, err
}

// SetOff takes from the deposits of a deal what they cover of a sum that is owed, and tells how much that is. The ledger has it with the step's invoice.
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
	if covered.IsPositive() {
		account, err := one[struct{ AccountID crm.ID }](ctx, tx.q, `select account_id from opportunity where id = $1`, opportunity)
		if err != nil {
			return covered, err
		}
		if tx.setOff == nil {
			tx.setOff = map[crm.ID]decimal.Decimal{}
		}
		tx.setOff[account.AccountID] = tx.setOff[account.AccountID].Add(covered)
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
