package store

import (
	"context"
	"time"

	"leadtocash/crm"
)

// Conflicting is a change of an engagement that a person has not confirmed in spite of what stands against it. It changed nothing.
type Conflicting struct{ Found []crm.Conflict }

func (e Conflicting) Error() string { return "engagement_conflicts" }

// EditEngagement changes one that is planned: its time, subject, place, note, person or contact (S093). A new time or person is held against
// the person's other engagements, absences and working hours; what is found refuses the change as Conflicting unless it is confirmed, and is
// given back else. Errors: ErrNotFound, Stale, already_done, already_cancelled, those of apply, unknown_record.
func (s *Store) EditEngagement(ctx context.Context, t Target, confirmed bool, apply func(*crm.Engagement) error) (g crm.Engagement, found []crm.Conflict, err error) {
	err = s.edit(ctx, t.Actor, func(e *edit) error {
		if g, err = e.lockEngagement(ctx, t); err != nil {
			return err
		}
		before := g
		if err := apply(&g); err != nil {
			return err
		}
		if same(before, g) {
			return nil
		}
		entry := Entry{Code: "engagement.changed", Data: map[string]any{"kind": g.Kind, "subject": g.Subject, "start": g.DueAt, "due": before.DueAt}}
		process, err := e.engaged(ctx, Everything(), g, &entry)
		if err != nil {
			return err
		}
		if before.OwnerID != g.OwnerID {
			if err := e.ownedBy(ctx, t.Scope, g.OwnerID); err != nil {
				return err
			}
		}
		if !before.DueAt.Equal(g.DueAt) {
			entry.Code = "engagement.moved"
		}
		if !before.DueAt.Equal(g.DueAt) || !before.Until().Equal(g.Until()) || before.OwnerID != g.OwnerID {
			if found, err = conflicts(ctx, e.q, t.Scope, g); err != nil {
				return err
			}
			if len(found) > 0 && !confirmed {
				return Conflicting{found}
			}
		}
		g.Version, g.Sequence, g.ChangedAt = g.Version+1, g.Sequence+1, e.now
		if _, err := e.q.Exec(ctx, `update engagement set subject = $2, due_at = $3, ends_at = $4, place = $5, note = $6, owner_id = $7, contact_id = $8, version = $9, sequence = $10, changed_at = $11 where id = $1`,
			g.ID, g.Subject, g.DueAt, g.EndsAt, g.Place, g.Note, g.OwnerID, g.ContactID, g.Version, g.Sequence, g.ChangedAt); err != nil {
			return err
		}
		return e.tell(ctx, process, entry)
	})
	return g, found, err
}

// same tells whether nothing was changed.
func same(a, b crm.Engagement) bool {
	return a.Subject == b.Subject && a.Place == b.Place && a.Note == b.Note && a.OwnerID == b.OwnerID && a.ContactID == b.ContactID &&
		a.DueAt.Equal(b.DueAt) && (a.EndsAt == nil) == (b.EndsAt == nil) && a.Until().Equal(b.Until())
}

// ownedBy refuses to give an engagement to somebody outside the scope.
func (e *edit) ownedBy(ctx context.Context, sc Scope, owner crm.ID) error {
	args := []any{owner}
	var active bool
	err := told(e.q.QueryRow(ctx, `select active from app_user where id = $1 and `+sc.covers("id", &args), args...).Scan(&active))
	if err != nil {
		return unknown(err, "/owner_id")
	}
	if !active {
		return crm.FieldErrors{crm.Problem("user_inactive").At("/owner_id")}
	}
	return nil
}

// CallOff ends a planned engagement that does not take place (S094). It is no outcome: it counts for nothing but the timeline.
func (s *Store) CallOff(ctx context.Context, t Target, reason string) (g crm.Engagement, err error) {
	err = s.edit(ctx, t.Actor, func(e *edit) error {
		if g, err = e.lockEngagement(ctx, t); err != nil {
			return err
		}
		g.DoneAt, g.CancelledAt, g.CancelReason, g.ChangedAt = &e.now, &e.now, reason, e.now
		g.Version, g.Sequence = g.Version+1, g.Sequence+1
		if _, err := e.q.Exec(ctx, `update engagement set done_at = $2, cancelled_at = $2, cancel_reason = $3, version = $4, sequence = $5, changed_at = $2 where id = $1`,
			g.ID, e.now, reason, g.Version, g.Sequence); err != nil {
			return err
		}
		entry := Entry{Code: "engagement.cancelled", Data: map[string]any{"kind": g.Kind, "subject": g.Subject, "reason": reason}}
		process, err := e.engaged(ctx, Everything(), g, &entry)
		if err != nil {
			return err
		}
		return e.tell(ctx, process, entry)
	})
	return g, err
}

// Conflicts is what stands against an engagement that is to be planned or moved (S093).
func (s *Store) Conflicts(ctx context.Context, sc Scope, g crm.Engagement) ([]crm.Conflict, error) {
	return conflicts(ctx, s.pool, sc, g)
}

// conflicts asks for what else the person has then, and whether he is away; working hours are those of his zone.
func conflicts(ctx context.Context, q querier, sc Scope, g crm.Engagement) (found []crm.Conflict, err error) {
	entity, err := legalEntity(ctx, q)
	if err != nil {
		return nil, err
	}
	work, err := calendarSetting(ctx, q, entity)
	if err != nil {
		return nil, err
	}
	var zone string
	if err := q.QueryRow(ctx, `select zone from app_user where id = $1`, g.OwnerID).Scan(&zone); err != nil {
		return nil, unknown(told(err), "/owner_id")
	}
	if zone != "" {
		work.Zone = zone
	}
	loc, err := time.LoadLocation(work.Zone)
	if err != nil {
		return nil, err
	}
	if g.Binds() {
		args := []any{g.OwnerID, g.ID, g.DueAt, g.Until()}
		if found, err = many[crm.Conflict](ctx, q, `select 'overlap' as kind, id as engagement_id, case when `+sc.covers("owner_id", &args)+` then subject else '' end as subject, due_at as "from", `+endsAt+` as until
			from engagement where owner_id = $1 and id <> $2 and done_at is null and kind not in ('mail', 'letter') and due_at < $4 and due_at > $3::timestamptz - interval '31 days' and `+endsAt+` > $3
			order by due_at, id limit 5`, args...); err != nil {
			return nil, err
		}
	}
	away, err := many[struct{ FirstDay, LastDay crm.Date }](ctx, q, `select first_day, last_day from absence where user_id = $1 and dropped_at is null and first_day <= $3::date and last_day >= $2::date
		order by first_day limit 1`, g.OwnerID, crm.DateOf(g.DueAt, loc), crm.DateOf(g.Until().Add(-1), loc))
	if err != nil {
		return nil, err
	}
	for _, a := range away {
		found = append(found, crm.Conflict{Kind: crm.ConflictAbsent, From: a.FirstDay.StartIn(loc), Until: a.LastDay.AddDays(1).StartIn(loc)})
	}
	cal, err := work.In(entity.Country)
	if err != nil {
		return nil, err
	}
	return append(found, work.OffHours(cal, g, entity.Country)...), nil
}

// endsAt is Engagement.Until in the database.
const endsAt = `coalesce(ends_at, due_at + case when kind in ('meeting', 'visit') then interval '1 hour' else interval '30 minutes' end)`
