package store

import (
	"context"
	"errors"

	"leadtocash/crm"
)

// Search says among whom a lead's owner is looked for. Without team and users all active salespeople are meant.
type Search struct {
	Team  string   // name of a team; those below it are meant too
	Users []string // e-mail addresses in small letters
	Cap   int      // leads in hand with which a person gets no more; 0: no limit
	Not   []crm.ID // never these
	Turn  bool     // by turn; else by who has the fewest leads in hand, and by turn among equals
}

// FreeSeller chooses who gets a lead, with how many he has in hand before it; ErrNotFound when nobody is free. Choices wait for each other
// until their transactions end, so that leads which are assigned at the same moment spread all the same (S066). Who is away today gets none.
func (tx *Tx) FreeSeller(ctx context.Context, s Search) (id crm.ID, inHand int, err error) {
	if _, err := tx.q.Exec(ctx, `select pg_advisory_xact_lock(7203004)`); err != nil {
		return "", 0, told(err)
	}
	order := `in_hand, turn nulls first, id`
	if s.Turn {
		order = `turn nulls first, in_hand, id`
	}
	users := s.Users
	if users == nil {
		users = []string{}
	}
	err = tx.q.QueryRow(ctx, `with recursive t as (
			select id from team where name = $1 union select c.id from team c join t on c.parent_id = t.id
		)
		select id, in_hand from (
			select u.id, (select count(*) from lead where owner_id = u.id and state = 'assigned') as in_hand,
				(select max(assigned_at) from lead where owner_id = u.id and assigned_at is not null) as turn
			from app_user u
			where u.active and u.roles && '{salesperson,sales_manager}' and u.id <> all($5::uuid[]) and case
				when cardinality($2::text[]) > 0 then lower(u.email) = any($2)
				when $1 <> '' then u.team_id in (select id from t) and 'salesperson' = any(u.roles)
				else 'salesperson' = any(u.roles) end
				and not exists (select from absence b where b.user_id = u.id and b.dropped_at is null and $4::date between b.first_day and b.last_day)
		) c where $3 = 0 or in_hand < $3 order by `+order+` limit 1`, s.Team, users, s.Cap, tx.Today, texts(s.Not)).Scan(&id, &inHand)
	return id, inHand, told(err)
}

// SellerActive tells whether a person may be given leads.
func (tx *Tx) SellerActive(ctx context.Context, id crm.ID) (bool, error) {
	u, err := tx.Person(ctx, id)
	if errors.Is(err, ErrNotFound) {
		return false, nil
	}
	return u.Active && (u.Has(crm.RoleSalesperson) || u.Has(crm.RoleSalesManager)), err
}

// OfferLead writes down who may take a lead that nobody has: the teams with those below them, and the people, of the searches; everybody who
// sells when there is none.
func (tx *Tx) OfferLead(ctx context.Context, lead crm.ID, to []Search) error {
	if len(to) == 0 {
		return late(ctx, tx.q, `update lead set pool = null where id = $1 and pool is not null`, lead)
	}
	teams, users := []string{}, []string{}
	for _, s := range to {
		if len(s.Users) > 0 {
			users = append(users, s.Users...)
		} else {
			teams = append(teams, s.Team)
		}
	}
	return late(ctx, tx.q, `with recursive t as (select id from team where name = any($2) union select c.id from team c join t on c.parent_id = t.id),
		p as (select array(select id from t union select id from app_user where lower(email) = any($3) order by 1) as pool)
		update lead set pool = p.pool from p where id = $1 and lead.pool is distinct from p.pool`, lead, teams, users)
}
