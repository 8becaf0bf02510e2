package store

import (
	"context"
	"time"

	"leadtocash/crm"

	"github.com/jackc/pgx/v5"
)

// How long a text that forms sent is remembered, and from how many senders it may come before it is taken for spam.
const (
	seenFor       = 24 * time.Hour
	seenSenders   = 3
	heldOnOnePage = 100
)

const heldColumns = `id, channel, source, lead, touch, reasons, at, state, decided_by, decided_at, lead_id`

// GoesRound tells whether a text has come from other senders before, more often than people do that; sameness is its hash. It forgets
// after a day.
func (s *Store) GoesRound(ctx context.Context, sameness []byte, sender string) (bool, error) {
	now := s.realNow()
	b := &pgx.Batch{} // one round trip and one transaction
	b.Queue(`delete from capture_seen where at < $1`, now.Add(-seenFor))
	b.Queue(`insert into capture_seen (sameness, sender, at) values ($1, $2, $3) on conflict (sameness, sender) do update set at = excluded.at`, sameness, sender, now)
	var senders int
	b.Queue(`select count(*)::int from capture_seen where sameness = $1`, sameness).QueryRow(func(row pgx.Row) error { return row.Scan(&senders) })
	return senders > seenSenders, told(s.pool.SendBatch(ctx, b).Close())
}

// HoldLead keeps something that looks like spam; nothing of it is a lead before ReleaseHeld. The same touch key again is kept once.
func (s *Store) HoldLead(ctx context.Context, h crm.HeldLead, sameness []byte) error {
	return s.short(ctx, func(tx pgx.Tx) error {
		shift, err := clockShift(ctx, tx)
		if err != nil {
			return err
		}
		_, err = tx.Exec(ctx, `insert into capture_held (id, channel, source, lead, touch, reasons, sameness, at)
			select $1, $2, $3, $4, $5, $6, $7, $8 where $9 = '' or not exists (select from capture_held where touch->>'Key' = $9)`,
			NewID(), h.Channel, h.Source, h.Lead, h.Touch, h.Reasons, sameness, s.realNow().Add(shift), h.Touch.Key)
		return err
	})
}

// HeldLeads lists what waits for a person, the newest first.
func (s *Store) HeldLeads(ctx context.Context) ([]crm.HeldLead, error) {
	return many[crm.HeldLead](ctx, s.pool, `select `+heldColumns+` from capture_held where state = 'held' order by at desc, id desc limit $1`, heldOnOnePage)
}

// HeldCount is how many wait.
func (s *Store) HeldCount(ctx context.Context) (n int, err error) {
	err = s.pool.QueryRow(ctx, `select count(*)::int from capture_held where state = 'held'`).Scan(&n)
	return n, told(err)
}

// ReleaseHeld makes a lead, or one more touch, of what was held. Twice is once. Errors: ErrNotFound, Refused already_done when it was
// dropped, RuleRefused, ErrClash.
func (s *Store) ReleaseHeld(ctx context.Context, id, actor crm.ID) (lead crm.ID, err error) {
	err = s.short(ctx, func(tx pgx.Tx) error {
		h, err := lockHeld(ctx, tx, id)
		if err != nil {
			return err
		}
		if h.State == "released" {
			lead = h.LeadID
			return nil
		}
		if h.State != "held" {
			return Refused{Code: "already_done"}
		}
		now, err := s.leadRequired(ctx, &behind{tx: tx}, h.Lead)
		if err != nil {
			return err
		}
		l, _, _, err := capture(ctx, tx, h.Lead, h.Touch, now, s.WakeIn)
		if err != nil {
			return err
		}
		lead = l.ID
		return decideHeld(ctx, tx, id, "released", actor, &lead, now)
	})
	return lead, err
}

// DropHeld leaves what was held for good; its row stays.
func (s *Store) DropHeld(ctx context.Context, id, actor crm.ID) error {
	return s.short(ctx, func(tx pgx.Tx) error {
		h, err := lockHeld(ctx, tx, id)
		if err != nil || h.State == "dropped" {
			return err
		}
		if h.State != "held" {
			return Refused{Code: "already_done"}
		}
		return decideHeld(ctx, tx, id, "dropped", actor, nil, s.realNow())
	})
}

func lockHeld(ctx context.Context, tx pgx.Tx, id crm.ID) (crm.HeldLead, error) {
	return one[crm.HeldLead](ctx, tx, `select `+heldColumns+` from capture_held where id = $1 for update`, id)
}

func decideHeld(ctx context.Context, tx pgx.Tx, id crm.ID, state string, actor crm.ID, lead *crm.ID, now time.Time) error {
	_, err := tx.Exec(ctx, `update capture_held set state = $2, decided_by = $3, decided_at = $4, lead_id = $5 where id = $1`, id, state, actor, now, lead)
	return told(err)
}
