package store

import (
	"context"
	"time"

	"leadtocash/crm"

	"github.com/shopspring/decimal"
)

// ForecastAdjustment is what a manager expects other than the categories say, of one person's month (S005).
type ForecastAdjustment struct {
	ID       crm.ID
	Month    crm.Date // its first day
	OwnerID  crm.ID
	Owner    string
	Category string // commit, best_case, pipeline
	Amount   decimal.Decimal
	Reason   string
	MadeBy   crm.ID
	By       string
	MadeAt   time.Time
}

// AdjustForecast notes an adjustment; the last one of a person's month and category counts, and all stay. Zero takes it back. The target's scope are the
// people whose forecasts the actor adjusts. Errors: unknown_record at /owner_id.
func (s *Store) AdjustForecast(ctx context.Context, t Target, a ForecastAdjustment) (ForecastAdjustment, error) {
	err := s.edit(ctx, t.Actor, func(e *edit) error {
		args := []any{a.OwnerID}
		if err := told(e.q.QueryRow(ctx, `select u.name from app_user u where u.id = $1 and u.roles && '{salesperson,sales_manager}' and `+t.Scope.covers("u.id", &args), args...).Scan(&a.Owner)); err != nil {
			return unknown(err, "/owner_id")
		}
		a.MadeBy, a.MadeAt = t.Actor, e.now
		_, err := e.q.Exec(ctx, `insert into forecast_adjustment (id, month, owner_id, category, amount, reason, made_by, made_at) values ($1, $2, $3, $4, $5, $6, $7, $8)`,
			a.ID, a.Month, a.OwnerID, a.Category, a.Amount, a.Reason, a.MadeBy, a.MadeAt)
		return told(err)
	})
	return a, err
}

// ForecastAdjustments are the adjustments that count from a month on, of people within the scope.
func (s *Store) ForecastAdjustments(ctx context.Context, sc Scope, from crm.Date) ([]ForecastAdjustment, error) {
	args := []any{from}
	return many[ForecastAdjustment](ctx, s.pool, `select * from (select distinct on (x.month, x.owner_id, x.category) x.id, x.month, x.owner_id, u.name as owner, x.category, x.amount, x.reason, x.made_by, m.name as by, x.made_at
		from forecast_adjustment x join app_user u on u.id = x.owner_id join app_user m on m.id = x.made_by where x.month >= $1 and `+sc.covers("x.owner_id", &args)+`
		order by x.month, x.owner_id, x.category, x.made_at desc, x.id) d where amount <> 0 order by month, owner, category`, args...)
}
