package api

import (
	"fmt"
	"strconv"
	"strings"

	"leadtocash/crm"
	"leadtocash/store"

	"github.com/shopspring/decimal"
)

// planTemplatesPage is where sales operations write the billing plans that orders may take.
type planTemplatesPage struct {
	settingPage
	Templates []crm.TrancheTemplate
	Rows      []planTemplateRow
	Kinds     []option
	Every     []option
}

// planTemplateRow is one template in the form: its place, and the places of its parts.
type planTemplateRow struct {
	At    int
	Parts []int
}

// freeParts is how many free rows a template has below its parts.
const freeParts = 2

func pagePlanTemplates(r *request) error { return showPlanTemplates(r, form{}) }

func showPlanTemplates(r *request, f form) error {
	t, err := r.store.TrancheTemplates(r.ctx())
	if err != nil {
		return err
	}
	if !f.Failed() {
		f.values = r.planTemplateValues(t.Templates)
	}
	page, err := r.settingPage(store.SettingTranches, t.Version, f, func(name string) string { return name })
	if err != nil {
		return err
	}
	p := planTemplatesPage{settingPage: page, Templates: t.Templates, Kinds: enumOptions(r, r.say("form.choose"), "tranche", planKinds), Every: enumOptions(r, r.say("terms.once"), "interval", crm.Intervals())}
	for i := range max(len(t.Templates)+1, rowsTyped(f, "plan.")) {
		parts := freeParts
		if i < len(t.Templates) {
			parts += len(t.Templates[i].Plan)
		} else {
			parts++
		}
		p.Rows = append(p.Rows, planTemplateRow{i, make([]int, min(max(parts, rowsTyped(f, fmt.Sprintf("plan.%d.", i))), crm.MaxTranches))})
	}
	return r.show(f.Status(), "tranche_setting", r.say("terms.setting"), p)
}

var planKinds = []crm.TrancheKind{crm.TrancheDeposit, crm.TrancheProgress, crm.TrancheBalance, crm.TranchePeriod}

// planTemplateValues are templates as the page's fields hold them.
func (r *request) planTemplateValues(templates []crm.TrancheTemplate) map[string]string {
	out := map[string]string{}
	number := func(d decimal.Decimal) string {
		if d.IsZero() {
			return ""
		}
		return strings.Replace(d.String(), ".", decimalMark(r.words()), 1)
	}
	for i, t := range templates {
		at := fmt.Sprintf("plan.%d.", i)
		out[at+"id"], out[at+"name"] = string(t.ID), t.Name
		for k, p := range t.Plan {
			row := fmt.Sprintf("%s%d.", at, k)
			out[row+"kind"], out[row+"percent"], out[row+"opens"], out[row+"milestone"], out[row+"every"] = string(p.Kind), number(p.Percent), number(p.OpensAt), p.Milestone, string(p.Every)
			if p.Periods > 0 {
				out[row+"periods"] = strconv.Itoa(p.Periods)
			}
		}
	}
	return out
}

// formPlanTemplates saves them; one without a name, and a part without a kind, is taken out.
func formPlanTemplates(r *request) error {
	f, err := r.posted()
	if err != nil {
		return err
	}
	next, places := []crm.TrancheTemplate{}, map[string]string{}
	for i := range rowsTyped(f, "plan.") {
		at, pointer := fmt.Sprintf("plan.%d.", i), fmt.Sprintf("templates/%d", len(next))
		t := crm.TrancheTemplate{ID: optionalID(f.Value(at + "id")), Name: clean(f.Value(at+"name"), maxName)}
		if t.Name == "" {
			continue
		}
		if t.ID == "" {
			t.ID = store.NewID()
		}
		places[pointer+"/name"], places[pointer+"/plan"] = at+"name", at+"name"
		for k := range rowsTyped(f, at) {
			row := fmt.Sprintf("%s%d.", at, k)
			if f.Value(row+"kind") == "" {
				continue
			}
			below := fmt.Sprintf("%s/plan/%d", pointer, len(t.Plan))
			for field, name := range map[string]string{"kind": "kind", "percent": "percent", "opens_at_percent": "opens", "milestone": "milestone", "every": "every", "periods": "periods"} {
				places[below+"/"+field] = row + name
			}
			t.Plan = append(t.Plan, r.planPart(&f, row))
		}
		next = append(next, t)
	}
	return r.saveSetting(f, "/settings/tranches", func(t store.Target) error {
		_, err := r.store.EditTrancheTemplates(r.ctx(), t, func(now *[]crm.TrancheTemplate) error {
			*now = next
			return nil
		})
		for pointer, name := range places {
			err = renamed(err, pointer, name)
		}
		return err
	}, func(f form) error { return showPlanTemplates(r, f) })
}

func (r *request) planPart(f *form, row string) crm.PlanPart {
	p := crm.PlanPart{Kind: crm.TrancheKind(f.Value(row + "kind")), Percent: r.percent(f, row+"percent"), Milestone: clean(f.Value(row+"milestone"), maxName), Every: crm.Interval(f.Value(row + "every"))}
	if f.Value(row+"opens") != "" {
		p.OpensAt = r.percent(f, row+"opens")
	}
	if f.Value(row+"periods") != "" {
		p.Periods = r.whole(f, row+"periods", 0, crm.MaxTranches)
	}
	return p
}
