package api

import (
	"net/http"
	"slices"
	"strconv"

	"leadtocash/crm"
	"leadtocash/rules"
	"leadtocash/store"

	"github.com/shopspring/decimal"
)

// reportRecord is a report on deals as the API tells it: what it is about and its lines (S005, N14). Days are those of the company's zone, both in it.
type reportRecord[T any] struct {
	From     crm.Date
	Until    crm.Date
	Pipeline string // empty: all
	By       string // what the lines are; empty where there is one way only
	Lines    []T
}

// stageRecord is what became of the deals that entered a stage, by the last visit of each: on, back, lost and still add up to deals.
type stageRecord struct {
	Stage      string
	Name       string
	Deals      int
	Visits     int
	On         int
	Back       int
	Lost       int
	Still      int
	Won        int
	MedianDays decimal.Decimal // of the visits that have ended
	LongDays   decimal.Decimal // which nine in ten of them do not exceed
}

// pathsRecord is the map of the ways that deals went.
type pathsRecord struct {
	From     crm.Date
	Until    crm.Date
	Pipeline string
	Arrows   []arrowRecord
	Loops    []loopRecord
	Clauses  []waitRecord
	People   []waitRecord
}

type arrowRecord struct {
	FromStage  string
	ToStage    string
	Moves      int
	Deals      int
	Rework     bool // to an earlier stage
	MedianDays decimal.Decimal
}

type loopRecord struct {
	Stage string
	Deals int
	Again int
	Days  decimal.Decimal
}

// waitRecord is for what, or for whom, deals waited.
type waitRecord struct {
	Key        string // id of a clause or person, or role/ and a role where nobody has taken it
	Name       string
	Kind       string // approval, hand_off or exception; empty for clauses
	Deals      int
	Times      int
	MedianDays decimal.Decimal
	Days       decimal.Decimal
}

// lossRecord is how many deals of a group closed in one way, for one reason, in one currency.
type lossRecord struct {
	Key      string
	Name     string
	State    crm.OpportunityState
	Reason   string
	Currency string
	Deals    int
	Amount   decimal.Decimal
}

type activityRecord struct {
	Key      string
	Name     string
	Times    int
	Late     int // planned ones past their time
	Deals    int
	Won      int
	Lost     int
	Outcomes []outcomeRecord
}

// outcomeRecord is how often something came to an outcome; empty: it is planned.
type outcomeRecord struct {
	Outcome string
	Times   int
}

type marginRecord struct {
	Key      string
	Name     string
	Currency string
	Deals    int
	Quantity decimal.Decimal
	Revenue  decimal.Decimal
	Cost     decimal.Decimal
	Margin   decimal.Decimal
	Percent  decimal.Decimal // of the revenue, to one decimal
}

// reportRowsRecord is what stands behind a number: deals, or activities, and how many there are in all.
type reportRowsRecord struct {
	All        int
	Deals      []store.ReportDeal
	Activities []store.ActivityRow
}

// wholeDays is a duration to a hundredth of a day.
func wholeDays(d float64) decimal.Decimal { return decimal.NewFromFloat(d).Round(2) }

// askReport reads what a report is about as beginReport does, but refuses what a page would overlook.
func (r *request) askReport(name string, groups []string, pipeline bool, more ...string) (*report, error) {
	allowed := append([]string{"from", "until", "pipeline", "owner", "team"}, more...)
	if len(groups) > 0 {
		allowed = append(allowed, "by")
	}
	if err := r.onlyKnows(allowed...); err != nil {
		return nil, err
	}
	if err := r.soundPeriod(); err != nil {
		return nil, err
	}
	if _, err := r.forecastFilter(true); err != nil {
		return nil, err
	}
	if by := r.gin.Query("by"); len(groups) > 0 && by != "" && !slices.Contains(groups, by) {
		return nil, wrongParameter("by", "unknown_value", params{"allowed": groups})
	}
	set, err := r.pipeline()
	if err != nil {
		return nil, err
	}
	if err := knownPipeline(set, r.gin.Query("pipeline")); err != nil {
		return nil, err
	}
	return r.beginReport(name, groups, pipeline)
}

// knownPipeline refuses a pipeline that the rules do not have.
func knownPipeline(set *rules.Set, key string) error {
	var keys []string
	for _, s := range set.Pipelines() {
		keys = append(keys, s.Key())
	}
	if key == "" || slices.Contains(keys, key) {
		return nil
	}
	return wrongParameter("pipeline", "unknown_value", params{"allowed": keys})
}

// soundPeriod refuses days that are none, the wrong way round, or more than ten years apart.
func (r *request) soundPeriod() error {
	from, err := r.dayParameter("from", crm.Date{})
	if err != nil {
		return err
	}
	until, err := r.dayParameter("until", crm.Date{})
	if err != nil {
		return err
	}
	p, err := r.reportPeriod()
	switch {
	case err != nil:
		return err
	case !until.IsZero() && p.Until != until, !from.IsZero() && p.Until == from && p.From != from:
		return wrongParameter("until", "ends_before_it_begins", nil)
	case !from.IsZero() && p.From != from:
		return wrongParameter("from", "out_of_range", params{"min": p.From.String(), "max": p.Until.String()})
	}
	return nil
}

func tell[T any](p *report, lines []T) error {
	return p.JSON(http.StatusOK, p.view(reportRecord[T]{p.filter.From, p.filter.Until, p.filter.Pipeline, p.By, orNone(lines)}))
}

