package api

import (
	"net/http"
	"net/url"
	"strconv"

	"leadtocash/crm"
	"leadtocash/store"
)

// careFiguresPage is how care did in some days: what came, what was kept of the promises, what was taken up again, and what was left (S086).
type careFiguresPage struct {
	Form    form
	Groups  []option
	People  []option
	Kinds   []option
	Levels  []option
	By      string
	Lines   []caseLine
	Whole   caseLine
	Backlog chart
	Self    string // address of the report, with all that makes it what it is
}

// caseLine is a group of cases; its numbers open their rows.
type caseLine struct {
	store.CaseSum
	Text string
	at   url.Values
}

// URL is the queue with the cases behind a number.
func (l caseLine) URL(what string) string {
	q := chosenOf(l.at)
	switch what {
	case "answer_kept", "answer_missed":
		q.Set("answer", what[len("answer_"):])
	case "solve_kept", "solve_missed":
		q.Set("solve", what[len("solve_"):])
	case "reopened":
		q.Set("reopened", "true")
	case "open":
		q.Set("state", "active")
	}
	return "/cases?" + q.Encode()
}

// AnswerShare is the share of the first answers that came within their promise, in per cent; empty without any.
func (l caseLine) AnswerShare() string { return shareOf(l.AnswerKept, l.AnswerKept+l.AnswerMissed) }

// SolveShare is the same of solutions.
func (l caseLine) SolveShare() string { return shareOf(l.SolveKept, l.SolveKept+l.SolveMissed) }

// copied is a copy of an address's parameters, without those that are empty.
func chosenOf(q url.Values) url.Values {
	out := url.Values{}
	for name, v := range q {
		if len(v) > 0 && v[0] != "" {
			out[name] = v
		}
	}
	return out
}

// caseGroupNames are what the report is grouped by; the first unless another is asked for.
var caseGroupNames = []string{"priority", "category", "person", "plan", "month"}

func pageCareFigures(r *request) error {
	period, err := r.reportPeriod()
	if err != nil {
		return err
	}
	q := r.gin.Request.URL.Query()
	f := store.CaseFilter{From: period.From, Until: period.Until, Zone: r.srv.screens().zone().String(), Priority: known(q.Get("priority"), crm.Priorities()), Category: clean(q.Get("category"), 60)}
	f.Owner, f.Nobody = optionalID(q.Get("owner")), q.Get("owner") == "nobody"
	by := known(q.Get("by"), caseGroupNames)
	if by == "" {
		by = caseGroupNames[0]
	}
	sc := store.ScopeOf(r.user, crm.MayReadCase)
	sums, err := r.store.CaseSums(r.ctx(), sc, f, by)
	if err != nil {
		return err
	}
	days, err := r.store.CaseBacklog(r.ctx(), sc, f, period.days())
	if err != nil {
		return err
	}
	p := careFiguresPage{By: by, Form: values("from", period.From.String(), "until", period.Until.String(), "by", by, "priority", f.Priority, "category", f.Category, "owner", q.Get("owner"))}
	at := chosenOf(url.Values{"priority": {f.Priority}, "category": {f.Category}, "owner": {q.Get("owner")}})
	p.backlog(r, at, days)
	at.Set("counted", "true")
	at.Set("opened_from", period.From.String())
	at.Set("opened_until", period.Until.String())
	p.lines(r, at, sums)
	switch q.Get("as") {
	case "sums.csv":
		return r.sendCSV("care.csv", p.file(r))
	case "backlog.csv":
		return r.sendCSV("care-backlog.csv", backlogFile(r, days))
	}
	if err := p.choices(r); err != nil {
		return err
	}
	p.Self = "/reports/care?" + period.query(q, "by", "priority", "category", "owner").Encode()
	return r.show(http.StatusOK, "care_figures", r.say("care_report.title"), p)
}

