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

// PaymentBy finds a payment by the bank's reference.
func (tx *Tx) PaymentBy(ctx context.Context, reference string) (crm.Payment, error) {
	return ask[crm.Payment](ctx, tx.q, PaymentOf(reference))
}

// PaymentOf is the question for PaymentBy.
func PaymentOf(reference string) Question {
	return asks(`select * from payment where reference = $1`, reference)
}

// Pay writes a payment of an invoice to the ledger, the parts of it that pay what was written off, fees and interest with entries of their own, (decision 11) and tells what is left. A settled invoice's tranche is paid and its
// letters that nobody has claimed yet are cancelled, with the tasks to post them (S091).
func (tx *Tx) Pay(ctx context.Context, p crm.Payment, invoice crm.ID, beside crm.Claims) (left decimal.Decimal, err error) {
	b := &pgx.Batch{}
	b.Queue(`insert into payment (id, account_id, reference, amount, currency, received_on, recorded_by, at) values ($1, $2, $3, $4, $5, $6, $7, $8)`,
		p.ID, p.AccountID, p.Reference, p.Amount, p.Currency, p.ReceivedOn, p.RecordedBy, tx.Now)
	settlement{p.AccountID, invoice, p.ID, "payment", p.Amount, beside, p.ReceivedOn}.queue(b, tx.Now, &left)
	return left, told(tx.q.SendBatch(ctx, b).Close())
}

// settlement is an amount that goes to an invoice, with the parts of it that pay what is asked for beside it.
type settlement struct {
	account, invoice, payment crm.ID
	kind                      string // of the ledger's entry
	amount                    decimal.Decimal
	beside                    crm.Claims
	on                        crm.Date
}

// queue writes it: ledger, what is open, and what a settled invoice ends.
func (a settlement) queue(b *pgx.Batch, now time.Time, left *decimal.Decimal) {
	b.Queue(`insert into ledger (account_id, invoice_id, payment_id, kind, amount, on_date, at) values ($1, $2, $3, $7, $4, $5, $6)`, a.account, a.invoice, a.payment, a.amount.Neg(), a.on, now, a.kind)
	for _, part := range besideParts(a.beside) { // becomes due as it is paid: it never keeps an invoice open
		b.Queue(`insert into ledger (account_id, invoice_id, payment_id, kind, amount, on_date, at) values ($1, $2, $3, $7, $4, $5, $6)`, a.account, a.invoice, a.payment, part.amount, a.on, now, part.kind)
	}
	b.Queue(`update receivable set open = open - $2, settled_at = case when open = $2 then $3::timestamptz end where invoice_id = $1 returning open`, a.invoice, a.amount.Sub(a.beside.Sum()), now).
		QueryRow(func(row pgx.Row) error { return row.Scan(left) })
	b.Queue(`update tranche set state = 'paid', dishonoured = false where invoice_id = $1 and state in ('invoiced', 'paid') and (select open from receivable where invoice_id = $1) = 0`, a.invoice)
	b.Queue(cancelLetters, []string{string(a.invoice)}, "paid") // what they ask for is not owed any more; the collection writes anew of what is left
	b.Queue(`update effect set state = 'cancelled', outcome = 'settled', outcome_at = now() where invoice_id = $1 and state = 'due'
		and (select open from receivable where invoice_id = $1) = 0`, a.invoice)
	b.Queue(dropPaper, []string{string(a.invoice)}, now)
}

// besidePart is a part of a payment that is none of what is open.
type besidePart struct {
	kind   string // of its entry in the ledger
	amount decimal.Decimal
}

// besideParts are the parts that are not zero.
func besideParts(c crm.Claims) (out []besidePart) {
	for _, p := range []besidePart{{"write_off", c.WrittenOff}, {"fee", c.Fees}, {"interest", c.Interest}} {
		if !p.amount.IsZero() {
			out = append(out, p)
		}
	}
	return out
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
