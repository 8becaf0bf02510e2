package api

import (
	"cmp"
	"context"
	"net/http"
	"slices"

	"leadtocash/crm"
	"leadtocash/store"

	"github.com/shopspring/decimal"
)

// planReportRecord is a plan against what became of it.
type planReportRecord struct {
	By       crm.PlanBy
	Currency string
	Lines    []planLineRecord
	Whole    planLineRecord
	Missing  []string
}

// planLineRecord is a line of it; final and doubtful always add up to planned.
type planLineRecord struct {
	Key      string
	Name     string
	Planned  decimal.Decimal
	Final    decimal.Decimal
	Doubtful decimal.Decimal
	Unseen   decimal.Decimal
	Pipeline decimal.Decimal
	Weighted decimal.Decimal
	Accepted decimal.Decimal
	Invoiced decimal.Decimal
	Paid     decimal.Decimal
	Version  *decimal.Decimal // what was planned in the version that it is held against
}

// planReport is what the report reads, for its page and for the API.
func (r *request) planReport(p crm.RevenuePlan, sc store.Scope, by crm.PlanBy, version crm.ID) (out planReportRecord, err error) {
	set, err := r.pipeline()
	if err != nil {
		return out, err
	}
	entity, err := r.store.LegalEntity(r.ctx())
	if err != nil {
		return out, err
	}
	past, err := r.store.OrganisationPast(r.ctx())
	if err != nil {
		return out, err
	}
	cells, err := r.store.PlanCells(r.ctx(), sc, p.ID)
	if err != nil {
		return out, err
	}
	facts, missing, err := r.store.PlanFacts(r.ctx(), sc, p.Span(), oddsIn(set))
	if err != nil {
		return out, err
	}
	periods := p.Periods()
	pieces := crm.PlanPieces(cells, periods, past, nil, crm.Currency(entity.Currency))
	lines, whole := crm.PlanReport(by, pieces, facts, periods, past)
	out = planReportRecord{By: by, Currency: entity.Currency, Lines: []planLineRecord{}, Whole: revenueLine(whole), Missing: missing}
	was := map[string]decimal.Decimal{}
	if version != "" {
		kept, err := r.store.PlanVersionCells(r.ctx(), sc, p.ID, version)
		if err != nil {
			return out, err
		}
		before, all := crm.PlanReport(by, crm.PlanPieces(kept, periods, past, nil, crm.Currency(entity.Currency)), nil, periods, past)
		for _, l := range before {
			was[l.Key] = l.Planned
			if !slices.ContainsFunc(lines, func(x crm.PlanLine) bool { return x.Key == l.Key }) {
				lines = append(lines, crm.PlanLine{Key: l.Key})
			}
		}
		out.Whole.Version = &all.Planned
	}
	names, err := r.planNames(by, p.Unit, lines)
	if err != nil {
		return out, err
	}
	for _, l := range lines {
		x := revenueLine(l)
		x.Name = names[l.Key]
		if version != "" {
			planned := was[l.Key]
			x.Version = &planned
		}
		out.Lines = append(out.Lines, x)
	}
	slices.SortStableFunc(out.Lines, func(a, b planLineRecord) int {
		if by == crm.ByPeriod {
			return cmp.Compare(a.Key, b.Key)
		}
		return cmp.Compare(a.Name, b.Name)
	})
	return out, nil
}

func revenueLine(l crm.PlanLine) planLineRecord {
	return planLineRecord{
		Key: l.Key, Planned: l.Planned, Final: l.Final(), Doubtful: l.Doubtful, Unseen: l.Unseen, Pipeline: l.Fact(crm.FactPipeline), Weighted: l.Fact(crm.FactWeighted),
		Accepted: l.Fact(crm.FactAccepted), Invoiced: l.Fact(crm.FactInvoiced), Paid: l.Fact(crm.FactPaid),
	}
}

