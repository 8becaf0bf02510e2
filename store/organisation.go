package store

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"

	"leadtocash/crm"

	"github.com/jackc/pgx/v5"
	"github.com/shopspring/decimal"
)

// organisation asks in one round trip who there is on a day, who stands in for whom, and how teams hang together.
func organisation(ctx context.Context, q querier, day crm.Date) (crm.Organisation, error) {
	o := crm.Organisation{Above: map[crm.ID]crm.ID{}}
	b := &pgx.Batch{}
	b.Queue(`select u.id, u.name, u.email, u.roles, u.team_id, u.approval_limit as limit, u.active,
			exists (select from absence b where b.user_id = u.id and b.dropped_at is null and $1::date between b.first_day and b.last_day) as away
		from app_user u order by u.name, u.id`, day).Query(func(rows pgx.Rows) (err error) {
		o.Members, err = pgx.CollectRows(rows, pgx.RowToStructByNameLax[crm.Member])
		for i, m := range o.Members { // who sees no orders decides on none
			o.Members[i].Active = crm.User{Active: m.Active, Roles: m.Roles}.Can(crm.MayReadOrder) > crm.ReachNone
		}
		return err
	})
	b.Queue(`select id, parent_id from team where parent_id is not null`).Query(func(rows pgx.Rows) error {
		var team, above crm.ID
		_, err := pgx.ForEachRow(rows, []any{&team, &above}, func() error { o.Above[team] = above; return nil })
		return err
	})
	b.Queue(`select id, from_id, to_id, first_day, last_day, note, made_by, made_at from delegation where dropped_at is null and $1::date between first_day and last_day order by made_at, id`, day).Query(func(rows pgx.Rows) (err error) {
		o.Delegations, err = pgx.CollectRows(rows, pgx.RowToStructByNameLax[crm.Delegation])
		return err
	})
	return o, told(q.SendBatch(ctx, b).Close())
}

// Organisation is who there is today, as approvals see it.
func (tx *Tx) Organisation(ctx context.Context) (crm.Organisation, error) {
	return organisation(ctx, tx.q, tx.Today)
}

// Organisation is who there is on a day, as approvals see it.
func (s *Store) Organisation(ctx context.Context, day crm.Date) (crm.Organisation, error) {
	return organisation(ctx, s.pool, day)
}

// mark is the same for two organisations in which the same people may decide.
func mark(o crm.Organisation) (string, error) {
	for i := range o.Members { // as they would be written
		o.Members[i].Limit = decimal.RequireFromString(o.Members[i].Limit.String())
	}
	body, err := json.Marshal(struct {
		M []crm.Member
		A map[crm.ID]crm.ID
		D [][2]crm.ID
	}{o.Members, o.Above, pairs(o.Delegations)})
	sum := sha256.Sum256(body)
	return hex.EncodeToString(sum[:12]), err
}

func pairs(list []crm.Delegation) (out [][2]crm.ID) {
	for _, d := range list {
		out = append(out, [2]crm.ID{d.FromID, d.ToID})
	}
	return slices.Clip(out)
}
