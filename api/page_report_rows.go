package api

import (
	"net/http"
	"net/url"
	"slices"

	"leadtocash/crm"
	"leadtocash/store"
)

// reportRowsPage is what stands behind a number of a report.
type reportRowsPage struct {
	Title      string
	What       string // the number, where its address says it in words
	Back       string
	Self, CSV  string
	All        int
	Deals      []reportDealRow
	Activities []reportActivityRow
	Activity   bool
	More       bool
}

type reportDealRow struct {
	store.ReportDeal
	StageName, Why string
}

type reportActivityRow struct {
	store.ActivityRow
	What, Came, URL string
}

// shownReportRows is how many rows stand on a page, exportedReportRows how many in a file.
const (
	shownReportRows    = 200
	exportedReportRows = 50_000
)

// openedReports are the reports whose numbers open rows.
var openedReports = []string{"stages", "paths", "loops", "loss", "margin", "waits", "activity"}

// closedStates are the ways in which a deal closes.
var closedStates = []string{string(crm.OpportunityWon), string(crm.OpportunityLost)}

// reportChoice is the number that the address names, its group by the given name; without a report it names none.
type reportChoice struct{ store.ReportChoice }

func (r *request) reportChoice(group string) reportChoice {
	q := r.gin.Request.URL.Query()
	c := store.ReportChoice{
		Report: known(q.Get("report"), openedReports), Stage: clean(q.Get("stage"), 60), Next: clean(q.Get("next"), 60),
		Outcome: clean(q.Get("outcome"), 60), By: clean(q.Get("by"), 20), Key: clean(q.Get(group), 200), All: q.Get("all") == "true", Reason: clean(q.Get("reason"), 60), State: known(q.Get("state"), closedStates),
	}
	if !q.Has("reason") {
		c.Reason = "-"
	}
	return reportChoice{c}
}

// page is the report on which the number stands.
func (c reportChoice) page() string {
	if c.Report == "loops" || c.Report == "waits" {
		return "paths"
	}
	return c.Report
}

// ofStages tells whether the number is of one pipeline's stages.
func (c reportChoice) ofStages() bool { return c.page() == "stages" || c.page() == "paths" }

func pageReportRows(r *request) error {
	c := r.reportChoice("key")
	if c.Report == "" || c.Report == "margin" && !r.user.Sees("opportunity.cost") {
		return store.ErrNotFound
	}
	back := c.page()
	p, err := r.beginReport(back, nil, c.ofStages())
	if err != nil {
		return err
	}
	limit := shownReportRows
	if p.wantsFile() {
		limit = exportedReportRows
	}
	self := url.Values{}
	for name, v := range r.gin.Request.URL.Query() {
		if name != "as" {
			self[name] = v
		}
	}
	if c.By != "" {
		p.at.Set("by", c.By)
	}
	page := reportRowsPage{Title: r.say("report." + back), Back: "/reports/" + back + "?" + p.at.Encode(), Self: "/reports/rows?" + self.Encode(), Activity: c.Report == "activity"}
	page.What = p.numberSays(c.ReportChoice)
	page.CSV = page.Self + "&as=csv"
	if page.Activity {
		err = p.activityRows(&page, c.ReportChoice, limit)
	} else {
		err = p.dealRows(&page, c.ReportChoice, limit)
	}
	if err != nil {
		return err
	}
	if p.wantsFile() {
		return r.sendCSV("rows.csv", page.file(r))
	}
	page.More = page.All > max(len(page.Deals), len(page.Activities))
	return r.show(http.StatusOK, "report_rows", page.Title, page)
}

// numberSays is which number of a report on stages is opened.
func (p *report) numberSays(c store.ReportChoice) string {
	switch {
	case c.Report == "paths":
		return p.stageName(c.Stage) + " → " + p.stageName(c.Next)
	case c.Report == "loops":
		return p.stageName(c.Stage) + " · " + p.say("report.loop")
	case c.Report == "stages" && c.Outcome == "":
		return p.stageName(c.Stage) + " · " + p.say("report.entered")
	case c.Report == "stages" && slices.Contains([]string{"on", "back", "lost", "still", "won"}, c.Outcome):
		return p.stageName(c.Stage) + " · " + p.say("report."+c.Outcome)
	}
	return ""
}

func (p *report) dealRows(page *reportRowsPage, c store.ReportChoice, limit int) error {
	rows, all, err := p.store.ReportDeals(p.ctx(), p.scope, p.filter, c, limit)
	if err != nil {
		return err
	}
	page.All = all
	for _, d := range rows {
		s, _ := p.set.Of(d.Pipeline).Stage(d.Stage)
		row := reportDealRow{ReportDeal: d, StageName: worded(s.Name, p.language, d.Stage)}
		if d.LostReason != "" {
			row.Why = p.lostReason(d.LostReason)
		}
		page.Deals = append(page.Deals, row)
	}
	return nil
}

func (p *report) activityRows(page *reportRowsPage, c store.ReportChoice, limit int) error {
	rows, all, err := p.store.ActivityRows(p.ctx(), p.scope, store.ScopeOf(p.user, crm.MayReadLead), p.filter, c, limit)
	if err != nil {
		return err
	}
	page.All = all
	for _, a := range rows {
		row := reportActivityRow{ActivityRow: a, What: named(p.words(), "engagement", a.Kind), Came: p.outcomeName(a.Outcome), URL: "/leads/" + string(a.Lead)}
		if a.Deal != "" {
			row.URL = "/opportunities/" + string(a.Deal) + "?tab=activities"
		}
		page.Activities = append(page.Activities, row)
	}
	return nil
}

// outcomeName is an outcome of an activity in words; one without was planned.
func (p *report) outcomeName(outcome string) string {
	if outcome == "" {
		return p.say("report.planned")
	}
	return named(p.words(), "outcome", outcome)
}

func (page reportRowsPage) file(r *request) [][]string {
	if page.Activity {
		out := [][]string{{r.say("col.date"), r.say("report.group.kind"), r.say("report.subject"), r.say("engagement.outcome"), r.say("col.owner"), r.say("report.about")}}
		for _, a := range page.Activities {
			out = append(out, []string{a.DueAt.String(), a.What, a.Subject, a.Came, a.Owner, a.About})
		}
		return out
	}
	out := [][]string{{r.say("col.number"), r.say("deal.name"), r.say("deal.customer"), r.say("col.owner"), r.say("col.stage"), r.say("report.reason"), r.say("deal.amount"), r.say("deals.currency"), r.say("report.closed")}}
	zone := r.srv.screens().zone()
	for _, d := range page.Deals {
		closed := ""
		if d.ClosedAt != nil {
			closed = crm.DateOf(*d.ClosedAt, zone).String()
		}
		out = append(out, []string{d.Number, d.Name, d.Account, d.Owner, d.StageName, d.Why, d.Amount.StringFixed(2), d.Currency, closed})
	}
	return out
}