// lines puts groups into words, and all of them together.
func (p *careFiguresPage) lines(r *request, at url.Values, sums []store.CaseSum) {
	p.Whole = caseLine{Text: r.say("col.total"), at: at}
	for _, s := range sums {
		l := caseLine{CaseSum: s, Text: s.Key, at: chosenOf(at)}
		switch p.By {
		case "priority":
			l.Text = named(r.words(), "priority", s.Key)
			l.at.Set("priority", s.Key)
		case "category":
			l.Text = orDash(s.Key)
			l.at.Set("category", orDashKey(s.Key))
		case "person":
			l.Text = s.Name
			l.at.Set("owner", s.Key)
			if s.Key == "" {
				l.Text = r.say("col.nobody")
				l.at.Set("owner", "nobody")
			}
		case "plan":
			l.Text = s.Key
			if s.Key == "" {
				l.Text = r.say("plans.general")
			}
			l.at.Set("plan", orDashKey(s.Key))
		case "month":
			l.Text = r.monthOf(s.Key)
			narrowMonth(l.at, s.Key)
		}
		p.Lines = append(p.Lines, l)
		w := &p.Whole.CaseSum
		w.Opened, w.AnswerKept, w.AnswerMissed, w.SolveKept, w.SolveMissed, w.Reopened, w.Open = w.Opened+s.Opened, w.AnswerKept+s.AnswerKept, w.AnswerMissed+s.AnswerMissed, w.SolveKept+s.SolveKept, w.SolveMissed+s.SolveMissed, w.Reopened+s.Reopened, w.Open+s.Open
	}
}

// orDashKey is a key for an address, where nothing is a dash.
func orDashKey(s string) string {
	if s == "" {
		return "-"
	}
	return s
}

// narrowMonth leaves of the days of an address those of a month, 2026-11.
func narrowMonth(q url.Values, month string) {
	first, err := crm.ParseDate(month + "-01")
	if err != nil {
		return
	}
	last := first.AddDays(31).OnDay(1).AddDays(-1)
	if from, err := crm.ParseDate(q.Get("opened_from")); err == nil && from.Before(first) {
		q.Set("opened_from", first.String())
	}
	if until, err := crm.ParseDate(q.Get("opened_until")); err == nil && until.After(last) {
		q.Set("opened_until", last.String())
	}
}

func (p *careFiguresPage) backlog(r *request, at url.Values, days []store.Backlog) {
	var figures []countFigure
	for _, d := range days {
		q := chosenOf(at)
		q.Set("open_on", d.OnDate.String())
		figures = append(figures, countFigure{r.words().Date(d.OnDate), d.Open, "/cases?" + q.Encode()})
	}
	p.Backlog = r.countChart(r.say("care_report.backlog"), figures)
}

func (p *careFiguresPage) choices(r *request) error {
	for _, by := range caseGroupNames {
		p.Groups = append(p.Groups, option{by, r.say("care_report.by." + by)})
	}
	people, err := r.store.CarePeople(r.ctx())
	if err != nil {
		return err
	}
	p.People = []option{{"", r.say("filter.all")}, {"nobody", r.say("col.nobody")}}
	for _, u := range people {
		p.People = append(p.People, option{string(u.ID), u.Name})
	}
	set, _, err := r.store.CareSetting(r.ctx())
	p.Kinds = nameOptions(r.say("filter.all"), set.Categories, p.Form.Value("category"))
	p.Levels = enumOptions(r, r.say("filter.all"), "priority", crm.Priorities())
	return err
}

func (p careFiguresPage) file(r *request) [][]string {
	out := [][]string{{r.say("care_report.of." + p.By), r.say("care_report.opened"), r.say("care_report.answer_kept"), r.say("care_report.answer_missed"), r.say("care_report.solve_kept"), r.say("care_report.solve_missed"), r.say("care_report.reopened"), r.say("care_report.open"), r.say("care_report.answer_half"), r.say("care_report.solve_half")}}
	n := strconv.Itoa
	for _, l := range append(p.Lines, p.Whole) {
		out = append(out, []string{l.Text, n(l.Opened), n(l.AnswerKept), n(l.AnswerMissed), n(l.SolveKept), n(l.SolveMissed), n(l.Reopened), n(l.Open), store.HoursText(l.AnswerHalf), store.HoursText(l.SolveHalf)})
	}
	return out
}

func backlogFile(r *request, days []store.Backlog) [][]string {
	out := [][]string{{r.say("col.date"), r.say("care_report.open")}}
	for _, d := range days {
		out = append(out, []string{d.OnDate.String(), strconv.Itoa(d.Open)})
	}
	return out
}
