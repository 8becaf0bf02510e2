package store

import (
	"context"
	"slices"
	"strconv"
	"time"

	"leadtocash/crm"
)

// ServiceLevels is what cases are promised when they are opened, by priority, the most urgent first.
type ServiceLevels struct {
	Levels  []crm.ServiceLevel
	Version int
}

func serviceLevels(ctx context.Context, q querier) ([]crm.ServiceLevel, error) {
	rows, err := many[crm.ServiceLevel](ctx, q, `select priority, answer, solve from service_level`)
	slices.SortFunc(rows, func(a, b crm.ServiceLevel) int { return rank(a.Priority) - rank(b.Priority) })
	return rows, err
}

func rank(p crm.Priority) int { return slices.Index(crm.Priorities(), string(p)) }

// promised is a level with the name of the plan that it is of; empty: the general one.
type promised struct {
	crm.ServiceLevel
	Plan string
}

// levelOf is what a case of the priority is promised now: by the plan of its contract, else by that of its customer, else as everybody is.
func levelOf(ctx context.Context, q querier, c crm.Case) (promised, error) {
	return one[promised](ctx, q, `select g.priority, coalesce(p.answer, g.answer) as answer, coalesce(p.solve, g.solve) as solve, coalesce(p.name, '') as plan
		from service_level g left join lateral (select n.name, l.answer, l.solve from service_plan_use u join service_plan n on n.key = u.plan join service_plan_level l on l.plan = u.plan and l.priority = g.priority
			where u.contract_id = $2 or u.account_id = $3 order by u.contract_id is null, n.position limit 1) p on true where g.priority = $1`, c.Priority, c.ContractID, c.AccountID)
}

// ServiceLevels reads what cases are promised.
func (s *Store) ServiceLevels(ctx context.Context) (out ServiceLevels, err error) {
	if out.Version, err = settingVersion(ctx, s.pool, SettingLevels, ""); err != nil {
		return out, err
	}
	out.Levels, err = serviceLevels(ctx, s.pool)
	return out, err
}

// EditServiceLevels changes what new cases are promised; an open case keeps its promise (S086). Errors: those of crm.ServiceLevel.Check
// at /levels/<n>, Stale. The change gets all priorities and may change their times only.
func (s *Store) EditServiceLevels(ctx context.Context, t Target, apply func([]crm.ServiceLevel) error) (out ServiceLevels, err error) {
	version, err := s.editSetting(ctx, SettingLevels, t, func(e *edit) (map[string]change, error) {
		if out.Levels, err = serviceLevels(ctx, e.q); err != nil {
			return nil, err
		}
		before := levelTexts(out.Levels)
		if err := apply(out.Levels); err != nil {
			return nil, err
		}
		var errs crm.FieldErrors
		for i, l := range out.Levels {
			for _, err := range l.Check() {
				errs.Add("/levels/"+strconv.Itoa(i)+err.Pointer, crm.FieldError{Code: err.Code, Params: err.Params})
			}
		}
		if err := errs.Err(); err != nil {
			return nil, err
		}
		for _, l := range out.Levels {
			if _, err := e.q.Exec(ctx, `update service_level set answer = $2, solve = $3 where priority = $1`, l.Priority, l.Answer, l.Solve); err != nil {
				return nil, err
			}
		}
		return compare(before, levelTexts(out.Levels)), nil
	})
	out.Version = version
	return out, err
}

func levelTexts(levels []crm.ServiceLevel) map[string]string {
	out := map[string]string{}
	for _, l := range levels {
		out[string(l.Priority)+".answer"], out[string(l.Priority)+".solve"] = HoursText(l.Answer), HoursText(l.Solve)
	}
	return out
}

// HoursText is a duration in hours and minutes: "8:00".
func HoursText(d time.Duration) string {
	minutes := int(d.Minutes())
	return strconv.Itoa(minutes/60) + ":" + strconv.Itoa(minutes%60/10) + strconv.Itoa(minutes%10)
}
