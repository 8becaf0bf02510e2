package store

import (
	"context"
	"time"

	"leadtocash/crm"
)

// realNow is the machine's time; business time is this plus the clock's shift.
func (s *Store) realNow() time.Time { return time.Now().UTC().Truncate(time.Microsecond) }

// addTouch keeps one way by which a lead reached us, with the raw input as it came. It is false when a touch with its key is there.
func addTouch(ctx context.Context, tx querier, l crm.Lead, t crm.Touch, now time.Time) (bool, error) {
	t.ID = NewID()
	if t.UTM == nil {
		t.UTM = map[string]string{}
	}
	tag, err := tx.Exec(ctx, `insert into touch (id, lead_id, channel, source, raw, at, key, campaign, utm, consent_version)
		values ($1, $2, $3, $4, $5, $6, nullif($7, ''), $8, $9, $10) on conflict do nothing`,
		t.ID, l.ID, t.Channel, t.Source, t.Raw, now, t.Key, t.Campaign, t.UTM, t.ConsentVersion)
	if err != nil || tag.RowsAffected() == 0 {
		return false, err
	}
	return true, record(ctx, tx, "touch/"+string(t.ID), 0, Entry{
		Process: crm.ProcessID(crm.KindLead, l.ID), Actor: t.Channel + ":" + t.Source,
		Code: "lead.touched", At: now, Data: map[string]any{"channel": t.Channel, "source": t.Source},
	})
}

const touchColumns = `id, lead_id, channel, source, raw, at, campaign, utm, consent_version`

// Touches lists the ways by which a lead reached us, the first one first.
func (s *Store) Touches(ctx context.Context, lead crm.ID) ([]crm.Touch, error) {
	return many[crm.Touch](ctx, s.pool, `select `+touchColumns+` from touch where lead_id = $1 order by at, id`, lead)
}
