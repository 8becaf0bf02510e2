package api

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"leadtocash/crm"
	"leadtocash/store"

	"github.com/shopspring/decimal"
)

// planDecidePage is where the head of sales looks at positions (S102).
type planDecidePage struct {
	revenueHead
	Owners  []option
	Owner   crm.ID
	Periods []periodHead
	Rows    []planDecideRow
	Next    int
}

type planDecideRow struct {
	planSheetRow
	Reason input
}

func pagePlanDecide(r *request) error { return showPlanDecide(r, form{}) }

func showPlanDecide(r *request, f form) error {
	h, err := r.revenueHead("decide", f)
	if err != nil {
		return err
	}
	sc := store.ScopeOf(r.user, crm.MayConfirmPlan)
	owners, err := r.store.PlanOwners(r.ctx(), sc, h.ID)
	if err != nil {
		return err
	}
	skip, _ := strconv.Atoi(r.gin.Query("skip"))
	p := planDecidePage{revenueHead: h, Owners: chosen(r.say("filter.all"), owners), Owner: optionalID(r.gin.Query("owner")), Periods: r.periodHeads(h.RevenuePlan)}
	rows, more, err := r.store.PlanRows(r.ctx(), sc, h.ID, store.PlanFilter{Owner: p.Owner, Planned: true, Skip: min(max(skip, 0), 1_000_000)}, planRowsShown)
	if err != nil {
		return err
	}
	if more {
		p.Next = max(skip, 0) + planRowsShown
	}
	for _, row := range rows {
		p.row(r, row)
	}
	return r.show(f.Status(), "plan_decide", h.Name, p)
}

func (p *planDecidePage) row(r *request, row store.PlanRow) {
	x := planDecideRow{planSheetRow: planSheetRow{PlanRow: row, I: len(p.Rows)}}
	name, reason := planField(x.I, "reason"), ""
	for i, period := range p.Periods {
		c := row.Cells[period.First]
		if c.Version == 0 || c.Amount.IsZero() {
			x.Cells = append(x.Cells, planSheetCell{On: period.Name})
			continue
		}
		cell := planSheetCell{PlanCell: c, Name: planField(x.I, "cells."+strconv.Itoa(i)), On: period.Name, Shown: c.Amount, Value: map[bool]string{true: "doubtful"}[c.State == crm.PlanDoubtful]}
		if p.Form.Failed() {
			cell.Value = p.Form.Value(cell.Name)
		}
		reason = cmp.Or(reason, c.Reason)
		x.Seen += strconv.Itoa(i) + ":" + strconv.Itoa(c.Version) + ","
		x.Cells, x.Total = append(x.Cells, cell), x.Total.Add(c.Amount)
	}
	if p.Form.Failed() {
		reason = p.Form.Value(name)
	}
	x.Reason = input{ID: fieldID(name), Name: name, Label: r.say("revenue.why_doubtful"), Value: reason, Error: p.Form.Wrong(name)}
	p.Rows = append(p.Rows, x)
}

// formPlanDecide confirms what is shown and is not ticked as doubtful.
func formPlanDecide(r *request) error {
	plan, err := r.plan()
	if err != nil {
		return err
	}
	f, err := r.posted()
	if err != nil {
		return err
	}
	periods := plan.Periods()
	var all []store.PlanDecision
	var at []string
	for i := range planRowsShown {
		account := optionalID(f.Value(planField(i, "account")))
		if account == "" {
			break
		}
		reason := planField(i, "reason")
		f.known(reason)
		for _, seen := range strings.Split(f.Value(planField(i, "seen")), ",") {
			place, version, _ := strings.Cut(seen, ":")
			j, err := strconv.Atoi(place)
			if err != nil || j < 0 || j >= len(periods) {
				continue
			}
			d := store.PlanDecision{AccountID: account, FirstDay: periods[j].First, State: crm.PlanConfirmed}
			d.Version, _ = strconv.Atoi(version)
			if f.Value(planField(i, "cells."+place)) == "doubtful" {
				d.State, d.Reason = crm.PlanDoubtful, clean(f.Value(reason), maxLine)
			}
			all, at = append(all, d), append(at, reason)
		}
	}
	_, err = r.store.DecidePlan(r.ctx(), store.Target{Scope: r.Scope(), Actor: r.user.ID, ID: plan.ID}, all)
	if err = r.judgePlan(&f, err, at); err != nil {
		return err
	}
	if f.Failed() {
		return showPlanDecide(r, f)
	}
	return r.said("plan_decided", "/plan/"+string(plan.ID)+"/decide?"+r.gin.Request.URL.RawQuery)
}

// planReportPage holds the plan against what became of it (S101).
type planReportPage struct {
	revenueHead
	planReportRecord
	Groupings []option
	Versions  []store.PlanVersion
	Version   crm.ID
	Comments  []store.PlanComment
	Accounts  []option
	Query     string
}

func pagePlanReport(r *request) error { return showPlanReport(r, form{}) }

