package api

import (
	"net/url"
	"slices"
	"strconv"
	"time"

	"leadtocash/crm"
	"leadtocash/store"
)

// responsePage is how soon people get in touch with the leads that they are given (S066), and the rows behind a number of it.
type responsePage struct {
	By          string
	Views       []tab
	Sums        []responseSumRow
	Only        string // what the rows are chosen by, in words; empty: none are
	Rows        []responseLine
	First, Next string
	CSV         string
}

type responseSumRow struct {
	store.ResponseSum
	Cells  []leadCount // in the order of store.ResponseOutcomes
	Share  string      // in time, of those decided, in percent
	Median string
}

type responseLine struct {
	store.ResponseRow
	Used, Target string
	State        leadClock
}

var responseViewsBy = []store.ResponseBy{store.ResponseByOwner, store.ResponseBySource, store.ResponseByWeek}

func pageLeadResponse(r *request) error {
	q := r.gin.Request.URL.Query()
	by := store.ResponseBy(oneOfOr(q.Get("by"), listOf(responseViewsBy...)))
	sc := store.ScopeOf(r.user, crm.MayReadLead)
	f := store.ResponseFilter{Owner: optionalID(q.Get("who")), Source: clean(q.Get("source"), maxName), Week: clean(q.Get("week"), 10), Outcome: known(q.Get("outcome"), store.ResponseOutcomes()), After: q.Get("after")}
	sums, err := r.store.ResponseSums(r.ctx(), sc, by)
	if err != nil {
		return err
	}
	p := responsePage{By: string(by), CSV: "/leads/response?as=csv&by=" + string(by)}
	for _, v := range responseViewsBy {
		p.Views = append(p.Views, tab{string(v), r.say("response.by." + string(v)), v == by})
	}
	for _, s := range sums {
		p.Sums = append(p.Sums, r.responseSum(s, by))
	}
	if f.Outcome != "" {
		limit := rowsPerPage + 1
		if q.Get("as") == "rows.csv" {
			limit, f.After = mostRows, ""
		}
		rows, err := r.store.ResponseRows(r.ctx(), sc, f, limit)
		if err != nil {
			return err
		}
		if q.Get("as") == "rows.csv" {
			return r.sendCSV("lead-response-rows.csv", r.responseRowFile(rows))
		}
		p.Only = r.chosenResponses(f)
		r.responseLines(&p, rows)
	}
	if q.Get("as") == "csv" {
		return r.sendCSV("lead-response.csv", r.responseFile(p))
	}
	return r.show(200, "lead_response", r.say("response.report"), p)
}

// mostRows bounds a file of rows.
const mostRows = 50_000

func (r *request) responseSum(s store.ResponseSum, by store.ResponseBy) responseSumRow {
	out := responseSumRow{ResponseSum: s, Share: "–", Median: "–"}
	q := url.Values{"by": {string(by)}}
	switch {
	case s.Key == "":
		out.Name = r.say("lead_report.all")
	case by == store.ResponseByOwner:
		q.Set("who", s.Key)
	case by == store.ResponseBySource:
		q.Set("source", s.Key)
		out.Name = named(r.words(), "source", s.Key)
	default:
		q.Set("week", s.Key)
		if d, err := crm.ParseDate(s.Key); err == nil {
			out.Name = r.words().Date(d)
		}
	}
	for i, n := range []int{s.Given, s.Answered, s.InTime, s.Late, s.Passed, s.Escalated, s.Waiting} {
		q.Set("outcome", store.ResponseOutcomes()[i])
		out.Cells = append(out.Cells, leadCount{n, "/leads/response?" + q.Encode() + "#rows"})
	}
	if s.Decided() > 0 {
		out.Share = r.words().Percent(number(s.InTime * 100 / s.Decided()))
	}
	if s.MedianSeconds != nil {
		out.Median = store.HoursText(time.Duration(*s.MedianSeconds) * time.Second)
	}
	return out
}

// chosenResponses says what the rows are chosen by.
func (r *request) chosenResponses(f store.ResponseFilter) string {
	text := named(r.words(), "response_outcome", f.Outcome)
	if f.Owner != "" {
		text += " · " + r.personName(string(f.Owner))
	}
	if f.Source != "" {
		text += " · " + named(r.words(), "source", f.Source)
	}
	if d, err := crm.ParseDate(f.Week); err == nil && f.Week != "" {
		text += " · " + r.words().Date(d)
	}
	return text
}

