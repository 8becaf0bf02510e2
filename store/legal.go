package store

import (
	"context"

	"leadtocash/crm"
)

// HandOver notes that somebody outside collects what a debtor owes from now on; false when somebody does already.
func (tx *Tx) HandOver(ctx context.Context, l crm.LegalHandOver) (bool, error) {
	tag, err := tx.q.Exec(ctx, `insert into legal_hand_over (id, account_id, handler, reason, since, made_by, made_at) values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing`,
		l.ID, l.AccountID, l.Handler, l.Reason, l.Since, l.MadeBy, tx.Now)
	return tag.RowsAffected() == 1, told(err)
}

// TakeBack notes that the house collects what a debtor owes again, and who had it; ErrNotFound when nobody had.
func (tx *Tx) TakeBack(ctx context.Context, account crm.ID, outcome string) (handler string, err error) {
	err = tx.q.QueryRow(ctx, `update legal_hand_over set ended_on = $2, outcome = $3 where account_id = $1 and ended_on is null returning handler`, account, tx.Today, outcome).Scan(&handler)
	return handler, told(err)
}

// LegalHandOvers lists a debtor's, the latest first: one that has not ended is on.
func (s *Store) LegalHandOvers(ctx context.Context, account crm.ID) ([]crm.LegalHandOver, error) {
	return many[crm.LegalHandOver](ctx, s.pool, `select l.id, l.account_id, l.handler, l.reason, l.since, coalesce(u.name, l.made_by) as made_by, l.made_at, l.ended_on, l.outcome
		from legal_hand_over l left join app_user u on u.id::text = l.made_by where l.account_id = $1 order by l.made_at desc, l.id limit 20`, account)
}
