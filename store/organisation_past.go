package store

import (
	"context"

	"leadtocash/crm"
)

// organisationPast reads who belonged where at each date: what stands in the records now, and what was before each change.
func organisationPast(ctx context.Context, q querier) (*crm.OrganisationPast, error) {
	var err error
	held := func(now, past string) map[crm.ID]crm.Held {
		out := map[crm.ID]crm.Held{}
		if err != nil {
			return out
		}
		type belongs struct {
			ID, To crm.ID
			Until  crm.Date
		}
		var rows []belongs
		if rows, err = many[belongs](ctx, q, now); err != nil {
			return out
		}
		for _, r := range rows {
			out[r.ID] = crm.Held{Now: r.To}
		}
		rows, err = many[belongs](ctx, q, past+` order by 1, 3`)
		for _, r := range rows {
			h := out[r.ID]
			h.Was = append(h.Was, crm.HeldThen{Until: r.Until, ID: r.To})
			out[r.ID] = h
		}
		return out
	}
	o := &crm.OrganisationPast{
		Owners: held(`select id, owner_id as "to", null::date as until from account where owner_id is not null`, `select account_id as id, owner_id as "to", until_day as until from account_owner_past`),
		Teams:  held(`select id, team_id as "to", null::date as until from app_user`, `select user_id as id, team_id as "to", until_day as until from member_past`),
		Above:  held(`select id, parent_id as "to", null::date as until from team`, `select team_id as id, parent_id as "to", until_day as until from team_past`),
	}
	return o, err
}

// OrganisationPast reads who belonged where at each date (S101).
func (s *Store) OrganisationPast(ctx context.Context) (*crm.OrganisationPast, error) {
	return organisationPast(ctx, s.pool)
}

// MoveMember puts a person into another team from today on, or into none; plans of days before keep him where he was.
func (s *Store) MoveMember(ctx context.Context, actor, user, team crm.ID) error {
	return s.edit(ctx, actor, func(e *edit) error {
		if err := e.teamThere(ctx, team, "/team_id"); err != nil {
			return err
		}
		if _, err := e.q.Exec(ctx, `insert into member_past (user_id, until_day, team_id) select id, $3::date, team_id from app_user where id = $1 and team_id is distinct from $2::uuid on conflict do nothing`, user, team, e.today); err != nil {
			return told(err)
		}
		tag, err := e.q.Exec(ctx, `update app_user set team_id = $2, version = version + 1 where id = $1 and team_id is distinct from $2::uuid`, user, team)
		if err != nil || tag.RowsAffected() > 0 {
			return told(err)
		}
		var there bool
		err = told(e.q.QueryRow(ctx, `select true from app_user where id = $1`, user).Scan(&there))
		return err
	})
}

// MoveTeam puts a team below another from today on, or at the top. Refused at /parent_id: circle when it would be above itself.
func (s *Store) MoveTeam(ctx context.Context, actor, team, parent crm.ID) error {
	return s.edit(ctx, actor, func(e *edit) error {
		if _, err := e.q.Exec(ctx, `select id from team order by id for update`); err != nil {
			return told(err)
		}
		var there, circle bool
		if err := e.q.QueryRow(ctx, `select exists (select from team where id = $1), exists (with recursive up as (select id, parent_id from team where id = $2::uuid
			union select t.id, t.parent_id from team t join up on t.id = up.parent_id) select from up where id = $1)`, team, parent).Scan(&there, &circle); err != nil {
			return told(err)
		}
		switch {
		case !there:
			return ErrNotFound
		case circle:
			return crm.FieldErrors{crm.Problem("circle").At("/parent_id")}
		}
		if err := e.teamThere(ctx, parent, "/parent_id"); err != nil {
			return err
		}
		if _, err := e.q.Exec(ctx, `insert into team_past (team_id, until_day, parent_id) select id, $3::date, parent_id from team where id = $1 and parent_id is distinct from $2::uuid on conflict do nothing`, team, parent, e.today); err != nil {
			return told(err)
		}
		_, err := e.q.Exec(ctx, `update team set parent_id = $2 where id = $1`, team, parent)
		return told(err)
	})
}

// teamThere refuses a team that does not exist; none is fine.
func (e *edit) teamThere(ctx context.Context, team crm.ID, pointer string) error {
	if team == "" {
		return nil
	}
	var there bool
	return unknown(told(e.q.QueryRow(ctx, `select true from team where id = $1`, team).Scan(&there)), pointer)
}

// keepOwner notes whose customer it was until today, before it becomes another's.
func (e *edit) keepOwner(ctx context.Context, account, was crm.ID) error {
	return late(ctx, e.q, `insert into account_owner_past (account_id, until_day, owner_id) values ($1, $2, $3) on conflict do nothing`, account, e.today, was)
}