// responseLines puts a page of rows into words, with the addresses of the first and the next page.
func (r *request) responseLines(p *responsePage, rows []store.ResponseRow) {
	u := *r.gin.Request.URL
	q := u.Query()
	if q.Get("after") != "" {
		q.Del("after")
		p.First = u.Path + "?" + q.Encode() + "#rows"
	}
	if len(rows) > rowsPerPage {
		rows = rows[:rowsPerPage]
		q.Set("after", rows[rowsPerPage-1].Cursor())
		p.Next = u.Path + "?" + q.Encode() + "#rows"
	}
	for _, row := range rows {
		line := responseLine{ResponseRow: row, Used: "–", Target: store.HoursText(time.Duration(row.Minutes) * time.Minute)}
		if row.UsedSeconds != nil {
			line.Used = store.HoursText(time.Duration(*row.UsedSeconds) * time.Second)
		}
		line.State = leadClock{Text: named(r.words(), "response_state", string(row.State))}
		switch {
		case row.InTime():
			line.State = leadClock{Text: r.say("response.in_time"), Tone: "ok"}
		case row.ActedAt != nil:
			line.State.Text = r.say("response.was_late")
		case row.MissedAt != nil:
			line.State.Tone = "bad"
		}
		p.Rows = append(p.Rows, line)
	}
}

func (r *request) responseFile(p responsePage) [][]string {
	out := [][]string{{p.By, "name", "given", "answered", "in_time", "late", "passed", "escalated", "waiting", "in_time_percent", "median_minutes"}}
	for _, s := range p.Sums {
		row := []string{s.Key, s.Name}
		for _, c := range s.Cells {
			row = append(row, strconv.Itoa(c.N))
		}
		share, median := "", ""
		if s.Decided() > 0 {
			share = strconv.Itoa(s.InTime * 100 / s.Decided())
		}
		if s.MedianSeconds != nil {
			median = strconv.Itoa(int(*s.MedianSeconds / 60))
		}
		out = append(out, append(row, share, median))
	}
	return out
}

func (r *request) responseRowFile(rows []store.ResponseRow) [][]string {
	out := [][]string{{"lead_id", "company", "owner", "source", "score", "assigned_at", "target_minutes", "due_at", "state", "act", "acted_at", "used_minutes", "round", "passed_to"}}
	when := func(t *time.Time) string {
		if t == nil {
			return ""
		}
		return t.UTC().Format(time.RFC3339)
	}
	for _, l := range rows {
		used := ""
		if l.UsedSeconds != nil {
			used = strconv.Itoa(*l.UsedSeconds / 60)
		}
		out = append(out, []string{
			string(l.LeadID), l.Company, l.Owner, l.Source, strconv.Itoa(l.Score), when(&l.AssignedAt), strconv.Itoa(l.Minutes), when(l.DueAt), string(l.State), l.Act, when(l.ActedAt), used,
			strconv.Itoa(l.Round), l.To,
		})
	}
	return out
}

// responseReport is the report for machines.
type responseReport struct {
	Data []responseReportRow `json:"data"`
}

// responseReportRow is one person, source or week; all together without a key.
type responseReportRow struct {
	Key           string `json:"key"`
	Name          string `json:"name"`
	Given         int    `json:"given"`
	Answered      int    `json:"answered"`
	InTime        int    `json:"in_time"`
	Late          int    `json:"late"`
	Passed        int    `json:"passed"`
	Escalated     int    `json:"escalated"`
	Waiting       int    `json:"waiting"`
	MedianMinutes *int   `json:"median_minutes"`
}

var responseReportQuery = []parameter{{"by", "owner, source or week.", schema{"type": "string", "enum": listOf(responseViewsBy...)}}}

func getLeadResponses(r *request) error {
	q, err := r.parameters("by")
	if err != nil {
		return err
	}
	by, given := q["by"]
	if !given {
		by = string(store.ResponseByOwner)
	}
	if !slices.Contains(responseViewsBy, store.ResponseBy(by)) {
		return wrongParameter("by", "unknown_value", params{"allowed": listOf(responseViewsBy...)})
	}
	sums, err := r.store.ResponseSums(r.ctx(), store.ScopeOf(r.user, crm.MayReadLead), store.ResponseBy(by))
	if err != nil {
		return err
	}
	out := responseReport{Data: []responseReportRow{}}
	for _, s := range sums {
		row := responseReportRow{Key: s.Key, Name: s.Name, Given: s.Given, Answered: s.Answered, InTime: s.InTime, Late: s.Late, Passed: s.Passed, Escalated: s.Escalated, Waiting: s.Waiting}
		if s.MedianSeconds != nil {
			m := int(*s.MedianSeconds / 60)
			row.MedianMinutes = &m
		}
		out.Data = append(out.Data, row)
	}
	return r.JSON(200, out)
}
