package store

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"leadtocash/crm"
)

// SettingResponse is how soon salespeople get in touch with leads.
const SettingResponse = "lead_response"

func responsePolicy(ctx context.Context, q querier) (p crm.ResponsePolicy, err error) {
	if p, err = one[crm.ResponsePolicy](ctx, q, `select remind_percent, passes, (select version from setting where name = $1) as version from lead_response_policy`, SettingResponse); err != nil {
		return p, err
	}
	if p.Targets, err = many[crm.ResponseTarget](ctx, q, `select source, least_score, minutes from lead_target order by place`); err != nil {
		return p, err
	}
	p.Zones, err = many[crm.ResponseZone](ctx, q, `select id as user_id, zone from app_user where zone <> '' order by name, id`)
	return p, err
}

// ResponsePolicy reads how soon salespeople get in touch with leads, and in which zones those work whose clock is not the company's.
func (s *Store) ResponsePolicy(ctx context.Context) (crm.ResponsePolicy, error) {
	return responsePolicy(ctx, s.pool)
}

// EditResponsePolicy changes it for leads that are given from now on; a clock that runs keeps its time. Errors: those of
// crm.ResponsePolicy.Check, unknown_user at /zones/<n>/user_id, Stale.
func (s *Store) EditResponsePolicy(ctx context.Context, t Target, apply func(*crm.ResponsePolicy) error) (p crm.ResponsePolicy, err error) {
	version, err := s.editSetting(ctx, SettingResponse, t, func(e *edit) (map[string]change, error) {
		if p, err = responsePolicy(ctx, e.q); err != nil {
			return nil, err
		}
		before := responseTexts(p)
		if err := apply(&p); err != nil {
			return nil, err
		}
		if err := p.Check(); err != nil {
			return nil, err
		}
		changes := compare(before, responseTexts(p))
		if len(changes) == 0 {
			return nil, nil
		}
		return changes, e.saveResponses(ctx, p)
	})
	p.Version = version
	return p, err
}

func (e *edit) saveResponses(ctx context.Context, p crm.ResponsePolicy) error {
	if _, err := e.q.Exec(ctx, `update lead_response_policy set remind_percent = $1, passes = $2`, p.RemindPercent, p.Passes); err != nil {
		return err
	}
	if _, err := e.q.Exec(ctx, `delete from lead_target`); err != nil {
		return err
	}
	for i, t := range p.Targets {
		if _, err := e.q.Exec(ctx, `insert into lead_target (place, source, least_score, minutes) values ($1, $2, $3, $4)`, i, t.Source, t.LeastScore, t.Minutes); err != nil {
			return err
		}
	}
	if _, err := e.q.Exec(ctx, `update app_user set zone = '' where zone <> ''`); err != nil {
		return err
	}
	var errs crm.FieldErrors
	for i, z := range p.Zones {
		var name string
		err := told(e.q.QueryRow(ctx, `update app_user set zone = $2 where id = $1 and active returning name`, z.UserID, z.Zone).Scan(&name))
		if errors.Is(err, ErrNotFound) {
			errs.Add("/zones/"+strconv.Itoa(i)+"/user_id", crm.Problem("unknown_user"))
		} else if err != nil {
			return err
		}
	}
	return errs.Err()
}

// responseTexts is a policy by what its history calls things: "remind_percent", "passes", "target.1", "zone.<id>".
func responseTexts(p crm.ResponsePolicy) map[string]string {
	out := map[string]string{"remind_percent": strconv.Itoa(p.RemindPercent), "passes": strconv.Itoa(p.Passes)}
	for i, t := range p.Targets {
		out[fmt.Sprintf("target.%d", i+1)] = strings.TrimSpace(fmt.Sprintf("%s ≥ %d: %d:%02d", t.Source, t.LeastScore, t.Minutes/60, t.Minutes%60))
	}
	for _, z := range p.Zones {
		out["zone."+string(z.UserID)] = z.Zone
	}
	return out
}
