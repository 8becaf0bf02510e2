package store

import (
	"bytes"
	"context"
	"errors"
	"time"

	"leadtocash/crm"

	"github.com/jackc/pgx/v5"
)

// Delivery is what a hook was sent, signed.
type Delivery struct {
	Hook  crm.ID
	Event string // the sender's own id
	Hash  []byte // of what was sent
	Raw   string
}

// TakeDelivery makes a lead, or one more touch, of what a hook was sent, in one transaction with the delivery's row. The same event again
// with the same content is repeated and changes nothing. Errors: ErrClash for the same event with other content, and those of CaptureLead.
func (s *Store) TakeDelivery(ctx context.Context, d Delivery, l crm.Lead, t crm.Touch) (outcome string, lead crm.ID, err error) {
	t.Key = "hook/" + string(d.Hook) + "/" + d.Event
	err = s.short(ctx, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, `select pg_advisory_xact_lock(hashtextextended($1, 3))`, t.Key); err != nil {
			return err
		}
		var before []byte
		err := told(tx.QueryRow(ctx, `select hash, lead_id from capture_delivery where hook_id = $1 and event = $2 and outcome in ('made', 'touched')`, d.Hook, d.Event).Scan(&before, &lead))
		switch {
		case err == nil && !bytes.Equal(before, d.Hash):
			return ErrClash
		case err == nil:
			outcome = "repeated"
			return noteDelivery(ctx, tx, d, outcome, lead, nil)
		case !errors.Is(err, ErrNotFound):
			return err
		}
		now, err := s.leadRequired(ctx, &behind{tx: tx}, l)
		if err != nil {
			return err
		}
		known, made, _, err := capture(ctx, tx, l, t, now, s.WakeIn)
		if err != nil {
			return err
		}
		outcome, lead = "touched", known.ID
		if made {
			outcome = "made"
		}
		return noteDelivery(ctx, tx, d, outcome, lead, nil)
	})
	return outcome, lead, err
}

// RefuseDelivery keeps a signed delivery of which no lead can be made, with why.
func (s *Store) RefuseDelivery(ctx context.Context, d Delivery, why crm.FieldErrors) error {
	return s.short(ctx, func(tx pgx.Tx) error { return noteDelivery(ctx, tx, d, "refused", "", why) })
}

func noteDelivery(ctx context.Context, tx pgx.Tx, d Delivery, outcome string, lead crm.ID, why crm.FieldErrors) error {
	if why == nil {
		why = crm.FieldErrors{}
	}
	_, err := tx.Exec(ctx, `insert into capture_delivery (id, hook_id, event, hash, raw, outcome, problems, lead_id, at) values ($1, $2, $3, $4, $5, $6, $7, $8, now())`,
		NewID(), d.Hook, d.Event, d.Hash, d.Raw, outcome, why, lead)
	return err
}

// UnsignedDelivery counts a delivery without a good signature: who sends it is not known, so nothing else of it is kept.
func (s *Store) UnsignedDelivery(ctx context.Context, hook crm.ID) error {
	_, err := s.pool.Exec(ctx, `update capture_hook set unsigned = unsigned + 1, unsigned_at = $2 where id = $1`, hook, time.Now())
	return told(err)
}

// Deliveries lists the latest deliveries of a hook, the newest first.
func (s *Store) Deliveries(ctx context.Context, hook crm.ID, n int) ([]crm.HookDelivery, error) {
	return many[crm.HookDelivery](ctx, s.pool, `select id, hook_id, event, raw, outcome, problems, lead_id, at from capture_delivery where hook_id = $1 order by at desc, id desc limit $2`, hook, n)
}
