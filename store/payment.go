package store

import (
	"context"
	"time"

	"leadtocash/crm"

	"github.com/jackc/pgx/v5"
	"github.com/shopspring/decimal"
)

// OpenOn locks what is still open on an invoice. The chase and the dispatch of letters take the same lock.
func (tx *Tx) OpenOn(ctx context.Context, invoice crm.ID) (open decimal.Decimal, err error) {
	err = askRow(ctx, tx.q, OpenOf(invoice)).Scan(&open)
	return open, told(err)
}

// OpenOf is the question for OpenOn.
func OpenOf(invoice crm.ID) Question {
	return asks(`select open from receivable where invoice_id = $1 for update`, invoice)
}

// FeesOn is what the letters about an invoice asked for beside it and nobody has paid yet.
func (tx *Tx) FeesOn(ctx context.Context, invoice crm.ID) (fees decimal.Decimal, err error) {
	err = tx.q.QueryRow(ctx, `select `+unpaidFees+` from invoice i where i.id = $1`, invoice).Scan(&fees)
	return fees, told(err)
}

// PaymentBy finds a payment by the bank's reference.
func (tx *Tx) PaymentBy(ctx context.Context, reference string) (crm.Payment, error) {
	return ask[crm.Payment](ctx, tx.q, PaymentOf(reference))
}

// PaymentOf is the question for PaymentBy.
func PaymentOf(reference string) Question {
	return asks(`select * from payment where reference = $1`, reference)
}

// Pay writes a payment of an invoice to the ledger, the part of it that is a dunning fee with an entry of its own, (decision 11) and tells what is left. A settled invoice's tranche is paid and its
// letters that nobody has claimed yet are cancelled (S091).
func (tx *Tx) Pay(ctx context.Context, p crm.Payment, invoice crm.ID, fee decimal.Decimal) (left decimal.Decimal, err error) {
	b := &pgx.Batch{}
	b.Queue(`insert into payment (id, account_id, reference, amount, currency, received_on, recorded_by, at) values ($1, $2, $3, $4, $5, $6, $7, $8)`,
		p.ID, p.AccountID, p.Reference, p.Amount, p.Currency, p.ReceivedOn, p.RecordedBy, tx.Now)
	settlement{p.AccountID, invoice, p.ID, "payment", p.Amount, fee, p.ReceivedOn}.queue(b, tx.Now, &left)
	return left, told(tx.q.SendBatch(ctx, b).Close())
}

// settlement is an amount that goes to an invoice, with the part of it that pays for letters.
type settlement struct {
	account, invoice, payment crm.ID
	kind                      string // of the ledger's entry
	amount, fee               decimal.Decimal
	on                        crm.Date
}

// queue writes it: ledger, what is open, and what a settled invoice ends.
func (a settlement) queue(b *pgx.Batch, now time.Time, left *decimal.Decimal) {
	b.Queue(`insert into ledger (account_id, invoice_id, payment_id, kind, amount, on_date, at) values ($1, $2, $3, $7, $4, $5, $6)`, a.account, a.invoice, a.payment, a.amount.Neg(), a.on, now, a.kind)
	if a.fee.IsPositive() { // becomes due as it is paid: a fee never keeps an invoice open
		b.Queue(`insert into ledger (account_id, invoice_id, payment_id, kind, amount, on_date, at) values ($1, $2, $3, 'fee', $4, $5, $6)`, a.account, a.invoice, a.payment, a.fee, a.on, now)
	}
	b.Queue(`update receivable set open = open - $2, settled_at = case when open = $2 then $3::timestamptz end where invoice_id = $1 returning open`, a.invoice, a.amount.Sub(a.fee), now).
		QueryRow(func(row pgx.Row) error { return row.Scan(left) })
	b.Queue(`update tranche set state = 'paid', dishonoured = false where invoice_id = $1 and state in ('invoiced', 'paid') and (select open from receivable where invoice_id = $1) = 0`, a.invoice)
	b.Queue(cancelLetters, []string{string(a.invoice)}, "paid") // what they ask for is not owed any more; the collection writes anew of what is left
	b.Queue(`update effect set state = 'cancelled', outcome = 'settled', outcome_at = now() where invoice_id = $1 and state = 'due'
		and (select open from receivable where invoice_id = $1) = 0`, a.invoice)
}

// Living tells whether a process exists and is not closed.
func (tx *Tx) Living(ctx context.Context, process string) (bool, error) {
	var living bool
	err := askRow(ctx, tx.q, LivingOf(process)).Scan(&living)
	return living, told(err)
}

// LivingOf is the question for Living.
func LivingOf(process string) Question {
	return asks(`select exists (select from process where id = $1 and not closed)`, process)
}