func getStagesReport(r *request) error {
	p, err := r.askReport("stages", nil, true)
	if err != nil {
		return err
	}
	rows, err := r.store.StageReport(r.ctx(), p.scope, p.filter)
	if err != nil {
		return err
	}
	var out []stageRecord
	for _, f := range rows {
		out = append(out, stageRecord{f.Stage, p.stageName(f.Stage), f.Deals, f.Visits, f.On, f.Back, f.Lost, f.Still, f.Won, wholeDays(f.Half), wholeDays(f.Most)})
	}
	return tell(p, out)
}

func getPathsReport(r *request) error {
	p, err := r.askReport("paths", nil, true)
	if err != nil {
		return err
	}
	page := pathsPage{report: p}
	if err := page.read(); err != nil {
		return err
	}
	out := pathsRecord{From: p.filter.From, Until: p.filter.Until, Pipeline: p.filter.Pipeline, Arrows: []arrowRecord{}, Loops: []loopRecord{}, Clauses: waitRecords(page.Clauses), People: waitRecords(page.People)}
	for _, a := range page.Arrows {
		out.Arrows = append(out.Arrows, arrowRecord{a.FromStage, a.ToStage, a.Moves, a.Deals, a.Back, wholeDays(a.PathArrow.Half)})
	}
	for _, l := range page.Loops {
		out.Loops = append(out.Loops, loopRecord{l.Stage, l.Loop.Deals, l.Again, wholeDays(l.Loop.Days)})
	}
	return r.JSON(http.StatusOK, r.view(out))
}

func waitRecords(rows []waitRow) []waitRecord {
	out := []waitRecord{}
	for _, w := range rows {
		out = append(out, waitRecord{w.Key, w.Label, w.Kind, w.Deals, w.Times, wholeDays(w.Wait.Half), wholeDays(w.Wait.Days)})
	}
	return out
}

func getLossReport(r *request) error {
	p, err := r.askReport("loss", store.LossGroups(), false)
	if err != nil {
		return err
	}
	rows, err := r.store.LossReport(r.ctx(), p.scope, p.filter, p.By)
	if err != nil {
		return err
	}
	names, err := p.groupNames(rows)
	if err != nil {
		return err
	}
	var out []lossRecord
	for _, x := range rows {
		out = append(out, lossRecord{x.Key, names[x.Key], x.State, x.Reason, x.Currency, x.Deals, x.Sum})
	}
	return tell(p, out)
}

func getActivityReport(r *request) error {
	p, err := r.askReport("activity", store.ActivityGroups(), false)
	if err != nil {
		return err
	}
	rows, err := r.store.ActivityReport(r.ctx(), p.scope, store.ScopeOf(r.user, crm.MayReadLead), p.filter, p.By)
	if err != nil {
		return err
	}
	page := activityPage{report: p}
	var out []activityRecord
	for _, x := range rows {
		if x.All { // it begins its group
			out = append(out, activityRecord{x.Key, page.activityName(x), x.Times, x.Late, x.Deals, x.Won, x.Lost, []outcomeRecord{}})
			continue
		}
		last := &out[len(out)-1]
		last.Outcomes = append(last.Outcomes, outcomeRecord{x.Outcome, x.Times})
	}
	return tell(p, out)
}

func getMarginReport(r *request) error {
	p, rows, err := r.marginReport(func(name string, groups []string) (*report, error) { return r.askReport(name, groups, false) })
	if err != nil {
		return err
	}
	var out []marginRecord
	for _, m := range rows {
		out = append(out, marginRecord{m.Key, p.groupName(m.Key, m.Name), m.Currency, m.Deals, m.Quantity, m.Revenue, m.Cost, m.Margin(), m.Percent()})
	}
	return tell(p, out)
}

// mostReportRows is how many rows behind a number one answer holds.
const mostReportRows = 5_000

func getReportRows(r *request) error {
	limit, err := strconv.Atoi(r.gin.DefaultQuery("limit", strconv.Itoa(shownReportRows)))
	if err != nil || limit < 1 || limit > mostReportRows {
		return wrongParameter("limit", "out_of_range", params{"min": 1, "max": mostReportRows})
	}
	c := r.reportChoice("group") // a "key" in an address is refused: it may be one that opens doors
	switch {
	case c.Report == "":
		return wrongParameter("report", "unknown_value", params{"allowed": openedReports})
	case c.State != r.gin.Query("state"):
		return wrongParameter("state", "unknown_value", params{"allowed": closedStates})
	case !slices.Contains([]string{"", "true", "false"}, r.gin.Query("all")):
		return wrongParameter("all", "unknown_value", params{"allowed": []string{"true", "false"}})
	case c.Stage == "" && c.ofStages() && c.Report != "waits":
		return wrongParameter("stage", "required", nil)
	case c.Next == "" && c.Report == "paths":
		return wrongParameter("next", "required", nil)
	case c.Report == "margin" && !r.user.Sees("opportunity.cost"):
		return refusal(codeForbidden)
	}
	p, err := r.askReport(c.page(), nil, c.ofStages(), "report", "stage", "next", "outcome", "by", "group", "all", "reason", "state", "limit")
	if err != nil {
		return err
	}
	out := reportRowsRecord{Deals: []store.ReportDeal{}, Activities: []store.ActivityRow{}}
	if c.Report == "activity" {
		out.Activities, out.All, err = p.store.ActivityRows(p.ctx(), p.scope, store.ScopeOf(p.user, crm.MayReadLead), p.filter, c.ReportChoice, limit)
	} else {
		out.Deals, out.All, err = p.store.ReportDeals(p.ctx(), p.scope, p.filter, c.ReportChoice, limit)
	}
	if err != nil {
		return err
	}
	out.Deals, out.Activities = orNone(out.Deals), orNone(out.Activities)
	return r.JSON(http.StatusOK, r.view(out))
}
