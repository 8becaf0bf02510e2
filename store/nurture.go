package store

import (
	"context"
	"crypto/sha256"

	"leadtocash/crm"
)

const nurtureColumns = `lead_id, track, touch, mail, position, due_at, state, effect_key, at`

// PlanTouch puts a mail of a track on a lead's plan. One that has left stays as it is: nobody gets it twice. planned tells whether it will go.
func (tx *Tx) PlanTouch(ctx context.Context, t crm.NurtureTouch) (planned bool, err error) {
	tag, err := tx.q.Exec(ctx, `insert into nurture_touch (lead_id, track, touch, mail, position, due_at, state) values ($1, $2, $3, $4, $5, $6, 'planned')
		on conflict (lead_id, track, touch) do update set mail = excluded.mail, position = excluded.position, due_at = excluded.due_at, state = 'planned', at = null
		where nurture_touch.state = 'stopped'`, t.LeadID, t.Track, t.Touch, t.Mail, t.Position, t.DueAt)
	return tag.RowsAffected() == 1, told(err)
}

// NextTouch is the lead's next planned mail; ErrNotFound when none is left.
func (tx *Tx) NextTouch(ctx context.Context, lead crm.ID) (crm.NurtureTouch, error) {
	return one[crm.NurtureTouch](ctx, tx.q, `select `+nurtureColumns+` from nurture_touch where lead_id = $1 and state = 'planned' order by due_at, position limit 1`, lead)
}

// WriteTouch notes that a planned mail was written, with the hash of the secret of its link.
func (tx *Tx) WriteTouch(ctx context.Context, t crm.NurtureTouch, secret []byte) error {
	return late(ctx, tx.q, `update nurture_touch set state = 'written', effect_key = $4, secret_hash = $5, at = $6 where lead_id = $1 and track = $2 and touch = $3`,
		t.LeadID, t.Track, t.Touch, t.EffectKey, secret, tx.Now)
}

// StopTouches takes what is planned off a lead's plan and cancels mails that were written and that nobody has begun to send.
func (tx *Tx) StopTouches(ctx context.Context, lead crm.ID) (stopped int, err error) {
	tag, err := tx.q.Exec(ctx, `update nurture_touch set state = 'stopped', at = $2 where lead_id = $1 and state = 'planned'`, lead, tx.Now)
	if err != nil {
		return 0, told(err)
	}
	tx.StopWritten(lead)
	return int(tag.RowsAffected()), nil
}

// StopWritten does so for a lead that is in no track any more: mails of the last one may still be on their way.
func (tx *Tx) StopWritten(lead crm.ID) {
	tx.q.later(`with off as (
			update effect set state = 'cancelled', outcome = 'stopped', outcome_at = now()
			where key in (select effect_key from nurture_touch where lead_id = $1 and state = 'written') and state = 'due' returning key
		)
		update nurture_touch set state = 'stopped', at = $2 where lead_id = $1 and effect_key in (select key from off)`, lead, tx.Now)
}

// LeadTouched adds a touch to the process's lead: an answer is one.
func (tx *Tx) LeadTouched(ctx context.Context, l crm.Lead, t crm.Touch) error {
	return late(ctx, tx.q, `insert into touch (id, lead_id, channel, source, raw, at) values ($1, $2, $3, $4, $5, $6)`, NewID(), l.ID, t.Channel, t.Source, t.Raw, tx.Now)
}

// NurtureTouches lists the mails of a lead's tracks by their time.
func (s *Store) NurtureTouches(ctx context.Context, lead crm.ID) ([]crm.NurtureTouch, error) {
	return many[crm.NurtureTouch](ctx, s.pool, `select `+nurtureColumns+` from nurture_touch where lead_id = $1 order by due_at, position`, lead)
}

// LeadOfLink finds the lead to whom the mail with this link was written, and whether he may still be written to.
func (s *Store) LeadOfLink(ctx context.Context, secret string) (crm.Lead, error) {
	hash := sha256.Sum256([]byte(secret))
	var id crm.ID
	if err := s.pool.QueryRow(ctx, `select lead_id from nurture_touch where secret_hash = $1`, hash[:]).Scan(&id); err != nil {
		return crm.Lead{}, told(err)
	}
	return one[crm.Lead](ctx, s.pool, `select `+leadColumns+` from lead where id = $1`, id)
}
