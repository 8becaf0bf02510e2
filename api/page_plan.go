package api

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"leadtocash/crm"
	"leadtocash/store"

	"github.com/shopspring/decimal"
)

// planRowsShown is how many customers a page of the sheet has.
const planRowsShown = 50

// plansPage lists revenue plans, with the form for another one.
type plansPage struct {
	Rows  []crm.RevenuePlan
	Form  form
	Units []option
	May   bool
	Today crm.Date
}

func pagePlans(r *request) error { return showPlans(r, form{}) }

func showPlans(r *request, f form) error {
	today, err := r.today()
	if err != nil {
		return err
	}
	p := plansPage{Form: f, Units: enumOptions(r, "", "plan_unit", crm.PlanUnits()), May: r.Can(crm.MayManagePlan), Today: today}
	if p.Rows, err = r.store.Plans(r.ctx()); err != nil {
		return err
	}
	if !f.Failed() {
		set, err := r.store.PlanSetting(r.ctx())
		if err != nil {
			return err
		}
		now, _ := crm.FiscalQuarter(today, set.Month())
		next, n := crm.FiscalQuarter(now.Last.AddDays(1), set.Month())
		p.Form = values("name", r.say("revenue.quarter", "N", n, "Year", strconv.Itoa(crm.FiscalYear(next.First, set.Month()).Last.Year())), "first_day", next.First.String(), "last_day", next.Last.String(), "unit", string(crm.PlanMonth), "deadline", "", "confirm", "true")
	}
	return r.show(f.Status(), "plans", r.say("nav.plan"), p)
}

func formPlan(r *request) error {
	f, err := r.posted()
	if err != nil {
		return err
	}
	f.known("name", "first_day", "last_day", "unit", "deadline", "confirm")
	plan := crm.RevenuePlan{ID: store.NewID(), Name: clean(f.Value("name"), maxName), FirstDay: r.date(&f, "first_day"), LastDay: r.date(&f, "last_day"), Unit: crm.PlanUnit(f.Value("unit")), Deadline: r.date(&f, "deadline"), Confirm: f.Value("confirm") == "true"}
	if !f.Failed() {
		plan, err = r.store.MakePlan(r.ctx(), r.user.ID, plan)
		if err = r.judge(&f, err); err != nil {
			return err
		}
	}
	if f.Failed() {
		return showPlans(r, f)
	}
	return r.said("saved", "/plan/"+string(plan.ID))
}

// revenueHead is what every page of a plan shows.
type revenueHead struct {
	crm.RevenuePlan
	Tab      string
	Form     form
	Currency string
	Sum      crm.PlanSum // of what the person may see
	Closed   bool        // the deadline has passed
	MayPlan  bool
	Confirms bool // he looks at positions
	Manages  bool
	Edit     form // of the plan itself
}

func (r *request) revenueHead(tab string, f form) (h revenueHead, err error) {
	h = revenueHead{Tab: tab, Form: f, MayPlan: r.Can(crm.MayWritePlan), Manages: r.Can(crm.MayManagePlan)}
	if h.RevenuePlan, err = r.plan(); err != nil {
		return h, err
	}
	today, err := r.today()
	if err != nil {
		return h, err
	}
	entity, err := r.store.LegalEntity(r.ctx())
	if err != nil {
		return h, err
	}
	h.Closed, h.Currency, h.Confirms = !h.Deadline.IsZero() && today.After(h.Deadline), entity.Currency, h.Confirm && r.Can(crm.MayConfirmPlan)
	cells, err := r.store.PlanCells(r.ctx(), store.ScopeOf(r.user, crm.MayReadPlan), h.ID)
	for _, c := range cells {
		h.Sum.Add(c.Amount, c.State)
	}
	h.Edit = values("name", h.Name, "deadline", h.Deadline.String(), "confirm", strconv.FormatBool(h.Confirm))
	return h, err
}

// planSheetPage is the plan as a sheet: customers by periods (S099, S100).
type planSheetPage struct {
	revenueHead
	Who     string // own, or all that the person may see
	Text    string
	Periods []periodHead
	Rows    []planSheetRow
	Sums    []decimal.Decimal
	Total   decimal.Decimal
	Write   bool
	Next    int // how many customers come before the next page; 0: there is none
	Before  bool
	NoneOwn bool   // the reader has no customers of his own: the sheet opens on all that he may see
	Filter  string // of the address, for the pages that follow
}

// Empty is the key of the words for why no customer is in the sheet.
func (p planSheetPage) Empty() string {
	switch {
	case p.Text != "":
		return "revenue.none_found"
	case p.Who == "own":
		return "revenue.no_customers_hint"
	}
	return "revenue.none_seen"
}

// periodHead is a period as columns name it.
type periodHead struct {
	crm.Period
	Name string
}

type planSheetRow struct {
	store.PlanRow
	I     int
	Seen  string // versions of its cells
	Cells []planSheetCell
	Total decimal.Decimal
	Spare planSheetCell // a sum to be spread over the periods
	Wrong string
}

type planSheetCell struct {
	crm.PlanCell
	Name, Value, Wrong, On string
	Shown                  decimal.Decimal
}

