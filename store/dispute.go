package store

import (
	"context"

	"leadtocash/crm"

	"github.com/shopspring/decimal"
)

// AddDispute writes a dispute down.
func (tx *Tx) AddDispute(ctx context.Context, d crm.Dispute) error {
	return late(ctx, tx.q, `insert into dispute (id, invoice_id, position, amount, whole, reason, owner_id, due_on, opened_by, opened_at) values ($1, $2, nullif($3, 0), $4, $5, $6, $7, $8, $9, $10)`,
		d.ID, d.InvoiceID, d.Position, d.Amount, d.Whole, d.Reason, d.OwnerID, d.DueOn, d.OpenedBy, tx.Now)
}

// Dispute reads one of a debtor's disputes and locks it; ErrNotFound.
func (tx *Tx) Dispute(ctx context.Context, account, id crm.ID) (crm.Dispute, error) {
	return one[crm.Dispute](ctx, tx.q, `select d.id, d.invoice_id, coalesce(d.position, 0) as position, d.amount, d.whole, d.reason, d.owner_id, d.due_on, d.state, d.outcome, d.opened_by, d.opened_at, d.ended_on
		from dispute d join receivable r on r.invoice_id = d.invoice_id where d.id = $1 and r.account_id = $2 for update of d`, id, account)
}

// EndDispute says how a dispute ended.
func (tx *Tx) EndDispute(ctx context.Context, id crm.ID, state crm.DisputeState, outcome string) error {
	return late(ctx, tx.q, `update dispute set state = $2, outcome = $3, ended_on = $4 where id = $1 and state = 'open'`, id, state, outcome, tx.Today)
}

// DisputedLine is what a line of an invoice costs with its tax; ErrNotFound.
func (tx *Tx) DisputedLine(ctx context.Context, invoice crm.ID, position int) (amount decimal.Decimal, err error) {
	err = tx.q.QueryRow(ctx, `select net + tax from invoice_line where invoice_id = $1 and position = $2`, invoice, position).Scan(&amount)
	return amount, told(err)
}

// ActiveUser tells whether somebody is there to take a task.
func (tx *Tx) ActiveUser(ctx context.Context, id crm.ID) (active bool, err error) {
	err = tx.q.QueryRow(ctx, `select exists (select from app_user where id = $1 and active)`, id).Scan(&active)
	return active, told(err)
}

// DisputeRow is a dispute as people read it.
type DisputeRow struct {
	crm.Dispute
	Number string // of the invoice
	Owner  string
	Line   string // its text
}

// Disputes lists a debtor's disputes of what is still open, those that wait first.
func (s *Store) Disputes(ctx context.Context, account crm.ID) ([]DisputeRow, error) {
	return many[DisputeRow](ctx, s.pool, `select d.id, d.invoice_id, coalesce(d.position, 0) as position, d.amount, d.whole, d.reason, d.owner_id, d.due_on, d.state, d.outcome,
			coalesce(u.name, d.opened_by) as opened_by, d.opened_at, d.ended_on, i.number, o.name as owner, coalesce(l.text, '') as line
		from dispute d join receivable r on r.invoice_id = d.invoice_id join invoice i on i.id = d.invoice_id join app_user o on o.id = d.owner_id
		left join app_user u on u.id::text = d.opened_by left join invoice_line l on l.invoice_id = d.invoice_id and l.position = d.position
		where r.account_id = $1 and (d.state = 'open' or r.open > 0) order by d.ended_on nulls first, d.opened_at desc, d.id limit 100`, account)
}
