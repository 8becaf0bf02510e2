package store

import (
	"context"
	"strconv"

	"leadtocash/crm"
)

// SettingPlan is the history of the fiscal calendar.
const SettingPlan = "plan"

// PlanSetting reads how the company's year is cut.
func (s *Store) PlanSetting(ctx context.Context) (p crm.PlanSetting, err error) {
	return one[crm.PlanSetting](ctx, s.pool, `select fiscal_month, (select version from setting where name = $1) as version from plan_setting`, SettingPlan)
}

// EditPlanSetting changes the month in which the fiscal year begins; plans that are there keep their days. Errors: Stale, those of crm.PlanSetting.Check.
func (s *Store) EditPlanSetting(ctx context.Context, t Target, month int) (version int, err error) {
	return s.editSetting(ctx, SettingPlan, t, func(e *edit) (map[string]change, error) {
		if err := (crm.PlanSetting{FiscalMonth: month}).Check(); err != nil {
			return nil, err
		}
		var was int
		if err := e.q.QueryRow(ctx, `select fiscal_month from plan_setting`).Scan(&was); err != nil || was == month {
			return nil, told(err)
		}
		_, err := e.q.Exec(ctx, `update plan_setting set fiscal_month = $1`, month)
		return map[string]change{"fiscal_month": {strconv.Itoa(was), strconv.Itoa(month)}}, told(err)
	})
}
