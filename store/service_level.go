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

// levelOf is what the priority promises now.
func levelOf(ctx context.Context, q querier, p crm.Priority) (crm.ServiceLevel, error) {
	return one[crm.ServiceLevel](ctx, q, `select priority, answer, solve from service_level where priority = $1`, p)
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
