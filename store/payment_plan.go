package store

import (
	"context"

	"leadtocash/crm"

	"github.com/shopspring/decimal"
)

// AddPaymentPlan writes a payment plan down with its parts; promises about its invoices are replaced by it.
func (tx *Tx) AddPaymentPlan(ctx context.Context, p crm.PaymentPlan) error {
	replacePromises(tx, p.Invoices)
	tx.q.later(`insert into payment_plan (id, account_id, amount, currency, note, made_by, made_at) values ($1, $2, $3, $4, $5, $6, $7)`, p.ID, p.AccountID, p.Amount, p.Currency, p.Note, p.MadeBy, tx.Now)
	var days []crm.Date
	var amounts []string
	for _, part := range p.Parts {
		days, amounts = append(days, part.DueOn), append(amounts, part.Amount.String())
	}
	tx.q.later(`insert into payment_plan_part (plan_id, position, due_on, amount) select $1, n, d, a from unnest($2::date[], $3::text[]::numeric[]) with ordinality as x(d, a, n)`, p.ID, days, amounts)
	return late(ctx, tx.q, `insert into payment_plan_invoice (plan_id, invoice_id) select $1, unnest($2::uuid[])`, p.ID, texts(p.Invoices))
}

// EndPaymentPlan says what became of a payment plan that was on; the reason is of one that is ended by hand. False when it was not on.
func (tx *Tx) EndPaymentPlan(ctx context.Context, account, id crm.ID, state crm.PaymentPlanState, reason string) (bool, error) {
	tag, err := tx.q.Exec(ctx, `update payment_plan set state = $3, ended_on = $4, reason = $5 where id = $1 and account_id = $2 and state = 'open'`, id, account, state, tx.Today, reason)
	return tag.RowsAffected() == 1, told(err)
}

// EndPaymentPlans ends all payment plans of a debtor, for a reason that holds for all of them; it gives those that were on.
func (tx *Tx) EndPaymentPlans(ctx context.Context, account crm.ID, reason string) ([]crm.PaymentPlan, error) {
	return many[crm.PaymentPlan](ctx, tx.q, `update payment_plan set state = 'ended', ended_on = $2, reason = $3 where account_id = $1 and state = 'open' returning id, amount, currency`, account, tx.Today, reason)
}

// Plannable is what decides whether an invoice may be paid in parts.
type Plannable struct {
	InvoiceID crm.ID
	Open      decimal.Decimal // all of it, also what is not due yet
	WriteOff  bool            // somebody has to decide whether it is given up
}

// Plannables reads it of some invoices, which are locked.
func (tx *Tx) Plannables(ctx context.Context, invoices []crm.ID) (map[crm.ID]Plannable, error) {
	rows, err := many[Plannable](ctx, tx.q, `select r.invoice_id, r.open, exists (select from write_off w where w.invoice_id = r.invoice_id and w.state = 'waiting') as write_off
		from receivable r where r.invoice_id = any($1::uuid[])`, texts(invoices))
	out := make(map[crm.ID]Plannable, len(rows))
	for _, r := range rows {
		out[r.InvoiceID] = r
	}
	return out, err
}

// paymentPlans are payment plans with their parts, and what is open on their invoices now.
const paymentPlans = `select p.id, p.account_id, p.amount, p.currency, p.state, p.note, p.reason, coalesce(u.name, p.made_by) as made_by, p.made_at, p.ended_on,
		array(select invoice_id from payment_plan_invoice where plan_id = p.id order by 1) as invoices,
		array(select i.number from payment_plan_invoice x join invoice i on i.id = x.invoice_id where x.plan_id = p.id order by i.due_date, i.number) as numbers,
		(select jsonb_agg(jsonb_build_object('position', position, 'due_on', due_on, 'amount', amount) order by position) from payment_plan_part where plan_id = p.id) as parts,
		coalesce((select sum(r.open) from payment_plan_invoice x join receivable r on r.invoice_id = x.invoice_id where x.plan_id = p.id), 0) as open
	from payment_plan p left join app_user u on u.id::text = p.made_by where p.account_id = $1`

// OpenPaymentPlans are a debtor's payment plans that are on.
func (tx *Tx) OpenPaymentPlans(ctx context.Context, account crm.ID) ([]crm.PaymentPlan, error) {
	return many[crm.PaymentPlan](ctx, tx.q, paymentPlans+` and p.state = 'open' order by p.made_at, p.id`, account)
}

// PaymentPlans lists a debtor's payment plans, the newest first.
func (s *Store) PaymentPlans(ctx context.Context, account crm.ID) ([]crm.PaymentPlan, error) {
	return many[crm.PaymentPlan](ctx, s.pool, paymentPlans+` order by p.made_at desc, p.id limit 100`, account)
}