// planNames are what the lines are called.
func (r *request) planNames(by crm.PlanBy, unit crm.PlanUnit, lines []crm.PlanLine) (map[string]string, error) {
	out := map[string]string{}
	switch by {
	case crm.ByPeriod:
		for _, l := range lines {
			day, _ := crm.ParseDate(l.Key)
			out[l.Key] = r.periodName(unit, day)
		}
		return out, nil
	case crm.ByTeam:
		teams, err := r.store.Teams(r.ctx())
		out[""] = r.say("revenue.no_team")
		for _, t := range teams {
			out[string(t.ID)] = t.Name
		}
		return out, err
	}
	ids := make([]string, len(lines))
	for i, l := range lines {
		ids[i] = l.Key
	}
	names, err := r.store.NamesOf(r.ctx(), by == crm.ByPerson, ids)
	for _, n := range names {
		out[string(n.ID)] = n.Name
	}
	out[""] = r.say("revenue.nobody")
	return out, err
}

// getPlanReport holds a plan against pipeline, accepted, invoiced and paid.
func getPlanReport(r *request) error {
	if err := r.onlyKnows("by", "version"); err != nil {
		return err
	}
	p, err := r.plan()
	if err != nil {
		return err
	}
	by := crm.PlanBy(cmp.Or(r.gin.Query("by"), string(crm.ByPerson)))
	if !slices.Contains(crm.PlanGroupings(), by) {
		return wrongParameter("by", "unknown_value", params{"allowed": listOf(crm.PlanGroupings()...)})
	}
	var version crm.ID
	if text := r.gin.Query("version"); text != "" {
		if version, err = parseID(text); err != nil {
			return wrongParameter("version", "invalid_id", nil)
		}
	}
	out, err := r.planReport(p, r.Scope(), by, version)
	if err != nil {
		return err
	}
	return r.JSON(http.StatusOK, r.view(out))
}

// planSettingBody is how the company's year is cut.
type planSettingBody struct {
	FiscalMonth int `json:"fiscal_month" doc:"required;text=1 to 12, in which the fiscal year begins."`
}

func getPlanSetting(r *request) error {
	p, err := r.store.PlanSetting(r.ctx())
	if err != nil {
		return err
	}
	return r.record(p, p.Version)
}

func putPlanSetting(r *request) error {
	t, err := r.settingTarget()
	if err != nil {
		return err
	}
	var b planSettingBody
	if err := r.decode(&b); err != nil {
		return err
	}
	version, err := r.store.EditPlanSetting(r.ctx(), t, b.FiscalMonth)
	if err != nil {
		return err
	}
	return r.record(crm.PlanSetting{FiscalMonth: b.FiscalMonth, Version: version}, version)
}

// memberTeamBody is where a person works from a day on; teamParentBody what a team is below.
type memberTeamBody struct {
	TeamID crm.ID   `json:"team_id" doc:"text=None: in no team."`
	From   crm.Date `json:"from" doc:"text=Not in the future, nor before the last move; none: today."`
}

type teamParentBody struct {
	ParentID crm.ID   `json:"parent_id" doc:"text=None: at the top."`
	From     crm.Date `json:"from" doc:"text=Not in the future, nor before the last move; none: today."`
}

func putMemberTeam(r *request) error {
	var b memberTeamBody
	return r.moveTo(&b, func() (string, *crm.ID, crm.Date) { return "/team_id", &b.TeamID, b.From }, r.store.MoveMember)
}

func putTeamParent(r *request) error {
	var b teamParentBody
	return r.moveTo(&b, func() (string, *crm.ID, crm.Date) { return "/parent_id", &b.ParentID, b.From }, r.store.MoveTeam)
}

// moveTo puts the record of the path where the body says.
func (r *request) moveTo(body any, to func() (string, *crm.ID, crm.Date), move func(ctx context.Context, t store.Target, to crm.ID, from crm.Date) error) error {
	id, err := r.id("id")
	if err != nil {
		return err
	}
	if err := r.decode(body); err != nil {
		return err
	}
	var c check
	at, where, from := to()
	c.id(at, where)
	if err := c.err(); err != nil {
		return err
	}
	if err := move(r.ctx(), store.Target{Actor: r.user.ID, ID: id}, *where, from); err != nil {
		return err
	}
	return r.NoContent()
}
