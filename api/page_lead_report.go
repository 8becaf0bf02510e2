package api

import (
	"net/url"
	"strconv"

	"leadtocash/crm"
	"leadtocash/store"
)

// leadReportPage tests the score against what became of the leads, and says why leads were given up (S064).
type leadReportPage struct {
	Lift     []store.Lift
	Given    []givenUp
	Reasons  []option
	BySource bool
	Other    string // address of the other grouping
}

// givenUp is a row of the reasons as it is shown: one cell for each of them.
type givenUp struct {
	Name  string
	Cells []leadCount
	Total leadCount
}

// leadCount is a number that opens its leads.
type leadCount struct {
	N   int
	URL string
}

func pageLeadReport(r *request) error {
	sc, bySource := store.ScopeOf(r.user, crm.MayReadLead), r.gin.Query("by") == "source"
	lift, err := r.store.LeadLift(r.ctx(), sc)
	if err != nil {
		return err
	}
	rows, err := r.store.GivenUp(r.ctx(), sc, bySource)
	if err != nil {
		return err
	}
	p := leadReportPage{Lift: lift, BySource: bySource, Reasons: enumOptions(r, "", "reason", crm.DisqualifyReasons()), Other: "/leads/report?by=source"}
	if bySource {
		p.Other = "/leads/report"
	}
	for _, row := range rows {
		p.Given = append(p.Given, r.givenUpRow(row, bySource))
	}
	switch r.gin.Query("as") {
	case "lift.csv":
		return r.sendCSV("lead-lift.csv", r.liftFile(p))
	case "reasons.csv":
		return r.sendCSV("lead-reasons.csv", r.reasonFile(p))
	}
	return r.show(200, "lead_report", r.say("lead_report.title"), p)
}

func (r *request) givenUpRow(row store.ReasonRow, bySource bool) givenUp {
	q := url.Values{"outcome": {"disqualified"}}
	out := givenUp{Name: row.Name}
	switch {
	case row.Key == "":
		out.Name = r.say("lead_report.all")
	case bySource:
		q.Set("source", row.Key)
		out.Name = named(r.words(), "source", row.Key)
	default:
		q.Set("who", row.Key)
		if row.Key == "none" {
			out.Name = r.say("col.nobody")
		}
	}
	out.Total = leadCount{row.Total, "/leads?" + q.Encode()}
	for _, reason := range crm.DisqualifyReasons() {
		q.Set("reason", reason)
		out.Cells = append(out.Cells, leadCount{row.Counts[reason], "/leads?" + q.Encode()})
	}
	return out
}

func (r *request) liftFile(p leadReportPage) [][]string {
	out := [][]string{{"decile", "score_from", "score_to", "leads", "converted", "converted_percent", "converted_lift", "won", "won_percent", "won_lift", "won_cumulative_percent"}}
	for _, l := range p.Lift {
		n := strconv.Itoa
		out = append(out, []string{n(l.Decile), n(l.Low), n(l.High), n(l.Leads), n(l.Converted), l.Share.String(), l.Lift.String(), n(l.Won), l.WonShare.String(), l.WonLift.String(), l.Caught.String()})
	}
	return out
}

func (r *request) reasonFile(p leadReportPage) [][]string {
	head := []string{r.say("col.owner")}
	if p.BySource {
		head[0] = r.say("leads.source")
	}
	for _, o := range p.Reasons {
		head = append(head, o.Label)
	}
	out := [][]string{append(head, r.say("lead_report.total"))}
	for _, g := range p.Given {
		row := []string{g.Name}
		for _, c := range append(g.Cells, g.Total) {
			row = append(row, strconv.Itoa(c.N))
		}
		out = append(out, row)
	}
	return out
}
