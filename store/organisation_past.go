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

// SettingOrganisation is the history of who was moved to which team.
const SettingOrganisation = "organisation"

// moved is what a move needs to know of the person or team: what it is called, where it belongs, and since when at least.
type moved struct {
	Name   string
	To     crm.ID
	ToName string
	Since  crm.Date // the first day after the last move; zero: never moved
}

// MoveMember puts a person into another team from a day on, or into none; plans of days before keep him where he was. No day is today. Refused at /team_id:
// unknown_record; at /from: in_the_future, before_last_move with the day.
func (s *Store) MoveMember(ctx context.Context, t Target, team crm.ID, from crm.Date) error {
	_, err := s.editSetting(ctx, SettingOrganisation, t, func(e *edit) (map[string]change, error) {
		is, err := one[moved](ctx, e.q, `select u.name, u.team_id as "to", coalesce(t.name, '') as to_name, (select max(p.until_day) from member_past p where p.user_id = u.id) as since
			from app_user u left join team t on t.id = u.team_id where u.id = $1 for update of u`, t.ID)
		if err != nil {
			return nil, err
		}
		name, err := e.teamThere(ctx, team, "/team_id")
		if err != nil || is.To == team {
			return nil, err
		}
		if from, err = e.moveFrom(from, is.Since); err != nil {
			return nil, err
		}
		if _, err := e.q.Exec(ctx, `insert into member_past (user_id, until_day, team_id) values ($1, $2, $3) on conflict do nothing`, t.ID, from, is.To); err != nil {
			return nil, told(err)
		}
		_, err = e.q.Exec(ctx, `update app_user set team_id = $2, version = version + 1 where id = $1`, t.ID, team)
		return map[string]change{"member." + from.String() + "." + is.Name: {is.ToName, name}}, told(err)
	})
	return err
}

// MoveTeam puts a team below another from a day on, or at the top. Refused as MoveMember, and at /parent_id: circle when it would be above itself.
func (s *Store) MoveTeam(ctx context.Context, t Target, parent crm.ID, from crm.Date) error {
	_, err := s.editSetting(ctx, SettingOrganisation, t, func(e *edit) (map[string]change, error) {
		if _, err := e.q.Exec(ctx, `select id from team order by id for update`); err != nil {
			return nil, told(err)
		}
		is, err := one[moved](ctx, e.q, `select t.name, t.parent_id as "to", coalesce(p.name, '') as to_name, (select max(x.until_day) from team_past x where x.team_id = t.id) as since
			from team t left join team p on p.id = t.parent_id where t.id = $1`, t.ID)
		if err != nil {
			return nil, err
		}
		var circle bool
		if err := e.q.QueryRow(ctx, `select exists (with recursive up as (select id, parent_id from team where id = $2::uuid
			union select t.id, t.parent_id from team t join up on t.id = up.parent_id) select from up where id = $1)`, t.ID, parent).Scan(&circle); err != nil {
			return nil, told(err)
		}
		if circle {
			return nil, crm.FieldErrors{crm.Problem("circle").At("/parent_id")}
		}
		name, err := e.teamThere(ctx, parent, "/parent_id")
		if err != nil || is.To == parent {
			return nil, err
		}
		if from, err = e.moveFrom(from, is.Since); err != nil {
			return nil, err
		}
		if _, err := e.q.Exec(ctx, `insert into team_past (team_id, until_day, parent_id) values ($1, $2, $3) on conflict do nothing`, t.ID, from, is.To); err != nil {
			return nil, told(err)
		}
		_, err = e.q.Exec(ctx, `update team set parent_id = $2 where id = $1`, t.ID, parent)
		return map[string]change{"team." + from.String() + "." + is.Name: {is.ToName, name}}, told(err)
	})
	return err
}

// moveFrom is from when a move holds: today where no day is given, never later, and not before what was moved last.
func (e *edit) moveFrom(from, since crm.Date) (crm.Date, error) {
	switch {
	case from.IsZero():
		return e.today, nil
	case e.today.Before(from):
		return from, crm.FieldErrors{crm.Problem("in_the_future", "today", e.today.String()).At("/from")}
	case from.Before(since):
		return from, crm.FieldErrors{crm.Problem("before_last_move", "day", since.String()).At("/from")}
	}
	return from, nil
}

// teamThere refuses a team that does not exist, and gives its name; none is fine.
func (e *edit) teamThere(ctx context.Context, team crm.ID, pointer string) (name string, err error) {
	if team == "" {
		return "", nil
	}
	err = unknown(told(e.q.QueryRow(ctx, `select name from team where id = $1`, team).Scan(&name)), pointer)
	return name, err
}

// keepOwner notes whose customer it was until today, before it becomes another's.
func (e *edit) keepOwner(ctx context.Context, account, was crm.ID) error {
	return late(ctx, e.q, `insert into account_owner_past (account_id, until_day, owner_id) values ($1, $2, $3) on conflict do nothing`, account, e.today, was)
}