// ID is the field's, for the summary of mistakes.
func (c planSheetCell) ID() string { return fieldID(c.Name) }

func planField(row int, part string) string { return fmt.Sprintf("rows.%d.%s", row, part) }

func (r *request) periodHeads(p crm.RevenuePlan) (out []periodHead) {
	for _, x := range p.Periods() {
		out = append(out, periodHead{x, r.periodName(p.Unit, x.First)})
	}
	return out
}

// periodName is a period of a plan by its first day, short enough for a column.
func (r *request) periodName(unit crm.PlanUnit, first crm.Date) string {
	if unit == crm.PlanMonth {
		return r.words().ShortMonth(first)
	}
	return r.words().Date(first)
}

func pageRevenue(r *request) error { return showRevenue(r, form{}, r.gin.Query("who")) }

// showRevenue shows the sheet; one that was refused, split or filled as the form has it.
func showRevenue(r *request, f form, who string) error {
	h, err := r.revenueHead("sheet", f)
	if err != nil {
		return err
	}
	skip, _ := strconv.Atoi(r.gin.Query("skip"))
	p := planSheetPage{revenueHead: h, Who: who, Text: clean(r.gin.Query("q"), 100), Periods: r.periodHeads(h.RevenuePlan)}
	if p.Who == "" && h.MayPlan {
		p.Who = "own"
	}
	filter := store.PlanFilter{Text: p.Text, Skip: min(max(skip, 0), 1_000_000)}
	if p.Who == "own" {
		filter.Owner = r.user.ID
	}
	rows, more, err := r.store.PlanRows(r.ctx(), store.ScopeOf(r.user, crm.MayReadPlan), h.ID, filter, planRowsShown)
	if err != nil {
		return err
	}
	p.Write, p.Before = h.MayPlan && !h.Closed && p.Who == "own", filter.Skip > 0
	if len(rows) == 0 && p.Who == "own" && who == "" && p.Text == "" && filter.Skip == 0 { // one who plans no customers of his own looks at those of the others
		filter.Owner = ""
		if rows, more, err = r.store.PlanRows(r.ctx(), store.ScopeOf(r.user, crm.MayReadPlan), h.ID, filter, planRowsShown); err != nil {
			return err
		}
		p.Who, p.Write, p.NoneOwn = "all", false, true
	}
	if more {
		p.Next = filter.Skip + planRowsShown
	}
	p.Sums = make([]decimal.Decimal, len(p.Periods))
	for _, row := range rows {
		p.row(r, row)
	}
	return r.show(f.Status(), "plan", h.Name, p)
}

// row puts a customer's line into the sheet, with what was typed where the form was sent.
func (p *planSheetPage) row(r *request, row store.PlanRow) {
	x := planSheetRow{PlanRow: row, I: len(p.Rows)}
	was := p.sent(row.AccountID)
	x.Spare = planSheetCell{Name: planField(x.I, "cells.total"), Value: p.Form.Value(planField(was, "cells.total")), Wrong: p.Form.Wrong(planField(was, "cells.total"))}
	x.Wrong = p.Form.Wrong(planField(was, "account"))
	seen := make([]string, len(p.Periods))
	for i, period := range p.Periods {
		c := row.Cells[period.First]
		old := planField(was, "cells."+strconv.Itoa(i))
		cell := planSheetCell{PlanCell: c, Name: planField(x.I, "cells."+strconv.Itoa(i)), On: period.Name, Wrong: p.Form.Wrong(old), Shown: c.Amount}
		if !c.Amount.IsZero() {
			cell.Value = plainAmount(r.words(), c.Amount, p.Currency)
		}
		if v, typed := p.Form.values[old]; typed {
			cell.Value = v
		}
		seen[i] = strconv.Itoa(c.Version)
		x.Cells, x.Total, p.Sums[i] = append(x.Cells, cell), x.Total.Add(c.Amount), p.Sums[i].Add(c.Amount)
	}
	x.Seen = strings.Join(seen, ",")
	if kept := p.Form.Value(planField(was, "seen")); kept != "" && !p.Form.Failed() {
		x.Seen = kept
	}
	p.Total = p.Total.Add(x.Total)
	p.Rows = append(p.Rows, x)
}

// sent is the place of a customer in the form that came; -1: it has none.
func (p *planSheetPage) sent(account crm.ID) int {
	for i := range planRowsShown {
		if p.Form.Value(planField(i, "account")) == string(account) {
			return i
		}
	}
	return -1
}

// formPlanSheet saves the sheet, or shows it with sums spread over the periods or with last year's figures.
func formPlanSheet(r *request) error {
	f, err := r.posted()
	if err != nil {
		return err
	}
	plan, err := r.plan()
	if err != nil {
		return err
	}
	entity, err := r.store.LegalEntity(r.ctx())
	if err != nil {
		return err
	}
	switch f.Value("action") {
	case "split":
		r.spreadRows(&f, plan, entity.Currency)
		return showRevenue(r, f, "own")
	case "last_year":
		if err := r.lastYear(&f, plan, entity.Currency); err != nil {
			return err
		}
		return showRevenue(r, f, "own")
	}
	r.spreadRows(&f, plan, entity.Currency)
	entries, at := r.planEntries(&f, plan, crm.Currency(entity.Currency))
	if !f.Failed() {
		_, err = r.store.SavePlan(r.ctx(), r.user.ID, plan.ID, entries)
		if err = r.judgePlan(&f, err, at); err != nil {
			return err
		}
	}
	if f.Failed() {
		return showRevenue(r, f, "own")
	}
	return r.said("plan_saved", "/plan/"+string(plan.ID)+"?"+r.gin.Request.URL.RawQuery)
}

