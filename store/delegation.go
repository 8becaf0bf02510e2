package store

import (
	"context"

	"leadtocash/crm"

	"github.com/jackc/pgx/v5"
)

// DelegationLine is a delegation as a list shows it.
type DelegationLine struct {
	crm.Delegation
	FromName string
	ToName   string
	Now      bool // it holds today
}

const delegationLines = `select d.id, d.from_id, d.to_id, d.first_day, d.last_day, d.note, d.made_by, d.made_at, f.name as from_name, t.name as to_name,
	@today::date between d.first_day and d.last_day as now
	from delegation d join app_user f on f.id = d.from_id join app_user t on t.id = d.to_id where d.dropped_at is null and `

// Delegations lists those that people within the scope gave or were given and that have not ended before today, the next one first.
func (s *Store) Delegations(ctx context.Context, sc Scope, today crm.Date) ([]DelegationLine, error) {
	return many[DelegationLine](ctx, s.pool, delegationLines+`d.last_day >= @today::date and (`+sc.sees("d.from_id")+` or `+sc.sees("d.to_id")+`)
		order by d.first_day, f.name, d.id limit 1000`, sc.args(pgx.NamedArgs{"today": today}))
}

// Delegation reads one that somebody within the scope gave.
func (s *Store) Delegation(ctx context.Context, sc Scope, id crm.ID, today crm.Date) (DelegationLine, error) {
	return one[DelegationLine](ctx, s.pool, delegationLines+`d.id = @id and `+sc.sees("d.from_id"), sc.args(pgx.NamedArgs{"id": id, "today": today}))
}

// AddDelegation lets somebody decide in the place of one within the scope. Who is not is an unknown one, and so is who is not there any more; who sees no
// orders is refused as may_not_approve.
func (s *Store) AddDelegation(ctx context.Context, sc Scope, actor crm.ID, d crm.Delegation) error {
	return s.edit(ctx, actor, func(e *edit) error {
		args := []any{d.FromID}
		var name string
		err := told(e.q.QueryRow(ctx, `select u.name from app_user u where u.id = $1 and u.active and `+sc.covers("u.id", &args), args...).Scan(&name))
		if err != nil {
			return unknown(err, "/from_id")
		}
		to, err := one[person](ctx, e.q, personOf, d.ToID)
		switch {
		case err != nil:
			return unknown(err, "/to_id")
		case !to.Active:
			return unknown(ErrNotFound, "/to_id")
		case to.user().Can(crm.MayReadOrder) == crm.ReachNone:
			return crm.FieldErrors{crm.Problem("may_not_approve").At("/to_id")}
		}
		_, err = e.q.Exec(ctx, `insert into delegation (id, from_id, to_id, first_day, last_day, note, made_by, made_at) values ($1, $2, $3, $4, $5, $6, $7, $8)`,
			d.ID, d.FromID, d.ToID, d.FirstDay, d.LastDay, d.Note, actor, e.now)
		return told(err)
	})
}

// DropDelegation takes one back that somebody within the scope gave; it is kept with who did.
func (s *Store) DropDelegation(ctx context.Context, sc Scope, actor, id crm.ID) error {
	return s.edit(ctx, actor, func(e *edit) error {
		args := []any{id, actor, e.now}
		tag, err := e.q.Exec(ctx, `update delegation set dropped_by = $2, dropped_at = $3 where id = $1 and dropped_at is null and `+sc.covers("from_id", &args), args...)
		if err == nil && tag.RowsAffected() == 0 {
			return ErrNotFound
		}
		return told(err)
	})
}

// Approvers are those who log in and see orders, by name.
func (s *Store) Approvers(ctx context.Context) ([]Choice, error) {
	var roles []string
	for _, r := range crm.Roles() {
		if (crm.User{Active: true, Roles: []crm.Role{r}}).Can(crm.MayReadOrder) > crm.ReachNone {
			roles = append(roles, string(r))
		}
	}
	return many[Choice](ctx, s.pool, `select id, name from app_user where active and roles && $1::text[] order by name, id limit 1000`, roles)
}
