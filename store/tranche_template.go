package store

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"leadtocash/crm"
)

// SettingTranches are the billing plans that orders may take.
const SettingTranches = "tranches"

// MaxTemplates is how many there may be.
const MaxTemplates = 100

// TrancheTemplates are the billing plans that orders may take, with the setting's version.
type TrancheTemplates struct {
	Templates []crm.TrancheTemplate
	Version   int
}

// TrancheTemplates lists them by name.
func (s *Store) TrancheTemplates(ctx context.Context) (TrancheTemplates, error) {
	return trancheTemplates(ctx, s.pool)
}

func trancheTemplates(ctx context.Context, q querier) (t TrancheTemplates, err error) {
	if t.Templates, err = many[crm.TrancheTemplate](ctx, q, `select * from tranche_template order by name, id`); err != nil {
		return t, err
	}
	err = q.QueryRow(ctx, `select version from setting where name = $1`, SettingTranches).Scan(&t.Version)
	return t, told(err)
}

// EditTrancheTemplates changes them for orders from now on; an order keeps the plan that was chosen for it. Errors: Stale, too_many, those of crm.CheckPlan at
// /templates/<n>/plan, required and already_used at /templates/<n>/name.
func (s *Store) EditTrancheTemplates(ctx context.Context, t Target, apply func(*[]crm.TrancheTemplate) error) (out TrancheTemplates, err error) {
	version, err := s.editSetting(ctx, SettingTranches, t, func(e *edit) (map[string]change, error) {
		if out, err = trancheTemplates(ctx, e.q); err != nil {
			return nil, err
		}
		before := templateTexts(out.Templates)
		if err := apply(&out.Templates); err != nil {
			return nil, err
		}
		if err := checkTemplates(out.Templates); err != nil {
			return nil, err
		}
		changes := compare(before, templateTexts(out.Templates))
		if len(changes) == 0 {
			return nil, nil
		}
		return changes, e.saveTemplates(ctx, out.Templates)
	})
	out.Version = version
	return out, err
}

func checkTemplates(templates []crm.TrancheTemplate) error {
	var errs crm.FieldErrors
	if len(templates) > MaxTemplates {
		return crm.FieldErrors{crm.Problem("too_many", "max", strconv.Itoa(MaxTemplates)).At("/templates")}
	}
	seen := map[string]bool{}
	for i, t := range templates {
		at, name := "/templates/"+strconv.Itoa(i), strings.ToLower(t.Name)
		switch {
		case t.Name == "":
			errs.Add(at+"/name", crm.Problem("required"))
		case seen[name]:
			errs.Add(at+"/name", crm.Problem("already_used"))
		}
		seen[name] = true
		errs.Add(at+"/plan", crm.CheckPlan(t.Plan))
	}
	return errs.Err()
}

func (e *edit) saveTemplates(ctx context.Context, templates []crm.TrancheTemplate) error {
	if _, err := e.q.Exec(ctx, `delete from tranche_template`); err != nil {
		return err
	}
	for _, t := range templates {
		if _, err := e.q.Exec(ctx, `insert into tranche_template (id, name, plan) values ($1, $2, $3)`, t.ID, t.Name, t.Plan); err != nil {
			return err
		}
	}
	return nil
}

// templateTexts are templates as the setting's history tells them, by name.
func templateTexts(templates []crm.TrancheTemplate) map[string]string {
	out := map[string]string{}
	for _, t := range templates {
		var parts []string
		for _, p := range t.Plan {
			text := p.Percent.String() + " % " + string(p.Kind)
			switch {
			case p.Kind == crm.TranchePeriod:
				text += fmt.Sprintf(" %d × %s", p.Periods, p.Every)
			case p.Milestone != "":
				text += ": " + p.Milestone
			case p.OpensAt.IsPositive():
				text += " ≥ " + p.OpensAt.String() + " %"
			}
			parts = append(parts, text)
		}
		out[t.Name] = strings.Join(slices.Clip(parts), ", ")
	}
	return out
}
