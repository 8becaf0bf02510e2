package store

import (
	"context"

	"leadtocash/crm"

	"github.com/shopspring/decimal"
)

// AddPromise writes a promise down; those before it of the same invoices are replaced.
func (tx *Tx) AddPromise(ctx context.Context, p crm.Promise, leftOpen decimal.Decimal) error {
	replacePromises(tx, p.Invoices)
	tx.q.later(`insert into promise (id, account_id, amount, currency, left_open, on_date, note, made_by, made_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		p.ID, p.AccountID, p.Amount, p.Currency, leftOpen, p.OnDate, p.Note, p.MadeBy, tx.Now)
	return late(ctx, tx.q, `insert into promise_invoice (promise_id, invoice_id) select $1, unnest($2::uuid[])`, p.ID, texts(p.Invoices))
}

// replacePromises ends the promises about some invoices, in whose stead something else comes.
func replacePromises(tx *Tx, invoices []crm.ID) {
	tx.q.later(`update promise set state = 'replaced', ended_on = $2 where state = 'open' and id in (select promise_id from promise_invoice where invoice_id = any($1::uuid[]))`, texts(invoices), tx.Today)
}

// EndPromise says what became of a promise that was open; false when it was not.
func (tx *Tx) EndPromise(ctx context.Context, account, id crm.ID, state crm.PromiseState) (bool, error) {
	tag, err := tx.q.Exec(ctx, `update promise set state = $3, ended_on = $4 where id = $1 and account_id = $2 and state = 'open'`, id, account, state, tx.Today)
	return tag.RowsAffected() == 1, told(err)
}

// AddPause writes a pause down.
func (tx *Tx) AddPause(ctx context.Context, p crm.DunningPause) error {
	return late(ctx, tx.q, `insert into dunning_pause (id, account_id, invoice_id, until, reason, made_by, made_at) values ($1, $2, $3, $4, $5, $6, $7)`,
		p.ID, p.AccountID, p.InvoiceID, p.Until, p.Reason, p.MadeBy, tx.Now)
}

// EndPause ends a pause that is on; false when there is none.
func (tx *Tx) EndPause(ctx context.Context, account, id crm.ID) (bool, error) {
	tag, err := tx.q.Exec(ctx, `update dunning_pause set ended_on = $3 where id = $1 and account_id = $2 and ended_on is null and until >= $3`, id, account, tx.Today)
	return tag.RowsAffected() == 1, told(err)
}

// AddCall keeps what a debtor said on the phone; calls that were planned with him are done with it.
func (tx *Tx) AddCall(ctx context.Context, account crm.ID, outcome, note string) error {
	tx.q.later(`insert into collection_call (id, account_id, outcome, note, made_by, at) values ($1, $2, $3, $4, $5, $6)`, NewID(), account, outcome, note, tx.Actor, tx.Now)
	return late(ctx, tx.q, `update engagement set outcome = $2, note = $3, done_at = $4, version = version + 1, changed_at = $4
		where done_at is null and id in (select engagement_id from collection_task where account_id = $1)`, account, outcome, note, tx.Now)
}

// AddCallTask plans a call with a debtor for a person, as one of his engagements.
func (tx *Tx) AddCallTask(ctx context.Context, g crm.Engagement, account crm.ID) error {
	if err := tx.AddTask(ctx, g, account); err != nil {
		return err
	}
	return late(ctx, tx.q, `insert into collection_task (engagement_id, account_id) values ($1, $2)`, g.ID, account)
}

// Promises lists a debtor's promises, the newest first.
func (s *Store) Promises(ctx context.Context, account crm.ID) ([]crm.Promise, error) {
	return many[crm.Promise](ctx, s.pool, `select p.id, p.account_id, p.amount, p.currency, p.on_date, p.state, p.note, coalesce(u.name, p.made_by) as made_by, p.made_at, p.ended_on,
			array(select invoice_id from promise_invoice where promise_id = p.id order by 1) as invoices
		from promise p left join app_user u on u.id::text = p.made_by where p.account_id = $1 order by p.made_at desc, p.id limit 100`, account)
}

// Pauses lists a debtor's pauses that are on.
func (s *Store) Pauses(ctx context.Context, account crm.ID, today crm.Date) ([]crm.DunningPause, error) {
	return many[crm.DunningPause](ctx, s.pool, `select p.id, p.account_id, p.invoice_id, p.until, p.reason, coalesce(u.name, p.made_by) as made_by, p.made_at, p.ended_on
		from dunning_pause p left join app_user u on u.id::text = p.made_by where p.account_id = $1 and p.ended_on is null and p.until >= $2 order by p.until, p.id limit 100`, account, today)
}