func showPlanReport(r *request, f form) error {
	h, err := r.revenueHead("report", f)
	if err != nil {
		return err
	}
	by := crm.PlanBy(cmp.Or(r.gin.Query("by"), string(crm.ByPerson)))
	if !slices.Contains(crm.PlanGroupings(), by) {
		by = crm.ByPerson
	}
	p := planReportPage{revenueHead: h, Groupings: r.planGroupings(), Version: optionalID(r.gin.Query("version")), Query: "by=" + string(by)}
	sc := store.ScopeOf(r.user, crm.MayReadPlan)
	if p.planReportRecord, err = r.planReport(h.RevenuePlan, sc, by, p.Version); err != nil {
		return err
	}
	if p.Version != "" {
		p.Query += "&version=" + string(p.Version)
	}
	if r.gin.Query("as") == "csv" {
		return r.sendCSV("plan.csv", r.planFile(p.planReportRecord))
	}
	if p.Versions, err = r.store.PlanVersions(r.ctx(), h.ID); err != nil {
		return err
	}
	if p.Comments, err = r.store.PlanComments(r.ctx(), sc, h.ID); err != nil {
		return err
	}
	accounts, err := r.store.AccountChoices(r.ctx(), sc)
	p.Accounts = chosen(r.say("revenue.whole_plan"), accounts)
	if err != nil {
		return err
	}
	return r.show(f.Status(), "plan_report", h.Name, p)
}

// Currency is that of the report and of the head.
func (p planReportPage) Currency() string { return p.planReportRecord.Currency }

// planFile is the report as a table, its whole last.
func (r *request) planFile(p planReportRecord) [][]string {
	head := []string{named(r.words(), "plan_by", string(p.By))}
	for _, key := range planColumns {
		head = append(head, r.say("revenue."+key))
	}
	out := [][]string{head}
	whole := p.Whole
	whole.Name = r.say("revenue.company")
	for _, l := range append(slices.Clone(p.Lines), whole) {
		row := []string{l.Name}
		for _, v := range []decimal.Decimal{l.Planned, l.Final, l.Doubtful, l.Pipeline, l.Weighted, l.Accepted, l.Invoiced, l.Paid} {
			row = append(row, v.String())
		}
		out = append(out, row)
	}
	return out
}

// planColumns are the columns of the report.
var planColumns = []string{"planned", "final", "doubtful", "pipeline", "weighted", "accepted", "invoiced", "paid"}

func formPlanVersion(r *request) error {
	return r.besidePlan("plan_version_kept", func(f *form, plan crm.ID) error {
		r.needed(f, "version_name")
		if f.Failed() {
			return nil
		}
		f.values["name"] = f.Value("version_name")
		_, err := r.store.KeepPlanVersion(r.ctx(), r.user.ID, plan, store.NewID(), clean(f.Value("name"), maxName))
		return err
	})
}

func formPlanComment(r *request) error {
	return r.besidePlan("plan_commented", func(f *form, plan crm.ID) error {
		r.needed(f, "text")
		if f.Failed() {
			return nil
		}
		_, err := r.store.CommentPlan(r.ctx(), store.Target{Scope: r.Scope(), Actor: r.user.ID, ID: plan}, store.PlanComment{ID: store.NewID(), AccountID: optionalID(f.Value("account_id")), Text: clean(f.Value("text"), maxText)})
		return err
	})
}

// besidePlan does what a form beside the report asks.
func (r *request) besidePlan(done string, do func(*form, crm.ID) error) error {
	plan, err := r.plan()
	if err != nil {
		return err
	}
	f, err := r.posted()
	if err != nil {
		return err
	}
	if err = r.judge(&f, do(&f, plan.ID)); err != nil {
		return err
	}
	if f.Failed() {
		return showPlanReport(r, f)
	}
	return r.said(done, "/plan/"+string(plan.ID)+"/report")
}

// planSettingPage is where sales operations say how the year is cut.
type planSettingPage struct {
	settingPage
	Months []option
}

func pagePlanSetting(r *request) error { return showPlanSetting(r, form{}) }

func showPlanSetting(r *request, f form) error {
	set, err := r.store.PlanSetting(r.ctx())
	if err != nil {
		return err
	}
	if !f.Failed() {
		f = values("fiscal_month", strconv.Itoa(set.FiscalMonth))
	}
	page, err := r.settingPage(store.SettingPlan, set.Version, f, func(string) string { return r.say("revenue.fiscal_month") })
	if err != nil {
		return err
	}
	p := planSettingPage{settingPage: page}
	for m := 1; m <= 12; m++ {
		p.Months = append(p.Months, option{strconv.Itoa(m), r.words().MonthName(m)})
	}
	return r.show(f.Status(), "plan_setting", r.say("revenue.setting"), p)
}

func formPlanSetting(r *request) error {
	f, err := r.posted()
	if err != nil {
		return err
	}
	f.known("fiscal_month")
	month, _ := strconv.Atoi(f.Value("fiscal_month"))
	return r.saveSetting(f, "/settings/plan", func(t store.Target) error {
		_, err := r.store.EditPlanSetting(r.ctx(), t, month)
		return err
	}, func(f form) error { return showPlanSetting(r, f) })
}