// planEntries reads the sheet; an empty cell is nothing. What is no figure of a plan is blamed at its cell. at are the fields of the entries.
func (r *request) planEntries(f *form, plan crm.RevenuePlan, c crm.Currency) (out []store.PlanEntry, at []string) {
	periods := plan.Periods()
	for i := range planRowsShown {
		account := optionalID(f.Value(planField(i, "account")))
		if account == "" {
			break
		}
		seen := strings.Split(f.Value(planField(i, "seen")), ",")
		for j, p := range periods {
			name := planField(i, "cells."+strconv.Itoa(j))
			if _, sent := f.values[name]; !sent {
				continue
			}
			e := store.PlanEntry{AccountID: account, FirstDay: p.First, Amount: r.planAmount(f, name, c)}
			if j < len(seen) {
				e.Version, _ = strconv.Atoi(seen[j])
			}
			out, at = append(out, e), append(at, name)
		}
	}
	return out, at
}

// planAmount reads a figure of a plan; a wrong one is blamed on its field.
func (r *request) planAmount(f *form, name string, c crm.Currency) decimal.Decimal {
	d := r.decimal(f, name)
	if f.Wrong(name) == "" {
		if err := crm.CheckPlanAmount(d, c); err != nil {
			f.blame(name, r.errorText(err))
		}
	}
	return d
}

// judgePlan blames the cells that the store refused.
func (r *request) judgePlan(f *form, err error, at []string) error {
	errs, ok := err.(crm.FieldErrors) //nolint:errorlint // edits give it bare
	if !ok {
		return r.judge(f, err)
	}
	for _, e := range errs {
		n, _ := strconv.Atoi(strings.Split(strings.TrimPrefix(e.Pointer, "/positions/"), "/")[0])
		f.blame(at[n], r.errorText(e))
	}
	return nil
}

// spreadRows divides the sums that were typed over the periods by their days, by the largest remainder: the cells add up to the sum.
func (r *request) spreadRows(f *form, plan crm.RevenuePlan, currency string) {
	periods := plan.Periods()
	days := make([]decimal.Decimal, len(periods))
	for i, p := range periods {
		days[i] = decimal.NewFromInt(int64(p.Days()))
	}
	for i := range planRowsShown {
		name := planField(i, "cells.total")
		if f.Value(name) == "" {
			continue
		}
		sum := r.planAmount(f, name, crm.Currency(currency))
		if f.Wrong(name) != "" {
			continue
		}
		parts, err := crm.Split(sum, days, crm.Currency(currency))
		if err != nil {
			f.blame(name, r.errorText(err))
			continue
		}
		for j, part := range parts {
			f.values[planField(i, "cells."+strconv.Itoa(j))] = plainAmount(r.words(), part, currency)
		}
		f.values[name] = ""
	}
}

// lastYear fills the cells that are empty with what was invoiced a year before.
func (r *request) lastYear(f *form, plan crm.RevenuePlan, currency string) error {
	periods := plan.Periods()
	was, err := r.store.LastYear(r.ctx(), store.ScopeOf(r.user, crm.MayWritePlan), periods)
	if err != nil {
		return err
	}
	for i := range planRowsShown {
		account := optionalID(f.Value(planField(i, "account")))
		for j, p := range periods {
			name := planField(i, "cells."+strconv.Itoa(j))
			if amount := was[account][p.First]; f.Value(name) == "" && amount.IsPositive() {
				f.values[name] = plainAmount(r.words(), amount, currency)
			}
		}
	}
	return nil
}

// formPlanEdit changes the plan itself.
func formPlanEdit(r *request) error {
	plan, err := r.plan()
	if err != nil {
		return err
	}
	f, err := r.posted()
	if err != nil {
		return err
	}
	f.known("name", "deadline")
	deadline := r.date(&f, "deadline")
	if !f.Failed() {
		_, err = r.store.EditPlan(r.ctx(), store.Target{Actor: r.user.ID, ID: plan.ID, Version: f.seen()}, func(p *crm.RevenuePlan) {
			p.Name, p.Deadline, p.Confirm = clean(f.Value("name"), maxName), deadline, f.Value("confirm") == "true"
		})
		if err = r.judge(&f, err); err != nil {
			return err
		}
	}
	if f.Failed() {
		return showPlanReport(r, f)
	}
	return r.said("saved", "/plan/"+string(plan.ID)+"/report")
}

// planTeams are the groupings with their words.
func (r *request) planGroupings() []option {
	return enumOptions(r, "", "plan_by", slices.Clone(crm.PlanGroupings()))
}
