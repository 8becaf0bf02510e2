package store

import (
	"context"

	"leadtocash/crm"

	"github.com/jackc/pgx/v5"
)

// AbsenceLine is an absence as a list shows it.
type AbsenceLine struct {
	crm.Absence
	Name string // of who is away
	Away bool   // today
}

const absenceLines = `select b.id, b.user_id, b.first_day, b.last_day, b.note, b.made_by, b.made_at, u.name, @today::date between b.first_day and b.last_day as away
	from absence b join app_user u on u.id = b.user_id where b.dropped_at is null and `

// Absences lists the absences of the people within the scope that have not ended before today, the next one first.
func (s *Store) Absences(ctx context.Context, sc Scope, today crm.Date) ([]AbsenceLine, error) {
	return many[AbsenceLine](ctx, s.pool, absenceLines+`b.last_day >= @today::date and `+sc.sees("b.user_id")+` order by b.first_day, u.name, b.id limit 1000`, sc.args(pgx.NamedArgs{"today": today}))
}

// Absence reads one within the scope.
func (s *Store) Absence(ctx context.Context, sc Scope, id crm.ID, today crm.Date) (AbsenceLine, error) {
	return one[AbsenceLine](ctx, s.pool, absenceLines+`b.id = @id and `+sc.sees("b.user_id"), sc.args(pgx.NamedArgs{"id": id, "today": today}))
}

// AddAbsence notes that somebody within the scope is away. Who is not is an unknown one.
func (s *Store) AddAbsence(ctx context.Context, sc Scope, actor crm.ID, a crm.Absence) error {
	return s.edit(ctx, actor, func(e *edit) error {
		args := []any{a.UserID}
		var name string
		err := told(e.q.QueryRow(ctx, `select u.name from app_user u where u.id = $1 and u.active and `+sc.covers("u.id", &args), args...).Scan(&name))
		if err != nil {
			return unknown(err, "/user_id")
		}
		_, err = e.q.Exec(ctx, `insert into absence (id, user_id, first_day, last_day, note, made_by, made_at) values ($1, $2, $3, $4, $5, $6, $7)`,
			a.ID, a.UserID, a.FirstDay, a.LastDay, a.Note, actor, e.now)
		return told(err)
	})
}

// DropAbsence takes an absence within the scope back; it is kept with who did.
func (s *Store) DropAbsence(ctx context.Context, sc Scope, actor, id crm.ID) error {
	return s.edit(ctx, actor, func(e *edit) error {
		args := []any{id, actor, e.now}
		tag, err := e.q.Exec(ctx, `update absence set dropped_by = $2, dropped_at = $3 where id = $1 and dropped_at is null and `+sc.covers("user_id", &args), args...)
		if err == nil && tag.RowsAffected() == 0 {
			return ErrNotFound
		}
		return told(err)
	})
}

// PeopleToGive are the salespeople within the scope.
func (s *Store) PeopleToGive(ctx context.Context, sc Scope) ([]Choice, error) {
	return many[Choice](ctx, s.pool, `select u.id, u.name from app_user u where u.active and u.roles && '{salesperson,sales_manager}' and `+sc.sees("u.id")+` order by u.name, u.id`, sc.args(pgx.NamedArgs{}))
}
