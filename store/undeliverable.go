package store

import (
	"context"
	"encoding/json"
	"errors"
	"strings"

	"leadtocash/crm"

	"github.com/jackc/pgx/v5"
)

// debtorLetter tells whether an effect is a letter to a debtor: of his other mails people of the house are the readers.
func debtorLetter(key string) bool {
	return strings.HasPrefix(key, "mail/dunning/") || strings.HasPrefix(key, "mail/payment_plan/")
}

// debtorLetterOf is the first of the letters, keys with points for slashes, that was written to a debtor and left; empty when none was.
func debtorLetterOf(ctx context.Context, tx pgx.Tx, letters []string) (key string, err error) {
	err = tx.QueryRow(ctx, `select key from effect where channel = 'mail' and state <> 'due' and replace(key, '/', '.') = any($1) order by array_position($1::text[], replace(key, '/', '.')) limit 1`, letters).Scan(&key)
	if err = told(err); errors.Is(err, ErrNotFound) {
		return "", nil
	}
	if !debtorLetter(key) {
		key = ""
	}
	return key, err
}

// letterBack tells the collection that wrote a letter that it came back for good, and why in the server's words; once for each letter, however often and whoever says so.
func letterBack(ctx context.Context, tx pgx.Tx, key, why string) error {
	var process string
	if err := tx.QueryRow(ctx, `select process from effect where key = $1`, key).Scan(&process); err != nil {
		return err
	}
	return leaveCommand(ctx, tx, "bounce:", key, crm.Command{Kind: crm.CollectionBounced, Process: process, Actor: "system"}, crm.BouncedFields{Key: key, Reason: crm.ServerWords(why)})
}

// LetterBack notes with a letter of the process that it came back, and gives it as it was written; the level that it was written for may come again. ErrNotFound when the
// process wrote no such letter.
func (tx *Tx) LetterBack(ctx context.Context, key, why string) (l crm.Letter, err error) {
	var payload []byte
	if err := tx.q.QueryRow(ctx, `update effect set state = 'parked', outcome = $3, outcome_at = $4 where key = $1 and process = $2 and channel = 'mail' returning payload`, key, tx.Process.ID, why, tx.Now).Scan(&payload); err != nil {
		return l, told(err)
	}
	if err := json.Unmarshal(payload, &l); err != nil {
		return l, err
	}
	return l, late(ctx, tx.q, `update dunning_step set state = 'cancelled' where effect_key = $1 and state = 'written'`, key)
}

// AddUndeliverable bars an address of a debtor.
func (tx *Tx) AddUndeliverable(ctx context.Context, account crm.ID, u crm.Undeliverable, letter string) error {
	return late(ctx, tx.q, `insert into undeliverable (id, account_id, email, reason, effect_key, at) values ($1, $2, $3, $4, $5, $6) on conflict do nothing`,
		u.ID, account, strings.ToLower(u.Email), u.Reason, letter, tx.Now)
}

// EndUndeliverable says that an address takes mail, whichever letters came back from it, and which it is; ErrNotFound when it is not barred.
func (tx *Tx) EndUndeliverable(ctx context.Context, account, id crm.ID) (email string, err error) {
	err = tx.q.QueryRow(ctx, `with it as (select email from undeliverable where id = $2 and account_id = $1 and ended_at is null), ended as (
			update undeliverable set ended_at = $3, ended_by = $4 where account_id = $1 and ended_at is null and email = (select email from it))
		select email from it`, account, id, tx.Now, tx.Actor).Scan(&email)
	return email, told(err)
}

// AddPaperLetter notes a letter that somebody prints and posts; the effect with its words leaves with the step.
func (tx *Tx) AddPaperLetter(ctx context.Context, account, engagement crm.ID, key string) error {
	return late(ctx, tx.q, `insert into paper_letter (id, account_id, effect_key, engagement_id, at) values ($1, $2, $3, nullif($4::text, '')::uuid, $5) on conflict do nothing`, NewID(), account, key, string(engagement), tx.Now)
}

// dropPaper calls the tasks off whose letters on paper were cancelled before somebody posted them, with why they were. $1 are the invoices that they are about, $2 is now.
const dropPaper = `update engagement g set done_at = $2, cancelled_at = $2, cancel_reason = e.outcome, version = g.version + 1, sequence = g.sequence + 1, changed_at = $2
	from paper_letter p join effect e on e.key = p.effect_key where e.invoice_id = any($1::uuid[]) and e.state = 'cancelled' and g.id = p.engagement_id and g.done_at is null`

// Posted notes that a letter was posted; whoever had to do it has done so. ErrNotFound when there is none to post.
func (tx *Tx) Posted(ctx context.Context, account, id crm.ID) (p crm.PaperLetter, err error) {
	p, err = one[crm.PaperLetter](ctx, tx.q, `with sent as (
			update effect e set state = 'done', outcome = 'posted', outcome_at = $3, attempts = 1 from paper_letter p where p.id = $2 and p.account_id = $1 and e.key = p.effect_key and e.state = 'due'
			returning p.id, p.at, p.engagement_id, e.invoice_id, e.state)
		select s.id, s.at, s.invoice_id, s.state, coalesce(i.number, '') as number from sent s left join invoice i on i.id = s.invoice_id`, account, id, tx.Now)
	if err != nil {
		return p, err
	}
	return p, late(ctx, tx.q, `update engagement set outcome = 'reached', done_at = $2, version = version + 1, changed_at = $2 where done_at is null and id = (select engagement_id from paper_letter where id = $1)`, id, tx.Now)
}

// Undeliverables lists the addresses of a debtor that are barred and that he still has, by what was said last.
func (s *Store) Undeliverables(ctx context.Context, account crm.ID) ([]crm.Undeliverable, error) {
	return many[crm.Undeliverable](ctx, s.pool, `select distinct on (u.email) u.id, u.email, u.reason, u.at from undeliverable u join account a on a.id = u.account_id
		where u.account_id = $1 and u.ended_at is null and u.email = lower(a.email) order by u.email, u.at desc`, account)
}

// PaperLetters lists a debtor's letters on paper, those to be posted first.
func (s *Store) PaperLetters(ctx context.Context, account crm.ID) ([]crm.PaperLetter, error) {
	return many[crm.PaperLetter](ctx, s.pool, `select p.id, p.at, e.invoice_id, e.state, coalesce(i.number, '') as number from paper_letter p join effect e on e.key = p.effect_key left join invoice i on i.id = e.invoice_id
		where p.account_id = $1 order by e.state <> 'due', p.at desc, p.id limit 20`, account)
}

// PaperLetter reads the words of a letter on paper, and where its reader is.
func (s *Store) PaperLetter(ctx context.Context, account, id crm.ID) (l crm.Letter, p crm.PaperLetter, address string, err error) {
	row, err := one[struct {
		crm.PaperLetter
		Payload crm.Letter
		Address string
	}](ctx, s.pool, `select p.id, p.at, e.invoice_id, e.state, coalesce(i.number, '') as number, e.payload, a.address from paper_letter p join effect e on e.key = p.effect_key join account a on a.id = p.account_id
		left join invoice i on i.id = e.invoice_id where p.id = $2 and p.account_id = $1`, account, id)
	return row.Payload, row.PaperLetter, row.Address, err
}
